"""Decisions on results and reading them, by the machine API."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.bootstrap import Container
from shared_models.access import Role, Scope
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import ROAD_BOARD, TRANG, a_machine
from tests.support.builders_results import NUMBER, a_change, deliver
from tests.support.database import only, snapshot


@pytest.fixture
def road_machine(container: Container, sign_in: Cast, machine: Phone) -> Phone:
    other = a_machine(container, ROAD_BOARD)
    phone = sign_in.nobody()
    assert phone.ask_token(grant_type="client_credentials", client_assertion=other.assertion()).status_code == 200
    return phone


def unchanged(before: dict[str, int], after: dict[str, int]) -> bool:
    """One-time proofs of the requests themselves aside."""
    return before | {"dpop_proofs": 0} == after | {"dpop_proofs": 0}


def test_status_moves_along_its_table(machine: Phone, container: Container, clock: FixedClock) -> None:
    result = deliver(machine)
    path = f"/results/{result['id']}/status"
    for action, expected in (
        ("suspend", "suspended"),
        ("restore", "valid"),
        ("suspend", "suspended"),
        ("revoke", "revoked"),
    ):
        answer = machine.post(path, a_change(action))
        assert (answer.status_code, answer.get_json()["status"]) == (200, expected)
        assert answer.get_json()["licence_id"] == result["licence_id"]
    for action in ("suspend", "restore", "revoke"):
        assert problem_of(machine.post(path, a_change(action))) == (409, "result.transition_not_allowed")
    stored = only(container.database, "results")
    assert [change["action"] for change in stored["changes"]] == ["suspend", "restore", "suspend", "revoke"]
    assert stored["state"] == "revoked"
    kinds = [notice["kind"] for notice in container.database.collection("notices").find().sort("order", 1)]
    moves = ("issued", "suspended", "restored", "suspended", "revoked")
    assert sorted(kinds) == sorted(f"licence.{move}" for move in moves)


def test_a_change_is_applied_once(machine: Phone, container: Container) -> None:
    path = f"/results/{deliver(machine)['id']}/status"
    change = a_change("suspend")
    first = machine.post(path, change).get_json()
    before = snapshot(container.database)
    assert machine.post(path, change).get_json() == first
    assert problem_of(machine.post(path, {**change, "reason": "Lý do khác"})) == (409, "result.id_reused")
    assert unchanged(before, snapshot(container.database))
    assert machine.post(path, a_change("restore")).get_json()["status"] == "valid"
    assert machine.post(path, change).get_json() == first


def test_a_change_sent_many_times_at_once_is_applied_once(machine: Phone, container: Container) -> None:
    path = f"/results/{deliver(machine)['id']}/status"
    change = a_change("revoke")
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _turn: machine.post(path, change), range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.get_data() for answer in answers}) == 1
    assert len(only(container.database, "results")["changes"]) == 1


def test_a_decision_of_tomorrow_is_refused(machine: Phone) -> None:
    path = f"/results/{deliver(machine)['id']}/status"
    answer = machine.post(path, a_change(decision_date="2026-11-22"))
    assert problem_of(answer) == (422, "result.decision_in_future")


def test_another_agency_sees_and_changes_nothing(machine: Phone, road_machine: Phone, container: Container) -> None:
    result = deliver(machine)
    assert problem_of(road_machine.post(f"/results/{result['id']}/status", a_change())) == (404, "result.unknown")
    assert problem_of(road_machine.get(f"/results/{result['id']}")) == (404, "result.unknown")
    assert road_machine.get("/results").get_json() == {"items": [], "next_cursor": None}
    assert only(container.database, "results")["state"] == "active"
    assert container.database.collection("access_ledger").count_documents({}) == 0


@pytest.mark.parametrize("path", ["/results", "/results/{id}", "/results/{id}/status"])
def test_results_are_for_those_who_may(machine: Phone, sign_in: Cast, path: str) -> None:
    target = path.format(id=deliver(machine)["id"])
    method = "POST" if target.endswith("status") else "GET"
    body = a_change() if method == "POST" else None
    assert problem_of(sign_in.nobody().request(method, target, body=body))[0] == 401
    assert problem_of(sign_in.citizen().request(method, target, body=body)) == (403, "access.scope_missing")
    assert problem_of(sign_in.staff(Role.INSPECTOR).request(method, target, body=body))[0] == 403
    delivering = sign_in.machine(Scope.RESULTS_DELIVER)
    assert problem_of(delivering.request(method, target, body=body)) == (403, "access.scope_missing")


def test_reading_is_in_the_owners_access_log(machine: Phone, sign_in: Cast, container: Container) -> None:
    result = deliver(machine)
    owner = sign_in.citizen()
    shown = machine.get(f"/results/{result['id']}").get_json()
    assert (shown["number"], shown["state"], shown["holder_name"]) == (NUMBER, "active", "QUÁN MÌ QUẢNG BÀ MUA")
    assert "personal_id" not in str(shown)
    assert TRANG.personal_id not in str(shown)
    assert machine.get("/results").get_json()["items"] == [shown]
    log = owner.get("/me/access-log").get_json()["items"]
    assert [entry["action"] for entry in log] == ["result.read", "result.read"]
    assert {entry["licence_id"] for entry in log} == {result["licence_id"]}


def test_the_list_pages_without_gaps(machine: Phone, clock: FixedClock) -> None:
    for turn in range(5):
        deliver(machine, number=f"{turn}/2026/ATTP")
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = machine.get(f"/results?limit=2{cursor and '&cursor=' + cursor}").get_json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == [f"{turn}/2026/ATTP" for turn in range(5)]
