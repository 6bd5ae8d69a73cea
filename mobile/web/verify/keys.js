/** The name of a key: the first 8 bytes of its COSE thumbprint (RFC 9679 3), over the uncompressed point. */
import { encodeCbor } from "./cbor.js";
import { COSE_KEY, KID_BYTES } from "./constants.js";

/**
 * @param {import("./webcrypto.js").PublicKey} key
 * @returns {Promise<Uint8Array>}
 */
export async function kidOf({ x, y }) {
  const coseKey = new Map([
    [COSE_KEY.KTY, COSE_KEY.KTY_EC2],
    [COSE_KEY.CRV, COSE_KEY.CRV_P256],
    [COSE_KEY.X, x],
    [COSE_KEY.Y, y],
  ]);
  const digest = await crypto.subtle.digest("SHA-256", encodeCbor(coseKey));
  return new Uint8Array(digest).subarray(0, KID_BYTES);
}
