"""Taking in what inspectors' phones have queued, once and only once, and showing them their own history."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pymongo.errors import BulkWriteError

from backend.infra.mongo import Document
from backend.inspections.documents import INSPECTIONS, SCANS
from backend.inspections.ports import InspectionPorts
from backend.inspections.rules import Item, is_duplicate, mark_repeated, read_item
from backend.inspections.services.judging import Judgement, Judging
from backend.inspections.services.storing import Storing
from shared_models.access import Actor, Role, Scope
from shared_models.errors import Forbidden, Upstream
from shared_models.inspection import RecordKind, RecordState, ScanRecord

TRANSACTION_RECORDS: Final = 50
"""Records in one transaction: large enough to be quick, small enough to be repeated."""

_TRIES: Final = 4


class Inspections:
    def __init__(self, ports: InspectionPorts) -> None:
        self._ports: Final = ports
        self._judging: Final = Judging(ports.wallet)
        self._storing: Final = Storing(ports)

    def receive(self, actor: Actor, records: Sequence[Any]) -> list[dict[str, Any]]:
        """Stores a batch and says of each record, in order: ``{id, state, code?, errors?}``.

        Scans are stored before inspections, wherever they stand, so an inspection may come with its scan. A record
        that was stored before changes nothing; the same id with another content is refused.
        """
        actor.require(Scope.INSPECTIONS_WRITE)
        if actor.role is not Role.INSPECTOR:
            raise Forbidden("access.forbidden")
        now = self._ports.clock.now()
        items = [read_item(position, data, actor.id, now) for position, data in enumerate(records)]
        repeated = mark_repeated(items)
        later = {item.position for item, _ in repeated}
        work = [item for item in items if item.state is None and item.position not in later]
        scans = [item for item in work if isinstance(item.record, ScanRecord)]
        judgements = self._judging.judge([item.record for item in scans if isinstance(item.record, ScanRecord)])
        others = [item for item in work if not isinstance(item.record, ScanRecord)]
        for chunk in _chunks([*scans, *others]):
            fates = self._store(actor, chunk, judgements)
            for item in chunk:
                item.state, item.code = fates[item.position]
        for item, first in repeated:
            item.state, item.code = first.state, first.code
            if first.state is RecordState.STORED:
                item.state = RecordState.ALREADY_STORED
        return [item.answer() for item in items]

    def history(self, actor: Actor, cursor: str | None, limit: int) -> dict[str, Any]:
        """The inspector's own scans and inspections, newest first."""
        actor.require(Scope.INSPECTIONS_READ)
        wanted: Document = {"inspector_id": actor.id}
        if cursor is not None:
            wanted["order"] = {"$lt": cursor}
        found = [
            (kind, row)
            for kind, name in ((RecordKind.SCAN, SCANS), (RecordKind.INSPECTION, INSPECTIONS))
            for row in self._ports.database.collection(name).find(wanted).sort("order", -1).limit(limit + 1)
        ]
        found.sort(key=lambda pair: pair[1]["order"], reverse=True)
        page = found[:limit]
        return {
            "items": [_shown(kind, row) for kind, row in page],
            "next_cursor": page[-1][1]["order"] if len(found) > limit else None,
        }

    def _store(
        self, actor: Actor, chunk: Sequence[Item], judgements: Mapping[str, Judgement]
    ) -> Mapping[int, tuple[RecordState, str | None]]:
        """One transaction. When another request stores the same records just now, it is done again and finds them."""
        for _ in range(_TRIES):
            try:
                return self._ports.database.transaction(
                    lambda session: self._storing.store(actor, chunk, judgements, session)
                )
            except BulkWriteError as fault:
                if not is_duplicate(fault):
                    raise
        raise Upstream("server.busy", transient=True)


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), TRANSACTION_RECORDS):
        yield items[start : start + TRANSACTION_RECORDS]


def _shown(kind: RecordKind, row: Document) -> dict[str, Any]:
    is_scan = kind is RecordKind.SCAN
    return {
        "kind": kind.value,
        "id": row["_id"],
        "at": row["scanned_at" if is_scan else "recorded_at"],
        "received_at": row["received_at"],
        "outcome": row["outcome"],
        "licence_id": row["licence_id"],
        "number": row["number"],
        "type": row["type"],
        "scan_id": None if is_scan else row["scan_id"],
        "result": None if is_scan else row["result"],
        "note": "" if is_scan else row["note"],
        "place": row["place"],
    }
