/** What may stand in a credential's texts, and how a natural person's name is shown to strangers. */

import { MAX_TEXT_CHARACTERS } from "./constants.js";

const WORD = "[!-~À-ÖØ-öø-ɏḀ-ỿ]+";
const TEXT = new RegExp(`^${WORD}(?: ${WORD})*$`);

/**
 * Latin letters, ASCII digits and punctuation, single spaces, 1 to 200 characters. Stated by code points, so that every
 * engine agrees; none of the letters combines with another, so NFC follows.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isCredentialText(text) {
  return text.length <= MAX_TEXT_CHARACTERS && TEXT.test(text);
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
