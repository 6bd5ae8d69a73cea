/**
 * The two texts of a credential: `VN1:` + base45 on screens, the address, `/q#` and digits on paper.
 *
 * Sources: RFC 9285 (base45); docs/credential.md, layout.
 */
import { concatBytes, fromBigInt, toBigInt } from "./bytes.js";

export const SCREEN_PREFIX = "VN1:";
const PAPER_MARK = "/q#";
export const LAYOUT = 0x01;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map(Array.from(ALPHABET, (letter, value) => [letter, value]));

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function encodeBase45(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    const value = pair ? bytes[i] * 256 + bytes[i + 1] : bytes[i];
    text += ALPHABET[value % 45] + ALPHABET[Math.floor(value / 45) % 45];
    if (pair) text += ALPHABET[Math.floor(value / 2025)];
  }
  return text;
}

/**
 * @param {string} text
 * @returns {boolean} whether letters and length are possible
 */
export function isBase45(text) {
  return text.length % 3 !== 1 && /^[0-9A-Z $%*+\-./:]*$/.test(text);
}

/**
 * @param {string} text
 * @returns {Uint8Array|null} null when a letter, the length or a group's value is out of range
 */
export function decodeBase45(text) {
  if (!isBase45(text)) return null;
  const bytes = [];
  for (let i = 0; i < text.length; i += 3) {
    const values = Array.from(text.slice(i, i + 3), (letter) => VALUES.get(letter));
    const value = values.reduce((sum, digit, place) => sum + digit * 45 ** place, 0);
    const pair = values.length === 3;
    if (value > (pair ? 0xffff : 0xff)) return null;
    if (pair) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}

/**
 * @param {Uint8Array} cose
 * @returns {string} digits of 0x01 || cose, big endian; the first byte keeps leading zeros from getting lost
 */
export function encodeDigits(cose) {
  return toBigInt(concatBytes(Uint8Array.of(LAYOUT), cose)).toString(10);
}

/**
 * @param {string} text
 * @returns {{layout: number, cose: Uint8Array}|null} null when it is not a decimal number without leading zeros
 */
export function decodeDigits(text) {
  if (!/^[1-9][0-9]*$/.test(text)) return null;
  const value = BigInt(text);
  const bytes = fromBigInt(value, Math.ceil(value.toString(16).length / 2));
  return { layout: bytes[0], cose: bytes.subarray(1) };
}

/**
 * @param {Uint8Array} cose
 * @returns {string}
 */
export function screenText(cose) {
  return SCREEN_PREFIX + encodeBase45(cose);
}

/**
 * @param {Uint8Array} cose
 * @param {string} publicUrl
 * @returns {string}
 */
export function paperText(cose, publicUrl) {
  return publicUrl.replace(/\/+$/, "") + PAPER_MARK + encodeDigits(cose);
}
