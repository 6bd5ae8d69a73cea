/**
 * From checks to a verdict. No cryptography and no clock: `now` comes in. The twin of
 * shared_models/credential/judge.py.
 */
import { equalBytes } from "./bytes.js";
import { ALG_ES256 } from "./cose.js";
import { KIND } from "./decode.js";
import { STATUS, statusAt } from "./status_list.js";
import { candidates, ROLE } from "./trust_list.js";

/** From the one that hides all others to the best. */
export const OUTCOMES = Object.freeze([
  "NOT_OURS",
  "INVALID",
  "REVOKED",
  "EXPIRED",
  "NOT_YET_VALID",
  "SUSPENDED",
  "STATUS_UNKNOWN",
  "VALID_HOLDER_NOT_PROVEN",
  "VALID_HOLDER_PRESENT",
]);
export const FRESHNESS = Object.freeze({ FRESH: "FRESH", AGEING: "AGEING", STALE: "STALE", NONE: "NONE" });
const FUTURE_SKEW_S = 300;
const PRESENTATION_WINDOW_S = Object.freeze({ before: -30, after: 90 });

/**
 * @typedef {object} Verdict
 * @property {string} outcome
 * @property {string[]} reasons
 * @property {import("./claims.js").Claims|null} claims
 * @property {{code: string, name: string}|null} issuer
 * @property {number|null} statusAsOfS
 * @property {string} freshness
 * @property {number|null} holderSignedAtS
 * @property {string} kind
 */

/**
 * One check for each key that could have made the issuer's signature, and the holder's check with the holder's key.
 *
 * @param {import("./decode.js").Decoded} decoded
 * @param {import("./trust_list.js").TrustList} trust
 */
export function keyedChecks(decoded, trust) {
  return decoded.checks.flatMap((check) => {
    if (check.role === "holder") return [{ ...check, record: null }];
    return candidates(trust, check.kid).map((record) => ({ ...check, key: record.key, record }));
  });
}

/**
 * @param {object} evidence
 * @param {import("./decode.js").Decoded} evidence.decoded
 * @param {Map<object, boolean>} evidence.results answers of runChecks over keyedChecks
 * @param {import("./trust_list.js").TrustList} evidence.trust
 * @param {Map<string, import("./status_list.js").StatusList>} evidence.statusLists by uri
 * @param {number} evidence.nowS
 * @param {Uint8Array|null} [evidence.nonce] the one this inspector's phone shows
 * @returns {Verdict}
 */
export function judge({ decoded, results, trust, statusLists, nowS, nonce = null }) {
  const problems = [...decoded.problems];
  const verdict = { issuer: null, statusAsOfS: null, freshness: FRESHNESS.NONE, holderSignedAtS: null };
  const say = (outcome, reason) => problems.push({ outcome, reason });
  const { claims } = decoded;
  if (claims && decoded.kind !== KIND.NONE) {
    if (decoded.host !== null && !trust.hosts.includes(decoded.host)) say("INVALID", "paper.foreign_host");
    verdict.issuer = judgeIssuer(decoded, results, trust, say);
    judgeTime(claims, nowS, say);
    Object.assign(verdict, judgeStatus(claims, statusLists.get(claims.statusUri), nowS, say));
    verdict.holderSignedAtS = judgeHolder({ decoded, results, nowS, nonce }, say);
  }
  const outcome = OUTCOMES.find((candidate) => problems.some((problem) => problem.outcome === candidate));
  return {
    outcome: outcome ?? "VALID_HOLDER_PRESENT",
    reasons: [...new Set(problems.map((problem) => problem.reason))],
    claims,
    kind: decoded.kind,
    ...verdict,
  };
}

/** @typedef {(outcome: string, reason: string) => void} Say */

/**
 * @param {import("./decode.js").Decoded} decoded
 * @param {Map<object, boolean>} results
 * @param {import("./trust_list.js").TrustList} trust
 * @param {Say} say
 * @returns {{code: string, name: string}|null} the issuer, when one of its keys made the signature
 */
function judgeIssuer(decoded, results, trust, say) {
  const check = decoded.checks.find(({ role }) => role === "issuer");
  const records = candidates(trust, check.kid);
  if (!records.length) {
    say("INVALID", "key.unknown");
    return null;
  }
  if (check.alg !== ALG_ES256 || !records.some((record) => record.key.alg === check.alg)) {
    say("INVALID", "key.wrong_alg");
    return null;
  }
  const answered = [...results].filter(([keyed, good]) => good && keyed.role === "issuer");
  const signer = answered.map(([keyed]) => keyed.record).find((record) => record.key.alg === check.alg);
  if (!signer) {
    if (!decoded.problems.some(({ reason }) => reason === "signature.malformed")) say("INVALID", "signature.invalid");
    return null;
  }
  judgeKey(signer, decoded.claims, say);
  return signer.issuer;
}

