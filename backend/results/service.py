"""The result store as other rooms know it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from backend.infra.mongo import Document, Session
from backend.results.documents import RESULTS
from backend.results.ports import ResultPorts
from backend.results.rules import Delivery
from backend.results.services.delivery import Deliveries
from backend.results.services.issuing import Issue, Issuing, Prepared
from backend.results.services.quarantine import Quarantine
from backend.results.services.status import StatusChange, StatusChanges
from backend.results.services.storing import Storing
from shared_models.access import Actor, Role, Scope
from shared_models.access_action import AccessAction
from shared_models.errors import Conflict, Forbidden, NotFound
from shared_models.person import hide_personal_ids

__all__ = ["Delivery", "Issue", "Prepared", "Results", "StatusChange"]


class Results:
    def __init__(self, ports: ResultPorts) -> None:
        self._ports: Final = ports
        self.refused: Final = Quarantine(ports.database, ports.clock, ports.ids)
        storing = Storing(ports)
        self.issuing: Final = Issuing(ports, storing)
        self._deliveries: Final = Deliveries(ports, self.refused, storing)
        self._status: Final = StatusChanges(ports)

    def deliver(self, actor: Actor, delivery: Delivery) -> tuple[dict[str, Any], bool]:
        """As `Deliveries.deliver`, with the answer ready to be shown."""
        result, is_new = self._deliveries.deliver(actor, delivery)
        return self._shown([result])[0], is_new

    def deliver_again(self, entry_id: str) -> dict[str, Any]:
        """Delivers what was refused once more, for the client that sent it; all checks are made anew.

        Raises:
            NotFound: ``refused.unknown``.
            Conflict: ``refused.closed``, ``refused.client_closed``.
            Invalid, Forbidden, Conflict: it is refused again, and the entry says why.
        """
        entry = self.refused.entry(entry_id)
        delivery = self.refused.delivery(entry)
        result, is_new = self._deliveries.deliver(self._sender(entry), delivery)
        if not is_new:
            # It was accepted at the very moment when a twin of it was refused.
            self.refused.close_delivered(entry["agency_code"], entry["delivery_id"], result["_id"], None)
            self.refused.forget_file(entry["agency_code"], entry["delivery_id"])
        return self._shown([result])[0]

    def refused_page(self, actor: Actor, cursor: str | None, limit: int) -> dict[str, Any]:
        """The agency's own refused deliveries, newest first: what was wrong, and nothing about the person."""
        entries, next_cursor = self.refused.page(_agency(actor, Scope.RESULTS_REFUSED), cursor, limit)
        return {"items": [_refused_shown(entry) for entry in entries], "next_cursor": next_cursor}

    def sweep_files(self) -> int:
        """Deletes files of deliveries that were cut before any result named them, a day later; how many there were."""
        results = self._ports.database.collection(RESULTS)

        def is_named(file: Document) -> bool:
            named = {"document_sha256": file["filename"], "file_id": file["_id"]}
            return results.find_one(named, {"_id": 1}) is not None

        return self._ports.files.sweep(is_named)

    def change_status(self, actor: Actor, result_id: str, change: StatusChange) -> Document:
        """As `StatusChanges.change`."""
        return self._status.change(actor, result_id, change)

    def result(self, actor: Actor, result_id: str) -> dict[str, Any]:
        """One of the agency's own results; the reading is in its owner's access log.

        Raises:
            NotFound: ``result.unknown``, also for another agency's.
        """
        wanted = {"_id": result_id, "agency_code": _agency(actor, Scope.RESULTS_READ)}
        found = self._read(actor, wanted, 1)
        if not found:
            raise NotFound("result.unknown")
        return self._shown(found)[0]

    def results(self, actor: Actor, cursor: str | None, limit: int) -> dict[str, Any]:
        """The agency's own results, newest first; every one of them is noted as read."""
        wanted: Document = {"agency_code": _agency(actor, Scope.RESULTS_READ)}
        if cursor is not None:
            wanted["order"] = {"$lt": cursor}
        found = self._read(actor, wanted, limit + 1)
        page = found[:limit]
        return {"items": self._shown(page), "next_cursor": page[-1]["order"] if len(found) > limit else None}

    def _sender(self, entry: Document) -> Actor:
        """The client that sent an entry, with the scopes that it has today."""
        agency_code, client_id = entry["agency_code"], entry["client_id"]
        for client in self._ports.identity.machines.of_agency(agency_code):
            if client["_id"] == client_id and client["is_active"]:
                scopes = frozenset(Scope(scope) for scope in client["scopes"])
                agency_name = self._ports.identity.people.agency_name(agency_code)
                return Actor(client_id, Role.MACHINE, client["name"], scopes, agency_code, agency_name)
        raise Conflict("refused.client_closed")

    def _read(self, actor: Actor, wanted: Document, limit: int) -> list[Document]:
        """Results and, in the same transaction, the note in their owners' access logs that they were read."""

        def read(session: Session) -> list[Document]:
            results = self._ports.database.collection(RESULTS)
            found = list(results.find(wanted, session=session).sort("order", -1).limit(limit))
            licences = [{"_id": result["licence_id"], "owner_id": result["owner_id"]} for result in found]
            self._ports.wallet.licences.note_reading(actor, licences, AccessAction.RESULT_READ, session)
            return found

        return self._ports.database.transaction(read)

    def _shown(self, results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        granted = [result["licence_id"] for result in results if result["licence_id"]]
        licences = self._ports.wallet.licences.by_ids(granted)
        return [
            {
                **{name: result[name] for name in _AS_STORED},
                "id": result["_id"],
                "valid_from": date.fromisoformat(result["valid_from"]),
                "valid_until": date.fromisoformat(result["valid_until"]) if result["valid_until"] else None,
                "paper_text": self._paper_text(licences.get(result["licence_id"])),
            }
            for result in results
        ]

    def _paper_text(self, licence: Document | None) -> str | None:
        """None of a document that grants no licence: there is nothing to scan."""
        return self._ports.wallet.licences.paper_text(licence) if licence else None


def _agency(actor: Actor, scope: Scope) -> str:
    actor.require(scope)
    if actor.agency_code is None:
        raise Forbidden("access.forbidden")
    return actor.agency_code


def _refused_shown(entry: Document) -> dict[str, Any]:
    return {
        **{name: entry[name] for name in _REFUSED_AS_STORED},
        "id": entry["_id"],
        "number": hide_personal_ids(entry["number"]),
        "errors": {refused["field"]: refused["codes"] for refused in entry["refusal_fields"]},
    }


_REFUSED_AS_STORED: Final = (
    "delivery_id",
    "state",
    "type",
    "code",
    "params",
    "tries",
    "first_at",
    "last_at",
    "closed_at",
    "expires_at",
    "document_sha256",
    "result_id",
    "note",
)

_AS_STORED: Final = (
    "licence_id",
    "state",
    "type",
    "number",
    "holder_name",
    "issued_at",
    "document_sha256",
    "signatures",
    "status_since",
)
