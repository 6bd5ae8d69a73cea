"""The claims of other people's CWTs (RFC 8392): all of them optional."""

import math
from dataclasses import dataclass
from typing import Any, Final

from shared_models.credential.constants import EXPIRES, ISSUED_AT, MAX_TIME_S, NOT_BEFORE
from shared_models.credential.foreign.loose_cbor import Tag
from shared_models.credential.members import ClaimsError

# Electronic Health Certificate Specification, hcert; kinds by the last arc of the key usage OID 1.3.6.1.4.1.1847.2021.1
_HCERT: Final = -260
_EU_CERTIFICATE: Final = 1
KINDS: Final = {"t": 1, "v": 2, "r": 3}

_EPOCH_TAG: Final = 1


@dataclass(frozen=True, slots=True)
class ForeignClaims:
    """What a token says; times in seconds since 1970, None where it says none.

    Attributes:
        content: the payload, decoded.
        type_codes: what a health certificate certifies: 1 test, 2 vaccination, 3 recovery.
    """

    content: dict[Any, Any]
    issued_at_s: float | None
    not_before_s: float | None
    expires_at_s: float | None
    type_codes: frozenset[int]


def read_foreign_claims(payload: Any) -> ForeignClaims:
    """The claims of a decoded payload.

    Raises:
        ClaimsError: not a map, a time that is no number of the years 1970 to 9999, a health certificate that is none.
    """
    if type(payload) is not dict:
        raise ClaimsError("not a map")
    return ForeignClaims(
        content=payload,
        issued_at_s=_time(payload, ISSUED_AT),
        not_before_s=_time(payload, NOT_BEFORE),
        expires_at_s=_time(payload, EXPIRES),
        type_codes=_type_codes(payload),
    )


def _time(payload: dict[Any, Any], label: int) -> float | None:
    """A NumericDate: an integer or a float; the tag that RFC 8392 2 leaves out is tolerated."""
    if label not in payload:
        return None
    value = payload[label]
    if isinstance(value, Tag) and value.number == _EPOCH_TAG:
        value = value.value
    if type(value) not in (int, float) or not math.isfinite(value) or not 0 <= value <= MAX_TIME_S:
        raise ClaimsError("a time is a number of seconds since 1970")
    seconds: float = value
    return seconds


def _type_codes(payload: dict[Any, Any]) -> frozenset[int]:
    """What is certified; a token without a health certificate certifies nothing of the kind."""
    if _HCERT not in payload:
        return frozenset()
    hcert = payload[_HCERT]
    certificate = hcert.get(_EU_CERTIFICATE) if type(hcert) is dict else None
    if type(certificate) is not dict:
        raise ClaimsError("not a health certificate")
    return frozenset(code for kind, code in KINDS.items() if certificate.get(kind))