/**
 * @param {import("./trust_list.js").KeyRecord} record
 * @param {import("./claims.js").Claims} claims
 * @param {Say} say
 */
function judgeKey(record, claims, say) {
  if (record.role !== ROLE.LICENCE) say("INVALID", "key.wrong_role");
  if (record.types && !record.types.includes(claims.typeCode)) say("INVALID", "key.wrong_type");
  if (claims.issuedAtS < (record.nbfS ?? 0) || claims.issuedAtS > (record.expS ?? Infinity)) {
    say("INVALID", "key.outside_window");
  }
  if (record.compromisedAtS !== null) say("INVALID", "key.compromised");
}

/**
 * @param {import("./claims.js").Claims} claims
 * @param {number} nowS
 * @param {Say} say
 */
function judgeTime(claims, nowS, say) {
  if (nowS >= claims.expiresAtS) say("EXPIRED", "time.expired");
  if (claims.issuedAtS > nowS + FUTURE_SKEW_S) say("NOT_YET_VALID", "time.issued_in_future");
  if (claims.notBeforeS !== null && claims.notBeforeS > nowS + FUTURE_SKEW_S) say("NOT_YET_VALID", "time.not_yet_valid");
}

/**
 * @param {import("./claims.js").Claims} claims
 * @param {import("./status_list.js").StatusList|undefined} list
 * @param {number} nowS
 * @param {Say} say
 * @returns {{statusAsOfS: number|null, freshness: string}}
 */
function judgeStatus(claims, list, nowS, say) {
  if (!list) {
    say("STATUS_UNKNOWN", "status.no_list");
    return { statusAsOfS: null, freshness: FRESHNESS.NONE };
  }
  const status = statusAt(list, claims.statusIdx);
  if (status === null) say("INVALID", "status.out_of_range");
  if (status === STATUS.REVOKED) say("REVOKED", "status.revoked");
  if (status === STATUS.SUSPENDED) say("SUSPENDED", "status.suspended");
  if (status === STATUS.NOT_ISSUED) {
    // Minted after this list was signed: the list cannot know it yet.
    if (claims.issuedAtS > list.iatS) say("STATUS_UNKNOWN", "status.newer_than_list");
    else say("INVALID", "status.not_issued");
  }
  const freshness = freshnessOf(list, nowS);
  if (freshness === FRESHNESS.STALE) say("STATUS_UNKNOWN", "status.stale");
  return { statusAsOfS: list.iatS, freshness };
}

/**
 * @param {import("./status_list.js").StatusList} list
 * @param {number} nowS
 */
export function freshnessOf(list, nowS) {
  if (nowS >= list.expS) return FRESHNESS.STALE;
  return nowS - list.iatS <= list.ttlS ? FRESHNESS.FRESH : FRESHNESS.AGEING;
}

/**
 * @param {{decoded: import("./decode.js").Decoded, results: Map<object, boolean>, nowS: number, nonce: Uint8Array|null}} evidence
 * @param {Say} say
 * @returns {number|null} when the holder's phone signed
 */
function judgeHolder({ decoded, results, nowS, nonce }, say) {
  if (decoded.kind === KIND.PAPER) say("VALID_HOLDER_NOT_PROVEN", "holder.paper");
  if (decoded.kind === KIND.BOUND) say("VALID_HOLDER_NOT_PROVEN", "holder.no_presentation");
  if (decoded.kind !== KIND.PRESENTATION) return null;
  const answered = [...results].find(([keyed]) => keyed.role === "holder");
  if (!answered?.[1]) say("INVALID", "holder.signature_invalid");
  const shown = decoded.presentation;
  const age = nowS - shown.issuedAtS;
  if (nonce) {
    if (!shown.nonce || !equalBytes(shown.nonce, nonce)) say("VALID_HOLDER_NOT_PROVEN", "holder.nonce_mismatch");
  } else if (age > PRESENTATION_WINDOW_S.after) {
    say("VALID_HOLDER_NOT_PROVEN", "holder.too_old");
  } else if (age < PRESENTATION_WINDOW_S.before) {
    say("VALID_HOLDER_NOT_PROVEN", "holder.in_future");
  }
  return shown.issuedAtS;
}
