/** Keeps the screen on while somebody needs it. Phones without the API go dark as they are set to. */

const wanted = new Set();
/** @type {WakeLockSentinel|null} */
let held = null;

/** The browser drops the lock when the page is hidden; it is asked for again when the page is back. */
async function update() {
  const isNeeded = wanted.size > 0 && document.visibilityState === "visible" && "wakeLock" in navigator;
  if (!isNeeded) {
    await held?.release();
    held = null;
  } else if (!held || held.released) {
    try {
      held = await navigator.wakeLock.request("screen");
    } catch (error) {
      if (error.name !== "NotAllowedError") throw error; // Low battery: the phone's owner decides.
    }
  }
}

document.addEventListener("visibilitychange", update);

/**
 * @param {string} who
 * @param {boolean} on
 */
export async function setWakeLock(who, on) {
  if (on) wanted.add(who);
  else wanted.delete(who);
  await update();
}
