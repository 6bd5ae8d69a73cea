/**
 * Where a gateway sends people back to. Whatever its address says is neither shown nor believed: that money has come is
 * told to the city by the gateway itself, and by the city to the app. Only the order's own number is read, to lead there,
 * and where the address has none, the app's own note of which order it left with.
 */
import { language, loadWords, t } from "../i18n.js";
import { publicGet } from "../public_store.js";
import { knownOrder, lastLeft, ofThisWindow } from "./left.js";

const CLOSES_AFTER_MS = 2500;
const STAYS_MS = 300;

const button = document.getElementById("language");
const link = document.getElementById("app");

/**
 * What the app itself noted counts before what stands in the address.
 *
 * @param {URL} address
 * @returns {string|null} the order that the app shows
 */
function orderOf(address) {
  const named = [address.searchParams.get("order"), address.pathname.split("/")[3]];
  return ofThisWindow() ?? named.map(knownOrder).find(Boolean) ?? null;
}

/** @param {string|null} order */
function lead(order) {
  link.href = order ? `/orders/${order}` : "/dossiers";
}

/** The looks that were chosen in the app. @returns {Promise<string>} the language */
async function dress() {
  const fallback = navigator.language.startsWith("en") ? "en" : "vi";
  try {
    const { lang = fallback, theme, text_size: textSize = 100 } = (await publicGet("settings")) ?? {};
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    document.documentElement.style.fontSize = `${textSize}%`;
    return lang;
  } catch (error) {
    console.warn(error.message); // Another browser than the app's, or one that keeps nothing.
    return fallback;
  }
}

/** @param {string} lang */
async function speak(lang) {
  await loadWords(lang);
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = t(node.dataset.words);
  const other = language() === "vi" ? "en" : "vi";
  button.textContent = t("q.other_language");
  button.lang = other;
  document.title = `${t("pay.back_title")} – ${t("app.name")} ${t("app.city")}`;
}

/** Closed, the app lies in front again; where a page may not close itself, the link leads there. @param {Event} event */
function leave(event) {
  event.preventDefault();
  window.close();
  setTimeout(() => window.location.assign(link.href), STAYS_MS);
}

const order = orderOf(new URL(window.location.href));
lead(order);
// What the gateway has written into the address stays neither in the history nor on the screen.
window.history.replaceState(null, "", "/pay/return");
link.addEventListener("click", leave);
button.addEventListener("click", () => speak(button.lang));
setTimeout(() => window.close(), CLOSES_AFTER_MS);
dress()
  .then(speak)
  .then(async () => order ?? lead(await lastLeft()))
  .catch((error) => console.warn(error.message));
