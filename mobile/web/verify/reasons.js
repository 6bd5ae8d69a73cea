/** Outcomes and reasons of a verdict, in order of severity. The twin of shared_models/credential/reasons.py. */

/** The most severe first. */
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

const BY_OUTCOME = {
  NOT_OURS: ["format.not_ours"],
  INVALID: [
    "format.encoding",
    "format.too_long",
    "format.cbor",
    "format.cose",
    "format.claims",
    "format.text",
    "signature.malformed",
    "signature.invalid",
    "key.unknown",
    "key.wrong_alg",
    "key.wrong_role",
    "key.wrong_type",
    "key.outside_window",
    "key.compromised",
    "status.not_issued",
    "status.out_of_range",
    "holder.signature_invalid",
    "holder.wrong_audience",
    "paper.foreign_host",
  ],
  REVOKED: ["status.revoked"],
  EXPIRED: ["time.expired"],
  NOT_YET_VALID: ["time.not_yet_valid", "time.issued_in_future"],
  SUSPENDED: ["status.suspended"],
  STATUS_UNKNOWN: ["status.no_list", "status.stale", "status.newer_than_list"],
  VALID_HOLDER_NOT_PROVEN: [
    "holder.paper",
    "holder.no_presentation",
    "holder.too_old",
    "holder.in_future",
    "holder.nonce_mismatch",
  ],
};

/** Changes no outcome: it stands beside a VALID one. */
export const AGEING = "status.ageing";

/** Each reason with the outcome that it alone would lead to. @type {ReadonlyMap<string, string>} */
export const REASONS = new Map(
  Object.entries(BY_OUTCOME).flatMap(([outcome, reasons]) => reasons.map((reason) => [reason, outcome])),
);
const RANK = new Map([...REASONS.keys(), AGEING].map((reason, rank) => [reason, rank]));

/**
 * @param {Iterable<string>} reasons
 * @returns {string[]} each once, the most severe first
 */
export function inOrder(reasons) {
  return [...new Set(reasons)].sort((left, right) => RANK.get(left) - RANK.get(right));
}

/** A text or token that cannot be read on; `reason` is the reason of the verdict. */
export class FormatError extends Error {
  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}
