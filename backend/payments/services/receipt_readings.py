"""Reading receipts: the payer's own, and an agency's by number; what an officer reads is in the payer's access log."""

from typing import Any, Final

from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Document
from backend.payments.documents import RECEIPTS
from backend.payments.receipt_ports import ReceiptPorts
from backend.payments.receipt_rules import number_text, year_of_series
from backend.payments.services.receipt_files import ReceiptFiles
from shared_models.access import Actor, Role, Scope
from shared_models.access_action import AccessAction
from shared_models.errors import NotFound

COLLECTING: Final = "thu phí, lệ phí"
"""The purpose in the access log."""

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

    def find(self, actor: Actor, series: str, number: int) -> list[dict[str, Any]]:
        """``DeskReceiptSchema``: the agency's receipt of this number; none or one."""
        actor.require(Scope.PAYMENTS_COLLECT)
        wanted = {"agency.code": actor.agency_code, "series": series, "year": year_of_series(series), "number": number}
        found = self._ports.database.collection(RECEIPTS).find_one(wanted)
        if found is None:
            return []
        self._note(actor, found)
        return [for_desk(found)]

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


def for_desk(receipt: Document) -> dict[str, Any]:
    """``DeskReceiptSchema``."""
    cancelled = receipt.get("cancelled")
    told = None if cancelled is None else {"by": cancelled["by"]["name"], **{k: cancelled[k] for k in ("at", "why")}}
    return shown(receipt) | {"payer": receipt["payer"]["name"], "cancelled": told}


def _may_read(actor: Actor, receipt: Document) -> bool:
    if actor.role is Role.CITIZEN:
        return bool(receipt["payer"]["id"] == actor.id)
    return bool(receipt["agency"]["code"] == actor.agency_code)
