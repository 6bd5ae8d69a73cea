"""An agency's one-stop software at its end of the exchange: it takes dossiers in, works on them, pushes and pulls.

It never overwrites what it has changed itself: the city's side is taken over only when the city has seen all of ours
(docs/exchange.md has the protocol).
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

from scripts.sandbox.egov_store import Case, Store, egov_folder
from scripts.sandbox.egov_words import STATES
from scripts.sandbox.machine_client import Credentials, MachineClient
from scripts.sandbox.seed_data import FOLDER, agency_name, load
from shared_models.clock import CITY_ZONE, city_date, to_wire
from shared_models.dossier import DossierStatus, dossier_code, may_follow

PUSHED_AT_ONCE = 200
KEPT_LINES = 12
TAKEN_OVER = (
    "code",
    "national_code",
    "status",
    "status_at",
    "due_at",
    "received_at",
    "channel",
    "applicant",
    "contact",
)
_CODED = {2, 4, 8, 9, 10}


class NotRegistered(RuntimeError):
    """The city does not know this software yet: the seed registers it."""


def procedures_of(agency: str) -> list[dict[str, Any]]:
    """What the agency takes in, by code: the newest version of each."""
    is_commune = any(row["code"] == agency and row.get("commune") for row in load("agencies"))
    found = [json.loads(file.read_text("utf-8"))[-1] for file in sorted((FOLDER / "procedures").glob("*.json"))]
    return [
        row
        for row in found
        if row["standing"] == "active"
        and (agency in row["receiving"] or (is_commune and "commune" in row["receiving"]))
    ]


class Line(Protocol):
    """What carries requests to the city (`MachineClient`)."""

    def get(self, path: str) -> Any: ...

    def post(self, path: str, body: dict[str, Any]) -> Any: ...

    def post_and_hang_up(self, path: str, body: dict[str, Any]) -> None: ...


def _now() -> datetime:
    return datetime.now(UTC)


class Egov:
    """One agency's software. Safe to use from several threads."""

    def __init__(self, agency: str, store: Store, client: Line, now: Callable[[], datetime] = _now) -> None:
        self.agency = agency
        self.name = agency_name(agency)
        self.store = store
        self._client = client
        self._now = now
        self._lock = RLock()

    @classmethod
    def open(cls, data: Path, agency: str, origin: str, authority: Path | None = None) -> "Egov":
        """The one of ``DATA``; ``authority``: PEM that trusts ``origin``. Raises NotRegistered."""
        folder = egov_folder(data, agency)
        registration = folder / "client.json"
        if not registration.exists():
            raise NotRegistered(agency)
        client_id = json.loads(registration.read_text("utf-8"))["client_id"]
        credentials = Credentials.read(client_id, folder / "client.pem")
        return cls(agency, Store(folder), MachineClient(origin, credentials, authority))

    # ---- working on a dossier ----

    def take_in(self, procedure_code: str, personal_id: str) -> Case:
        """A new dossier at the counter, for one of the demonstration's people."""
        person = next(row for row in load("people") if row["personal_id"] == personal_id)
        now = to_wire(self._now())
        with self._lock:
            record = {
                "exchange_id": self._next_id(),
                "source_version": 1,
                "based_on": 0,
                "procedure_code": procedure_code,
                "channel": 1,
                "status": 1,
                "status_at": now,
                "received_at": now,
                "due_at": None,
                "applicant": {"personal_id": personal_id, "name": person["full_name"]},
                "contact": {"phone": "0905000000"},
                "steps": [],
            }
            case = Case(record)
            self.store.keep(case)
            return case

    def change(self, exchange_id: str, status: int, note: str = "") -> Case:
        """The next status, and all that it asks for. Raises ValueError where the table has no such step."""
        with self._lock:
            case = self._case(exchange_id)
            record, now = case.record, self._now()
            if status != record["status"] and not may_follow(DossierStatus(record["status"]), DossierStatus(status)):
                raise ValueError(f"{record['status']} does not lead to {status}")
            steps = record["steps"] if case.is_unsent else []
            if status != record["status"]:
                steps = [*steps, {"status": status, "at": to_wire(now), "note": note}]
            record |= {
                "source_version": record["source_version"] + 1,
                "steps": steps,
                "status": status,
                "status_at": to_wire(now),
                "note": note,
                **self._belongings(record, status, now),
            }
            self.store.keep(case)
            return case

    def _belongings(self, record: dict[str, Any], status: int, now: datetime) -> dict[str, Any]:
        found: dict[str, Any] = {"asks": None}
        if status in _CODED and not record.get("code"):
            found["code"] = self._next_code(now)
        if status in {2, 4} and not record.get("due_at"):
            day = city_date(now) + timedelta(days=7)
            day += timedelta(days=max(0, 8 - day.isoweekday()) if day.isoweekday() > 5 else 0)
            found["due_at"] = to_wire(datetime.combine(day, time(17, 0), CITY_ZONE))
        if status == 5:
            wanted = next(row for row in procedures_of(self.agency) if row["code"] == record["procedure_code"])
            key = wanted["components"][0]["key"] if wanted["components"] else "form"
            found["asks"] = {"items": [{"component": key, "reason": record.get("note") or "Bản nộp không đọc được"}]}
        if status == 6:
            found["fee"] = {"amount": 8_000}
        if record.get("fee") and record["status"] == 6 and status in {2, 4}:
            found["fee"] = record["fee"] | {"paid_at": to_wire(now), "receipt_number": f"BL-{record['exchange_id']}"}
        if status in {9, 10} and not record.get("result"):
            found["result"] = {"decision": "approved", "number": None}
        return found

    # ---- the exchange ----

    def push(self, exchange_id: str | None = None) -> list[dict[str, Any]]:
        """Send what the city has not answered for; one dossier by name even if it has (a repetition)."""
        with self._lock:
            wanted = [case for case in self.store.cases() if case.is_unsent and not case.is_refused]
            if exchange_id is not None:
                wanted = [self._case(exchange_id)]
            results: list[dict[str, Any]] = []
            for start in range(0, len(wanted), PUSHED_AT_ONCE):
                batch = wanted[start : start + PUSHED_AT_ONCE]
                answer = self._client.post("/exchange/dossiers:push", {"records": [sent(case) for case in batch]})
                for case, result in zip(batch, answer["results"], strict=True):
                    self._note(case, result)
                results += answer["results"]
            self._say(f"Gửi {len(results)} hồ sơ: {_counted(results)}" if results else "Không có gì mới để gửi")
            return results

    def push_and_hang_up(self, exchange_id: str) -> None:
        """Send one and cut the line before its answer is read: whether it came through shows when it is repeated."""
        with self._lock:
            body = {"records": [sent(self._case(exchange_id))]}
            self._client.post_and_hang_up("/exchange/dossiers:push", body)
            self._say(f"{exchange_id}: đã gửi rồi ngắt kết nối trước khi đọc trả lời")

    def pull(self) -> int:
        """Read what the city has changed, take over what is free to be, and acknowledge that; how many there were."""
        with self._lock:
            count, more = 0, True
            while more:
                state = self.store.state()
                place = f"&cursor={state.cursor}" if state.cursor else ""
                page = self._client.get(f"/exchange/dossiers?limit=100{place}")
                taken = [receipt for item in page["items"] for receipt in self._read(item)]
                if taken:
                    self._client.post("/exchange/dossiers:acknowledge", {"items": taken})
                # Only now: a page that was read and not kept is read again.
                state = self.store.state()
                state.cursor, more = page["cursor"], page["more"]
                self.store.keep_state(state)
                count += len(page["items"])
            self._say(f"Lấy về {count} thay đổi")
            return count

    def take_city(self, exchange_id: str) -> None:
        """Give up one's own side for the city's as it was read last: for what the city has refused."""
        with self._lock:
            case = self._case(exchange_id)
            if case.city is not None:
                take_over(case, case.city)
                case.answer = None
                self.store.keep(case)
                self._client.post("/exchange/dossiers:acknowledge", {"items": [_receipt(case, case.city)]})

    def synchronise(self) -> None:
        self.pull()
        self.push()
        self.pull()

    def _note(self, case: Case, result: dict[str, Any]) -> None:
        case.answer = result
        if result["state"] != "refused":
            case.pushed = case.record["source_version"]
            case.record["dossier_id"] = result["dossier_id"]
        self.store.keep(case)

    def _read(self, item: dict[str, Any]) -> list[dict[str, Any]]:
        """The receipt for what was taken over; none for what has to wait for the city to see ours."""
        case = next((one for one in self.store.cases() if one.record.get("dossier_id") == item["dossier_id"]), None)
        if case is None and item["exchange_id"] is not None:
            case = self.store.case(item["exchange_id"])
        if case is None:
            record = {"exchange_id": self._next_id(), "source_version": 0, "based_on": 0, "steps": []}
            case = Case(record | {"procedure_code": item["procedure"]["code"]})
        case.city = item
        has_seen_ours = item["source_version"] >= case.record["source_version"]
        if has_seen_ours:
            take_over(case, item)
        self.store.keep(case)
        return [_receipt(case, item)] if has_seen_ours else []

    def _case(self, exchange_id: str) -> Case:
        found = self.store.case(exchange_id)
        if found is None:
            raise KeyError(exchange_id)
        return found

    def _next_id(self) -> str:
        state = self.store.state()
        state.cases += 1
        self.store.keep_state(state)
        return f"EG{self.agency.replace('.', '')}-{state.cases:06}"

    def _next_code(self, now: datetime) -> str:
        state = self.store.state()
        state.codes += 1
        self.store.keep_state(state)
        return dossier_code(self.agency, city_date(now), state.codes)

    def _say(self, line: str) -> None:
        state = self.store.state()
        at = self._now().astimezone(CITY_ZONE)
        state.log = [f"{at:%H:%M:%S} {line}", *state.log][:KEPT_LINES]
        self.store.keep_state(state)


