/**
 * Which order the app left for a gateway's page with. Not every gateway sends people back with the order's number (the
 * national platform knows one address for all), and what it sends back is not believed anyway.
 */
import { publicGet, publicMerge } from "../public_store.js";

/** `ord_` and 26 letters of Crockford's base32 (docs/architecture.md). */
const ORDER = /^ord_[0-9a-hjkmnp-tv-z]{26}$/;
const KEY = "pay/order";
const LASTS_MS = 60 * 60 * 1000;

/** @param {*} order @returns {string|null} */
export function knownOrder(order) {
  return typeof order === "string" && ORDER.test(order) ? order : null;
}

/**
 * The window that is opened keeps its own order through the gateway's pages; the device keeps the last.
 *
 * @param {*} order
 * @param {Window|null} opened a window of ours still
 */
export function remember(order, opened) {
  if (!knownOrder(order)) return;
  try {
    opened?.sessionStorage.setItem(KEY, order);
  } catch (error) {
    console.warn(error.message); // A browser that keeps nothing.
  }
  publicMerge("settings", { paying: { order, at: Date.now() } }).catch((error) => console.warn(error.message));
}

/** @returns {string|null} the order that this very window was opened for */
export function ofThisWindow() {
  try {
    return knownOrder(sessionStorage.getItem(KEY));
  } catch (error) {
    console.warn(error.message);
    return null;
  }
}

/** @returns {Promise<string|null>} the order that was left for last, if it was lately: a bank's app may open another window */
export async function lastLeft() {
  const { order, at } = (await publicGet("settings"))?.paying ?? {};
  return Math.abs(Date.now() - at) < LASTS_MS ? knownOrder(order) : null;
}
