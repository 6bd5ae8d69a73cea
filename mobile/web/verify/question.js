/** The inspector's question: a nonce in a QR code, which the holder's phone answers with a presentation. */
import { NONCE_BYTES } from "./constants.js";
import { decodeBase45, encodeBase45 } from "./qr_text.js";

const PREFIX = "VN1N:";

/** @param {Uint8Array} nonce 8 bytes @returns {string} */
export function questionText(nonce) {
  if (nonce.length !== NONCE_BYTES) throw new RangeError("nonce");
  return PREFIX + encodeBase45(nonce);
}

/** @param {string} text @returns {Uint8Array|null} the nonce that it asks with; null for every other text */
export function nonceOf(text) {
  const nonce = text.startsWith(PREFIX) ? decodeBase45(text.slice(PREFIX.length)) : null;
  return nonce?.length === NONCE_BYTES ? nonce : null;
}
