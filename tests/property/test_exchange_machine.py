"""Whatever the two sides do and whatever the line loses, they end equal or in an open clash, and nothing is lost."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from backend.bootstrap import Container
from backend.dossiers.documents import DOSSIERS, EVENTS
from scripts.sandbox.egov import Egov, sent
from scripts.sandbox.egov_store import Case, Store
from shared_models.access import Actor, Duty, Role, scopes_of
from shared_models.clock import FixedClock
from shared_models.dossier import DossierStatus, may_follow
from shared_models.errors import Conflict, DomainError
from shared_models.schemas.clash import SIDES
from tests.support.api import Cast, Phone, app, clock, container, folders, provider, sign_in
from tests.support.builders_identity import PASSWORD, TRANG, Machine
from tests.support.catalogue import BIRTH, a_catalogue
from tests.support.database import database, module_database, mongo_server
from tests.support.dossiers import WARD, good
from tests.support.exchange import an_egov
from tests.support.ids import an_id

__all__ = ["app", "clock", "container", "database", "folders", "module_database", "mongo_server", "provider", "sign_in"]

START = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
ACTS: dict[str, dict[str, Any]] = {
    "accept": {},
    "refuse": {"reason": "Không thuộc thẩm quyền", "legal_basis": "NĐ 61/2018"},
    "start": {},
    "ask_supplement": {"items": [{"component": "birth_certificate", "reason": "Bản chụp mờ"}]},
    "stop": {"reason": "Có khiếu nại", "legal_basis": "NĐ 61/2018"},
    "resume": {},
    "withdraw": {},
}
APART: dict[int, tuple[str, int]] = {1: ("accept", 5), 2: ("start", 5)}
"""By the status in which both are: what is done here, and where they go, so that either side can be kept."""

_numbers = count(1)


class Wire:
    """The API without a network: every request is signed and answered as over one."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone

    def get(self, path: str) -> Any:
        return good(self._phone.get(path))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return good(self._phone.post(path, body))

    def post_and_hang_up(self, path: str, body: dict[str, Any]) -> None:
        self.post(path, body)


