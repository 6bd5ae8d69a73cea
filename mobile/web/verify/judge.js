/**
 * From checks to a verdict. No cryptography and no clock: `now` comes in. The twin of
 * shared_models/credential/judge.py.
 */
import { equalBytes } from "./bytes.js";
import { PRESENTATION_MAX_AGE_S, PRESENTATION_MAX_AHEAD_S, SKEW_S } from "./constants.js";
import { KIND } from "./decode.js";
import { AGEING, inOrder, REASONS } from "./reasons.js";
import { STATUS, statusAt } from "./status_list.js";
import { candidates, isOpenAt, ROLE } from "./trust_list.js";

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
  const verdict = { issuer: null, statusAsOfS: null, freshness: FRESHNESS.NONE };
  const { claims } = decoded;
  if (decoded.host !== null && !trust.hosts.includes(decoded.host)) say("paper.foreign_host");
  if (claims) {
    const floorS = timeFloor(nowS, trust, statusLists);
    verdict.issuer = judgeIssuer(decoded, results, trust, say);
    judgeTime(claims, floorS, say);
    Object.assign(verdict, judgeStatus({ claims, list: statusLists.get(claims.statusUri), trust, nowS: floorS }, say));
    judgeHolder({ decoded, results, nowS: floorS, nonce }, say);
  }
  const reasons = inOrder(problems);
  const outcome = reasons.length ? REASONS.get(reasons[0]) : "VALID_HOLDER_PRESENT";
  if (verdict.freshness === FRESHNESS.AGEING && outcome.startsWith("VALID_")) reasons.push(AGEING);
  const holderSignedAtS = decoded.presentation?.issuedAtS ?? null;
  return { outcome, reasons, claims, kind: decoded.kind, holderSignedAtS, ...verdict };
}

/**
 * The later of `nowS` and the newest signed time held: a clock that was turned back revives nothing.
 *
 * @param {number} nowS
 * @param {import("./trust_list.js").TrustList} trust
 * @param {Map<string, import("./status_list.js").StatusList>} statusLists
 */
export function timeFloor(nowS, trust, statusLists) {
  return Math.max(nowS, trust.iatS, ...Array.from(statusLists.values(), (list) => list.iatS));
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
  const named = candidates(trust, check.kid);
  if (!named.some((record) => record.key.alg === check.alg)) {
    say(named.length ? "key.wrong_alg" : "key.unknown");
    return null;
  }
  const signers = [...results].filter(([keyed, good]) => good && keyed.role === "issuer").map(([keyed]) => keyed.record);
  if (!signers.length) {
    say("signature.invalid");
    return null;
  }
  const faults = signers.map((record) => keyFaults(record, decoded.claims));
  const chosen = Math.max(faults.findIndex((list) => !list.length), 0);
  faults[chosen].forEach(say);
  return signers[chosen].issuer;
}

/**
 * @param {import("./trust_list.js").KeyRecord} record
 * @param {import("./claims.js").Claims} claims
 * @returns {string[]} what the key was not allowed to do
 */
function keyFaults(record, claims) {
  const faults = [];
  if (record.role !== ROLE.LICENCE) faults.push("key.wrong_role");
  if (!record.types.includes(claims.typeCode)) faults.push("key.wrong_type");
  if (!isOpenAt(record, claims.issuedAtS)) faults.push("key.outside_window");
  if (record.compromisedAtS !== null) faults.push("key.compromised");
  return faults;
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
 * @param {object} evidence
 * @param {import("./claims.js").Claims} evidence.claims
 * @param {import("./status_list.js").StatusList|undefined} evidence.list
 * @param {import("./trust_list.js").TrustList} evidence.trust
 * @param {number} evidence.nowS
 * @param {Say} say
 * @returns {{statusAsOfS: number|null, freshness: string}}
 */
function judgeStatus({ claims, list, trust, nowS }, say) {
  if (!list) {
    say("status.no_list");
    return { statusAsOfS: null, freshness: FRESHNESS.NONE };
  }
  const freshness = freshnessOf(list, trust, nowS);
  if (freshness === FRESHNESS.STALE) say("status.stale");
  // The value counts however old the list is: what was revoked stays revoked.
  const status = statusAt(list, claims.statusIdx);
  if (status === null) say("status.out_of_range");
  if (status === STATUS.REVOKED) say("status.revoked");
  if (status === STATUS.SUSPENDED) say("status.suspended");
  // Minted after this list was signed: the list cannot know it yet.
  if (status === STATUS.NOT_ISSUED) say(claims.issuedAtS > list.iatS ? "status.newer_than_list" : "status.not_issued");
  return { statusAsOfS: list.iatS, freshness };
}

/**
 * @param {import("./status_list.js").StatusList} list
 * @param {import("./trust_list.js").TrustList} trust
 * @param {number} nowS
 * @returns {string} one of FRESHNESS
 */
export function freshnessOf(list, trust, nowS) {
  if (nowS > list.expS || nowS > trust.expS) return FRESHNESS.STALE;
  return nowS - list.iatS > list.ttlS ? FRESHNESS.AGEING : FRESHNESS.FRESH;
}

/**
 * @param {{decoded: import("./decode.js").Decoded, results: Map<object, boolean>, nowS: number, nonce: Uint8Array|null}} evidence
 * @param {Say} say
 */
function judgeHolder({ decoded, results, nowS, nonce }, say) {
  const shown = decoded.presentation;
  if (!shown) {
    say(decoded.kind === KIND.PAPER ? "holder.paper" : "holder.no_presentation");
    return;
  }
  const isSigned = [...results].some(([keyed, good]) => good && keyed.role === "holder");
  if (!isSigned) say("holder.signature_invalid");
  if (nonce) {
    if (!shown.nonce || !equalBytes(shown.nonce, nonce)) say("holder.nonce_mismatch");
    return;
  }
  const ageS = nowS - shown.issuedAtS;
  if (ageS > PRESENTATION_MAX_AGE_S) say("holder.too_old");
  if (ageS < -PRESENTATION_MAX_AHEAD_S) say("holder.in_future");
}
