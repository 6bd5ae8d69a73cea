/** Installing on the home screen. Chromium offers it by an event, Safari by a menu that people have to be told about. */
import { isLayerOpen } from "./layer.js";

/** @type {(Event & {prompt: () => Promise<{outcome: string}>})|null} */
let offer = null;

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
});
window.addEventListener("appinstalled", () => {
  offer = null;
});

/** Browsers inside other apps: they keep no service worker and forget storage when the app likes. */
const IN_APP = /Zalo|FBAN|FBAV|FB_IAB|Messenger|Instagram|Line\/|TikTok|musical_ly|BytedanceWebview|; wv\)/;

/** @typedef {"installed"|"in_app"|"prompt"|"ios"|"menu"|"none"} Way how this browser installs */

export function isApple() {
  const isPad = /Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;
  return isPad || /iPhone|iPad|iPod/.test(navigator.userAgent);
}

/** @returns {Way} */
function way() {
  if (window.matchMedia("(display-mode: standalone)").matches || navigator.standalone === true) return "installed";
  const agent = navigator.userAgent;
  // A WKWebView of another app leaves Safari's name out.
  if (IN_APP.test(agent) || (isApple() && !/Safari\//.test(agent))) return "in_app";
  if (offer) return "prompt";
  if (isApple()) return "ios";
  return /Android/.test(agent) ? "menu" : "none";
}

/** @returns {{way: Way, is_phone: boolean}} */
export function installState() {
  return { way: way(), is_phone: isApple() || /Android/.test(navigator.userAgent) };
}

/** @returns {Promise<{accepted: boolean}>} @throws {Error} install.not_offered */
export async function installPrompt() {
  if (!offer) throw new Error("install.not_offered");
  const { outcome } = await offer.prompt();
  offer = null;
  return { accepted: outcome === "accepted" };
}

/**
 * Shows how to install here. With `auto` nobody has asked for it: only on a phone, and over nothing that is being used.
 *
 * @param {{auto?: boolean}} args
 * @returns {Promise<{shown: boolean}>}
 */
export async function installSheet({ auto = false } = {}) {
  const { way: here, is_phone: isPhone } = installState();
  if (here === "installed" || here === "none") return { shown: false };
  if (auto && (!isPhone || here === "in_app" || document.hidden || isLayerOpen())) return { shown: false };
  const { openInstallSheet } = await import("./install_sheet.js");
  await openInstallSheet(here);
  return { shown: true };
}

const TOLD = "congdan-in-app-told";

/** Inside Zalo or Facebook, before anybody signs in there: once in this tab. */
export async function warnInApp() {
  if (way() !== "in_app" || sessionStorage.getItem(TOLD)) return;
  sessionStorage.setItem(TOLD, "1");
  const { openInstallSheet } = await import("./install_sheet.js");
  await openInstallSheet("in_app");
}
