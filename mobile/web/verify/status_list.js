/**
 * Token Status Lists (draft-ietf-oauth-status-list-20): two bits an entry, least significant bits first.
 */
import { decodeCbor } from "./cbor.js";
import { isTime } from "./claims.js";
import { CLAIM, HEADER, KID_BYTES, MAX_LIST_TOKEN_BYTES, STATUS_ENTRIES, STATUS_LIST_TYPE } from "./constants.js";
import { isWellFormedEs256, parseSign1, sigStructure } from "./cose.js";

export const STATUS = Object.freeze({ VALID: 0, REVOKED: 1, SUSPENDED: 2, NOT_ISSUED: 3 });
const BITS = 2;
const LIST_BYTES = (STATUS_ENTRIES * BITS) / 8;

/**
 * @typedef {object} StatusList
 * @property {string} uri
 * @property {number} iatS
 * @property {number} expS
 * @property {number} ttlS
 * @property {Uint8Array} entries four to a byte
 */

/**
 * @typedef {object} ListCheck
 * @property {number} alg
 * @property {*} kid as it stands in the header
 * @property {Uint8Array} message
 * @property {Uint8Array} signature
 */

/**
 * Reads a status list token. Nothing of it may be used before its check has passed with a status key.
 *
 * @param {Uint8Array} token
 * @returns {Promise<{list: StatusList, check: ListCheck}|null>}
 */
export async function parseStatusList(token) {
  const read = readToken(token, STATUS_LIST_TYPE);
  if (!read || !(read.check.kid instanceof Uint8Array) || read.check.kid.length !== KID_BYTES) return null;
  const [uri, exp, iat, ttl] = [CLAIM.SUB, CLAIM.EXP, CLAIM.IAT, CLAIM.TTL].map((claim) => read.payload.get(claim));
  if (typeof uri !== "string") return null;
  const body = read.payload.get(CLAIM.STATUS_LIST);
  if (![exp, iat, ttl].every(isTime) || !(body instanceof Map) || body.get("bits") !== BITS) return null;
  const packed = body.get("lst");
  if (!(packed instanceof Uint8Array)) return null;
  const entries = await inflate(packed, LIST_BYTES);
  return entries ? { list: { uri, iatS: iat, expS: exp, ttlS: ttl, entries }, check: read.check } : null;
}

/**
 * A signed token of the city: strict COSE_Sign1 of a type. Whose kid may stand in it is the caller's to judge.
 *
 * @param {Uint8Array} token
 * @param {string} type header 16
 * @returns {{payload: Map<*, *>, check: ListCheck}|null}
 */
export function readToken(token, type) {
  const limits = { maxBytes: MAX_LIST_TOKEN_BYTES };
  let sign1 = null;
  let payload = null;
  try {
    sign1 = parseSign1(token, limits);
    payload = sign1 && decodeCbor(sign1.payload, limits);
  } catch {
    return null; // Not deterministic CBOR: the caller keeps what it has.
  }
  if (!(payload instanceof Map) || sign1.headers.get(HEADER.TYPE) !== type) return null;
  if (!isWellFormedEs256(sign1.signature)) return null;
  const [alg, kid] = [sign1.headers.get(HEADER.ALG), sign1.headers.get(HEADER.KID)];
  return { payload, check: { alg, kid, message: sigStructure(sign1), signature: sign1.signature } };
}

/**
 * @param {StatusList} list
 * @param {number} idx
 * @returns {number|null} one of STATUS; null when out of range
 */
export function statusAt(list, idx) {
  if (!Number.isSafeInteger(idx) || idx < 0 || idx >= list.entries.length * 4) return null;
  return (list.entries[idx >> 2] >> ((idx & 3) * BITS)) & 3;
}

/**
 * Inflates one whole zlib stream and nothing else.
 *
 * Not every engine complains about what follows the stream. But each complains about a stream that is cut: one that ends
 * without its last byte as well ended before it, and has something behind it.
 *
 * @param {Uint8Array} packed RFC 1950
 * @param {number} maxBytes
 * @returns {Promise<Uint8Array|null>} null for what is longer, cut, followed by anything, or no zlib
 */
export async function inflate(packed, maxBytes) {
  const data = await inflateLeniently(packed, maxBytes);
  const endsEarlier = data !== null && (await inflateLeniently(packed.subarray(0, -1), maxBytes)) !== null;
  return endsEarlier ? null : data;
}

/**
 * Never holds more than the allowed size.
 *
 * @param {Uint8Array} packed
 * @param {number} maxBytes
 * @returns {Promise<Uint8Array|null>}
 */
async function inflateLeniently(packed, maxBytes) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const whole = new Uint8Array(maxBytes);
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return whole.subarray(0, at);
      if (at + value.length > maxBytes) {
        await reader.cancel();
        return null;
      }
      whole.set(value, at);
      at += value.length;
    }
  } catch {
    return null; // Bad data, a bad checksum, a cut stream or trailing bytes (Compression Streams 4).
  }
}
