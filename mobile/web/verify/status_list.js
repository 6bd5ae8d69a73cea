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
 * @property {Uint8Array} kid
 * @property {Uint8Array} message
 * @property {Uint8Array} signature
 */

/**
 * Reads a status list token. Nothing of it may be used before its check has passed with a status key.
 *
 * @param {Uint8Array} token
 * @param {string} uri the list that was asked for; another one's `sub` is refused
 * @returns {Promise<{list: StatusList, check: ListCheck}|null>}
 */
export async function parseStatusList(token, uri) {
  const read = readToken(token, STATUS_LIST_TYPE);
  if (!read || read.payload.get(CLAIM.SUB) !== uri) return null;
  const [exp, iat, ttl] = [CLAIM.EXP, CLAIM.IAT, CLAIM.TTL].map((claim) => read.payload.get(claim));
  const body = read.payload.get(CLAIM.STATUS_LIST);
  if (![exp, iat, ttl].every(isTime) || !(body instanceof Map) || body.get("bits") !== BITS) return null;
  const packed = body.get("lst");
  if (!(packed instanceof Uint8Array)) return null;
  const entries = await inflate(packed, LIST_BYTES);
  return entries ? { list: { uri, iatS: iat, expS: exp, ttlS: ttl, entries }, check: read.check } : null;
}

/**
 * A signed token of the city: strict COSE_Sign1 with kid and type.
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
  if (!(kid instanceof Uint8Array) || kid.length !== KID_BYTES) return null;
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
 * Inflates one zlib stream: never holds more than the allowed size, and refuses what is longer, cut, or followed by
 * anything.
 *
 * @param {Uint8Array} packed RFC 1950
 * @param {number} maxBytes
 * @returns {Promise<Uint8Array|null>}
 */
export async function inflate(packed, maxBytes) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const whole = new Uint8Array(maxBytes);
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
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
  const data = whole.subarray(0, at);
  return endsWithAdler32(packed, data) ? data : null;
}

/**
 * zlib data ends with the Adler-32 of what it gives (RFC 1950 2.2). Some engines read past that end without a word.
 *
 * @param {Uint8Array} packed
 * @param {Uint8Array} data
 * @returns {boolean}
 */
function endsWithAdler32(packed, data) {
  let [low, high] = [1, 0];
  for (let i = 0; i < data.length; i += 1) {
    low += data[i];
    high += low;
    // 3,800 bytes are the most that cannot leave the exact integers of 32 bits (as zlib itself does with 5,552).
    if (i % 3800 === 3799) [low, high] = [low % 65521, high % 65521];
  }
  const sum = ((high % 65521) * 65536 + (low % 65521)) >>> 0;
  return new DataView(packed.buffer, packed.byteOffset + packed.length - 4).getUint32(0) === sum;
}
