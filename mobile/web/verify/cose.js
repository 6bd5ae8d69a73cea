/** COSE_Sign1 (RFC 9052 4.2, 4.4) as this project uses it: tag 18, everything signed in the protected header. */
import { decodeCbor, encodeCbor, Tagged, TAG_COSE_SIGN1 } from "./cbor.js";

export const ALG_ES256 = -7;
export const HEADER = Object.freeze({ ALG: 1, CRIT: 2, KID: 4, TYPE: 16, KCWT: 13 });
export const KID_BYTES = 8;
export const SIGNATURE_BYTES = 64;
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * @typedef {object} Sign1
 * @property {Uint8Array} protectedBytes
 * @property {Map<number|string, *>} headers the protected ones
 * @property {Uint8Array} payload
 * @property {Uint8Array} signature
 */

/**
 * @param {*} item a decoded CBOR item
 * @returns {Sign1|null} null when it is not a tagged COSE_Sign1 with an empty unprotected map
 * @throws {CborError} when the protected header is not deterministic CBOR
 */
export function readSign1(item) {
  if (!(item instanceof Tagged) || item.tag !== TAG_COSE_SIGN1) return null;
  if (!Array.isArray(item.value) || item.value.length !== 4) return null;
  const [protectedBytes, unprotected, payload, signature] = item.value;
  if (!(unprotected instanceof Map) || unprotected.size !== 0) return null;
  if (![protectedBytes, payload, signature].every((part) => part instanceof Uint8Array)) return null;
  const headers = decodeCbor(protectedBytes, protectedBytes.length);
  return headers instanceof Map ? { protectedBytes, headers, payload, signature } : null;
}

/**
 * What the signature is over (RFC 9052 4.4), without external data.
 *
 * @param {Sign1} sign1
 * @returns {Uint8Array}
 */
export function sigStructure(sign1) {
  return encodeCbor(["Signature1", sign1.protectedBytes, new Uint8Array(0), sign1.payload]);
}

/**
 * @param {Map<number, *>} headers
 * @param {Uint8Array} payload
 * @param {(message: Uint8Array) => Promise<Uint8Array>} sign r || s, 64 bytes
 * @returns {Promise<Tagged>}
 */
export async function makeSign1(headers, payload, sign) {
  const protectedBytes = encodeCbor(headers);
  const signature = await sign(sigStructure({ protectedBytes, headers, payload, signature: new Uint8Array(0) }));
  return new Tagged(TAG_COSE_SIGN1, [protectedBytes, new Map(), payload, signature]);
}

/**
 * Whether a signature has the form r || s with 0 < r, s < n: libraries differ on what else they let through.
 *
 * @param {Uint8Array} signature
 * @returns {boolean}
 */
export function isWellFormedEs256(signature) {
  if (signature.length !== SIGNATURE_BYTES) return false;
  return [0, 32].every((at) => {
    const part = signature.subarray(at, at + 32).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return part > 0n && part < P256_ORDER;
  });
}
