"""Verdicts on codes of the families HC1 and RAW."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from backend.code_verification.algorithms import held_by
from shared_models.credential.foreign.decode import ForeignDecoded
from shared_models.credential.foreign.judge import ForeignKey, ForeignVerdict, Rules, candidates, judge_foreign
from shared_models.credential.foreign.loose_cbor import to_plain
from shared_models.credential.profiles import ForeignProfile


def foreign_verdicts(
    codes: Iterable[str], profile: ForeignProfile, keys: Sequence[ForeignKey], aad: bytes, now_s: int | None
) -> Iterator[dict[str, Any]]:
    """One verdict for each code, in order. ``now_s`` is in seconds since 1970; None: times are not judged."""
    rules = profile.rules(now_s)
    for code in codes:
        yield _plain(_verdict(profile.decode(code, aad, now_s), keys, rules))


def _verdict(decoded: ForeignDecoded, keys: Sequence[ForeignKey], rules: Rules) -> ForeignVerdict:
    held = held_by(decoded.token, candidates(decoded, keys, rules)) if decoded.token is not None else ()
    return judge_foreign(decoded, keys, held, rules)


def _plain(verdict: ForeignVerdict) -> dict[str, Any]:
    """The members of VN1's verdicts; those that another family cannot have are null."""
    signer = verdict.signer.kid.hex() if verdict.signer is not None else None
    return {
        "outcome": verdict.outcome.value,
        "reasons": list(verdict.reasons),
        "kind": "NONE" if verdict.content is None else "PAPER",
        "claims": None if verdict.content is None else to_plain(verdict.content),
        "issuer": None if signer is None else {"code": signer, "name": signer},
        "status_as_of_s": None,
        "freshness": "NONE",
        "holder_signed_at_s": None,
    }