class TwoSides(RuleBasedStateMachine):
    """One dossier of the one-stop software's, an officer and its owner here, a clerk there, and a bad line between."""

    city: Container
    clock: FixedClock
    phone: Phone
    machine: Machine
    officer: Actor
    owner: Actor
    settled: list[str]

    @initialize(kept_first=st.sampled_from([None, *SIDES]))
    def begin(self, kept_first: str | None) -> None:
        self.sign_in()
        self.folder = tempfile.TemporaryDirectory()
        self.egov = Egov(WARD, Store(Path(self.folder.name)), Wire(self.phone), self.clock.now)
        state = self.egov.store.state()
        state.cases = next(_numbers) * 10
        state.codes = 5_000 + state.cases
        self.egov.store.keep_state(state)
        self.egov.pull()
        self.case_id = self.egov.take_in(BIRTH, TRANG.personal_id).id
        self.egov.push()
        self.done_here: list[str] = []
        self.sent: list[dict[str, Any]] = []
        if kept_first is not None:
            self.they_come_apart_and_somebody_settles_it(kept_first)

    def sign_in(self) -> None:
        """Anew for each walk: a token lives for ten minutes, and a walk takes its time."""
        answer = self.phone.ask_token(grant_type="client_credentials", client_assertion=self.machine.assertion())
        assert answer.status_code == 200, answer.get_data(as_text=True)

    def teardown(self) -> None:
        if hasattr(self, "case_id"):
            self.bring_together()
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @property
    def case(self) -> Case:
        found = self.egov.store.case(self.case_id)
        assert found is not None
        return found

    @property
    def dossier(self) -> dict[str, Any]:
        found = self.city.database.collection(DOSSIERS).find_one({"exchange_key": f"{WARD}:{self.case_id}"})
        assert found is not None
        return found

    def later(self) -> None:
        self.clock.at += timedelta(seconds=1)

    @rule(action=st.sampled_from(sorted(ACTS)))
    def somebody_acts_here(self, action: str) -> None:
        self.later()
        before = self.dossier
        actor = self.owner if action == "withdraw" else self.officer
        ask = {"id": an_id("act"), "action": action, **ACTS[action]}
        try:
            self.city.dossiers.machinery.perform(actor, before["_id"], ask)
        except DomainError:
            assert self.dossier == before or self.dossier["refused_demands"] != before["refused_demands"]
            return
        self.done_here.append(ask["id"])

    @rule(pick=st.integers(0, 7))
    def somebody_works_there(self, pick: int) -> None:
        self.later()
        following = [
            status for status in DossierStatus if may_follow(DossierStatus(self.case.record["status"]), status)
        ]
        if following:
            self.egov.change(self.case_id, int(following[pick % len(following)]), "ở bên kia")

    @contextmanager
    def overwriting_nothing(self) -> Iterator[None]:
        """What they send without having seen where we are leaves us there: a person decides, or they come to it too."""
        before, seen = self.dossier, self.case.record["based_on"]
        yield
        after = self.dossier
        if seen < before["exchange"]["revision"]:
            assert (after["status"], after["status_since"]) == (before["status"], before["status_since"]), "overwritten"

    @rule()
    def it_pushes(self) -> None:
        self.later()
        if self.case.is_unsent:
            self.sent.append(sent(self.case))
        with self.overwriting_nothing():
            results = self.egov.push()
        for result in results:
            assert result["state"] in {"stored", "unchanged", "clash"}, result

    @precondition(lambda self: self.case.is_unsent)
    @rule()
    def it_pushes_and_the_answer_is_lost(self) -> None:
        self.later()
        self.sent.append(sent(self.case))
        with self.overwriting_nothing():
            self.egov.push_and_hang_up(self.case_id)

    @precondition(lambda self: self.sent)
    @rule(pick=st.integers(0, 50))
    def an_old_push_comes_again(self, pick: int) -> None:
        self.later()
        before = self.dossier
        [result] = Wire(self.phone).post("/exchange/dossiers:push", {"records": [self.sent[pick % len(self.sent)]]})[
            "results"
        ]
        assert result["state"] == "unchanged", result
        assert self.dossier == before, "a push that came again has changed something"

    @rule(action=st.sampled_from(["accept", "start", "ask_supplement", "stop", "withdraw"]), pick=st.integers(0, 7))
    def both_act_before_they_have_heard_of_it(self, action: str, pick: int) -> None:
        self.it_pulls()
        self.it_pushes()
        self.somebody_acts_here(action)
        self.somebody_works_there(pick)
        self.it_pushes()

    @precondition(lambda self: self.case.record["status"] in APART and self.dossier["sync"] != "clash")
    @rule(keep=st.sampled_from(SIDES))
    def they_come_apart_and_somebody_settles_it(self, keep: str) -> None:
        """Both have gone on from where both were: chance alone would seldom bring it about."""
        self.it_pulls()
        self.it_pushes()
        before = self.dossier
        if before["status"] not in APART or before["sync"] == "clash":
            return
        here, there = APART[before["status"]]
        self.somebody_acts_here(here)
        ours = self.dossier["status"]
        assert ours != before["status"], "the desk could not do it"
        self.later()
        self.egov.change(self.case_id, there, "ở bên kia")
        self.it_pushes()
        assert (self.dossier["status"], self.dossier["sync"]) == (ours, "clash")
        self.somebody_settles_it(keep)
        assert self.settled[-1] == keep

    @rule()
    def it_pulls(self) -> None:
        self.later()
        self.egov.pull()

    @rule()
    def it_reads_a_page_and_dies_before_keeping_it(self) -> None:
        cursor = self.egov.store.state().cursor
        Wire(self.phone).get(f"/exchange/dossiers?limit=100&cursor={cursor}")

    @precondition(lambda self: self.dossier["sync"] == "clash")
    @rule(keep=st.sampled_from(["ours", "theirs"]))
    def somebody_settles_it(self, keep: str) -> None:
        self.later()
        before = self.dossier
        can_keep = self.city.dossiers.readings.shown(self.officer, before)["clash"]["keep"]
        ask = {"id": an_id("act"), "version": before["version"], "action": "settle_clash", "keep": keep}
        if keep not in can_keep:
            with pytest.raises(Conflict, match=r"exchange\.move_not_allowed"):
                self.city.dossiers.machinery.perform(self.officer, before["_id"], ask)
            return
        after = self.city.dossiers.machinery.perform(self.officer, before["_id"], ask)
        self.done_here.append(ask["id"])
        self.settled.append(keep)
        kept = before["exchange"]["theirs"]["status"] if keep == "theirs" else before["status"]
        assert (after["status"], after["sync"]) == (kept, "pending")

    def bring_together(self) -> None:
        for _ in range(3):
            self.later()
            self.egov.synchronise()
        dossier, case = self.dossier, self.case
        kept = {event["_id"] for event in self.city.database.collection(EVENTS).find({"dossier_id": dossier["_id"]})}
        assert set(self.done_here) <= kept, "what was done here has left no line"
        assert not case.is_unsent, case
        if dossier["sync"] == "clash":
            theirs = dossier["exchange"]["theirs"]
            assert (theirs["status"], theirs["source_version"]) == (
                case.record["status"],
                case.record["source_version"],
            ), "theirs was lost in the clash"
            return
        assert dossier["sync"] == "synced"
        assert (dossier["status"], dossier.get("code")) == (case.record["status"], case.record.get("code"))
        assert dossier["exchange"]["source_version"] == case.record["source_version"]
        assert dossier["exchange"]["revision"] == case.record["based_on"]
        assert self.egov.pull() == 0


def test_any_interleaving_ends_with_both_equal_or_an_open_clash(
    container: Container, clock: FixedClock, sign_in: Cast
) -> None:
    clock.at = START
    a_catalogue(container)
    egov = an_egov(container, sign_in, WARD)
    TwoSides.machine = egov.machine
    duties = list(Duty)
    staff = container.identity.staff
    staff_id = staff.add("can.bo", PASSWORD, "Phạm Quốc Bảo", Role.OFFICER, WARD, duties=duties)
    TwoSides.city, TwoSides.clock, TwoSides.phone = container, clock, egov.phone
    TwoSides.officer = Actor(
        *(staff_id, Role.OFFICER, "Phạm Quốc Bảo", scopes_of(Role.OFFICER, duties), WARD, "UBND phường Hải Châu")
    )
    owner_id = container.identity.people.know_person(TRANG)
    TwoSides.owner = Actor(owner_id, Role.CITIZEN, TRANG.full_name, scopes_of(Role.CITIZEN))
    TwoSides.settled = []
    run_state_machine_as_test(
        TwoSides,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
    assert set(TwoSides.settled) == set(SIDES), (
        f"the walk settled clashes only by keeping {set(TwoSides.settled) or 'neither'}"
    )
