"""The files of receipts: PDF and XML, made after the commit from what is stored, each signed with the agency's seal."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from backend.infra.mongo import Document
from backend.infra.printing.seal import Seal
from backend.payments.documents import RECEIPTS
from backend.payments.printed.receipt import PrintedReceipt
from backend.payments.printed.receipt_pdf import draw_receipt
from backend.payments.printed.receipt_xml import write_receipt
from backend.payments.printed.xml_seal import sign_xml
from backend.payments.receipt_ports import ReceiptPorts
from shared_models.errors import Conflict, NotFound

MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType({"pdf": "application/pdf", "xml": "application/xml"})

MOST_FAULTS: Final = 5

_log = logging.getLogger(__name__)


class ReceiptFiles:
    def __init__(self, ports: ReceiptPorts) -> None:
        self._ports: Final = ports

    def render(self, receipt_id: str) -> Document:
        """Makes what is missing of a receipt's files and returns the receipt; what is there is never changed.

        Two at once make two pairs of files and name one of them; a sweep takes the other.

        Raises:
            NotFound: ``receipt.unknown``. Conflict: ``dossier.no_seal``: its agency cannot sign.
        """
        receipts = self._ports.database.collection(RECEIPTS)
        while True:
            receipt = receipts.find_one({"_id": receipt_id})
            if receipt is None:
                raise NotFound("receipt.unknown")
            if receipt.get("rendered"):
                return receipt
            made = self._make(receipt)
            # Not when it was cancelled in between, which happens once at most.
            as_seen = {"_id": receipt_id, "state": receipt["state"], "rendered": None}
            files = [one["file_id"] for one in made.values()]
            receipts.update_one(as_seen, {"$set": {"rendered": made}, "$push": {"file_ids": {"$each": files}}})

    def render_missing(self, limit: int) -> int:
        """Renders up to ``limit`` receipts that have no files yet, the oldest first; how many it were.

        An agency that cannot sign is named in the log and holds up nobody else; nor does a receipt that cannot be
        drawn. Both are tried again next time. When `MOST_FAULTS` fail in a row, it is not they who are at fault.

        Raises:
            Exception: what the last of so many faults was (the file store is away).
        """
        done, faults, closed, passed = 0, 0, set[str](), set[str]()
        receipts = self._ports.database.collection(RECEIPTS)
        while done < limit:
            missing: Document = {"rendered": None}
            missing |= {"agency.code": {"$nin": sorted(closed)}} if closed else {}
            missing |= {"_id": {"$nin": sorted(passed)}} if passed else {}
            found = receipts.find_one(missing, {"agency": 1}, sort=[("issued_at", 1)])
            if found is None:
                break
            try:
                self.render(found["_id"])
                done, faults = done + 1, 0
            except Conflict as refused:
                closed.add(found["agency"]["code"])
                _log.warning("an agency cannot sign its receipts", extra={"code": refused.code, **refused.params})
            except Exception:
                faults += 1
                if faults == MOST_FAULTS:
                    raise
                passed.add(found["_id"])
                _log.exception("a receipt cannot be made", extra={"receipt_id": found["_id"]})
        return done

    def read(self, receipt: Document, kind: str) -> tuple[bytes, str]:
        """The bytes of one of its files (`MEDIA_TYPES`) and their SHA-256; makes them when they are not there yet.

        Raises:
            Conflict: as `render`.
        """
        rendered = receipt.get("rendered") or self.render(receipt["_id"])["rendered"]
        content, _media_type = self._ports.files.open(rendered[kind]["file_id"])
        return content, str(rendered[kind]["sha256"])

    def sweep(self) -> int:
        """Deletes files that no receipt names, a day after they were made; how many it were."""
        receipts = self._ports.database.collection(RECEIPTS)
        return self._ports.files.sweep(
            lambda file: receipts.find_one({"file_ids": file["_id"]}, {"_id": 1}) is not None
        )

    def _make(self, receipt: Document) -> dict[str, dict[str, str]]:
        ports, agency = self._ports, receipt["agency"]
        seal = ports.seals.of(agency["code"], agency["name"])
        printed = PrintedReceipt(
            receipt,
            replaces=self._other(receipt.get("replaces")),
            replaced_by=self._other(receipt.get("replaced_by")),
            is_demo=ports.is_demo,
        )
        makers: Mapping[str, Callable[[PrintedReceipt, Seal], bytes]] = {
            "pdf": lambda one, sealed: sealed.sign_for_agency(draw_receipt(one), ports.clock.now()),
            "xml": lambda one, sealed: sign_xml(write_receipt(one), sealed),
        }
        return {kind: self._keep(make(printed, seal), MEDIA_TYPES[kind]) for kind, make in makers.items()}

    def _keep(self, content: bytes, media_type: str) -> dict[str, str]:
        sha256 = hashlib.sha256(content).hexdigest()
        return {"file_id": self._ports.files.put(content, sha256, media_type), "sha256": sha256}

    def _other(self, receipt_id: str | None) -> Mapping[str, Any] | None:
        """The receipt that this one replaces, or is replaced by."""
        if receipt_id is None:
            return None
        return self._ports.database.collection(RECEIPTS).find_one({"_id": receipt_id})
