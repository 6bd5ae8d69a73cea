"""An agency's one-stop software (eGov) for tests: what it has, what it sends, and what it has taken over."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from backend.bootstrap import Container
from scripts.sandbox.seed_data import agency_name, load
from shared_models.access import Scope
from tests.support.api import Cast, Phone
from tests.support.builders_identity import TRANG, Machine, a_machine
from tests.support.catalogue import BIRTH, a_catalogue
from tests.support.dossiers import WARD, good

SCOPES = (Scope.DOSSIERS_EXCHANGE, Scope.PROFILE)
_numbers = count(1)


@dataclass
class Egov:
    """One agency's software, signed in. ``cursor`` is how far it has read."""

    phone: Phone
    agency: str
    machine: Machine
    cursor: str | None = None
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def push(self, *records: dict[str, Any]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = good(self.phone.post("/exchange/dossiers:push", {"records": list(records)}))[
            "results"
        ]
        return results

    def one(self, record: dict[str, Any]) -> dict[str, Any]:
        """What became of one record."""
        [result] = self.push(record)
        return result

    def stored(self, record: dict[str, Any]) -> dict[str, Any]:
        result = self.one(record)
        assert result["state"] == "stored", result
        return result

    def pull(self, limit: int = 100) -> list[dict[str, Any]]:
        """Everything that has changed since the last time, page by page."""
        found: list[dict[str, Any]] = []
        more = True
        while more:
            place = f"&cursor={self.cursor}" if self.cursor else ""
            page = good(self.phone.get(f"/exchange/dossiers?limit={limit}{place}"))
            found += page["items"]
            self.cursor, more = page["cursor"], page["more"]
        self.seen |= {item["dossier_id"]: item for item in found}
        return found

    def acknowledge(self, item: dict[str, Any], exchange_id: str | None = None) -> dict[str, Any]:
        receipt = {name: item[name] for name in ("dossier_id", "revision")}
        receipt["exchange_id"] = exchange_id or item["exchange_id"]
        [result] = good(self.phone.post("/exchange/dossiers:acknowledge", {"items": [receipt]}))["results"]
        return dict(result)


def an_egov(container: Container, cast: Cast, agency: str = WARD) -> Egov:
    """The one-stop software of an agency of the demonstration."""
    if container.identity.people.agency("H17.30.06") is None:
        a_catalogue(container)
    machine = a_machine(container, (agency, agency_name(agency)), SCOPES)
    row = next(one for one in load("agencies") if one["code"] == agency)
    container.identity.people.put_agency(agency, row["name"], is_demo=True, commune_code=row.get("commune"))
    phone = cast.nobody()
    answer = phone.ask_token(grant_type="client_credentials", client_assertion=machine.assertion())
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return Egov(phone, agency, machine)


def a_record(status: int = 1, **changes: Any) -> dict[str, Any]:
    """A birth registration that the ward's software took in at its own counter; ``...`` takes a member out."""
    number = next(_numbers)
    record: dict[str, Any] = {
        "exchange_id": f"EG-{number:06}",
        "source_version": 1,
        "based_on": 0,
        "procedure_code": BIRTH,
        "channel": 1,
        "status": status,
        "status_at": "2026-11-20T03:00:00Z",
        "received_at": "2026-11-20T02:00:00Z",
        "due_at": None,
        "applicant": {"personal_id": TRANG.personal_id, "name": TRANG.full_name},
        "contact": {"phone": "0905123456"},
        **_needed(status, number),
    }
    return {name: value for name, value in (record | changes).items() if value is not ...}


def _needed(status: int, number: int) -> dict[str, Any]:
    """What a record of this status has to say."""
    needed: dict[str, Any] = {}
    if status in {2, 4, 8, 9, 10}:
        needed["code"] = f"{WARD}-261120-{7000 + number}"
    if status in {2, 4}:
        needed["due_at"] = "2026-11-27T10:00:00Z"
    if status == 5:
        needed["asks"] = {"items": [{"component": "birth_certificate", "reason": "Bản chụp bị mờ"}]}
    if status == 6:
        needed["fee"] = {"amount": 8_000}
    if status in {9, 10}:
        needed["result"] = {"decision": "approved", "number": "12/KS"}
    return needed


def later(record: dict[str, Any], status: int, **changes: Any) -> dict[str, Any]:
    """The next version of a record, in another status or the same."""
    needed = _needed(status, 0)
    if record.get("code"):
        needed.pop("code", None)
    version = record["source_version"] + 1
    return record | {"asks": None, "steps": []} | needed | {"status": status, "source_version": version} | changes
