/** A holder presentation: the bound credential, signed anew by the phone every few seconds (SD-CWT KBT, content type 294). */
import { decodeCbor, encodeCbor } from "./cbor.js";
import { ALG_ES256, CLAIM, HEADER, KBT_AUDIENCE, KBT_TYPE } from "./constants.js";
import { makeSign1 } from "./cose.js";
import { screenText } from "./qr_text.js";

/**
 * @param {Uint8Array} cose the bound credential, tagged
 * @param {number} nowS
 * @param {(message: Uint8Array) => Promise<Uint8Array>} sign by the key the credential is bound to; r || s
 * @param {Uint8Array|null} [nonce] 8 bytes that the inspector's phone shows
 * @returns {Promise<string>} the screen text
 */
export async function present(cose, nowS, sign, nonce = null) {
  const headers = new Map([
    [HEADER.ALG, ALG_ES256],
    [HEADER.KCWT, decodeCbor(cose, { tagDepth: 0 })],
    [HEADER.TYPE, KBT_TYPE],
  ]);
  const payload = new Map([
    [CLAIM.AUD, KBT_AUDIENCE],
    [CLAIM.IAT, nowS],
  ]);
  if (nonce) payload.set(CLAIM.CNONCE, nonce);
  return screenText(encodeCbor(await makeSign1(headers, encodeCbor(payload), sign)));
}
