/** Work on the screen that found no room to be kept: before the back button or closing the tab drops it, it is asked about. */

let isOn = false;
/** Our own step forward again, of which Flutter must not hear either. */
let isReturning = false;
/** @type {() => void} */
let asked = () => undefined;

/**
 * @param {boolean} on
 * @param {(name: string) => void} emit `leave.asked`, instead of going back
 */
export function guardLeaving(on, emit) {
  isOn = on;
  window.onbeforeunload = on ? (event) => event.preventDefault() : null;
  asked = () => emit("leave.asked");
}

window.addEventListener(
  "popstate",
  (event) => {
    if (!isOn && !isReturning) return;
    event.stopImmediatePropagation();
    if (!isReturning) {
      window.history.forward();
      asked();
    }
    isReturning = !isReturning;
  },
  { capture: true },
);
