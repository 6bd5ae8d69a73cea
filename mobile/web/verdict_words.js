/** What a verdict is called: tone, icon, words. Shared by the scanner and the public check page. */
import { dateOf, momentOf, t, timeOf } from "./i18n.js";
import { licenceType } from "./verify/types.js";

const LOOKS = {
  VALID_HOLDER_PRESENT: ["valid", "shield_check"],
  VALID_HOLDER_NOT_PROVEN: ["outline", "person_question"],
  STATUS_UNKNOWN: ["unknown", "cloud_off"],
  SUSPENDED: ["amber", "pause"],
  NOT_YET_VALID: ["amber", "clock"],
  REVOKED: ["red", "octagon_cross"],
  EXPIRED: ["red", "octagon_cross"],
  INVALID: ["red", "octagon_cross"],
  NOT_OURS: ["unknown", "qr_question"],
};

/**
 * @param {string} outcome
 * @returns {{tone: string, drawing: string}}
 */
export function lookOf(outcome) {
  const [tone, drawing] = LOOKS[outcome];
  return { tone, drawing };
}

/**
 * The one line under the verdict: the gravest reason in plain words.
 *
 * @param {import("./verify/judge.js").Verdict} verdict
 * @param {boolean} [isAnswer] to a nonce: then the time that the holder's phone says may be any
 * @returns {string}
 */
export function reasonLine(verdict, isAnswer = false) {
  if (verdict.outcome === "VALID_HOLDER_PRESENT") {
    if (isAnswer) return t("verdict.answered");
    return t("verdict.signed_at", { time: timeOf(verdict.holderSignedAtS, true) });
  }
  return t(isRevokedOnPhone(verdict) ? "reason.status.revoked_on_phone" : `reason.${verdict.reasons[0]}`);
}

/**
 * What the outcome means, in half a line.
 *
 * @param {import("./verify/judge.js").Verdict} verdict
 * @returns {string}
 */
export function meaningLine(verdict) {
  return t(isRevokedOnPhone(verdict) ? "outcome.REVOKED.sub_on_phone" : `outcome.${verdict.outcome}.sub`);
}

/** A phone's own credential is revoked with its licence, but also when its owner blocks the phone. */
function isRevokedOnPhone({ reasons, claims }) {
  return reasons[0] === "status.revoked" && Boolean(claims?.cnf);
}

/**
 * @param {import("./verify/claims.js").Claims} claims
 * @returns {string}
 */
export function typeWords({ typeCode }) {
  return t(`type.${licenceType(typeCode)?.key ?? "unknown"}`);
}

/**
 * @param {import("./verify/claims.js").Claims} claims
 * @returns {string} 21/11/2026 – 20/11/2029
 */
export function rangeWords({ issuedAtS, notBeforeS, expiresAtS, undated }) {
  const from = dateOf(notBeforeS ?? issuedAtS);
  return undated ? t("verdict.from_no_end", { from }) : t("verdict.range", { from, to: dateOf(expiresAtS) });
}

/**
 * Whether anybody vouches for what the credential says: what failed to verify is shown, but not as a fact.
 *
 * @param {import("./verify/judge.js").Verdict} verdict
 */
export function isVouchedFor(verdict) {
  return verdict.issuer !== null && verdict.outcome !== "INVALID";
}

/**
 * @param {import("./verify/judge.js").Verdict} verdict
 * @param {number} nowS
 * @returns {string} empty without a list
 */
export function asOfWords({ statusAsOfS }, nowS) {
  return statusAsOfS === null ? "" : momentOf(statusAsOfS, nowS);
}
