/**
 * The keys of a desk, heard by the page because only it knows where the focus is: never while somebody types, and never
 * what the browser or an assistive technology means by a key together with Ctrl, Alt or Meta.
 */
import { isLayerOpen } from "./layer.js";

const NAMED = new Set(["ArrowDown", "ArrowUp", "Enter", "Escape"]);
/** Flutter would also press or scroll what has its focus, and some browsers open a search of their own with `/`. */
const OURS_ALONE = new Set(["ArrowDown", "ArrowUp", "Enter", "/"]);
const TYPED_INTO = "input, textarea, select, [contenteditable='true'], [contenteditable='']";

/** @type {((name: string, data: object) => void) | null} */
let emit = null;
/** Tab has put the focus on something: Enter presses that. */
let isTabbing = false;

/** @returns {Element | null} what has the focus, inside shadow roots too */
function focused() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

/** @param {KeyboardEvent} event @returns {string | null} the key's name, or null when it is not for the desk */
function named(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  if (isLayerOpen() || focused()?.matches(TYPED_INTO)) return null;
  if (event.key === "Enter" && isTabbing) return null;
  if (NAMED.has(event.key)) return event.key;
  return /^[!-~]$/.test(event.key) ? event.key.toLowerCase() : null;
}

window.addEventListener(
  "keydown",
  (event) => {
    if (!emit) return;
    const key = named(event);
    if (event.key === "Tab") isTabbing = true;
    else if (event.key !== "Enter" && event.key !== "Shift") isTabbing = false;
    if (key === null) return;
    if (OURS_ALONE.has(key)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    emit("key", { key });
  },
  { capture: true },
);
window.addEventListener("pointerdown", () => {
  isTabbing = false;
}, { capture: true });

/**
 * @param {boolean} on
 * @param {(name: string, data: object) => void} tell `key {key}`: a printable ASCII character in lower case, or one of NAMED
 */
export function listenForKeys(on, tell) {
  emit = on ? tell : null;
}
