"""The one-stop software reads what has changed: in order, nothing left out, nothing twice, its own agency's alone."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.dossiers.documents import DOSSIERS
from backend.dossiers.exchange_documents import ExchangeCounterDocument, FeedRowDocument
from backend.dossiers.services.exchange_feed import NUMBERED_AT_ONCE, leave_word
from shared_models.access import Actor, Role
from shared_models.clock import FixedClock
from tests.support.api import Cast, problem_of
from tests.support.builders_identity import TRANG
from tests.support.dossiers import OTHER_WARD, Desk, a_ward, by_owner, done, file, good
from tests.support.exchange import SCOPES, Egov, a_record, an_egov, later

THREADS = 6


@pytest.fixture
def ward(container: Container, sign_in: Cast) -> Desk:
    return a_ward(container, sign_in)


@pytest.fixture
def egov(container: Container, sign_in: Cast, ward: Desk) -> Egov:
    assert ward
    return an_egov(container, sign_in)


def machine(egov: Egov) -> Actor:
    """The same software, calling the service without HTTP: for many threads at once."""
    return Actor(egov.phone.user["id"], Role.MACHINE, "Phần mềm một cửa", frozenset(SCOPES), egov.agency, "Phường")


def test_what_a_citizen_sends_and_the_desk_does_is_told_with_all_that_belongs_to_it(
    egov: Egov, ward: Desk, sign_in: Cast
) -> None:
    owner = sign_in.citizen(TRANG)
    dossier = good(ward.clerk.get(f"/desk/dossiers/{file(owner)['id']}"))
    [item] = egov.pull()
    assert (item["revision"], item["status"], item["sync"], item["exchange_id"]) == (1, 1, "local", None)
    assert item["applicant"] == {"personal_id": TRANG.personal_id, "name": TRANG.full_name}
    assert item["values"]["child_name"] == "Trần Bảo Ngọc"
    [paper] = [one for one in item["components"] if one["key"] == "birth_certificate"]
    assert (paper["key"], paper["source"], len(paper["sha256"])) == ("birth_certificate", "upload", 64)
    assert egov.pull() == []
    done(ward.clerk, dossier, "accept")
    done(ward.officer, dossier, "start")
    [item] = egov.pull()
    assert (item["revision"], item["status"], item["code"]) == (3, 4, dossier["code"])
    assert [one["action"] for one in item["steps"]] == ["submit", "accept", "start"]


def test_its_files_are_fetched_and_that_is_in_the_access_log_too(egov: Egov, sign_in: Cast) -> None:
    owner = sign_in.citizen(TRANG)
    own = file(owner)
    [item] = egov.pull()
    paper = next(one for one in item["components"] if one["key"] == "birth_certificate")
    answer = egov.phone.get(f"/exchange/dossiers/{own['id']}/files/birth_certificate")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert hashlib.sha256(answer.get_data()).hexdigest() == paper["sha256"]
    assert good(owner.get("/me/access-log"))["items"][0]["action"] == "dossier.file_read"
    for path, code in ((f"{own['id']}/files/other", "component.unknown"), ("dos_0/files/x", "dossier.unknown")):
        assert problem_of(egov.phone.get(f"/exchange/dossiers/{path}")) == (404, code)


def test_what_is_no_business_of_theirs_is_no_change(egov: Egov, ward: Desk) -> None:
    result = egov.stored(a_record(4))
    assert egov.pull() == [], "their own words came back to them"
    dossier = good(ward.officer.get(f"/desk/dossiers/{result['dossier_id']}"))
    done(ward.officer, dossier, "assign", to=ward.officer.user["id"])
    done(ward.officer, dossier, "propose", decision="approve", text="Đủ điều kiện")
    assert egov.pull() == []
    assert dossier["sync"] == "synced"


def test_every_reading_is_in_the_owners_access_log(egov: Egov, sign_in: Cast) -> None:
    owner = sign_in.citizen(TRANG)
    file(owner)
    assert good(owner.get("/me/access-log"))["items"] == []
    egov.pull()
    [seen] = good(owner.get("/me/access-log"))["items"]
    assert (seen["action"], seen["actor_name"], seen["purpose"]) == (
        *("dossier.read", "Phần mềm một cửa"),
        "dossiers.handling",
    )


def test_ours_is_pending_until_it_is_acknowledged(egov: Egov, ward: Desk, sign_in: Cast) -> None:
    owner = sign_in.citizen(TRANG)
    own = file(owner)
    [item] = egov.pull()
    assert egov.acknowledge(item, "EG-NEW")["sync"] == "synced"
    etag = owner.get(f"/dossiers/{own['id']}").headers["ETag"]
    good(by_owner(owner, own, "withdraw"))
    assert good(owner.get(f"/dossiers/{own['id']}"))["sync"] == "pending"
    pending = owner.get(f"/dossiers/{own['id']}").headers["ETag"]
    old = egov.acknowledge(item, "EG-NEW")
    assert (old["state"], old["sync"]) == ("unchanged", "pending")
    [item] = egov.pull()
    version = good(owner.get(f"/dossiers/{own['id']}"))["version"]
    assert egov.acknowledge(item, "EG-NEW")["sync"] == "synced"
    after = owner.get(f"/dossiers/{own['id']}")
    assert (after.get_json()["version"], after.get_json()["sync"]) == (version, "synced")
    assert len({etag, pending, after.headers["ETag"]}) == 3


def test_receipts_that_cannot_be_are_refused_one_by_one(egov: Egov, sign_in: Cast) -> None:
    file(sign_in.citizen(TRANG))
    [item] = egov.pull()
    linked = egov.stored(a_record(1))
    assert egov.acknowledge(item | {"revision": 2}, "EG-A")["code"] == "exchange.revision_unknown"
    assert egov.acknowledge(item | {"dossier_id": "dos_" + "0" * 26}, "EG-A")["code"] == "dossier.unknown"
    assert egov.acknowledge(item, linked["exchange_id"])["code"] == "exchange.linked_otherwise"
    assert egov.acknowledge(item, "EG-A")["state"] == "stored"
    assert egov.acknowledge(item, "EG-B")["code"] == "exchange.linked_otherwise"
    for body in ({}, {"items": []}, {"items": [{"dossier_id": 1}]}):
        assert problem_of(egov.phone.post("/exchange/dossiers:acknowledge", body)) == (422, "request.invalid")


def test_another_agencys_software_sees_and_changes_nothing(
    egov: Egov, ward: Desk, container: Container, sign_in: Cast
) -> None:
    assert ward
    other = an_egov(container, sign_in, OTHER_WARD)
    file(sign_in.citizen(TRANG))
    [item] = egov.pull()
    assert other.pull() == []
    assert other.acknowledge(item, "EG-X")["code"] == "dossier.unknown"
    assert other.one(a_record(7, dossier_id=item["dossier_id"], based_on=1))["code"] == "dossier.unknown"
    mine, same_id = a_record(1), a_record(1)
    result = egov.stored(mine)
    theirs = other.stored(same_id | {"exchange_id": mine["exchange_id"]})
    assert theirs["dossier_id"] != result["dossier_id"], "an id of one agency is not another's"


def test_pages_go_on_where_they_ended_and_holes_are_passed_over(
    egov: Egov, ward: Desk, container: Container, clock: FixedClock
) -> None:
    ids = [egov.stored(a_record(2))["dossier_id"] for _ in range(7)]
    dossiers = [good(ward.officer.get(f"/desk/dossiers/{one}")) for one in ids]
    for dossier in dossiers:
        clock.at += timedelta(milliseconds=1)
        done(ward.officer, dossier, "start")
    assert [item["dossier_id"] for item in egov.pull(limit=3)] == ids
    for dossier in dossiers[:5]:
        clock.at += timedelta(milliseconds=1)
        done(ward.officer, dossier, "stop", reason="Có khiếu nại", legal_basis="NĐ 61/2018")
    assert [item["dossier_id"] for item in egov.pull(limit=2)] == ids[:5]
    fresh = Egov(egov.phone, egov.agency, egov.machine)
    assert [item["dossier_id"] for item in fresh.pull(limit=2)] == [*ids[5:], *ids[:5]]
    assert fresh.pull() == []
    fresh.cursor = "Wzk5OV0"
    assert len(fresh.pull()) == len(ids), "a cursor from before a restored backup misses what came since"
    for bad in ("x", "WzEsMl0", "WyJhIl0"):
        assert problem_of(egov.phone.get(f"/exchange/dossiers?cursor={bad}")) == (422, "request.invalid")
    for kind in (FeedRowDocument, ExchangeCounterDocument):
        rows = list(container.database.collection(kind._get_collection_name()).find())
        assert rows
        for row in rows:
            kind(**{"id" if name == "_id" else name: value for name, value in row.items()}).validate()


def test_a_change_that_was_begun_before_a_reading_and_ended_after_it_is_not_passed_over(
    egov: Egov, ward: Desk, container: Container
) -> None:
    """Commit order is not clock order: the earlier word becomes visible only after the later one was read."""
    ids = [egov.stored(a_record(2))["dossier_id"] for _ in range(2)]
    early, late = (good(ward.officer.get(f"/desk/dossiers/{one}")) for one in ids)
    ports = container.dossiers._ports
    with container.database.client.start_session() as session:
        session.start_transaction()
        found = container.database.collection(DOSSIERS).find_one({"_id": early["id"]}, session=session)
        assert found is not None
        leave_word(ports, found, session)
        done(ward.officer, late, "start")
        assert [item["dossier_id"] for item in egov.pull()] == [late["id"]]
        session.commit_transaction()
    assert [item["dossier_id"] for item in egov.pull()] == [early["id"]]
    assert egov.pull() == []


def test_readers_and_writers_at_once_miss_nothing_and_tell_nothing_twice(
    egov: Egov, ward: Desk, container: Container
) -> None:
    ids = [egov.stored(a_record(2))["dossier_id"] for _ in range(THREADS)]
    dossiers = [good(ward.officer.get(f"/desk/dossiers/{one}")) for one in ids]
    actor, service = machine(egov), container.dossiers.exchange
    seen: list[tuple[str, int]] = []

    def work(dossier: dict[str, Any]) -> None:
        done(ward.officer, dossier, "start")
        done(ward.officer, dossier, "stop", reason="Có khiếu nại", legal_basis="NĐ 61/2018")
        done(ward.officer, dossier, "resume")

    with ThreadPoolExecutor(THREADS) as pool:
        working = [pool.submit(work, dossier) for dossier in dossiers]
        seq, more = 0, True
        while more or not all(one.done() for one in working):
            page = service.pull(actor, seq, 2)
            seen += [(item["dossier_id"], item["revision"]) for item in page["items"]]
            seq, more = page["seq"], page["more"]
        for one in working:
            one.result()
    page = service.pull(actor, seq, 200)
    seen += [(item["dossier_id"], item["revision"]) for item in page["items"]]
    assert len(seen) == len(set(seen)), "one revision was told twice"
    assert {one: max(revision for named, revision in seen if named == one) for one in ids} == dict.fromkeys(ids, 3)


def test_the_same_record_from_many_sides_at_once_is_one_dossier(egov: Egov, container: Container) -> None:
    actor, service, record = machine(egov), container.dossiers.exchange, a_record(4)
    with ThreadPoolExecutor(THREADS) as pool:
        results = [one for found in pool.map(lambda _: service.push(actor, [record]), range(THREADS)) for one in found]
    assert sorted(one["state"] for one in results) == ["stored", *["unchanged"] * (THREADS - 1)]
    assert len({one["dossier_id"] for one in results}) == 1
    assert container.database.collection(DOSSIERS).count_documents({}) == 1
    versions = [later(record, 4, source_version=number, note=f"lần {number}") for number in range(2, 2 + THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda one: service.push(actor, [one]), versions))
    [dossier] = container.database.collection(DOSSIERS).find()
    assert dossier["exchange"]["source_version"] == 1 + THREADS


def test_more_changes_than_get_numbers_at_once_come_all_the_same(egov: Egov, container: Container) -> None:
    assert NUMBERED_AT_ONCE > 200
    count = NUMBERED_AT_ONCE + 3
    feed = container.database.collection("exchange_feed")
    rows = [(f"dos_{number:026}", f"{number:012x}") for number in range(count)]
    feed.insert_many(
        {"_id": f"{egov.agency}:{one}", "agency_code": egov.agency, "dossier_id": one}
        | {"is_waiting": True, "order": order, "seq": 0}
        for one, order in rows
    )
    # One that changes once more before its turn is told at its new place, not at the old one too.
    real = egov.stored(a_record(1))["dossier_id"]
    waiting = {"agency_code": egov.agency, "dossier_id": real, "is_waiting": True, "order": "f" * 12, "seq": 1}
    feed.insert_one({"_id": f"{egov.agency}:{real}", **waiting})
    assert [item["dossier_id"] for item in egov.pull(limit=200)] == [real]
    count += 1
    # Dossiers that are gone are passed over; their numbers are not given again.
    assert egov.pull(limit=200) == []
    assert feed.count_documents({"is_waiting": True}) == 0
    numbers = [row["seq"] for row in feed.find().sort("order", 1)]
    assert numbers == list(range(1, count + 1))
