/** Words of the fast lane: two catalogues with the same keys. Python has its own (mobile/i18n). */

export const LANGUAGES = Object.freeze(["vi", "en"]);
// The city's time, whatever the phone's zone is: dates on licences are the city's. No summer time.
const ZONE = "Asia/Ho_Chi_Minh";

let words = {};
let current = "vi";

/**
 * @param {string|null|undefined} wanted
 * @returns {Promise<void>}
 */
export async function loadWords(wanted) {
  const lang = LANGUAGES.includes(wanted) ? wanted : "vi";
  const response = await fetch(`/i18n/${lang}.json`);
  words = await response.json();
  current = lang;
  document.documentElement.lang = lang;
}

/** @returns {string} */
export function language() {
  return current;
}

/**
 * @param {string} key
 * @param {Record<string, string|number>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/** @param {string} key @returns {boolean} */
export function hasWords(key) {
  return key in words;
}

/**
 * @param {number} seconds
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(seconds, options) {
  // en-GB: day before month, as people here read dates, in both languages.
  return new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, ...options }).format(seconds * 1000);
}

/** @param {number} seconds @returns {string} 20/11/2029 */
export function dateOf(seconds) {
  return format(seconds, { day: "2-digit", month: "2-digit", year: "numeric" });
}

/**
 * @param {number} seconds
 * @param {boolean} [withSeconds]
 * @returns {string} 07:40
 */
export function timeOf(seconds, withSeconds = false) {
  return format(seconds, { hour: "2-digit", minute: "2-digit", ...(withSeconds && { second: "2-digit" }) });
}

/**
 * @param {number} seconds
 * @param {number} nowS
 * @returns {string} "lúc 07:40", "07:40 hôm qua", "07:40 ngày 18/11/2026"
 */
export function momentOf(seconds, nowS) {
  const time = timeOf(seconds);
  if (dateOf(seconds) === dateOf(nowS)) return t("time.today", { time });
  if (dateOf(seconds) === dateOf(nowS - 86_400)) return t("time.yesterday", { time });
  return t("time.day", { time, date: dateOf(seconds) });
}

/** @param {number} metres @returns {string} two leading digits: more would pretend to know */
export function distanceWords(metres) {
  const number = new Intl.NumberFormat(current, { maximumSignificantDigits: 2 });
  return metres < 1000 ? t("unit.m", { value: number.format(metres) }) : t("unit.km", { value: number.format(metres / 1000) });
}
