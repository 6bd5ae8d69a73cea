"""What a batch is made of and what a scan means. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from marshmallow import ValidationError
from pymongo.errors import BulkWriteError

from shared_models.credential.judge import Verdict
from shared_models.credential.reasons import REASONS, Outcome, in_order
from shared_models.inspection import InspectionRecord, RecordKind, RecordState, ScanRecord
from shared_models.schemas.inspections import RECORD_SCHEMAS, record_id

AHEAD: Final = timedelta(minutes=5)
"""How far ahead of ours a phone's clock may be."""

_UNJUDGED: Final = frozenset({"status.no_list"})
"""Judged without status lists: what counts is whose signature held when, the licence's status is in the database."""

_DUPLICATE_KEY: Final = 11000
_SIGNATURE_FAULTS: Final = ("format.", "signature.", "key.")

Record = ScanRecord | InspectionRecord


@dataclass(slots=True)
class Item:
    """One place of a batch: what came, what it is, and what became of it. ``record`` is None when it cannot be read."""

    position: int
    id: str | None
    record: Record | None
    content_sha256: str
    state: RecordState | None = None
    code: str | None = None
    errors: Mapping[str, Any] | None = None

    def refuse(self, code: str, errors: Mapping[str, Any] | None = None) -> None:
        self.state, self.code, self.errors = RecordState.REFUSED, code, errors

    def answer(self) -> dict[str, Any]:
        if self.state is None:
            raise RuntimeError("a record of a batch was forgotten")
        answer: dict[str, Any] = {"id": self.id, "state": self.state.value}
        if self.code is not None:
            answer["code"] = self.code
        if self.errors:
            answer["errors"] = dict(self.errors)
        return answer


def read_item(position: int, data: Any, inspector_id: str, now: datetime) -> Item:
    """Reads one record. A record that cannot be is refused by itself; the others of its batch are not held."""
    item = Item(position, record_id(data), None, content_sha256(data, inspector_id))
    schema = RECORD_SCHEMAS.get(data.get("kind")) if isinstance(data.get("kind"), str) else None
    if schema is None:
        item.refuse("inspection.kind_unknown", {"kind": ["field.not_a_choice"]})
        return item
    try:
        loaded: Any = schema.load(data)
    except ValidationError as fault:
        item.refuse("request.invalid", _faulty_fields(fault.messages))
        return item
    if data["kind"] == RecordKind.SCAN:
        item.record = ScanRecord.from_wire(loaded)
        at = item.record.scanned_at
    else:
        item.record = InspectionRecord.from_wire(loaded)
        at = item.record.recorded_at
    if at > now + AHEAD:
        item.refuse("inspection.in_future")
    return item


def content_sha256(data: Any, inspector_id: str) -> str:
    """A name for a record's content and its sender: the same id with another one is another record."""
    text = json.dumps([inspector_id, data], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def reused_code(item: Item) -> str:
    """What is said of an id that came before with another content."""
    return "scan.id_reused" if isinstance(item.record, ScanRecord) else "inspection.id_reused"


def mark_repeated(items: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Pairs of (later, first) items of one batch that carry one id. Only the first ones are worked on.

    Another content under the id is refused at once; the same content gets the first one's fate.
    """
    first: dict[str, Item] = {}
    repeated = []
    for item in items:
        if item.record is None or item.id is None:
            continue
        earlier = first.setdefault(item.id, item)
        if earlier is item:
            continue
        if earlier.content_sha256 != item.content_sha256:
            item.refuse(reused_code(item))
        else:
            repeated.append((item, earlier))
    return repeated


def is_duplicate(fault: BulkWriteError) -> bool:
    """Whether all that a bulk insert failed for is ids that somebody else took a moment before (code 11000)."""
    errors = (fault.details or {}).get("writeErrors", [])
    return bool(errors) and all(error.get("code") == _DUPLICATE_KEY for error in errors)


def issuer_held(verdict: Verdict) -> bool:
    """Whether a scan shows a code that an agency really signed, with a key that may: only then is it about anybody."""
    return verdict.issuer is not None and not any(reason.startswith(_SIGNATURE_FAULTS) for reason in verdict.reasons)


def judged(verdict: Verdict) -> tuple[Outcome, tuple[str, ...]]:
    """Outcome and reasons at the moment of the scan, the status aside."""
    reasons = in_order({reason for reason in verdict.reasons if reason in REASONS} - _UNJUDGED)
    return (REASONS[reasons[0]] if reasons else Outcome.VALID_HOLDER_PRESENT), reasons


def _faulty_fields(messages: Any) -> dict[str, list[str]]:
    """The fields that a schema refused, each with its codes; a fault deeper inside is its field's."""
    return {
        str(name): [code for code in found if " " not in code] or ["field.invalid"]
        for name, inner in messages.items()
        for found in [inner if isinstance(inner, list) and all(isinstance(code, str) for code in inner) else []]
    }
