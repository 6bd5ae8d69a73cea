"""Electronic receipts: numbered in the transaction of the payment, cancelled or replaced by link, never deleted."""

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from backend.infra.documents import to_document
from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.notices.service import Notification
from backend.payments.documents import RECEIPT_COUNTERS, RECEIPTS, ReceiptDocument
from backend.payments.receipt_ports import ReceiptPorts
from backend.payments.receipt_rules import KEPT_FREE, counter_key, name_of, receipt_series
from backend.payments.services.receipt_days import ReceiptDays
from backend.payments.services.receipt_files import ReceiptFiles
from backend.payments.services.receipt_readings import COLLECTING, ReceiptReadings, whole
from shared_models.access import Actor, Scope
from shared_models.access_action import AccessAction
from shared_models.clock import city_date
from shared_models.errors import Conflict, NotFound
from shared_models.money import amount_in_words
from shared_models.notice import RECEIPT_CANCELLED, RECEIPT_REPLACED
from shared_models.payment.order import GatewayKey
from shared_models.payment.receipt import MOST_NUMBER
from shared_models.person import hide_personal_ids


class Receipts:
    """``files``: PDF and XML; ``readings``: who may see which; ``days``: what an agency used of them on a day."""

    def __init__(self, ports: ReceiptPorts) -> None:
        self._ports: Final = ports
        self._series: Final = receipt_series()
        self.files: Final = ReceiptFiles(ports)
        self.readings: Final = ReceiptReadings(ports, self.files)
        self.days: Final = ReceiptDays(ports)

    def is_due(self, amount: int) -> bool:
        """Whether an order of this amount gets a receipt: 0 VND as the data says (`receipt_series.json`)."""
        return amount > 0 or self._series.is_due_for_nothing

    def check_room(self, agency_code: str) -> None:
        """Refuses to begin what could end without a number.

        Asked before an attempt to pay begins: `KEPT_FREE` numbers of the year's last series stay for those that are
        under way. The city then declares further letters in `receipt_series.json`.

        Raises:
            Conflict: ``receipt.series_full``.
        """
        year = city_date(self._ports.clock.now()).year
        series = self._series.of_year(year)[-1]
        found = self._counters.find_one({"_id": counter_key(agency_code, series, year)})
        if found is not None and found["last"] > MOST_NUMBER - KEPT_FREE:
            raise Conflict("receipt.series_full", series=series)

    def issue(self, order: Mapping[str, Any], method: GatewayKey, session: Session) -> Document | None:
        """The receipt of a paid order, with the next number, in the caller's transaction; None when none is due.

        An order has one: asking again gives the one that is in force.

        Whoever takes a number at the same moment waits or begins again, and who aborts gives it back: no gap. The year
        is that of the city's calendar at this moment; a series that is full is followed by the year's next one. Money
        that is there is never refused for want of a number as long as payments ask `check_room` before they begin.

        Raises:
            Conflict: ``receipt.series_full``: all series of the year are full; nothing of the transaction happens, the
                gateway tells again, and the payment is taken when there are further letters.
            DuplicateKeyError: somebody else issued it at this moment, in another year; do the transaction again.
        """
        if not self.is_due(order["amount"]):
            return None
        known = self.of_order(order, session)
        if known is not None:
            return known
        fields = {
            # The order's own random bits: an order has one first receipt, whoever issues it.
            "id": f"rct_{order['_id'].partition('_')[2]}",
            "order_id": order["_id"],
            "agency": {"code": order["agency"]["code"], "name": order["agency"]["name"]},
            "payer": {name: order["payer"][name] for name in ("id", "name")},
            "reference": order["reference"],
            "title": dict(order["title"]),
            "lines": [dict(line) for line in order["lines"]],
            "amount": order["amount"],
            "method": method.value,
        }
        return self._store(fields, session)

    def of_order(self, order: Mapping[str, Any], session: Session | None = None) -> Document | None:
        """The receipt of an order as it stands: the last of those that replaced each other."""
        its = {"order_id": order["_id"]}
        found = list(self._ports.database.collection(RECEIPTS).find(its, session=session))
        last = next((one for one in found if one.get("replaced_by") is None), None)
        return None if last is None else whole(last)

    def cancel(self, actor: Actor, receipt_id: str, ask: Mapping[str, Any]) -> dict[str, Any]:
        """Cancels a receipt of the actor's agency, or replaces it by a new one with a new number; the payer is told.

        ``ask``: ``{id, why, replace}``. The same again changes nothing. Returns ``DeskReceiptSchema`` of the one
        that was cancelled.

        Raises:
            NotFound: ``receipt.unknown``, also for another agency's.
            Conflict: ``receipt.not_in_force``: it was cancelled before; ``receipt.id_reused``; as `issue`.
        """
        actor.require(Scope.PAYMENTS_COLLECT)
        cancelled = self._ports.database.transaction(lambda session: self._cancel(actor, receipt_id, ask, session))
        return self.readings.for_desk(cancelled)

    def cancel_within(self, actor: Actor, receipt_id: str, ask: Mapping[str, Any], session: Session) -> None:
        """The same in the caller's transaction, by whoever has judged it (a refund). Raises as `cancel`."""
        self._cancel(actor, receipt_id, ask, session)

    def render(self, receipt_id: str) -> Document:
        """As `ReceiptFiles.render`."""
        return self.files.render(receipt_id)

    def render_missing(self, limit: int) -> int:
        """As `ReceiptFiles.render_missing`."""
        return self.files.render_missing(limit)

    def _cancel(self, actor: Actor, receipt_id: str, ask: Mapping[str, Any], session: Session) -> Document:
        receipts = self._ports.database.collection(RECEIPTS)
        found = receipts.find_one({"_id": receipt_id}, session=session)
        if found is None or found["agency"]["code"] != actor.agency_code:
            raise NotFound("receipt.unknown")
        why = unicodedata.normalize("NFC", ask["why"]).strip()
        asked = {"request_id": ask["id"], "by": {"id": actor.id, "name": actor.name}, "why": why}
        asked["replace"] = ask["replace"]
        before = found.get("cancelled")
        if before is not None:
            if before["request_id"] != ask["id"]:
                raise Conflict("receipt.not_in_force")
            if any(before[name] != value for name, value in asked.items()):
                raise Conflict("receipt.id_reused")
            return whole(found)
        new = self._replace(found, session) if ask["replace"] else None
        now = self._ports.clock.now()
        change: Document = {
            "state": "cancelled" if new is None else "replaced",
            "cancelled": asked | {"at": now},
            "replaced_by": None if new is None else new["_id"],
            "rendered": None,
        }
        update: Document = {"$set": change}
        if found.get("rendered"):
            update["$push"] = {"past_renderings": found["rendered"]}
        after = receipts.find_one_and_update(
            {"_id": receipt_id, "state": "issued"}, update, session=session, return_document=ReturnDocument.AFTER
        )
        if after is None:
            raise RuntimeError("the snapshot of a transaction has changed")
        self._tell(after, new, actor, session)
        return whole(after)

    def _replace(self, old: Document, session: Session) -> Document:
        kept = ("order_id", "payer", "reference", "title", "lines", "amount", "method")
        agency = {"code": old["agency"]["code"], "name": old["agency"]["name"]}
        fields = {name: old[name] for name in kept} | {"agency": agency, "replaces": old["_id"]}
        return self._store(fields | {"id": self._ports.ids.new("rct")}, session)

    def _tell(self, receipt: Document, new: Document | None, actor: Actor, session: Session) -> None:
        # No message carries a personal number, and an officer's reason may: "wrong number 048…".
        why = hide_personal_ids(receipt["cancelled"]["why"])
        payer_id, kind = receipt["payer"]["id"], RECEIPT_CANCELLED
        params = {"number": name_of(receipt), "agency": receipt["agency"]["name"], "reason": why}
        if new is not None:
            kind, params = RECEIPT_REPLACED, params | {"new_number": name_of(new)}
        told = Notification(payer_id, kind, params, order_id=receipt["order_id"])
        self._ports.notices.notify([told], session)
        action, now = AccessAction.RECEIPT_CANCELLED.value, self._ports.clock.now()
        entry = AccessEntry(now, payer_id, action, actor, COLLECTING, reference=receipt["_id"])
        self._ports.ledger.record([entry], session)

    def _store(self, fields: Mapping[str, Any], session: Session) -> Document:
        """Numbers and writes a receipt; ``fields`` lacks what number, day, agency and identity add.

        Who pays is said as identity knows them now: an order may be older than what a replacement corrects.
        """
        now = self._ports.clock.now()
        year = city_date(now).year
        agency, people = fields["agency"], self._ports.identity.people
        known = {
            "agency": agency | {"tax_code": self._tax_code(agency["code"])},
            "payer": {**fields["payer"], **people.particulars(fields["payer"]["id"], session)},
        }
        series, number = self._take_number(agency["code"], year, session)
        document = to_document(
            ReceiptDocument(
                **(dict(fields) | known),
                form=self._series.form,
                series=series,
                year=year,
                number=number,
                words=amount_in_words(fields["amount"]),
                issued_at=now,
                change=order_key(now, self._ports.ids.random(ORDER_RANDOM_BYTES)),
                state="issued",
            )
        )
        self._ports.database.collection(RECEIPTS).insert_one(document, session=session)
        return whole(document)

    def _take_number(self, agency_code: str, year: int, session: Session) -> tuple[str, int]:
        for series in self._series.of_year(year):
            key = counter_key(agency_code, series, year)
            counted = self._counters.find_one_and_update(
                {"_id": key, "last": {"$lt": MOST_NUMBER}},
                {"$inc": {"last": 1}},
                session=session,
                return_document=ReturnDocument.AFTER,
            )
            if counted is not None:
                return series, counted["last"]
            if self._counters.find_one({"_id": key}, session=session) is None:
                self._open(key)
        raise Conflict("receipt.series_full", series=self._series.of_year(year)[-1])

    def _open(self, key: str) -> None:
        """Begins a counter outside the transaction, whose snapshot will not see it: it has to start again.

        A counter at 0 is nobody's number, so it may stay when the transaction does not.
        """
        with suppress(DuplicateKeyError):  # somebody else opened it at this moment, which is all that was wanted
            self._counters.update_one({"_id": key}, {"$setOnInsert": {"last": 0}}, upsert=True)
        raise PyMongoError("the year's first receipt: once more", ["TransientTransactionError"])

    def _tax_code(self, agency_code: str) -> str | None:
        agency = self._ports.identity.people.agency(agency_code)
        return None if agency is None else agency.get("tax_code")

    @property
    def _counters(self) -> Any:
        return self._ports.database.collection(RECEIPT_COUNTERS)
