/** The payload of a credential: which claims it has, of which kinds. */
import { encodeCbor } from "./cbor.js";
import { ALG_ES256, CLAIM, COSE_KEY, LICENCE, MAX_TEXT_CHARACTERS, MAX_TIME_S, NONCE_BYTES } from "./constants.js";
import { decompress } from "./p256.js";

const URI = /^https?:\/\/[!-~]+$/;
const GEOHASH = /^[0-9b-hjkmnp-z]{6}$/;
const MAX_COUNT = 2 ** 32 - 1;
const MAX_TYPE_CODE = 2 ** 16 - 1;

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
  return isWithin(value, 0, MAX_TIME_S);
}

/** @param {*} value */
export function isCount(value) {
  return isWithin(value, 0, MAX_COUNT);
}

/** @param {*} value */
export function isShortText(value) {
  return isText(value) && value.length >= 1 && Array.from(value).length <= MAX_TEXT_CHARACTERS;
}

/** @param {*} value */
export function isNonce(value) {
  return value instanceof Uint8Array && value.length === NONCE_BYTES;
}

/**
 * @param {*} value
 * @param {number} least
 * @param {number} most
 */
function isWithin(value, least, most) {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

/** @param {*} value */
const isText = (value) => typeof value === "string";

/** @param {*} value */
const isUri = (value) => isText(value) && value.length <= MAX_TEXT_CHARACTERS && URI.test(value);

/** @param {*} value */
const isGeohash = (value) => isText(value) && GEOHASH.test(value);

/**
 * Unknown claims are ignored, claims of a wrong kind are refused. The letters of the texts are judged elsewhere.
 *
 * @param {*} payload decoded CBOR
 * @returns {Claims|null}
 */
export function readClaims(payload) {
  if (!(payload instanceof Map)) return null;
  const times = readTimes(payload);
  const status = readStatus(payload.get(CLAIM.STATUS));
  const licence = readLicence(payload.get(CLAIM.LICENCE));
  const cnf = payload.has(CLAIM.CNF) ? readCnf(payload.get(CLAIM.CNF)) : null;
  return times && status && licence && cnf !== undefined ? { ...licence, ...status, ...times, cnf } : null;
}

/** @param {Map<*, *>} payload */
function readTimes(payload) {
  const [exp, nbf, iat] = [CLAIM.EXP, CLAIM.NBF, CLAIM.IAT].map((claim) => payload.get(claim));
  const undated = payload.has(CLAIM.UNDATED);
  if (undated && payload.get(CLAIM.UNDATED) !== true) return null;
  if (!isTime(exp) || !isTime(iat) || (payload.has(CLAIM.NBF) && !isTime(nbf))) return null;
  if (iat >= exp || nbf >= exp) return null; // It could never be valid.
  return { issuedAtS: iat, notBeforeS: nbf ?? null, expiresAtS: exp, undated };
}

/** @param {*} claim */
function readStatus(claim) {
  const list = claim instanceof Map ? claim.get("status_list") : undefined;
  if (!(list instanceof Map)) return null;
  const [idx, uri] = [list.get("idx"), list.get("uri")];
  return isCount(idx) && isUri(uri) ? { statusUri: uri, statusIdx: idx } : null;
}

/** @param {*} claim */
function readLicence(claim) {
  if (!(claim instanceof Map)) return null;
  const [number, holder, typeCode] = [LICENCE.NUMBER, LICENCE.HOLDER, LICENCE.TYPE].map((key) => claim.get(key));
  const [activity, place, geohash] = [LICENCE.ACTIVITY, LICENCE.PLACE, LICENCE.GEOHASH].map((key) => claim.get(key));
  if (!isText(number) || !isText(holder) || !isWithin(typeCode, 1, MAX_TYPE_CODE)) return null;
  if (claim.has(LICENCE.ACTIVITY) && !isText(activity)) return null;
  if (claim.has(LICENCE.PLACE) && !isText(place)) return null;
  if (claim.has(LICENCE.GEOHASH) && !isGeohash(geohash)) return null;
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
  if (!(key instanceof Map) || key.size !== 4) return undefined;
  if (key.get(COSE_KEY.KTY) !== COSE_KEY.KTY_EC2 || key.get(COSE_KEY.CRV) !== COSE_KEY.CRV_P256) return undefined;
  const [x, odd] = [key.get(COSE_KEY.X), key.get(COSE_KEY.Y)];
  if (!(x instanceof Uint8Array) || typeof odd !== "boolean") return undefined;
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
  if (claims.activity !== null) licence.set(LICENCE.ACTIVITY, claims.activity);
  if (claims.place !== null) licence.set(LICENCE.PLACE, claims.place);
  if (claims.geohash !== null) licence.set(LICENCE.GEOHASH, claims.geohash);
  const status = new Map([["status_list", new Map([["idx", claims.statusIdx], ["uri", claims.statusUri]])]]);
  const payload = new Map([
    [CLAIM.EXP, claims.expiresAtS],
    [CLAIM.IAT, claims.issuedAtS],
    [CLAIM.STATUS, status],
    [CLAIM.LICENCE, licence],
  ]);
  if (claims.notBeforeS !== null) payload.set(CLAIM.NBF, claims.notBeforeS);
  if (claims.undated) payload.set(CLAIM.UNDATED, true);
  if (claims.cnf) payload.set(CLAIM.CNF, encodeCnf(claims.cnf));
  return encodeCbor(payload);
}

/** @param {import("./webcrypto.js").PublicKey} key */
function encodeCnf(key) {
  const coseKey = new Map([
    [COSE_KEY.KTY, COSE_KEY.KTY_EC2],
    [COSE_KEY.CRV, COSE_KEY.CRV_P256],
    [COSE_KEY.X, key.x],
    [COSE_KEY.Y, (key.y[31] & 1) === 1],
  ]);
  return new Map([[1, coseKey]]);
}
