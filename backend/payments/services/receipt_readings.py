"""Reading receipts: the payer's own, and an agency's by number; what an officer reads is in the payer's access log."""

from typing import Any, Final

from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document, Session
from backend.payments.documents import RECEIPTS
from backend.payments.receipt_ports import ReceiptPorts
from backend.payments.receipt_rules import name_of, year_of_series
from backend.payments.services.receipt_files import ReceiptFiles
from shared_models.access import Actor, Role, Scope
from shared_models.access_action import AccessAction
from shared_models.errors import NotFound
from shared_models.payment.receipt import number_text

COLLECTING: Final = "payments.collecting"
"""Why collectors read: ``purpose.<code>`` in the message catalogues."""

_LATER: Final[Document] = {"cancelled": None, "replaces": None, "replaced_by": None, "rendered": None}


class ReceiptReadings:
    def __init__(self, ports: ReceiptPorts, files: ReceiptFiles) -> None:
        self._ports: Final = ports
        self._files: Final = files

    def own(self, actor: Actor, cursor: str | None, limit: int) -> dict[str, Any]:
        """``ReceiptPageSchema``: one's own receipts, newest first."""
        actor.require(Scope.PAYMENTS)
        wanted: Document = {"payer.id": actor.id}
        if cursor is not None:
            wanted["change"] = {"$lt": cursor}
        receipts = self._ports.database.collection(RECEIPTS)
        found = list(receipts.find(wanted).sort("change", -1).limit(limit + 1))
        return {
            "items": [shown(one) for one in found[:limit]],
            "next_cursor": found[limit - 1]["change"] if len(found) > limit else None,
        }

    def one(self, actor: Actor, receipt_id: str) -> dict[str, Any]:
        """``DeskReceiptSchema``: one of the agency's.

        Raises:
            NotFound: ``receipt.unknown``, also for another agency's.
        """
        actor.require(Scope.PAYMENTS_COLLECT)
        wanted = {"_id": receipt_id, "agency.code": actor.agency_code}
        found = self._ports.database.collection(RECEIPTS).find_one(wanted)
        if found is None:
            raise NotFound("receipt.unknown")
        self._note(actor, found)
        return self.for_desk(found)

    def find(self, actor: Actor, series: str, number: int) -> list[dict[str, Any]]:
        """``DeskReceiptSchema``: the agency's receipt of this number; none or one."""
        actor.require(Scope.PAYMENTS_COLLECT)
        wanted = {"agency.code": actor.agency_code, "series": series, "year": year_of_series(series), "number": number}
        found = self._ports.database.collection(RECEIPTS).find_one(wanted)
        if found is None:
            return []
        self._note(actor, found)
        return [self.for_desk(found)]

    def file(self, actor: Actor, receipt_id: str, kind: str) -> tuple[bytes, str]:
        """A receipt's PDF or XML as it stands, and its SHA-256.

        Raises:
            NotFound: ``receipt.unknown``, also for those who may not know of it.
            Conflict: ``dossier.no_seal``: it was never made and cannot be signed now.
        """
        actor.require(Scope.PAYMENTS if actor.role is Role.CITIZEN else Scope.PAYMENTS_COLLECT)
        found = self._ports.database.collection(RECEIPTS).find_one({"_id": receipt_id})
        if found is None or not _may_read(actor, found):
            raise NotFound("receipt.unknown")
        content, sha256 = self._files.read(found, kind)
        if actor.role is not Role.CITIZEN:
            self._note(actor, found)
        return content, sha256

    def of_order(self, order_id: str, session: Session | None = None) -> list[dict[str, Any]]:
        """``StandingReceiptSchema`` of all receipts that an order ever had, the first one first."""
        of_it = self._ports.database.collection(RECEIPTS).find({"order_id": order_id}, session=session)
        return [standing(one) for one in sorted(of_it, key=lambda one: one["change"])]

    def for_desk(self, receipt: Document) -> dict[str, Any]:
        """``DeskReceiptSchema``: with who pays, and the receipts before and after it by their names."""
        cancelled, payer = receipt.get("cancelled"), receipt["payer"]
        told = (
            None if cancelled is None else {"by": cancelled["by"]["name"], **{k: cancelled[k] for k in ("at", "why")}}
        )
        return shown(receipt) | {
            "payer": {name: payer.get(name) for name in ("name", "personal_id", "address")},
            "cancelled": told,
            "replaces": self._named(receipt.get("replaces")),
            "replaced_by": self._named(receipt.get("replaced_by")),
        }

    def _named(self, receipt_id: str | None) -> dict[str, Any] | None:
        if receipt_id is None:
            return None
        found = self._ports.database.collection(RECEIPTS).find_one({"_id": receipt_id})
        return None if found is None else standing(found)

    def _note(self, actor: Actor, receipt: Document) -> None:
        action, now = AccessAction.RECEIPT_READ.value, self._ports.clock.now()
        entry = AccessEntry(now, receipt["payer"]["id"], action, actor, COLLECTING, reference=receipt["_id"])
        self._ports.database.transaction(lambda session: self._ports.ledger.record([entry], session))


def whole(receipt: Document) -> Document:
    """A stored receipt with the fields that are left out while they are empty."""
    return _LATER | receipt


def shown(receipt: Document) -> dict[str, Any]:
    """``ReceiptSchema``."""
    return whole(receipt) | {"id": receipt["_id"], "number": number_text(receipt["number"])}


def standing(receipt: Document) -> dict[str, Any]:
    """``StandingReceiptSchema``: how it is called and whether it is in force; nobody's name."""
    return {"id": receipt["_id"], "number": name_of(receipt), "state": receipt["state"]}


def _may_read(actor: Actor, receipt: Document) -> bool:
    if actor.role is Role.CITIZEN:
        return bool(receipt["payer"]["id"] == actor.id)
    return bool(receipt["agency"]["code"] == actor.agency_code)
