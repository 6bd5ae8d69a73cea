/** The trust list: which keys may sign what, and which hosts print our paper codes. Signed by the city's root key. */
import { equalBytes } from "./bytes.js";
import { isTime } from "./claims.js";
import { CLAIM, COORDINATE_BYTES, KID_BYTES, TRUST_LIST_TYPE } from "./constants.js";
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
  if (!isTime(expS) || !isTime(iatS) || !Number.isSafeInteger(version) || version < 0) return null;
  if (!Array.isArray(records) || !Array.isArray(hosts)) return null;
  if (!hosts.every((host) => typeof host === "string")) return null;
  const keys = records.map(readKey);
  return keys.includes(null) ? null : { list: { version, iatS, expS, keys, hosts }, check: read.check };
}

/**
 * @param {*} record
 * @returns {KeyRecord|null}
 */
function readKey(record) {
  if (!(record instanceof Map)) return null;
  const [kid, x, y, alg] = [KEY.KID, KEY.X, KEY.Y, KEY.ALG].map((key) => record.get(key));
  const [role, code, name, types] = [KEY.ROLE, KEY.ISSUER, KEY.NAME, KEY.TYPES].map((key) => record.get(key));
  const [nbf, exp] = [record.get(KEY.NBF), record.get(KEY.EXP)];
  const compromised = record.get(KEY.COMPROMISED_AT);
  const sizes = [
    [kid, KID_BYTES],
    [x, COORDINATE_BYTES],
    [y, COORDINATE_BYTES],
  ];
  if (!sizes.every(([bytes, size]) => bytes instanceof Uint8Array && bytes.length === size)) return null;
  if (!Number.isSafeInteger(alg) || !Object.values(ROLE).includes(role)) return null;
  if (typeof code !== "string" || typeof name !== "string") return null;
  if (!Array.isArray(types) || !types.every(Number.isSafeInteger)) return null;
  if (!isTime(nbf) || !isTime(exp) || (compromised !== undefined && !isTime(compromised))) return null;
  const times = { nbfS: nbf, expS: exp, compromisedAtS: compromised ?? null };
  return { kid, key: { alg, x, y }, role, issuer: { code, name }, types, ...times };
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
