/**
 * Every number of the format: labels, claim keys, limits and windows. The twin of shared_models/credential/constants.py.
 *
 * The Token Status List and SD-CWT documents are drafts that request their code points; when these are assigned, only
 * the two files of constants change.
 */

/** COSE header labels (RFC 9052 3.1, RFC 9596; SD-CWT for 13). */
export const HEADER = Object.freeze({ ALG: 1, CRIT: 2, KID: 4, KCWT: 13, TYPE: 16 });
export const ALG_ES256 = -7;
export const TAG_COSE_SIGN1 = 18;

/** CWT claims (RFC 8392 4) and ours. 7: no end date is printed. */
export const CLAIM = Object.freeze({
  SUB: 2,
  AUD: 3,
  EXP: 4,
  NBF: 5,
  IAT: 6,
  UNDATED: 7,
  CNF: 8,
  CNONCE: 39,
  STATUS: 65535,
  STATUS_LIST: 65533,
  TTL: 65534,
  LICENCE: -70001,
  TRUST_VERSION: -70010,
  TRUST_KEYS: -70011,
  TRUST_HOSTS: -70012,
  NEXT_ROOT: -70013,
});
export const LICENCE = Object.freeze({ NUMBER: 1, HOLDER: 2, TYPE: 3, ACTIVITY: 4, PLACE: 5, GEOHASH: 6 });
/** COSE_Key (RFC 9053 7.1.1). */
export const COSE_KEY = Object.freeze({ KTY: 1, KTY_EC2: 2, CRV: -1, CRV_P256: 1, X: -2, Y: -3 });

export const STATUS_LIST_TYPE = "application/statuslist+cwt";
export const TRUST_LIST_TYPE = "application/congdan-trust-list+cwt";
export const ROOT_HANDOVER_TYPE = "application/congdan-root-handover+cwt";
export const KBT_TYPE = 294;
export const KBT_AUDIENCE = "inspector";

/** Bytes, entries, characters. */
export const NONCE_BYTES = 8;
export const KID_BYTES = 8;
export const COORDINATE_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const MAX_TOKEN_BYTES = 4096;
export const MAX_LIST_TOKEN_BYTES = 2 ** 20;
export const MAX_DEPTH = 8;
export const MAX_TEXT_CHARACTERS = 200;
export const STATUS_ENTRIES = 2 ** 20;

/** Seconds. The last of the year 9999: a time in milliseconds is refused by its size. */
export const MAX_TIME_S = 253_402_300_799;
export const SKEW_S = 300;
export const PRESENTATION_MAX_AGE_S = 90;
export const PRESENTATION_MAX_AHEAD_S = 30;
