/** A verdict as other rooms get it: plain JSON, names as in Python. */
import { licenceType } from "./verify/types.js";

/**
 * @param {import("./verify/judge.js").Verdict & {carrier: string|null}} verdict
 * @returns {object}
 */
export function verdictJson(verdict) {
  const { claims } = verdict;
  return {
    outcome: verdict.outcome,
    reasons: verdict.reasons,
    kind: verdict.kind,
    carrier: verdict.carrier,
    issuer: verdict.issuer,
    status_as_of_s: verdict.statusAsOfS,
    freshness: verdict.freshness,
    holder_signed_at_s: verdict.holderSignedAtS,
    claims: claims && {
      number: claims.number,
      holder: claims.holder,
      type_code: claims.typeCode,
      type: licenceType(claims.typeCode)?.key ?? null,
      activity: claims.activity,
      place: claims.place,
      geohash: claims.geohash,
      issued_at_s: claims.issuedAtS,
      not_before_s: claims.notBeforeS,
      expires_at_s: claims.expiresAtS,
      undated: claims.undated,
      status_uri: claims.statusUri,
      status_index: claims.statusIdx,
    },
  };
}
