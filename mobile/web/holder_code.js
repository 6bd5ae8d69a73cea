/** The code of a licence on its holder's phone: signed by the key that never leaves it, and why there may be none. */
import { keySign } from "./device_key.js";
import { fromBase64url } from "./verify/bytes.js";
import { present } from "./verify/presentation.js";

const PROBLEMS = { "card.unbound": "card.unbound", "key.missing": "card.no_key" };

/**
 * @param {string|null} credential base64url; null when the licence is not bound to this phone
 * @param {Uint8Array|null} [nonce] that an inspector's phone asks with
 * @returns {Promise<string>} the text of a presentation made now
 * @throws {Error} card.unbound, key.missing
 */
export async function holderPresentation(credential, nonce = null) {
  if (!credential) throw new Error("card.unbound");
  return present(fromBase64url(credential), Math.floor(Date.now() / 1000), (message) => keySign("holder", message), nonce);
}

/** @param {Error} error of holderPresentation @returns {string} key of a sentence for the holder */
export function problemKey(error) {
  if (!PROBLEMS[error.message]) console.error(error);
  return PROBLEMS[error.message] ?? "card.failed";
}
