"""One transaction of a batch: what is new is written with its ledger entries and notices, what is known stays."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.inspections.documents import INSPECTIONS, SCANS
from backend.inspections.ports import InspectionPorts
from backend.inspections.rules import Item, reused_code
from backend.inspections.services.judging import Judgement
from backend.notices.service import Notification
from shared_models.access import Actor
from shared_models.access_action import AccessAction
from shared_models.inspection import InspectionRecord, LicenceInspected, Outcome, RecordState, ScanRecord
from shared_models.notice import LICENCE_CHECKED

Fate = tuple[RecordState, str | None]

_STORED: Final[Fate] = (RecordState.STORED, None)
_KNOWN: Final[Fate] = (RecordState.ALREADY_STORED, None)
_NO_SCAN: Final[Fate] = (RecordState.REFUSED, "scan.unknown")


class Storing:
    def __init__(self, ports: InspectionPorts) -> None:
        self._ports: Final = ports

    def store(
        self, actor: Actor, items: Sequence[Item], judgements: Mapping[str, Judgement], session: Session
    ) -> dict[int, Fate]:
        """Stores items of one batch, all with different ids; what became of each, by position."""
        fates: dict[int, Fate] = {}
        held = {
            name: self._held(name, [item.id for item in items if _collection_of(item) == name], session)
            for name in (SCANS, INSPECTIONS)
        }
        new = []
        for item in items:
            known = held[_collection_of(item)].get(item.id or "")
            if known is None:
                new.append(item)
            else:
                same = known["content_sha256"] == item.content_sha256
                fates[item.position] = _KNOWN if same else (RecordState.REFUSED, reused_code(item))
        scans = self._store_scans(actor, new, judgements, session)
        stored = self._store_inspections(actor, new, scans, session)
        fates |= {item.position: _STORED if item.id in scans or item.id in stored else _NO_SCAN for item in new}
        return fates

    def _held(self, name: str, ids: Sequence[str | None], session: Session) -> dict[str, Document]:
        if not ids:
            return {}
        found = self._ports.database.collection(name).find({"_id": {"$in": list(ids)}}, session=session)
        return {row["_id"]: row for row in found}

    def _store_scans(
        self, actor: Actor, items: Sequence[Item], judgements: Mapping[str, Judgement], session: Session
    ) -> dict[str, Document]:
        documents = {
            item.record.id: self._scan(actor, item, item.record, judgements[item.record.id])
            for item in items
            if isinstance(item.record, ScanRecord)
        }
        if documents:
            self._ports.database.collection(SCANS).insert_many(list(documents.values()), session=session)
            entries = [_entry(actor, scan) for scan in documents.values() if scan["owner_id"] is not None]
            self._ports.ledger.record(entries, session)
        return documents

    def _store_inspections(
        self, actor: Actor, items: Sequence[Item], scans: Mapping[str, Document], session: Session
    ) -> dict[str, Document]:
        records = [(item, item.record) for item in items if isinstance(item.record, InspectionRecord)]
        earlier = self._held(SCANS, [record.scan_id for _, record in records if record.scan_id not in scans], session)
        documents: dict[str, Document] = {}
        for item, record in records:
            scan = scans.get(record.scan_id) or earlier.get(record.scan_id)
            if scan is not None and scan["inspector_id"] == actor.id:
                documents[record.id] = self._inspection(actor, item, record, scan)
        if documents:
            self._ports.database.collection(INSPECTIONS).insert_many(list(documents.values()), session=session)
            self._tell(actor, [row for row in documents.values() if row["owner_id"] is not None], session)
        return documents

    def _tell(self, actor: Actor, inspections: Sequence[Document], session: Session) -> None:
        notifications = [
            Notification(
                row["owner_id"],
                LICENCE_CHECKED,
                {
                    "number": row["number"],
                    "type": row["type"],
                    "agency": actor.agency_name or "",
                    "result": row["result"],
                },
                row["licence_id"],
            )
            for row in inspections
        ]
        self._ports.notices.notify(notifications, session)
        for row in inspections:
            event = LicenceInspected(
                event_id=self._ports.ids.new("evt"),
                inspection_id=row["_id"],
                licence_id=row["licence_id"],
                owner_id=row["owner_id"],
                result=Outcome(row["result"]),
                at=row["received_at"],
            )
            self._ports.events.raise_(event, session)

    def _scan(self, actor: Actor, item: Item, record: ScanRecord, judgement: Judgement) -> Document:
        return {
            **self._frame(actor, item, record, record.scanned_at),
            "scanned_at": record.scanned_at,
            "outcome": record.outcome,
            "reasons": list(record.reasons),
            "judged_outcome": judgement.outcome.value,
            "judged_reasons": list(judgement.reasons),
            "carrier": record.carrier,
            "purpose": record.purpose,
            "status_as_of": record.status_as_of,
            **_subject_fields(judgement),
        }

    def _inspection(self, actor: Actor, item: Item, record: InspectionRecord, scan: Document) -> Document:
        return {
            **self._frame(actor, item, record, record.recorded_at),
            "scan_id": record.scan_id,
            "recorded_at": record.recorded_at,
            "outcome": scan["outcome"],
            "result": record.result.value,
            "checklist": [{"key": key, "state": state.value} for key, state in record.checklist],
            "note": record.note,
            **{name: scan[name] for name in ("licence_id", "owner_id", "number", "type")},
        }

    def _frame(self, actor: Actor, item: Item, record: ScanRecord | InspectionRecord, at: Any) -> Document:
        return {
            "_id": record.id,
            "content_sha256": item.content_sha256,
            "inspector_id": actor.id,
            "agency_code": actor.agency_code,
            "order": order_key(at, self._ports.ids.random(ORDER_RANDOM_BYTES)),
            "received_at": self._ports.clock.now(),
            "place": record.place.to_document() if record.place else None,
        }


def _collection_of(item: Item) -> str:
    return SCANS if isinstance(item.record, ScanRecord) else INSPECTIONS


def _subject_fields(judgement: Judgement) -> Document:
    subject = judgement.subject
    return {
        "licence_id": subject.licence_id if subject else None,
        "owner_id": subject.owner_id if subject else None,
        "number": subject.number if subject else None,
        "type": subject.type if subject else None,
    }


def _entry(actor: Actor, scan: Document) -> AccessEntry:
    return AccessEntry(
        at=scan["scanned_at"],
        subject_id=scan["owner_id"],
        action=AccessAction.LICENCE_CHECKED.value,
        actor=actor,
        purpose=scan["purpose"],
        place=scan["place"],
        licence_id=scan["licence_id"],
        reference=scan["_id"],
    )
