/**
 * From checks to a verdict. No cryptography and no clock: `now` comes in. The twin of
 * shared_models/credential/judge.py.
 */
import { equalBytes } from "./bytes.js";
import { PRESENTATION_MAX_AGE_S, PRESENTATION_MAX_AHEAD_S, SKEW_S } from "./constants.js";
import { KIND } from "./decode.js";
import { AGEING, inOrder, OUTCOMES, REASONS } from "./reasons.js";
import { STATUS, statusAt } from "./status_list.js";
import { candidates, ROLE } from "./trust_list.js";

export const FRESHNESS = Object.freeze({ FRESH: "FRESH", AGEING: "AGEING", STALE: "STALE", NONE: "NONE" });

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
    const records = candidates(trust, check.kid).filter((record) => record.key.alg === check.alg);
    return records.map((record) => ({ ...check, key: record.key, record }));
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
  const say = (reason) => problems.push(reason);
  const verdict = { issuer: null, statusAsOfS: null, freshness: FRESHNESS.NONE, holderSignedAtS: null };
  const { claims } = decoded;
  if (claims) {
    if (decoded.host !== null && !trust.hosts.includes(decoded.host)) say("paper.foreign_host");
    verdict.issuer = judgeIssuer(decoded, results, trust, say);
    judgeTime(claims, nowS, say);
    Object.assign(verdict, judgeStatus(claims, statusLists.get(claims.statusUri), nowS, say));
    verdict.holderSignedAtS = judgeHolder({ decoded, results, nowS, nonce }, say);
  }
  const outcome = OUTCOMES.find((each) => problems.some((reason) => REASONS.get(reason) === each)) ?? "VALID_HOLDER_PRESENT";
  if (verdict.freshness === FRESHNESS.AGEING && outcome.startsWith("VALID_")) problems.push(AGEING);
  return { outcome, reasons: inOrder(problems), claims, kind: decoded.kind, ...verdict };
}

/** @typedef {(reason: string) => void} Say */

/**
 * @param {import("./decode.js").Decoded} decoded
 * @param {Map<object, boolean>} results
 * @param {import("./trust_list.js").TrustList} trust
 * @param {Say} say
 * @returns {{code: string, name: string}|null} the issuer, when one of its keys made the signature
 */
function judgeIssuer(decoded, results, trust, say) {
  const check = decoded.checks.find(({ role }) => role === "issuer");
  if (!check) return null;
  const records = candidates(trust, check.kid);
  if (!records.length) say("key.unknown");
  else if (!records.some((record) => record.key.alg === check.alg)) say("key.wrong_alg");
  if (!records.some((record) => record.key.alg === check.alg)) return null;
  const signer = [...results].find(([keyed, good]) => good && keyed.role === "issuer")?.[0].record;
  if (!signer) {
    say("signature.invalid");
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
  if (record.role !== ROLE.LICENCE) say("key.wrong_role");
  if (!record.types.includes(claims.typeCode)) say("key.wrong_type");
  if (claims.issuedAtS < record.nbfS || claims.issuedAtS > record.expS) {
    say("key.outside_window");
  }
  if (record.compromisedAtS !== null) say("key.compromised");
}

/**
 * @param {import("./claims.js").Claims} claims
 * @param {number} nowS
 * @param {Say} say
 */
function judgeTime(claims, nowS, say) {
  if (nowS >= claims.expiresAtS) say("time.expired");
  if (claims.issuedAtS > nowS + SKEW_S) say("time.issued_in_future");
  if (claims.notBeforeS !== null && claims.notBeforeS > nowS + SKEW_S) say("time.not_yet_valid");
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
    say("status.no_list");
    return { statusAsOfS: null, freshness: FRESHNESS.NONE };
  }
  const status = statusAt(list, claims.statusIdx);
  if (status === null) say("status.out_of_range");
  if (status === STATUS.REVOKED) say("status.revoked");
  if (status === STATUS.SUSPENDED) say("status.suspended");
  if (status === STATUS.NOT_ISSUED) {
    // Minted after this list was signed: the list cannot know it yet.
    if (claims.issuedAtS > list.iatS) say("status.newer_than_list");
    else say("status.not_issued");
  }
  const freshness = freshnessOf(list, nowS);
  if (freshness === FRESHNESS.STALE) say("status.stale");
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
  if (decoded.kind === KIND.PAPER) say("holder.paper");
  if (decoded.kind === KIND.BOUND) say("holder.no_presentation");
  if (decoded.kind !== KIND.PRESENTATION) return null;
  const isSigned = [...results].some(([keyed, good]) => good && keyed.role === "holder");
  if (!isSigned) say("holder.signature_invalid");
  const shown = decoded.presentation;
  const age = nowS - shown.issuedAtS;
  if (nonce) {
    if (!shown.nonce || !equalBytes(shown.nonce, nonce)) say("holder.nonce_mismatch");
  } else if (age > PRESENTATION_MAX_AGE_S) {
    say("holder.too_old");
  } else if (age < -PRESENTATION_MAX_AHEAD_S) {
    say("holder.in_future");
  }
  return shown.issuedAtS;
}
