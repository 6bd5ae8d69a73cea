"""A dossier's whole way: prepared and sent by a citizen, decided by two officers, returned."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.access import Duty
from shared_models.clock import FixedClock
from shared_models.dossier import DossierMoved, DossierResolved, parse_dossier_code
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN
from tests.support.catalogue import BIRTH
from tests.support.database import only
from tests.support.dossiers import (
    OTHER_WARD,
    WARD,
    Desk,
    a_birth,
    a_ward,
    an_officer,
    by_owner,
    do,
    done,
    file,
    good,
    written,
)
from tests.support.ids import an_id


@pytest.fixture
def ward(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 09:00 in the city
    return a_ward(container, sign_in)


def test_what_the_city_knows_is_not_asked_for(ward: Desk, owner: Phone) -> None:
    prepared = good(owner.post("/dossiers/preparations", {"procedure_code": BIRTH, "receiving_agency": WARD}))
    assert prepared["values"]["applicant_name"]["value"] == "Trần Thị Thu Trang"
    assert prepared["values"]["applicant_name"]["source"] == "person.full_name"
    held = {one["key"]: one["held"] for one in prepared["components"]}
    assert held["identity_card"]["source"] == "person"
    assert held["birth_certificate"] is None
    assert prepared["due_if_sent_now"] == "2026-11-23T10:30:00Z"


def test_birth_registration_from_form_to_result(ward: Desk, owner: Phone, container: Container) -> None:
    resolved: list[DossierResolved] = []
    moved: list[DossierMoved] = []
    container.events.on(DossierResolved, lambda event, _session: resolved.append(event))
    container.events.on(DossierMoved, lambda event, _session: moved.append(event))
    sent = file(owner)
    assert (sent["status"], sent["code"], sent["waits_for"]) == (1, None, "agency")
    assert sent["deadline"]["intake_due_at"] == "2026-11-25T02:00:00Z"
    dossier = good(ward.clerk.get(f"/desk/dossiers/{sent['id']}"))
    done(ward.clerk, dossier, "accept")
    assert dossier["code"] == "H17.30.05-261123-0001"
    assert dossier["deadline"]["due_date"] == "2026-11-23"
    done(ward.officer, dossier, "start")
    assert dossier["handler"] == {"name": "Phạm Quốc Bảo", "unit": "Ủy ban nhân dân phường Hải Châu"}
    done(ward.officer, dossier, "propose", decision="approve", text="Đủ điều kiện đăng ký khai sinh")
    done(ward.leader, dossier, "resolve")
    assert dossier["result"]["decision"] == "approved"
    done(ward.clerk, dossier, "return_result", way="post")
    done(ward.clerk, dossier, "post", carrier="Bưu điện", tracking="RR123456789VN")
    done(ward.clerk, dossier, "delivered")

    seen = good(owner.get(f"/dossiers/{sent['id']}"))
    assert (seen["status"], seen["delivery"], seen["deadline"]["standing"]) == (10, "delivered", "on_time")
    assert seen["return"]["tracking"] == "RR123456789VN"
    assert [(line["action"], line["actor"], (line["agency"] or {}).get("code")) for line in seen["timeline"]] == [
        ("submit", "Trần Thị Thu Trang", None),
        ("accept", "Đặng Thị Kim Oanh", WARD),
        ("start", "Phạm Quốc Bảo", WARD),
        ("propose", "Phạm Quốc Bảo", WARD),
        ("resolve", "Võ Minh Quân", WARD),
        ("return_result", "Đặng Thị Kim Oanh", WARD),
        ("post", "Đặng Thị Kim Oanh", WARD),
        ("delivered", "Đặng Thị Kim Oanh", WARD),
    ]
    assert good(by_owner(owner, sent, "rate", stars=5, comment="Nhanh"))["rating"]["stars"] == 5
    assert problem_of(by_owner(owner, sent, "rate", stars=1)) == (409, "dossier.rated")
    assert [event.approved for event in resolved] == [True]
    assert [int(event.status) for event in moved] == [1, 2, 4, 4, 9, 10, 10, 10, 10]
    notices = owner.get("/notices").get_json()["items"]
    assert {item["dossier_id"] for item in notices} == {sent["id"]}
    assert sorted(item["kind"].removeprefix("dossier.") for item in notices) == [
        *("accepted", "posted", "received", "resolved", "returned"),
    ]
    log = owner.get("/me/access-log").get_json()["items"]
    assert {entry["action"] for entry in log} == {"dossier.read", "dossier.handled"}
    assert len([entry for entry in log if entry["action"] == "dossier.handled"]) == 7


def test_whoever_proposed_cannot_approve(ward: Desk, owner: Phone, container: Container, sign_in: Cast) -> None:
    both = an_officer(container, sign_in, WARD, Duty.PROCESS, Duty.APPROVE)
    dossier = good(ward.clerk.get(f"/desk/dossiers/{file(owner)['id']}"))
    done(ward.clerk, dossier, "accept")
    done(both, dossier, "start")
    done(both, dossier, "propose", decision="approve", text="Đủ điều kiện")
    assert "resolve" not in dossier["may"]
    before = written(container)
    assert problem_of(do(both, dossier, "resolve")) == (403, "dossier.same_person")
    assert written(container) == before
    done(ward.leader, dossier, "send_back", reason="Xem lại giấy chứng sinh")
    assert problem_of(do(ward.leader, dossier, "resolve")) == (409, "dossier.nothing_proposed")
    done(both, dossier, "propose", decision="refuse", text="Không đủ điều kiện")
    assert done(ward.leader, dossier, "resolve")["result"]["decision"] == "refused"


def test_codes_have_no_gap_when_eight_accept_at_once(ward: Desk, owner: Phone, container: Container) -> None:
    dossiers = [file(owner) for _ in range(24)]
    answers: list[dict[str, Any]] = []
    failures: list[str] = []

    def accept(mine: list[dict[str, Any]]) -> None:
        for one in mine:
            answer = do(ward.clerk, one, "accept")
            if answer.status_code == 200:
                answers.append(answer.get_json())
            else:
                failures.append(answer.get_data(as_text=True))

    threads = [threading.Thread(target=accept, args=(dossiers[start::8],)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sorted(parse_dossier_code(one["code"]).number for one in answers) == list(range(1, 25))
    assert only(container.database, "dossier_counters") == {"_id": f"{WARD}:2026-11-23", "last": 24}


def test_a_refused_acceptance_takes_no_number(ward: Desk, owner: Phone) -> None:
    first, second = file(owner), file(owner)
    assert good(by_owner(owner, first, "withdraw", reason="Nộp nhầm"))["status"] == 7
    gone = good(ward.clerk.get(f"/desk/dossiers/{first['id']}"))
    assert problem_of(do(ward.clerk, gone, "accept")) == (409, "dossier.move_not_allowed")
    assert done(ward.clerk, second, "accept")["code"].endswith("-0001")


def test_the_counter_is_of_the_agency_and_the_day(
    ward: Desk, owner: Phone, container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    other = a_ward(container, sign_in, OTHER_WARD)
    codes = [done(ward.clerk, file(owner), "accept")["code"]]
    codes.append(done(other.clerk, file(owner, receiving_agency=OTHER_WARD), "accept")["code"])
    # 17:00 UTC is midnight in the city.
    clock.at = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    ward = a_ward(container, sign_in)
    owner = sign_in.citizen()
    codes.append(done(ward.clerk, file(owner), "accept")["code"])
    assert codes == ["H17.30.05-261123-0001", "H17.30.06-261123-0001", "H17.30.05-261124-0001"]


def test_another_agency_and_another_citizen_see_nothing(
    ward: Desk, owner: Phone, container: Container, sign_in: Cast
) -> None:
    other = a_ward(container, sign_in, OTHER_WARD)
    stranger = sign_in.citizen(AN)
    dossier = file(owner)
    for phone, path in (
        (other.clerk, f"/desk/dossiers/{dossier['id']}"),
        (other.leader, f"/desk/dossiers/{dossier['id']}/files/birth_certificate"),
        (stranger, f"/dossiers/{dossier['id']}"),
        (stranger, f"/dossiers/{dossier['id']}/files/birth_certificate"),
    ):
        assert problem_of(phone.get(path)) == (404, "dossier.unknown")
    assert problem_of(do(other.clerk, dict(dossier), "accept")) == (404, "dossier.unknown")
    assert problem_of(by_owner(stranger, dossier, "withdraw")) == (404, "dossier.unknown")
    assert not other.clerk.get("/desk/dossiers?view=intake").get_json()["items"]
    assert [one["id"] for one in ward.clerk.get("/desk/dossiers?view=intake").get_json()["items"]] == [dossier["id"]]


def test_an_action_twice_is_done_once(ward: Desk, owner: Phone, container: Container) -> None:
    sent = file(owner)
    ask = {"id": an_id("act"), "version": 1, "action": "accept"}
    first = good(ward.clerk.post(f"/desk/dossiers/{sent['id']}/actions", ask))
    before = written(container)
    assert good(ward.clerk.post(f"/desk/dossiers/{sent['id']}/actions", ask)) == first
    after = written(container)
    assert {name for name in after if after[name] != before[name]} == {"access_ledger"}
    ask["note"] = "khác"
    assert problem_of(ward.clerk.post(f"/desk/dossiers/{sent['id']}/actions", ask)) == (409, "action.id_reused")
    stale = {"id": an_id("act"), "version": 1, "action": "start"}
    assert problem_of(ward.officer.post(f"/desk/dossiers/{sent['id']}/actions", stale)) == (412, "dossier.changed")


def test_a_phone_that_has_it_reads_it_only_when_it_has_changed(ward: Desk, owner: Phone) -> None:
    sent = file(owner)
    first = owner.get(f"/dossiers/{sent['id']}")
    same = {"If-None-Match": first.headers["ETag"]}
    assert owner.get(f"/dossiers/{sent['id']}", headers=same).status_code == 304
    done(ward.clerk, good(ward.clerk.get(f"/desk/dossiers/{sent['id']}")), "accept")
    assert owner.get(f"/dossiers/{sent['id']}", headers=same).get_json()["status"] == 2


def test_a_dossier_sent_twice_is_stored_once(ward: Desk, owner: Phone, container: Container) -> None:
    body = a_birth(owner)
    first = good(owner.post("/dossiers", body), 201)
    assert good(owner.post("/dossiers", body), 201) == first
    assert container.database.collection("dossier_events").count_documents({}) == 1
    body["return_address"] = "34 Lê Lợi, TP Đà Nẵng"
    assert problem_of(owner.post("/dossiers", body)) == (409, "dossier.id_reused")
