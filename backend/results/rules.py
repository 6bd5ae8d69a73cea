"""What makes a delivery possible at all, before anybody's key or database is asked. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from shared_models.clock import city_date
from shared_models.errors import Invalid
from shared_models.person import clean_name
from shared_models.result import HolderKind

EARLIEST: Final = date(1990, 1, 1)
FARTHEST: Final = timedelta(days=366 * 100)
START_AHEAD: Final = timedelta(days=366)
"""How far in the future a licence may begin."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivered result as read from the wire. ``place`` is ``{address, commune_code, lat, lon}`` or None."""

    delivery_id: str
    type: str
    number: str
    holder_kind: HolderKind
    holder_name: str
    tax_code: str | None
    personal_id: str
    activity: str | None
    place: Mapping[str, Any] | None
    valid_from: date
    valid_until: date | None
    document: bytes
    document_sha256: str

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> "Delivery":
        """From a loaded ``ResultDeliverySchema``."""
        holder = data["holder"]
        plain = {name: value for name, value in data.items() if name != "holder"}
        return cls(
            holder_kind=HolderKind(holder["kind"]),
            holder_name=holder["name"],
            tax_code=holder["tax_code"],
            personal_id=holder["personal_id"],
            **plain,
        )

    def to_payload(self) -> dict[str, Any]:
        """Everything but the file, as plain values that a database keeps; `from_payload` reads it."""
        content = {name: getattr(self, name) for name in self.__slots__ if name not in {"document", "place"}}
        return content | {
            "place": dict(self.place) if self.place else None,
            "holder_kind": self.holder_kind.value,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any], document: bytes) -> "Delivery":
        """The delivery again, with the same `content_sha256`."""
        until = payload["valid_until"]
        changed = {
            "holder_kind": HolderKind(payload["holder_kind"]),
            "valid_from": date.fromisoformat(payload["valid_from"]),
            "valid_until": date.fromisoformat(until) if until else None,
            "document": document,
        }
        return cls(**{**payload, **changed})

    def content_sha256(self) -> str:
        """A name for everything that was delivered: a retry with another byte anywhere has another one."""
        content = {name: getattr(self, name) for name in self.__slots__ if name not in {"document", "place"}}
        content["place"] = dict(self.place) if self.place else None
        content["document"] = hashlib.sha256(self.document).hexdigest()
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def check_hash(delivery: Delivery) -> None:
    """Raises ``Invalid("result.hash_mismatch")`` when the file is not the one that the agency meant to send."""
    found = hashlib.sha256(delivery.document).hexdigest()
    if not hmac.compare_digest(found, delivery.document_sha256):
        raise Invalid("result.hash_mismatch", {"document_sha256": ["result.hash_mismatch"]})


def check_dates(valid_from: date, valid_until: date | None, now: datetime) -> None:
    """Refuses days that cannot be those of a licence delivered now.

    Raises:
        Invalid: ``result.dates_impossible`` naming ``valid_from`` or ``valid_until``.
    """
    today = city_date(now)
    if not EARLIEST <= valid_from <= today + START_AHEAD:
        raise Invalid("result.dates_impossible", {"valid_from": ["result.dates_impossible"]})
    if valid_until is not None and not max(valid_from, today) <= valid_until <= today + FARTHEST:
        raise Invalid("result.dates_impossible", {"valid_until": ["result.dates_impossible"]})


def owner_name(delivery: Delivery) -> str:
    """The name under which an owner is known until they sign in and VNeID says who they are.

    A person's own name; of a business only its letters, because an agency delivers the business name and its owner's
    personal id but not the owner's name.

    Raises:
        Invalid: ``person.name_malformed``.
    """
    name = delivery.holder_name
    if delivery.holder_kind is HolderKind.ORGANISATION:
        letters = "".join(letter if letter.isalpha() else " " for letter in name)
        name = " ".join(letters.split())[:100].strip()
    try:
        return clean_name(name)
    except Invalid as fault:
        raise Invalid(fault.code, {"holder.name": [fault.code]}) from fault


_FIELDS_OF_CLAIMS: Final = {
    "number": "number",
    "holder": "holder.name",
    "activity": "activity",
    "place": "place.address",
    "geohash": "place.lat",
    "expires_at_s": "valid_until",
    "not_before_s": "valid_from",
    "type_code": "type",
}


def as_delivered(fault: Invalid) -> Invalid:
    """A refusal of the mint in the words of the delivery: the names of claims become those of its fields."""
    fields = {_FIELDS_OF_CLAIMS.get(name, name): codes for name, codes in fault.fields.items()}
    return Invalid(fault.code, fields, **fault.params)
