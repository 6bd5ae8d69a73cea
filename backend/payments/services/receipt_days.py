"""The use of receipts on a day: numbers from and to, what was cancelled, sums by the way the money came.

What is cancelled counts on the day on which it is cancelled, so a day that is over never changes.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from backend.infra.mongo import Document
from backend.infra.order import order_key
from backend.payments.documents import RECEIPTS
from backend.payments.receipt_ports import ReceiptPorts
from backend.payments.services.receipt_readings import standing
from shared_models.access import Actor, Scope
from shared_models.clock import start_of_day
from shared_models.payment.order import GatewayKey
from shared_models.payment.receipt import number_text

MOST_ANNULLED: Final = 100

_SUM: Final[Document] = {"count": {"$sum": 1}, "amount": {"$sum": "$amount"}}
_ENDS: Final[Document] = {"first": {"$min": "$number"}, "last": {"$max": "$number"}}


class ReceiptDays:
    """Nothing of it names who paid, so nobody's access log tells of it."""

    def __init__(self, ports: ReceiptPorts) -> None:
        self._ports: Final = ports

    def of(self, actor: Actor, day: date, cursor: str | None, limit: int) -> dict[str, Any]:
        """``ReceiptDaySchema``: the agency's day in the city, its receipts newest first."""
        actor.require(Scope.PAYMENTS_COLLECT)
        start = start_of_day(day)
        end = start + timedelta(days=1)
        issued: Document = {"agency.code": actor.agency_code, "change": {"$gte": _key(start), "$lt": _key(end)}}
        annulled: Document = {
            "agency.code": actor.agency_code,
            "cancelled.at": {"$gte": start, "$lt": end},
            # What the index of cancelled ones is made of.
            "cancelled.request_id": {"$gt": ""},
        }
        used, gone = self._sums(issued, _SUM | _ENDS), self._sums(annulled, _SUM)
        below: Document = {"change": issued["change"] | {"$lt": cursor}} if cursor and cursor < _key(end) else {}
        receipts = self._ports.database.collection(RECEIPTS)
        found = list(receipts.find(issued | below).sort("change", -1).limit(limit + 1))
        taken_back = receipts.find(annulled).sort("cancelled.at", -1).limit(MOST_ANNULLED)
        return {
            "day": day,
            "series": _series(used),
            "ways": _ways(used, gone),
            "issued": _sum(used),
            "annulled": _sum(gone),
            "annulled_items": [_card(one) for one in taken_back],
            "items": [_card(one) for one in found[:limit]],
            "next_cursor": found[limit - 1]["change"] if len(found) > limit else None,
        }

    def _sums(self, wanted: Document, sums: Document) -> list[Document]:
        """A row for each series and way to pay: ``{_id: {series, method}, count, amount, …}``."""
        by: Document = {"series": "$series", "method": "$method"}
        stages: list[Document] = [{"$match": wanted}, {"$group": {"_id": by, **sums}}]
        return list(self._ports.database.collection(RECEIPTS).aggregate(stages))


def _key(moment: datetime) -> str:
    """Before whatever happens from this moment on."""
    return order_key(moment.astimezone(UTC), b"")


def _sum(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    found = list(rows)
    return {name: sum(row[name] for row in found) for name in ("count", "amount")}


def _series(used: list[Document]) -> list[dict[str, Any]]:
    names = sorted({row["_id"]["series"] for row in used})
    by_name = {name: [row for row in used if row["_id"]["series"] == name] for name in names}
    return [
        {
            "series": name,
            "first": number_text(min(row["first"] for row in rows)),
            "last": number_text(max(row["last"] for row in rows)),
            "count": sum(row["count"] for row in rows),
        }
        for name, rows in by_name.items()
    ]


def _ways(used: list[Document], gone: list[Document]) -> list[dict[str, Any]]:
    """Each way by which something came or was taken back, in the order of `GatewayKey`."""
    seen = {row["_id"]["method"] for row in (*used, *gone)}
    return [
        {
            "method": method.value,
            "issued": _sum(row for row in used if row["_id"]["method"] == method.value),
            "annulled": _sum(row for row in gone if row["_id"]["method"] == method.value),
        }
        for method in GatewayKey
        if method.value in seen
    ]


def _card(receipt: Document) -> dict[str, Any]:
    """``ReceiptCardSchema``."""
    return standing(receipt) | {name: receipt[name] for name in ("reference", "amount", "method", "issued_at")}
