"""Both sides have changed a dossier: nothing is overwritten, both are shown, and a person says which one holds."""

from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.access import Duty
from tests.support.api import Cast, problem_of
from tests.support.builders_identity import TRANG
from tests.support.dossiers import OTHER_WARD, WARD, Desk, a_ward, an_officer, by_owner, do, done, file, good, written
from tests.support.exchange import Egov, a_record, an_egov, later


@pytest.fixture
def ward(container: Container, sign_in: Cast) -> Desk:
    return a_ward(container, sign_in)


@pytest.fixture
def egov(container: Container, sign_in: Cast, ward: Desk) -> Egov:
    assert ward
    return an_egov(container, sign_in)


def at_desk(ward: Desk, result: dict[str, Any]) -> dict[str, Any]:
    return good(ward.officer.get(f"/desk/dossiers/{result['dossier_id']}"))


def a_clash(egov: Egov, ward: Desk, status: int = 5, **changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A dossier that we have begun to work on while they went on otherwise: their record, and ours at the desk."""
    record = a_record(2)
    dossier = at_desk(ward, egov.stored(record))
    done(ward.officer, dossier, "start")
    theirs = later(record, status, **changes)
    result = egov.one(theirs)
    assert (result["state"], result["sync"], result["revision"]) == ("clash", "clash", 1), result
    return theirs, at_desk(ward, result)


def test_both_are_kept_and_shown_and_ours_goes_on_as_it_was(egov: Egov, ward: Desk) -> None:
    theirs, dossier = a_clash(egov, ward, note="Bản chụp không đọc được")
    assert (dossier["status"], dossier["sync"]) == (4, "clash")
    clash = dossier["clash"]
    assert (clash["ours"]["status"], clash["theirs"]["status"]) == (4, 5)
    assert (clash["ours"]["version"], clash["theirs"]["version"]) == (1, 2)
    assert clash["theirs"]["note"] == "Bản chụp không đọc được"
    assert (clash["differs"], clash["keep"]) == (["status", "asked"], ["ours", "theirs"])
    assert "settle_clash" in dossier["may"]
    assert dossier["timeline"][-1]["action"] == "clash"
    before = written(egov.phone.container)
    again = egov.one(theirs)
    assert (again["state"], again["sync"]) == ("unchanged", "clash")
    assert written(egov.phone.container) == before


def test_whoever_can_settle_it_hears_of_it_once(egov: Egov, ward: Desk) -> None:
    theirs, _ = a_clash(egov, ward)
    egov.one(later(theirs, 5, note="một lần nữa"))
    told = [one["kind"] for one in good(ward.officer.get("/notices"))["items"]]
    assert told.count("dossier.clash") == 1
    assert "dossier.clash" not in [one["kind"] for one in good(ward.leader.get("/notices"))["items"]]


def test_its_owner_sees_neither_of_two_versions(egov: Egov, ward: Desk, sign_in: Cast) -> None:
    owner = sign_in.citizen(TRANG)
    _, dossier = a_clash(egov, ward)
    seen = good(owner.get(f"/dossiers/{dossier['id']}"))
    assert (seen["status"], seen["sync"]) == (4, "clash")
    assert "clash" not in seen


def test_ours_is_kept_told_and_stays(egov: Egov, ward: Desk) -> None:
    theirs, dossier = a_clash(egov, ward)
    egov.pull()
    done(ward.officer, dossier, "settle_clash", keep="ours", note="Đã đối chiếu bản giấy")
    assert (dossier["status"], dossier["sync"], dossier["clash"]) == (4, "pending", None)
    line = dossier["timeline"][-1]
    assert (line["action"], line["note"]) == ("settle_clash", "Giữ dữ liệu của thành phố: Đã đối chiếu bản giấy")
    [item] = egov.pull()
    assert (item["status"], item["source_version"], item["sync"]) == (4, theirs["source_version"], "pending")
    assert egov.acknowledge(item) == {"dossier_id": item["dossier_id"], "state": "stored", "sync": "synced"}
    assert at_desk(ward, item | {"dossier_id": item["dossier_id"]})["sync"] == "synced"
    # What they say again without having changed it brings nothing back.
    assert egov.one(later(theirs, 5))["sync"] == "synced"
    # And what they change now, having seen ours, follows it.
    result = egov.stored(later(theirs, 5, source_version=4, based_on=item["revision"], note="Thiếu trang 2"))
    assert at_desk(ward, result)["status"] == 5


def test_theirs_is_kept_with_all_that_it_means(egov: Egov, ward: Desk, sign_in: Cast) -> None:
    owner = sign_in.citizen(TRANG)
    _, dossier = a_clash(egov, ward)
    done(ward.officer, dossier, "settle_clash", keep="theirs")
    assert (dossier["status"], dossier["clash"], dossier["deadline"]["paused"]) == (5, None, True)
    assert [one["component"] for one in dossier["asks"]["items"]] == ["birth_certificate"]
    assert "dossier.supplement" in [one["kind"] for one in good(owner.get("/notices"))["items"]]
    [item] = egov.pull()
    assert (item["status"], item["source_version"]) == (5, 2)
    assert egov.acknowledge(item)["sync"] == "synced"


def test_what_was_decided_here_is_not_undone_by_a_choice(egov: Egov, ward: Desk, sign_in: Cast) -> None:
    record = a_record(2)
    result = egov.stored(record)
    owner = sign_in.citizen(TRANG)
    good(by_owner(owner, {"id": result["dossier_id"]}, "withdraw"))
    assert egov.one(later(record, 4))["state"] == "clash"
    dossier = at_desk(ward, result)
    assert (dossier["status"], dossier["clash"]["keep"]) == (7, ["ours"])
    assert problem_of(do(ward.officer, dossier, "settle_clash", keep="theirs")) == (409, "exchange.move_not_allowed")
    done(ward.officer, dossier, "settle_clash", keep="ours")
    assert (dossier["status"], dossier["sync"]) == (7, "pending")


def test_later_records_take_the_place_of_theirs_and_their_steps_add_up(egov: Egov, ward: Desk) -> None:
    record = a_record(1)
    result = egov.stored(record)
    dossier = at_desk(ward, result)
    done(ward.clerk, dossier, "accept")
    code = dossier["code"]
    one = later(record, 4, code=code, steps=[_step(2), _step(4)])
    assert egov.one(one)["state"] == "clash"
    two = later(one, 9)
    assert egov.one(two)["state"] == "clash"
    assert egov.one(one)["state"] == "unchanged"
    dossier = at_desk(ward, result)
    assert (dossier["status"], dossier["clash"]["theirs"]["status"], dossier["clash"]["keep"]) == (
        *(2, 9),
        ["ours", "theirs"],
    )
    done(ward.officer, dossier, "settle_clash", keep="theirs")
    assert (dossier["status"], dossier["result"]["decision"], dossier["ended_at"]) == (
        *(9, "approved"),
        dossier["status_since"],
    )


def _step(status: int) -> dict[str, Any]:
    return {"status": status, "at": "2026-11-20T03:00:00Z"}


def test_a_clash_is_over_when_they_come_to_say_what_we_do(egov: Egov, ward: Desk) -> None:
    theirs, dossier = a_clash(egov, ward)
    [item] = egov.pull()
    same = later(theirs, 4, based_on=item["revision"], due_at=item["due_at"])
    result = egov.stored(same)
    assert result["sync"] == "synced"
    dossier = at_desk(ward, result)
    assert (dossier["status"], dossier["clash"], dossier["timeline"][-1]["action"]) == (4, None, "settle_clash")


def test_both_have_done_the_same_and_nobody_has_to_settle_it(egov: Egov, ward: Desk) -> None:
    record = a_record(2)
    result = egov.stored(record)
    done(ward.officer, at_desk(ward, result), "start")
    assert egov.stored(later(record, 4))["sync"] == "pending"
    [item] = egov.pull()
    assert egov.acknowledge(item)["sync"] == "synced"


def test_who_has_seen_ours_and_goes_back_to_what_was_before_is_followed(egov: Egov, ward: Desk) -> None:
    working = later(a_record(2), 4)
    result = egov.stored(working)
    done(ward.officer, at_desk(ward, result), "stop", reason="Chờ giám định", legal_basis="Điều 9 Luật Hộ tịch")
    [item] = egov.pull()
    egov.acknowledge(item)
    assert egov.stored(later(working, 4, based_on=item["revision"]))["sync"] == "synced"
    assert at_desk(ward, result)["status"] == 4


def test_who_could_not_take_ours_over_is_told_again_after_saying_nothing_new(egov: Egov, ward: Desk) -> None:
    record = a_record(2)
    result = egov.stored(record)
    done(ward.officer, at_desk(ward, result), "start")
    [passed_over] = egov.pull()
    assert egov.stored(later(record, 2))["sync"] == "pending"
    [item] = egov.pull()
    assert (item["status"], item["revision"]) == (4, passed_over["revision"])
    assert item["source_version"] == record["source_version"] + 1
    assert egov.acknowledge(item)["sync"] == "synced"
    assert egov.pull() == []


def test_nothing_is_signed_while_it_is_open(egov: Egov, ward: Desk) -> None:
    _, dossier = a_clash(egov, ward)
    done(ward.officer, dossier, "propose", decision="approve", text="Đủ điều kiện")
    dossier = good(ward.leader.get(f"/desk/dossiers/{dossier['id']}"))
    assert "resolve" not in dossier["may"]
    assert problem_of(do(ward.leader, dossier, "resolve")) == (409, "dossier.clash_open")


def test_who_may_settle_and_how_often(egov: Egov, ward: Desk, container: Container, sign_in: Cast) -> None:
    _, dossier = a_clash(egov, ward)
    elsewhere = an_officer(container, sign_in, OTHER_WARD, Duty.PROCESS)
    ask = {"id": "act_" + "0" * 26, "version": dossier["version"], "action": "settle_clash", "keep": "ours"}
    path = f"/desk/dossiers/{dossier['id']}/actions"
    assert problem_of(elsewhere.post(path, ask)) == (404, "dossier.unknown")
    assert problem_of(ward.leader.post(path, ask)) == (403, "access.scope_missing")
    assert problem_of(ward.clerk.post(path, ask)) == (403, "dossier.assigned_elsewhere")
    assert problem_of(ward.officer.post(path, ask | {"keep": "both"})) == (422, "request.invalid")
    assert problem_of(ward.officer.post(path, {**ask, "version": 1})) == (412, "dossier.changed")
    settled = good(ward.officer.post(path, ask))
    assert good(ward.officer.post(path, ask))["version"] == settled["version"]
    assert problem_of(do(ward.officer, settled, "settle_clash", keep="ours")) == (409, "exchange.no_clash")


def test_one_of_ours_becomes_theirs_too_and_then_can_clash(egov: Egov, ward: Desk, sign_in: Cast) -> None:
    own = file(sign_in.citizen(TRANG))
    record = a_record(2, dossier_id=own["id"], based_on=1, code=f"{WARD}-261121-0031")
    result = egov.stored(record | {"status_at": "2026-11-21T02:30:00Z"})
    assert (result["dossier_id"], result["sync"]) == (own["id"], "synced")
    dossier = at_desk(ward, result)
    assert (dossier["status"], dossier["code"]) == (2, f"{WARD}-261121-0031")
    done(ward.officer, dossier, "start")
    assert egov.one(later(record, 5, based_on=1))["state"] == "clash"
    other = a_record(2, dossier_id=own["id"], based_on=1)
    assert egov.one(other)["code"] == "exchange.linked_otherwise"
