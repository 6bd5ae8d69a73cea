/** What may stand in a credential's texts, and how a natural person's name is shown to strangers. */

import { MAX_TEXT_CHARACTERS } from "./constants.js";

const WORD = "[!-~À-ÖØ-öø-ɏḀ-ỿ]+";
const TEXT = new RegExp(`^${WORD}(?: ${WORD})*$`);
/** First words that no person's name has. A name that begins otherwise is taken for a person's. */
const ORGANISATION =
  /^(?:(?:tổng )?công ty|tập đoàn|doanh nghiệp|hợp tác xã|ban quản lý|[uủ][yỷ] ban nhân dân|bệnh viện|ngân hàng) /iu;

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

/**
 * The holder of a licence that a person or a company may hold, as strangers see it.
 *
 * @param {string} holder
 * @returns {string} `Trần T. T. T.`, but `Công ty TNHH Xây lắp An Hải`
 */
export function publicName(holder) {
  return ORGANISATION.test(holder) ? holder : maskName(holder);
}
