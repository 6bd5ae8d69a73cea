"""Inspections in the field: what was scanned, and what the officer found.

Both records are made on the inspector's phone, with ids of its own, possibly hours before the server hears of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

BATCH_LIMIT: Final = 500
"""Records in one batch."""


class Outcome(StrEnum):
    """What an inspection came to."""

    IN_ORDER = "in_order"
    VIOLATION = "violation"


class RecordKind(StrEnum):
    SCAN = "scan"
    INSPECTION = "inspection"


class RecordState(StrEnum):
    """What the server did with one record of a batch."""

    STORED = "stored"
    ALREADY_STORED = "already_stored"
    REFUSED = "refused"


class CheckState(StrEnum):
    PASS = "pass"  # noqa: S105 - a tick in a checklist, not a password
    FAIL = "fail"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the phone was: WGS 84 degrees and the radius in metres that it claims."""

    lat: float
    lon: float
    accuracy_m: float

    def to_document(self) -> dict[str, float]:
        return {"lat": self.lat, "lon": self.lon, "accuracy_m": self.accuracy_m}


@dataclass(frozen=True, slots=True)
class ScanRecord:
    """One reading of one code. ``outcome`` and ``reasons`` are what the phone showed; the server judges again.

    ``nonce``: the 8 bytes that the inspector's phone had asked with, if it had.
    """

    id: str
    scanned_at: datetime
    outcome: str
    reasons: tuple[str, ...]
    carrier: str | None
    code: str | None
    purpose: str
    place: Place | None
    status_as_of: datetime | None
    nonce: bytes | None = None

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> "ScanRecord":
        """From a loaded ``ScanRecordSchema``."""
        return cls(
            id=data["id"],
            scanned_at=data["scanned_at"],
            outcome=data["outcome"],
            reasons=tuple(data["reasons"]),
            carrier=data["carrier"],
            code=data["code"],
            purpose=data["purpose"],
            place=_place(data["place"]),
            status_as_of=data["status_as_of"],
            nonce=data["nonce"],
        )


@dataclass(frozen=True, slots=True)
class InspectionRecord:
    """What the officer found on the visit at which ``scan_id`` was read."""

    id: str
    scan_id: str
    recorded_at: datetime
    result: Outcome
    checklist: tuple[tuple[str, CheckState], ...]
    note: str
    place: Place | None

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> "InspectionRecord":
        """From a loaded ``InspectionRecordSchema``."""
        return cls(
            id=data["id"],
            scan_id=data["scan_id"],
            recorded_at=data["recorded_at"],
            result=Outcome(data["result"]),
            checklist=tuple((line["key"], CheckState(line["state"])) for line in data["checklist"]),
            note=data["note"],
            place=_place(data["place"]),
        )


def _place(data: Mapping[str, float] | None) -> Place | None:
    return None if data is None else Place(data["lat"], data["lon"], data["accuracy_m"])


@dataclass(frozen=True, slots=True)
class LicenceInspected:
    """An inspection of a known licence has been recorded. All ids, nothing personal."""

    event_id: str
    inspection_id: str
    licence_id: str
    owner_id: str
    result: Outcome
    at: datetime
