"""The verdict on a decoded text: every rule is applied and every reason kept (docs/credential.md 4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared_models.credential import constants as c
from shared_models.credential.checks import CheckResults, CheckRole, KeyedCheck, SignatureCheck
from shared_models.credential.claims import Claims
from shared_models.credential.decode import Decoded, Kind
from shared_models.credential.reasons import AGEING, REASONS, Outcome, in_order
from shared_models.credential.status_list import Status, StatusList
from shared_models.credential.trust_list import IssuerInfo, KeyRecord, KeyRole, TrustList

StatusLists = Mapping[str, StatusList]
"""Verified status lists by their uri."""


class Freshness(StrEnum):
    """How old the status list is that spoke."""

    FRESH = "FRESH"
    AGEING = "AGEING"
    STALE = "STALE"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found.

    Attributes:
        outcome: the most severe one among the reasons.
        reasons: all of them, most severe first.
        claims: what the credential says, believed or not; None where it could not be read.
        issuer: whose key signed it; None while no signature held.
        status_as_of_s: the time of the status list that spoke, in seconds since 1970.
        holder_signed_at_s: when the holder's phone says that it signed.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    claims: Claims | None
    issuer: IssuerInfo | None
    status_as_of_s: int | None
    freshness: Freshness
    holder_signed_at_s: int | None
    kind: Kind


def time_floor(now_s: int, trust: TrustList, status_lists: StatusLists) -> int:
    """The later of ``now_s`` and the newest signed time held: a clock that was turned back revives nothing."""
    newest_s = max([status_list.issued_at_s for status_list in status_lists.values()], default=0)
    return max(now_s, trust.issued_at_s, newest_s)


def keyed_checks(decoded: Decoded, trust: TrustList) -> tuple[KeyedCheck, ...]:
    """The checks to run: each signature with each key that may have made it."""
    keyed = []
    for check in decoded.checks:
        keys = [check.key] if check.key is not None else [record.key for record in _candidates(check, trust)]
        keyed += [KeyedCheck(check, key) for key in keys]
    return tuple(keyed)


def judge(
    decoded: Decoded,
    results: CheckResults,
    trust: TrustList,
    status_lists: StatusLists,
    now_s: int,
    nonce: bytes | None = None,
) -> Verdict:
    """Applies the rules.

    Args:
        decoded: what was read.
        results: of `keyed_checks`; a missing one counts as failed.
        trust: the verified trust list.
        status_lists: the verified status lists.
        now_s: the later of device clock and last server time, in seconds since 1970.
        nonce: the 8 bytes that this verifier showed the holder, if it did.
    """
    reasons = set(decoded.problems)
    if decoded.host is not None and decoded.host not in trust.hosts:
        reasons.add("paper.foreign_host")
    claims = decoded.claims
    if claims is None:
        return _verdict(decoded, reasons, None, None, Freshness.NONE)
    now_s = time_floor(now_s, trust, status_lists)
    status_list = status_lists.get(claims.status_uri)
    freshness = _freshness(status_list, trust, now_s)
    issuer, faults = _issuer(decoded, results, trust)
    reasons.update(
        faults,
        _time_reasons(claims, now_s),
        _status_reasons(claims, status_list, freshness),
        _holder_reasons(decoded, results, now_s, nonce),
    )
    return _verdict(decoded, reasons, issuer, status_list, freshness)


def _verdict(
    decoded: Decoded,
    reasons: set[str],
    issuer: IssuerInfo | None,
    status_list: StatusList | None,
    freshness: Freshness,
) -> Verdict:
    ordered = in_order(reasons)
    outcome = REASONS[ordered[0]] if ordered else Outcome.VALID_HOLDER_PRESENT
    holds = outcome in (Outcome.VALID_HOLDER_PRESENT, Outcome.VALID_HOLDER_NOT_PROVEN)
    if holds and freshness is Freshness.AGEING:
        ordered += (AGEING,)
    shown = decoded.presentation
    return Verdict(
        outcome=outcome,
        reasons=ordered,
        claims=decoded.claims,
        issuer=issuer,
        status_as_of_s=status_list.issued_at_s if status_list is not None else None,
        freshness=freshness,
        holder_signed_at_s=shown.signed_at_s if shown is not None else None,
        kind=decoded.kind,
    )


def _candidates(check: SignatureCheck, trust: TrustList) -> tuple[KeyRecord, ...]:
    """The records that may have made this signature; the algorithm is the record's, never the token's alone."""
    return tuple(record for record in trust.candidates(check.kid or b"") if record.key.alg == check.alg)


def _issuer(decoded: Decoded, results: CheckResults, trust: TrustList) -> tuple[IssuerInfo | None, tuple[str, ...]]:
    """Whose signature held, and what that key was not allowed to do."""
    check = next((check for check in decoded.checks if check.role is CheckRole.ISSUER), None)
    if check is None or decoded.claims is None:
        return None, ()
    candidates = _candidates(check, trust)
    if not candidates:
        return None, ("key.wrong_alg" if trust.candidates(check.kid or b"") else "key.unknown",)
    signers = [record for record in candidates if results.get(KeyedCheck(check, record.key), False)]
    if not signers:
        return None, ("signature.invalid",)
    faults = [_key_faults(record, decoded.claims) for record in signers]
    chosen = faults.index(()) if () in faults else 0
    return signers[chosen].issuer, faults[chosen]


def _key_faults(record: KeyRecord, claims: Claims) -> tuple[str, ...]:
    faults = {
        "key.wrong_role": record.role != KeyRole.LICENCE,
        "key.wrong_type": claims.type_code not in record.type_codes,
        "key.outside_window": not record.is_open_at(claims.issued_at_s),
        "key.compromised": record.compromised_at_s is not None,
    }
    return tuple(reason for reason, is_so in faults.items() if is_so)


def _time_reasons(claims: Claims, now_s: int) -> Iterator[str]:
    if now_s >= claims.expires_at_s:
        yield "time.expired"
    if claims.not_before_s is not None and claims.not_before_s > now_s + c.SKEW_S:
        yield "time.not_yet_valid"
    if claims.issued_at_s > now_s + c.SKEW_S:
        yield "time.issued_in_future"


def _freshness(status_list: StatusList | None, trust: TrustList, now_s: int) -> Freshness:
    if status_list is None:
        return Freshness.NONE
    if now_s > status_list.expires_at_s or now_s > trust.expires_at_s:
        return Freshness.STALE
    return Freshness.AGEING if now_s - status_list.issued_at_s > status_list.ttl_s else Freshness.FRESH


def _status_reasons(claims: Claims, status_list: StatusList | None, freshness: Freshness) -> Iterator[str]:
    """The value counts however old the list is: what was revoked stays revoked."""
    if status_list is None:
        yield "status.no_list"
        return
    if freshness is Freshness.STALE:
        yield "status.stale"
    if claims.status_index >= len(status_list.entries):
        yield "status.out_of_range"
        return
    status = status_list.entries[claims.status_index]
    if status == Status.REVOKED:
        yield "status.revoked"
    elif status == Status.SUSPENDED:
        yield "status.suspended"
    elif status == Status.NOT_ISSUED:
        yield "status.newer_than_list" if claims.issued_at_s > status_list.issued_at_s else "status.not_issued"


def _holder_reasons(decoded: Decoded, results: CheckResults, now_s: int, nonce: bytes | None) -> Iterator[str]:
    shown = decoded.presentation
    if shown is None:
        yield "holder.paper" if decoded.kind is Kind.PAPER else "holder.no_presentation"
        return
    for check in decoded.checks:
        if check.key is not None and not results.get(KeyedCheck(check, check.key), False):
            yield "holder.signature_invalid"
    if nonce is not None:
        if shown.nonce != nonce:
            yield "holder.nonce_mismatch"
        return
    age_s = now_s - shown.signed_at_s
    if age_s > c.PRESENTATION_MAX_AGE_S:
        yield "holder.too_old"
    if age_s < -c.PRESENTATION_MAX_AHEAD_S:
        yield "holder.in_future"
