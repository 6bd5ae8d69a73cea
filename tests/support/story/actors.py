"""Who acts in the story: an agency's desk, inspectors' phones, owners' phones. Each acts again and again until told
to stop, tries on when there is no answer, and writes down what was acknowledged.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

from scripts.sandbox.agency import Agency
from scripts.sandbox.desk_form import licence_of, sample
from scripts.sandbox.machine_client import ApiRefused, ApiUnreachable
from shared_models.ids import RANDOM_BYTES, new_id
from tests.support.builders_results import HolderKey
from tests.support.push_service import PushService
from tests.support.story.caller import Caller, Refused, Unanswered, persist
from tests.support.story.detour import take
from tests.support.story.journal import Journal

STATUSES = {"suspend": "suspended", "restore": "valid", "revoke": "revoked"}
NEXT_ACTIONS = {"valid": ("suspend", "suspend", "revoke"), "suspended": ("restore", "restore", "revoke"), "revoked": ()}


class Actor(Thread, ABC):
    """``failure`` is what ended it early, if anything did."""

    def __init__(self, name: str, journal: Journal, chance: Random, pause_s: float) -> None:
        super().__init__(name=name, daemon=True)
        self.journal = journal
        self.chance = chance
        self.stopped = Event()
        self.failure: BaseException | None = None
        self._pause_s = pause_s

    @abstractmethod
    def go_by(self, ways: Sequence[str]) -> None:
        """Reach the city by these origins from now on, in turn."""

    @abstractmethod
    def begin(self) -> None:
        """Signs in, once."""

    @abstractmethod
    def act(self) -> None:
        """One act, down to its acknowledgement."""

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                self.act()
                self.stopped.wait(self._pause_s * self.chance.uniform(0.5, 1.5))
        except Exception as fault:  # noqa: BLE001  shown by whoever joins this thread
            self.failure = fault


class AgencyDesk(Actor):
    """Delivers licences to the owners and changes the status of its own, with its own client software."""

    def __init__(self, data: Path, origin: str, owners: Sequence[str], journal: Journal, chance: Random) -> None:
        super().__init__("agency", journal, chance, 0.1)
        self._origin = origin
        self._agency = Agency(data, "H17.08", origin)
        self._owners = owners
        self._statuses: dict[str, str] = {}
        self._mark = f"{chance.getrandbits(32):08x}"
        self._turn = 0

    def go_by(self, ways: Sequence[str]) -> None:
        take(self._agency._client._http, self._origin, ways)

    def begin(self) -> None:
        self.act()

    def act(self) -> None:
        self._turn += 1
        open_ones = [result_id for result_id, status in self._statuses.items() if NEXT_ACTIONS[status]]
        if open_ones and self.chance.random() < 0.5:
            self._change(self.chance.choice(open_ones))
        else:
            self._deliver()

    def _deliver(self) -> None:
        form = sample("food_safety", set())
        form |= {"number": f"{self._turn}/2026/{self._mark}", "personal_id": self.chance.choice(self._owners)}
        delivery_id = f"giao-{self.chance.getrandbits(96):024x}"
        licence = licence_of("food_safety", form)
        answer = self._until_answered(lambda: self._agency.deliver(delivery_id, licence))
        self._statuses[answer["id"]] = "valid"
        with self.journal.lock:
            self.journal.deliveries[delivery_id] = answer

    def _change(self, result_id: str) -> None:
        action = self.chance.choice(NEXT_ACTIONS[self._statuses[result_id]])
        change = {
            "change_id": f"qd-{self.chance.getrandbits(96):024x}",
            "action": action,
            "reason": "Không duy trì điều kiện vệ sinh",
            "decision_number": f"{self._turn}/QĐ-ATTP",
            "decision_date": "2026-01-05",
        }
        answer = self._until_answered(lambda: self._agency.change_status(result_id, change))
        assert answer["status"] == STATUSES[action], answer
        self._statuses[result_id] = answer["status"]
        with self.journal.lock:
            self.journal.changes.setdefault(result_id, []).append((change["change_id"], answer["status"]))

    def _until_answered(self, act: Callable[[], Any]) -> Any:
        def once() -> Any:
            try:
                return act()
            except ApiUnreachable as fault:
                raise self._unanswered(str(fault)) from fault
            except ApiRefused as fault:
                if fault.status < 500:
                    raise
                raise self._unanswered(str(fault)) from fault

        return persist(once)

    def _unanswered(self, what: str) -> Unanswered:
        with self.journal.lock:
            self.journal.unanswered.append(what)
        return Unanswered(what)


class Person(Actor):
    """Somebody with a phone: signs in anew when the session was lost, which is written down."""

    def __init__(self, name: str, caller: Caller, journal: Journal, chance: Random, pause_s: float) -> None:
        super().__init__(name, journal, chance, pause_s)
        self.caller = caller

    def go_by(self, ways: Sequence[str]) -> None:
        take(self.caller.http, self.caller.origin, ways)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        def once() -> Any:
            try:
                return self.caller.call(method, path, body)
            except Refused as fault:
                if fault.status != 401:
                    raise
            self._come_back()
            return self.caller.call(method, path, body)

        return persist(once)

    def renew(self) -> None:
        """A token ends in the middle of everything."""
        persist(self._come_back)

    def _come_back(self) -> None:
        try:
            self.caller.renew()
        except Refused as fault:
            with self.journal.lock:
                self.journal.lost_sessions.append(fault.code)
            self.sign_in()

    @abstractmethod
    def sign_in(self) -> None:
        """Whatever this person does at the start; may raise `Unanswered`."""

    def run(self) -> None:
        super().run()
        with self.journal.lock:
            self.journal.unanswered += self.caller.unanswered


class Inspector(Person):
    """Reads paper codes, writes records, uploads them in batches; every third batch is sent twice."""

    def __init__(self, account: tuple[str, str], caller: Caller, journal: Journal, chance: Random) -> None:
        super().__init__(f"inspector {account[0]}", caller, journal, chance, 0.2)
        self._account = account

    def sign_in(self) -> None:
        self.caller.sign_in_as_staff(*self._account)

    def begin(self) -> None:
        persist(self.sign_in)

    def act(self) -> None:
        codes = self.journal.codes()
        if not codes:
            return
        if self.chance.random() < 0.2:
            self.renew()
        records: list[dict[str, Any]] = []
        for _ in range(self.chance.randint(1, 8)):
            records.append(self.scan(self.chance.choice(codes)))
            if self.chance.random() < 0.5:
                records.append(self.inspection(records[-1]["id"]))
        for _ in range(2 if self.chance.random() < 0.3 else 1):
            results = self.call("POST", "/inspections:batch", {"records": records})["results"]
            assert {row["state"] for row in results} <= {"stored", "already_stored"}, results
            assert [row["id"] for row in results] == [record["id"] for record in records]
        with self.journal.lock:
            self.journal.records |= {record["id"]: (self.caller.user["id"], record) for record in records}

    def _id(self, prefix: str) -> str:
        return new_id(prefix, self.chance.randbytes(RANDOM_BYTES))

    def scan(self, code: str) -> dict[str, Any]:
        return {
            "kind": "scan",
            "id": self._id("scn"),
            "scanned_at": _now(),
            "outcome": "VALID_HOLDER_NOT_PROVEN",
            "reasons": ["holder.paper"],
            "carrier": "PAPER",
            "code": code,
            "purpose": "Kiểm tra định kỳ",
            "place": {"lat": 16.0629, "lon": 108.2181, "accuracy_m": 12.5},
            "status_as_of": None,
        }

    def inspection(self, scan_id: str) -> dict[str, Any]:
        return {
            "kind": "inspection",
            "id": self._id("ins"),
            "scan_id": scan_id,
            "recorded_at": _now(),
            "result": "in_order",
            "checklist": [{"key": "hygiene", "state": "pass"}],
            "note": "Bếp sạch",
            "place": None,
        }


class Owner(Person):
    """Has a phone with a holder key and push on, and keeps a wallet by what changed since its cursor."""

    def __init__(self, personal_id: str, vneid: str, caller: Caller, journal: Journal, chance: Random) -> None:
        super().__init__(f"owner {personal_id}", caller, journal, chance, 0.4)
        self.personal_id = personal_id
        self.device_id = ""
        self._vneid = vneid
        self._cursor: str | None = None
        self._wallet: dict[str, dict[str, Any]] = {}

    def sign_in(self) -> None:
        self.caller.sign_in_with_vneid(self._vneid, self.personal_id)

    def begin(self) -> None:
        persist(self.sign_in)
        key = HolderKey()
        challenge = self.call("POST", "/wallet/devices/challenges")["challenge"]
        self.device_id = self.call("POST", "/wallet/devices", key.registration(challenge))["id"]

    def turn_on_push(self, service: PushService, name: str) -> None:
        subscription = service.subscribe(name).to_json()
        self.call("POST", "/push/subscriptions", {**subscription, "lang": "vi"})

    def act(self) -> None:
        if self.chance.random() < 0.1:
            self.renew()
        self.sync()

    def sync(self) -> None:
        since = f"&cursor={self._cursor}" if self._cursor else ""
        found = self.call("GET", f"/wallet/sync?device_id={self.device_id}{since}")
        for licence in found["licences"]:
            self._wallet[licence["id"]] = licence
        for gone in found["removed"]:
            self._wallet.pop(gone, None)
        self._cursor = found["cursor"]
        with self.journal.lock:
            self.journal.wallets[self.personal_id] = dict(self._wallet)

    def whole_wallet(self) -> dict[str, dict[str, Any]]:
        """What a phone that knows nothing would be told."""
        found = self.call("GET", f"/wallet/sync?device_id={self.device_id}")
        return {licence["id"]: licence for licence in found["licences"]}


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
