"""Outcomes and reasons of a verdict: the one table, in order of severity (docs/credential.md 4).

A reason is a dotted code and the key of its sentence in the message catalogues (``reason.<code>``).
"""

from enum import StrEnum
from typing import ClassVar, Final


class Outcome(StrEnum):
    """What the inspector is told, the most severe first."""

    NOT_OURS = "NOT_OURS"
    INVALID = "INVALID"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SUSPENDED = "SUSPENDED"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"
    VALID_HOLDER_NOT_PROVEN = "VALID_HOLDER_NOT_PROVEN"
    VALID_HOLDER_PRESENT = "VALID_HOLDER_PRESENT"


REASONS: Final[dict[str, Outcome]] = {
    "format.not_ours": Outcome.NOT_OURS,
    "format.encoding": Outcome.INVALID,
    "format.too_long": Outcome.INVALID,
    "format.cbor": Outcome.INVALID,
    "format.cose": Outcome.INVALID,
    "format.claims": Outcome.INVALID,
    "format.text": Outcome.INVALID,
    "signature.malformed": Outcome.INVALID,
    "signature.invalid": Outcome.INVALID,
    "key.unknown": Outcome.INVALID,
    "key.wrong_alg": Outcome.INVALID,
    "key.wrong_role": Outcome.INVALID,
    "key.wrong_type": Outcome.INVALID,
    "key.outside_window": Outcome.INVALID,
    "key.compromised": Outcome.INVALID,
    "status.not_issued": Outcome.INVALID,
    "status.out_of_range": Outcome.INVALID,
    "holder.signature_invalid": Outcome.INVALID,
    "holder.wrong_audience": Outcome.INVALID,
    "paper.foreign_host": Outcome.INVALID,
    "status.revoked": Outcome.REVOKED,
    "time.expired": Outcome.EXPIRED,
    "time.not_yet_valid": Outcome.NOT_YET_VALID,
    "time.issued_in_future": Outcome.NOT_YET_VALID,
    "status.suspended": Outcome.SUSPENDED,
    "status.no_list": Outcome.STATUS_UNKNOWN,
    "status.stale": Outcome.STATUS_UNKNOWN,
    "status.newer_than_list": Outcome.STATUS_UNKNOWN,
    "holder.paper": Outcome.VALID_HOLDER_NOT_PROVEN,
    "holder.no_presentation": Outcome.VALID_HOLDER_NOT_PROVEN,
    "holder.too_old": Outcome.VALID_HOLDER_NOT_PROVEN,
    "holder.in_future": Outcome.VALID_HOLDER_NOT_PROVEN,
    "holder.nonce_mismatch": Outcome.VALID_HOLDER_NOT_PROVEN,
}
"""Each reason with the outcome that it alone would lead to; later ones never outweigh earlier ones."""

AGEING: Final = "status.ageing"
"""The one reason that changes no outcome: it stands beside a VALID one."""

_RANK: Final = {reason: rank for rank, reason in enumerate(REASONS)}


def in_order(reasons: set[str]) -> tuple[str, ...]:
    """The reasons, most severe first."""
    return tuple(sorted(reasons, key=_RANK.__getitem__))


class FormatError(ValueError):
    """A text or token that cannot be read on; ``reason`` is the reason of the verdict."""

    reason: ClassVar[str]
