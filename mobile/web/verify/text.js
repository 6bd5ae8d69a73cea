/** What may stand in a credential's texts, and how a natural person's name is shown to strangers. */

const TEXT_LIMIT = 200;
// ASCII, or a letter of the Latin script. (Letter and Script=Latin: ª and º count, Ⅳ and loose marks do not.)
const ALLOWED = /^(?:[ -~]|(?=\p{L})\p{Script=Latin})+$/u;

/**
 * NFC, Latin letters, ASCII digits and punctuation, single spaces, at most 200 characters.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isCredentialText(text) {
  if (!text || Array.from(text).length > TEXT_LIMIT) return false;
  if (text !== text.trim() || text.includes("  ") || text.normalize("NFC") !== text) return false;
  return ALLOWED.test(text);
}

/**
 * `Trần Thị Thu Trang` → `Trần T. T. T.`
 *
 * @param {string} fullName
 * @returns {string}
 */
export function maskName(fullName) {
  const [first, ...rest] = fullName.split(" ").filter(Boolean);
  return [first, ...rest.map((part) => `${Array.from(part)[0]}.`)].join(" ");
}
