/** The trust list: which keys may sign what, and which hosts print our paper codes. Signed by the city's root key. */
import { equalBytes } from "./bytes.js";
import { isCount, isShortText, isTime } from "./claims.js";
import { ALG_ES256, CLAIM, KID_BYTES, TRUST_LIST_TYPE } from "./constants.js";
import { isOnCurve } from "./p256.js";
import { readToken } from "./status_list.js";

export const ROLE = Object.freeze({ LICENCE: 1, STATUS: 2 });
const KEY = Object.freeze({
  KID: 1,
  X: 2,
  Y: 3,
  ALG: 4,
  ROLE: 5,
  ISSUER: 6,
  NAME: 7,
  TYPES: 8,
  NBF: 9,
  EXP: 10,
  COMPROMISED_AT: 11,
});

/**
 * @typedef {object} KeyRecord
 * @property {Uint8Array} kid
 * @property {import("./webcrypto.js").PublicKey} key
 * @property {number} role
 * @property {{code: string, name: string}} issuer
 * @property {number[]} types
 * @property {number} nbfS
 * @property {number} expS
 * @property {number|null} compromisedAtS
 */

/**
 * @typedef {object} TrustList
 * @property {number} version
 * @property {number} iatS
 * @property {number} expS
 * @property {KeyRecord[]} keys
 * @property {string[]} hosts
 */

/**
 * Reads a trust list. Nothing of it may be used before its check has passed with the root key.
 *
 * @param {Uint8Array} token
 * @returns {{list: TrustList, check: import("./status_list.js").ListCheck}|null}
 */
export function parseTrustList(token) {
  const read = readToken(token, TRUST_LIST_TYPE);
  if (!read) return null;
  const [expS, iatS, version] = [CLAIM.EXP, CLAIM.IAT, CLAIM.TRUST_VERSION].map((claim) => read.payload.get(claim));
  const [records, hosts] = [read.payload.get(CLAIM.TRUST_KEYS), read.payload.get(CLAIM.TRUST_HOSTS)];
  if (!isTime(expS) || !isTime(iatS) || !isCount(version)) return null;
  if (!Array.isArray(records) || !Array.isArray(hosts) || !hosts.every(isShortText)) return null;
  const keys = records.map(readKey);
  return keys.includes(null) ? null : { list: { version, iatS, expS, keys, hosts }, check: read.check };
}

/**
 * A role that is not known here allows nothing; it does not spoil the list.
 *
 * @param {*} record
 * @returns {KeyRecord|null}
 */
function readKey(record) {
  if (!(record instanceof Map)) return null;
  const [role, code, name, types] = [KEY.ROLE, KEY.ISSUER, KEY.NAME, KEY.TYPES].map((label) => record.get(label));
  const [kid, nbfS, expS] = [KEY.KID, KEY.NBF, KEY.EXP].map((label) => record.get(label));
  const key = readPublicKey(record);
  const isNamed = kid instanceof Uint8Array && kid.length === KID_BYTES && isShortText(code) && isShortText(name);
  if (!key || !isNamed || !isCount(role)) return null;
  if (!Array.isArray(types) || !types.every(isCount) || !isTime(nbfS) || !isTime(expS)) return null;
  const compromisedAtS = record.has(KEY.COMPROMISED_AT) ? record.get(KEY.COMPROMISED_AT) : null;
  if (compromisedAtS !== null && !isTime(compromisedAtS)) return null;
  if (record.has(KEY.COMPROMISED_AT) && compromisedAtS === null) return null;
  return { kid, key, role, issuer: { code, name }, types, nbfS, expS, compromisedAtS };
}

/**
 * A key of an algorithm that cannot be checked here is kept as it is: it verifies nothing, and older apps stay alive.
 *
 * @param {Map<number, *>} record
 * @returns {import("./webcrypto.js").PublicKey|null}
 */
function readPublicKey(record) {
  const [alg, x, y] = [KEY.ALG, KEY.X, KEY.Y].map((label) => record.get(label));
  const isInteger = typeof alg === "number" || typeof alg === "bigint"; // CBOR has no other numbers here
  const isWhole = isInteger && x instanceof Uint8Array && y instanceof Uint8Array;
  if (!isWhole || (alg === ALG_ES256 && !isOnCurve(x, y))) return null;
  return { alg, x, y };
}

/**
 * A kid is a name, not an identity: all keys that bear it are candidates.
 *
 * @param {TrustList} trust
 * @param {Uint8Array} kid
 * @returns {KeyRecord[]}
 */
export function candidates(trust, kid) {
  return trust.keys.filter((record) => equalBytes(record.kid, kid));
}

/**
 * @param {KeyRecord} record
 * @param {number} momentS
 * @returns {boolean} both ends belong to the window
 */
export function isOpenAt(record, momentS) {
  return record.nbfS <= momentS && momentS <= record.expS;
}

/**
 * @param {TrustList} trust
 * @param {import("./status_list.js").ListCheck} check of a status list
 * @param {number} issuedAtS the list's
 * @returns {KeyRecord[]} the keys that may have signed it
 */
export function listSigners(trust, check, issuedAtS) {
  return candidates(trust, check.kid).filter(
    (record) =>
      record.role === ROLE.STATUS &&
      record.key.alg === check.alg &&
      record.compromisedAtS === null &&
      isOpenAt(record, issuedAtS),
  );
}
