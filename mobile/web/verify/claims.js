/** The payload of a credential: which claims it has, of which kinds. */
import { encodeCbor } from "./cbor.js";
import { decompress } from "./p256.js";
import { ALG_ES256 } from "./cose.js";

export const CLAIM = Object.freeze({
  AUD: 3,
  EXP: 4,
  NBF: 5,
  IAT: 6,
  UNDATED: 7,
  CNF: 8,
  CNONCE: 39,
  SUB: 2,
  STATUS: 65535,
  LICENCE: -70001,
});
const LICENCE = Object.freeze({ NUMBER: 1, HOLDER: 2, TYPE: 3, ACTIVITY: 4, PLACE: 5, GEOHASH: 6 });
// Anything past the year 9999 is milliseconds or a mistake.
const LAST_SECOND = 253_402_300_799;

/**
 * @typedef {object} Claims
 * @property {string} number
 * @property {string} holder
 * @property {number} typeCode
 * @property {string|null} activity
 * @property {string|null} place
 * @property {string|null} geohash
 * @property {number} issuedAtS
 * @property {number|null} notBeforeS
 * @property {number} expiresAtS
 * @property {boolean} undated no end date is printed
 * @property {string} statusUri
 * @property {number} statusIdx
 * @property {import("./webcrypto.js").PublicKey|null} cnf the holder's key
 */

/** @param {*} value */
export function isTime(value) {
  return Number.isSafeInteger(value) && value >= 0 && value <= LAST_SECOND;
}

/** @param {*} value */
const isText = (value) => typeof value === "string" && value.length > 0;

/** @param {*} value */
const isAbsentOrText = (value) => value === undefined || isText(value);

/**
 * Unknown claims are ignored, claims of a wrong kind are refused. Texts are judged elsewhere.
 *
 * @param {*} payload decoded CBOR
 * @returns {Claims|null}
 */
export function readClaims(payload) {
  if (!(payload instanceof Map)) return null;
  const [exp, nbf, iat] = [payload.get(CLAIM.EXP), payload.get(CLAIM.NBF), payload.get(CLAIM.IAT)];
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return null;
  if (payload.has(CLAIM.UNDATED) && payload.get(CLAIM.UNDATED) !== true) return null;
  const status = readStatus(payload.get(CLAIM.STATUS));
  const licence = readLicence(payload.get(CLAIM.LICENCE));
  const cnf = payload.has(CLAIM.CNF) ? readCnf(payload.get(CLAIM.CNF)) : null;
  if (!status || !licence || cnf === undefined) return null;
  return {
    ...licence,
    ...status,
    cnf,
    issuedAtS: iat,
    notBeforeS: nbf ?? null,
    expiresAtS: exp,
    undated: payload.has(CLAIM.UNDATED),
  };
}

/** @param {*} claim */
function readStatus(claim) {
  const list = claim instanceof Map ? claim.get("status_list") : undefined;
  if (!(list instanceof Map)) return null;
  const [idx, uri] = [list.get("idx"), list.get("uri")];
  return Number.isSafeInteger(idx) && idx >= 0 && isText(uri) ? { statusUri: uri, statusIdx: idx } : null;
}

/** @param {*} claim */
function readLicence(claim) {
  if (!(claim instanceof Map)) return null;
  const [number, holder, typeCode] = [LICENCE.NUMBER, LICENCE.HOLDER, LICENCE.TYPE].map((key) => claim.get(key));
  const [activity, place, geohash] = [LICENCE.ACTIVITY, LICENCE.PLACE, LICENCE.GEOHASH].map((key) => claim.get(key));
  if (!isText(number) || !isText(holder) || !Number.isSafeInteger(typeCode)) return null;
  if (![activity, place, geohash].every(isAbsentOrText)) return null;
  return { number, holder, typeCode, activity: activity ?? null, place: place ?? null, geohash: geohash ?? null };
}

/**
 * The holder's key: {1: {1: 2, -1: 1, -2: x, -3: odd}} (RFC 8747 3.1, RFC 9053 7.1.1).
 *
 * @param {*} claim
 * @returns {import("./webcrypto.js").PublicKey|undefined}
 */
function readCnf(claim) {
  const key = claim instanceof Map && claim.size === 1 ? claim.get(1) : undefined;
  if (!(key instanceof Map) || key.size !== 4 || key.get(1) !== 2 || key.get(-1) !== 1) return undefined;
  const [x, odd] = [key.get(-2), key.get(-3)];
  if (!(x instanceof Uint8Array) || x.length !== 32 || typeof odd !== "boolean") return undefined;
  const y = decompress(x, odd);
  return y ? { alg: ALG_ES256, x, y } : undefined;
}

/**
 * All texts a person gets to see.
 *
 * @param {Claims} claims
 * @returns {string[]}
 */
export function textsOf(claims) {
  return [claims.number, claims.holder, claims.activity, claims.place].filter((text) => text !== null);
}

/**
 * The payload of minted claims, for tests and tools.
 *
 * @param {Claims} claims
 * @returns {Uint8Array}
 */
export function encodeClaims(claims) {
  const licence = new Map([
    [LICENCE.NUMBER, claims.number],
    [LICENCE.HOLDER, claims.holder],
    [LICENCE.TYPE, claims.typeCode],
  ]);
  if (claims.activity) licence.set(LICENCE.ACTIVITY, claims.activity);
  if (claims.place) licence.set(LICENCE.PLACE, claims.place);
  if (claims.geohash) licence.set(LICENCE.GEOHASH, claims.geohash);
  const status = new Map([["status_list", new Map([["idx", claims.statusIdx], ["uri", claims.statusUri]])]]);
  const payload = new Map([[CLAIM.EXP, claims.expiresAtS], [CLAIM.IAT, claims.issuedAtS], [CLAIM.STATUS, status], [CLAIM.LICENCE, licence]]);
  if (claims.notBeforeS !== null) payload.set(CLAIM.NBF, claims.notBeforeS);
  if (claims.undated) payload.set(CLAIM.UNDATED, true);
  if (claims.cnf) payload.set(CLAIM.CNF, encodeCnf(claims.cnf));
  return encodeCbor(payload);
}

/** @param {import("./webcrypto.js").PublicKey} key */
function encodeCnf(key) {
  return new Map([[1, new Map([[1, 2], [-1, 1], [-2, key.x], [-3, (key.y[31] & 1) === 1]])]]);
}