def sent(case: Case) -> dict[str, Any]:
    """The record as it goes over the wire."""
    return {name: value for name, value in case.record.items() if value is not None or name == "due_at"}


def take_over(case: Case, item: dict[str, Any]) -> None:
    """The city's side becomes this one; its revision is what the next version will be based on."""
    fee = item["fee"] if item["fee"]["amount"] else None
    result = item["result"] and {name: item["result"][name] for name in ("decision", "number")}
    asked = item["asks"]["items"] if item["asks"] and item["asks"]["kind"] == "supplement" else []
    asks = {"items": [{name: one[name] for name in ("component", "reason")} for one in asked]}
    case.record |= {name: item[name] for name in TAKEN_OVER} | {
        "dossier_id": item["dossier_id"],
        "based_on": item["revision"],
        "steps": [],
        "fee": fee,
        "result": result,
        "asks": asks if asked else None,
    }
    # The city answers for this version of ours: it has come there, even where its answer was lost.
    case.pushed = case.record["source_version"]


def _receipt(case: Case, item: dict[str, Any]) -> dict[str, Any]:
    return {"dossier_id": item["dossier_id"], "revision": item["revision"], "exchange_id": case.id}


def _counted(results: list[dict[str, Any]]) -> str:
    states = [one["state"] for one in results]
    return ", ".join(f"{states.count(state)} {STATES[state]}" for state in sorted(set(states)))
