/** Installing on the home screen. Chromium offers it by an event, Safari by a menu that people have to be told about. */

/** @type {(Event & {prompt: () => Promise<{outcome: string}>})|null} */
let offer = null;

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
});
window.addEventListener("appinstalled", () => {
  offer = null;
});

/** @returns {{installed: boolean, can_prompt: boolean, needs_safari_steps: boolean}} */
export function installState() {
  const isInstalled = window.matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent);
  return { installed: isInstalled, can_prompt: offer !== null, needs_safari_steps: isApple && !isInstalled };
}

/** @returns {Promise<{accepted: boolean}>} @throws {Error} install.not_offered */
export async function installPrompt() {
  if (!offer) throw new Error("install.not_offered");
  const { outcome } = await offer.prompt();
  offer = null;
  return { accepted: outcome === "accepted" };
}
