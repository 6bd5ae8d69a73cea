/** COSE_Sign1 (RFC 9052 4.2, 4.4) as this project uses it: tag 18, everything signed in the protected header. */
import { decodeCbor, encodeCbor, Tagged } from "./cbor.js";
import { HEADER, MAX_TOKEN_BYTES, SIGNATURE_BYTES, TAG_COSE_SIGN1 } from "./constants.js";

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * @typedef {object} Sign1
 * @property {Uint8Array} protectedBytes
 * @property {Map<number|string, *>} headers the protected ones
 * @property {Uint8Array} payload
 * @property {Uint8Array} signature
 */

/**
 * @param {Uint8Array} token tagged COSE_Sign1
 * @param {object} [limits]
 * @param {number} [limits.maxBytes]
 * @param {boolean} [limits.tagInHeader] admits tag 18 as a header's value (header 13 of a presentation)
 * @returns {Sign1|null} null for another structure, something unprotected, no `alg`, or any `crit`: no extension is understood
 * @throws {CborError} when it is not deterministic CBOR
 */
export function parseSign1(token, { maxBytes = MAX_TOKEN_BYTES, tagInHeader = false } = {}) {
  const outer = decodeCbor(token, { maxBytes, tagDepth: 0 });
  if (!(outer instanceof Tagged) || !Array.isArray(outer.value) || outer.value.length !== 4) return null;
  const [protectedBytes, unprotected, payload, signature] = outer.value;
  if (!(unprotected instanceof Map) || unprotected.size !== 0) return null;
  if (![protectedBytes, payload, signature].every((part) => part instanceof Uint8Array)) return null;
  const headers = decodeCbor(protectedBytes, { maxBytes, tagDepth: tagInHeader ? 1 : undefined });
  if (!(headers instanceof Map) || headers.has(HEADER.CRIT)) return null;
  const alg = headers.get(HEADER.ALG);
  const isNumber = typeof alg === "number" || typeof alg === "bigint";
  return isNumber ? { protectedBytes, headers, payload, signature } : null;
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
