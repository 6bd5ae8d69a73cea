"""A walk through the table of a dossier: its officers and its owner do what they like, in any order."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backend.bootstrap import Container
from backend.dossiers.documents import DOSSIERS, EVENTS
from shared_models.access import Actor, Duty, Role, scopes_of
from shared_models.clock import FixedClock
from shared_models.dossier import ANSWERS, IN_PLACE, MOVES, DossierAction, DossierStatus, may_follow
from shared_models.errors import DomainError
from shared_models.ids import new_id
from tests.support.builders_identity import PASSWORD, TRANG
from tests.support.catalogue import a_catalogue
from tests.support.database import empty
from tests.support.dossiers import REQUEST, REQUEST_VALUES

BOARD = "H17.08"
START = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
FIELDS: dict[str, dict[str, Any]] = {
    "refuse": {"reason": "Không thuộc thẩm quyền", "legal_basis": "NĐ 61/2018"},
    "ask_supplement": {"items": [{"component": "test_report", "reason": "Bản chụp mờ"}]},
    "ask_payment": {"amount": 500_000},
    "propose": {"decision": "approve", "text": "Đủ điều kiện"},
    "send_back": {"reason": "Xem lại"},
    "stop": {"reason": "Có khiếu nại", "legal_basis": "NĐ 61/2018"},
    "record_payment": {"amount": 500_000, "receipt_number": "BL-1"},
    "return_result": {"way": "post"},
    "post": {"carrier": "Bưu điện", "tracking": "RR1"},
    "ask_opinion": {"agency": "H17.07", "question": "Có ý kiến gì?", "within_days": 2},
}
"""What an action is asked with; the others need nothing, or what the dossier says."""

PLAIN = ("accept", "start", "resolve", "resume", "delivered", *FIELDS)


def an_actor(container: Container, *duties: Duty, username: str | None = None) -> Actor:
    named = username or "-".join(duties) or "none"
    staff_id = container.identity.staff.add(named, PASSWORD, "Phạm Quốc Bảo", Role.OFFICER, BOARD, duties=duties)
    return Actor(staff_id, Role.OFFICER, "Phạm Quốc Bảo", scopes_of(Role.OFFICER, duties), BOARD, "Ban Quản lý ATTP")


class DossierWalk(RuleBasedStateMachine):
    """One dossier, three officers, a fourth with two duties, and its owner.

    ``way`` is gone before anything is left to chance: acts that are offered, so that every walk has been there.
    """

    city: Container
    clock: FixedClock
    way: Sequence[str] = ()
    seen: set[tuple[DossierStatus, DossierAction]]
    """By all walks together. What one walk does depends on what was drawn for it alone, or no failure could be shown
    again: its ids begin anew, and ``here`` is what it has done itself."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)
        self.here: set[tuple[DossierStatus, DossierAction]] = set()

    def an_id(self, prefix: str) -> str:
        return new_id(prefix, hashlib.sha256(f"machine-{next(self._numbers)}".encode()).digest()[:17])

    @initialize()
    def file(self) -> None:
        empty(self.city.database)
        self.clock.at = START
        a_catalogue(self.city)
        owner_id = self.city.identity.people.know_person(TRANG)
        self.owner = Actor(owner_id, Role.CITIZEN, TRANG.full_name, scopes_of(Role.CITIZEN))
        self.officers = [an_actor(self.city, duty) for duty in (Duty.RECEIVE, Duty.PROCESS, Duty.APPROVE)]
        self.officers.append(an_actor(self.city, Duty.PROCESS, Duty.APPROVE))
        ask = {
            "id": self.an_id("dos"),
            "procedure_code": REQUEST,
            "procedure_version": f"{REQUEST}@2025-07-01",
            "receiving_agency": BOARD,
            "form_id": "general_request@1",
            "values": dict(REQUEST_VALUES),
            "origins": {},
            "components": [{"key": key, "upload_id": self.paper()} for key in ("declaration", "test_report")],
            "return_way": "post",
            "return_address": "12 Trần Phú, TP Đà Nẵng",
            "contact": {"phone": "0905123456", "email": None},
        }
        self.id = self.city.dossiers.file(self.owner, ask)["id"]
        self.done: list[str] = []
        self.statuses = [DossierStatus.SUBMITTED]
        for step in self.way:
            self.go(step)
            self.check()

    def check(self) -> None:
        """What holds at every moment."""
        self.nothing_is_lost_or_doubled()

    def go(self, step: str) -> None:
        """One step of the way: it is offered to somebody, and succeeds."""
        if step == "answer_supplement":
            components = [{"key": "test_report", "upload_id": self.paper()}]
            ask = {"id": self.an_id("act"), "action": step, "components": components}
            self.attempt(self.owner, ask, again=True, is_offered=True)
            return
        who = next(officer for officer, action in self.offers() if action == step)
        self.attempt(who, self.asked(step), again=True, is_offered=True)

    def paper(self) -> str:
        """A checked upload of the owner's, without the opening of a file: that is another test's."""
        made = {"_id": self.an_id("upl"), "owner_id": self.owner.id, "name": "giay.pdf", "size": 5, "sha256": "0" * 64}
        rest = {"offset": 5, "state": "checked", "media_type": "application/pdf", "code": None, "file_id": "fil_0"}
        self.city.database.collection("uploads").insert_one(made | rest | {"expires_at": START + timedelta(days=7)})
        return str(made["_id"])

    @property
    def dossier(self) -> dict[str, Any]:
        found = self.city.database.collection(DOSSIERS).find_one({"_id": self.id})
        assert found is not None
        return found

    def asked(self, action: str) -> dict[str, Any]:
        """An action on the dossier as it is now."""
        ask = {"id": self.an_id("act"), "version": self.dossier["version"], "action": action, **FIELDS.get(action, {})}
        if action == "record_payment":
            ask["amount"] = self.dossier["fee"]["amount"]
        return ask

    def offers(self) -> list[tuple[Actor, str]]:
        """What somebody's screen offers, as far as a walk can do it."""
        return [
            (officer, action)
            for officer in self.officers
            for action in self.city.dossiers.readings.one(officer, self.id)["may"]
            if action in PLAIN
        ]

    def attempt(self, actor: Actor | None, ask: dict[str, Any], again: bool, *, is_offered: bool = False) -> None:
        before = self.dossier
        try:
            after = self.city.dossiers.machinery.perform(actor, self.id, ask)
        except DomainError as error:
            if is_offered:
                raise AssertionError(f"{ask['action']} was offered, and refused") from error
            # What an officer may not ask for is counted, for whoever oversees; nothing else stays of a refusal.
            counted = {"refused_demands": self.dossier["refused_demands"]}
            assert self.dossier == before | counted, "a refused action has changed the dossier"
            return
        assert after["version"] == before["version"] + 1
        self.note(ask["id"], DossierAction(ask["action"]), before, after)
        if again:
            assert self.city.dossiers.machinery.perform(actor, self.id, ask)["version"] == after["version"]

    def note(self, action_id: str, action: DossierAction, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Something was done to the dossier: the table knows it, and it is remembered."""
        old, new = DossierStatus(before["status"]), DossierStatus(after["status"])
        known = (old, action) in MOVES or (old, action) in ANSWERS or old in IN_PLACE.get(action, ())
        assert known or action in (DossierAction.RECORD_PAYMENT, DossierAction.PAY), f"{action} in {old}"
        assert new is old or may_follow(old, new)
        self.done.append(action_id)
        self.statuses.append(new)
        self.here.add((old, action))
        self.seen.add((old, action))

    @rule(who=st.integers(0, 3), action=st.sampled_from(PLAIN), again=st.booleans(), stale=st.booleans())
    def act(self, who: int, action: str, again: bool, stale: bool) -> None:
        """Anybody tries anything."""
        version = self.dossier["version"] - (1 if stale and who == 0 else 0)
        ask = {"id": self.an_id("act"), "version": version, "action": action, **FIELDS.get(action, {})}
        self.attempt(self.officers[who], ask, again)

    @rule(choice=st.integers(0, 10_000), again=st.booleans())
    def go_on(self, choice: int, again: bool) -> None:
        """Somebody does what their screen offers: it is not refused."""
        # What it has not done before goes first; an end is reached soon enough.
        offers, status = self.offers(), DossierStatus(self.dossier["status"])
        offers = [offer for offer in offers if offer[1] != "refuse"] or offers
        offers = [offer for offer in offers if (status, DossierAction(offer[1])) not in self.here] or offers
        if offers:
            officer, action = offers[choice % len(offers)]
            self.attempt(officer, self.asked(action), again, is_offered=True)

    @rule(who=st.integers(0, 3), to=st.integers(0, 3))
    def hand_over(self, who: int, to: int) -> None:
        ask = self.asked("hand_over") | {"reason": "Nghỉ phép", "to": self.officers[to].id}
        self.attempt(self.officers[who], ask, again=False)

    @rule(days=st.integers(1, 40), who=st.integers(1, 3))
    def extend(self, days: int, who: int) -> None:
        day = self.clock.at.date() + timedelta(days=days)
        ask = self.asked("extend") | {"reason": "Chờ xác minh", "new_due_date": day}
        self.attempt(self.officers[who], ask, again=False)

    @precondition(lambda self: self.dossier["status"] == DossierStatus.SUPPLEMENT_REQUESTED)
    @rule(again=st.booleans())
    def answer(self, again: bool) -> None:
        components = [{"key": "test_report", "upload_id": self.paper()}]
        self.attempt(
            self.owner, {"id": self.an_id("act"), "action": "answer_supplement", "components": components}, again
        )

    @rule(chance=st.integers(0, 9), again=st.booleans())
    def withdraw(self, chance: int, again: bool) -> None:
        if not chance:
            self.attempt(self.owner, {"id": self.an_id("act"), "action": "withdraw"}, again)

    @rule(hours=st.integers(1, 200))
    def wait(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        closed = self.city.dossiers.deadlines.close_unanswered()
        self.city.dossiers.deadlines.warn()
        if closed:
            self.statuses.append(DossierStatus.STOPPED)
            self.done.append("")

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "statuses"):
            return
        events = list(self.city.database.collection(EVENTS).find({"dossier_id": self.id}).sort("seq", 1))
        dossier = self.dossier
        assert [event["seq"] for event in events] == list(range(1, dossier["version"] + 1))
        assert [DossierStatus(event["status"]) for event in events] == self.statuses
        assert len(self.done) == dossier["version"] - 1
        assert {one for one in self.done if one} <= {event["_id"] for event in events}
        assert (dossier.get("code") is not None) is (dossier["accepted_at"] is not None)
        assert len(dossier["apologies"]) <= 1
        if dossier["status"] in (DossierStatus.RESOLVED, DossierStatus.RETURNED):
            assert dossier["decision"]["proposed_by"]["id"] != dossier["decision"]["resolved_by"]["id"]
