"""A licence as the phone keeps it, and what its owner should be told about it today."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from shared_models.clock import city_date, from_wire

# What a month and a half means for someone who must renew: procedures take up to 20 working days.
SOON_DAYS = 45


class Standing(StrEnum):
    """What the owner sees; the order is the order of colours, not of importance."""

    VALID = "valid"
    EXPIRING = "expiring"
    SUSPENDED = "suspended"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


# The first needs its owner most; what is over keeps its place at the end.
ATTENTION = (
    Standing.SUSPENDED,
    Standing.EXPIRING,
    Standing.VALID,
    Standing.NOT_YET_VALID,
    Standing.EXPIRED,
    Standing.REVOKED,
)


@dataclass(frozen=True, slots=True)
class Licence:
    """One `WalletLicence` of the API. `credential` is base64url COSE bound to this phone, None before registration."""

    id: str
    type: str
    number: str
    holder_name: str
    activity: str | None
    address: str | None
    issuer_name: str
    issued_at: datetime
    valid_from: date
    valid_until: date | None
    status: str
    status_since: datetime
    status_reason: str | None
    decision_number: str | None
    credential: str | None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Licence":
        """Read what the server sent. Raises KeyError or ValueError when it is not a WalletLicence."""
        place = data["place"] or {}
        until = data["valid_until"]
        return cls(
            id=data["id"],
            type=data["type"],
            number=data["number"],
            holder_name=data["holder_name"],
            activity=data["activity"],
            address=place.get("address"),
            issuer_name=data["issuer"]["name"],
            issued_at=from_wire(data["issued_at"]),
            valid_from=date.fromisoformat(data["valid_from"]),
            valid_until=date.fromisoformat(until) if until else None,
            status=data["status"],
            status_since=from_wire(data["status_since"]),
            status_reason=data["status_reason"],
            decision_number=data["decision_number"],
            credential=data["credential"],
        )

    def days_left(self, now: datetime) -> int | None:
        """Whole days until the last day in the city's calendar: 0 on that day, negative after it."""
        return (self.valid_until - city_date(now)).days if self.valid_until else None

    def standing(self, now: datetime) -> Standing:
        if self.status != "valid":
            return Standing(self.status)
        left = self.days_left(now)
        if left is not None and left < 0:
            return Standing.EXPIRED
        if city_date(now) < self.valid_from:
            return Standing.NOT_YET_VALID
        return Standing.EXPIRING if left is not None and left <= SOON_DAYS else Standing.VALID

    def can_show(self, now: datetime) -> bool:
        """Whether showing its QR makes sense: a suspended one can be shown, a finished one cannot."""
        return self.credential is not None and self.standing(now) not in {Standing.EXPIRED, Standing.REVOKED}


def by_attention(licences: list[Licence], now: datetime, pinned_id: str | None) -> list[Licence]:
    """Order by what matters now: the pinned one, then what needs its owner, then what ends first."""

    def rank(licence: Licence) -> tuple[int, int, str]:
        standing = licence.standing(now)
        place = -1 if licence.id == pinned_id and licence.can_show(now) else ATTENTION.index(standing)
        return place, licence.valid_until.toordinal() if licence.valid_until else date.max.toordinal(), licence.number

    return sorted(licences, key=rank)
