"""Deliveries that are refused: kept with their reason, repaired or ended, and gone when their time is over."""

import base64
import importlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.infra.migrations import migrate
from backend.jobs import run_due
from backend.results.services import quarantine
from shared_models.access import Role, Scope
from shared_models.clock import FixedClock
from shared_models.errors import Conflict, Forbidden, Invalid, NotFound
from shared_models.place import Commune, CommuneKind
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import ROAD_BOARD, a_machine, a_staff_member
from tests.support.builders_results import a_delivery, deliver, food_signer
from tests.support.database import forget_again
from tests.support.pdf import a_signed_pdf

RESULT_COLLECTIONS = ("results", "deliveries", "licences", "credentials", "persons", "notices", "fs.files", "fs.chunks")
ELSEWHERE = Commune("20197", "An Khê", CommuneKind.WARD)


def refused(**changes: Any) -> dict[str, Any]:
    """A delivery to a commune that nobody has told us of yet: refused today, fine tomorrow."""
    return a_delivery(place={**a_delivery()["place"], "commune_code": ELSEWHERE.code}, **changes)


def entries(container: Container) -> list[dict[str, Any]]:
    return list(container.database.collection("refused_deliveries").find().sort("order", 1))


def count(container: Container, name: str) -> int:
    return container.database.collection(name).count_documents({})


def test_a_refused_delivery_is_kept_with_its_reason(machine: Phone, container: Container, clock: FixedClock) -> None:
    body = refused()
    assert problem_of(machine.post("/results", body)) == (422, "place.commune_unknown")
    [entry] = entries(container)
    assert entry["_id"].startswith("dlv_")
    assert (entry["agency_code"], entry["client_id"]) == ("H17.08", machine.user["id"])
    assert (entry["delivery_id"], entry["state"], entry["tries"]) == (body["delivery_id"], "waiting", 1)
    assert entry["code"] == "place.commune_unknown"
    assert entry["refusal_fields"] == [{"field": "place.commune_code", "codes": ["place.commune_unknown"]}]
    assert entry["first_at"] == entry["last_at"] == clock.now()
    assert entry["expires_at"] == clock.now() + timedelta(days=30)
    held = container.results.refused.delivery(entry)
    assert held.document == base64.b64decode(body["document"])
    assert held.personal_id == body["holder"]["personal_id"]
    assert held.content_sha256() == entry["content_sha256"]
    assert {name: count(container, name) for name in RESULT_COLLECTIONS} == dict.fromkeys(RESULT_COLLECTIONS, 0)


def test_sending_it_again_unchanged_only_counts(machine: Phone, container: Container, clock: FixedClock) -> None:
    machine.post("/results", refused())
    [first] = entries(container)
    clock.advance(timedelta(minutes=5))
    machine.post("/results", refused())
    [entry] = entries(container)
    assert (entry["tries"], entry["last_at"] - entry["first_at"]) == (2, timedelta(minutes=5))
    assert (entry["file_id"], entry["expires_at"]) == (first["file_id"], first["expires_at"])
    assert count(container, "refused.files") == 1


def test_other_content_under_the_same_id_takes_its_place(machine: Phone, container: Container) -> None:
    machine.post("/results", refused())
    [first] = entries(container)
    other = refused(pdf=a_signed_pdf("other", food_signer()), activity="Bán phở")
    machine.post("/results", other)
    [entry] = entries(container)
    assert (entry["_id"], entry["tries"]) == (first["_id"], 2)
    assert container.results.refused.delivery(entry).activity == "Bán phở"
    assert count(container, "refused.files") == 1


def test_a_delivery_that_is_accepted_closes_its_entry_and_takes_its_data(machine: Phone, container: Container) -> None:
    machine.post("/results", refused())
    result = deliver(machine)
    [entry] = entries(container)
    assert (entry["state"], entry["result_id"]) == ("delivered", result["id"])
    assert (entry["payload"], entry["file_id"], entry["size"]) == (None, None, 0)
    assert count(container, "refused.files") == count(container, "refused.chunks") == 0
    assert deliver_again(container, entry["_id"]) == (Conflict, "refused.closed")


def deliver_again(container: Container, entry_id: str) -> tuple[type, str] | str:
    try:
        return str(container.results.deliver_again(entry_id)["id"])
    except (Conflict, Forbidden, Invalid, NotFound) as refusal:
        return type(refusal), refusal.code


def test_a_retry_makes_the_same_checks_and_delivers_once(machine: Phone, container: Container) -> None:
    machine.post("/results", refused())
    [entry] = entries(container)
    assert deliver_again(container, entry["_id"]) == (Invalid, "place.commune_unknown")
    assert entries(container)[0]["tries"] == 2
    container.identity.people.put_commune(ELSEWHERE)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _turn: deliver_again(container, entry["_id"]), range(4)))
    stored = container.database.collection("results").find_one({}) or {}
    assert set(outcomes) <= {stored["_id"], (Conflict, "refused.closed")}, outcomes
    assert count(container, "results") == count(container, "licences") == 1
    assert stored["delivered_by"] == machine.user["id"]
    [closed] = entries(container)
    assert (closed["state"], closed["result_id"], closed["payload"]) == ("delivered", stored["_id"], None)
    again = machine.post("/results", refused())
    assert (again.status_code, again.get_json()["id"]) == (200, stored["_id"])


def test_a_retry_needs_the_client_that_sent_it(machine: Phone, container: Container) -> None:
    machine.post("/results", refused())
    [entry] = entries(container)
    clients = container.database.collection("machine_clients")
    clients.update_one({"_id": machine.user["id"]}, {"$set": {"scopes": ["results:read"]}})
    assert deliver_again(container, entry["_id"]) == (Forbidden, "access.scope_missing")
    clients.update_one({"_id": machine.user["id"]}, {"$set": {"is_active": False}})
    assert deliver_again(container, entry["_id"]) == (Conflict, "refused.client_closed")
    assert deliver_again(container, "dlv_unknown") == (NotFound, "refused.unknown")
    assert entries(container)[0]["state"] == "waiting"


def test_a_rejected_one_is_emptied_and_stays_so_until_its_content_changes(machine: Phone, container: Container) -> None:
    machine.post("/results", refused())
    [entry] = entries(container)
    container.results.refused.reject(entry["_id"], "Xã này không thuộc thành phố")
    with pytest.raises(Conflict, match=r"refused\.closed"):
        container.results.refused.reject(entry["_id"], "again")
    machine.post("/results", refused())
    [rejected] = entries(container)
    assert (rejected["state"], rejected["tries"], rejected["payload"]) == ("rejected", 2, None)
    assert count(container, "refused.files") == 0
    machine.post("/results", refused(activity="Bán phở"))
    [reopened] = entries(container)
    assert (reopened["_id"], reopened["state"], reopened["note"]) == (entry["_id"], "waiting", None)


def test_what_no_service_refused_is_not_kept(machine: Phone, sign_in: Cast, container: Container) -> None:
    assert problem_of(machine.post("/results", a_delivery(number=...)))[0] == 422
    for phone in (sign_in.nobody(), sign_in.citizen(), sign_in.machine(Scope.RESULTS_READ)):
        assert phone.post("/results", refused()).status_code in {401, 403}
    deliver(machine)
    assert machine.post("/results", a_delivery()).status_code == 200
    assert entries(container) == []


def test_an_id_used_for_other_content_waits_for_somebody(machine: Phone, container: Container) -> None:
    deliver(machine)
    assert problem_of(machine.post("/results", a_delivery(activity="Bán rượu"))) == (409, "result.id_reused")
    assert machine.post("/results", a_delivery()).status_code == 200
    [entry] = entries(container)
    assert (entry["state"], entry["code"]) == ("waiting", "result.id_reused")
    assert deliver_again(container, entry["_id"]) == (Conflict, "result.id_reused")


def test_a_broken_client_cannot_fill_the_disk(
    machine: Phone, container: Container, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "MOST_ENTRIES", 3)
    for turn in range(5):
        clock.advance(timedelta(seconds=1))
        machine.post("/results", refused(delivery_id=f"delivery-{turn}"))
    assert [entry["delivery_id"] for entry in entries(container)] == ["delivery-2", "delivery-3", "delivery-4"]
    assert count(container, "refused.files") == 3
    assert container.results.refused.figures() == (3, 2)
    monkeypatch.setattr(quarantine, "MOST_BYTES", entries(container)[0]["size"] * 2)
    clock.advance(timedelta(seconds=1))
    machine.post("/results", refused(delivery_id="delivery-9"))
    assert [entry["delivery_id"] for entry in entries(container)] == ["delivery-4", "delivery-9"]
    assert container.results.refused.figures() == (2, 4)


def test_everything_is_gone_after_thirty_days(machine: Phone, container: Container, clock: FixedClock) -> None:
    machine.post("/results", refused())
    clock.advance(timedelta(days=29, hours=23))
    run_due(container)
    assert (len(entries(container)), count(container, "refused.files")) == (1, 1)
    clock.advance(timedelta(hours=1))
    run_due(container)
    for name in ("refused_deliveries", "refused.files", "refused.chunks"):
        assert count(container, name) == 0, name
    migration = importlib.import_module("backend.infra.migrations.0006_refused_deliveries")
    expiry = {index.collection: index for index in migration.INDEXES if index.expire_after_s is not None}
    assert expiry["refused_deliveries"].model().document["expireAfterSeconds"] == 0


def test_a_file_that_its_entry_left_behind_is_deleted(machine: Phone, container: Container, clock: FixedClock) -> None:
    """A process that ends between the closing and the deleting, or the database's own expiry of the entry."""
    machine.post("/results", refused())
    [entry] = entries(container)
    container.database.transaction(
        lambda session: container.results.refused.close_delivered("H17.08", entry["delivery_id"], "res_x", session)
    )
    assert count(container, "refused.files") == 1
    run_due(container)
    assert (count(container, "refused.files"), entries(container)[0]["file_id"]) == (0, None)
    machine.post("/results", refused(delivery_id="delivery-2"))
    container.database.collection("refused_deliveries").delete_many({})
    clock.advance(timedelta(days=30))
    run_due(container)
    assert count(container, "refused.chunks") == 0


def test_an_agency_sees_its_own_and_nothing_of_the_person(
    machine: Phone, sign_in: Cast, container: Container, clock: FixedClock
) -> None:
    for turn in range(3):
        clock.advance(timedelta(seconds=1))
        machine.post("/results", refused(delivery_id=f"delivery-{turn}", number=f"{turn} của 048192900002"))
    first = machine.get("/results/refused?limit=2").get_json()
    second = machine.get(f"/results/refused?limit=2&cursor={first['next_cursor']}").get_json()
    found = first["items"] + second["items"]
    assert [item["delivery_id"] for item in found] == ["delivery-2", "delivery-1", "delivery-0"]
    assert second["next_cursor"] is None
    assert found[0]["errors"] == {"place.commune_code": ["place.commune_unknown"]}
    assert found[0]["number"] == "2 của 048•••••0002"
    text = machine.get("/results/refused").get_data(as_text=True)
    for secret in ("048192900002", "BÀ MUA", "Lê Đình Dương", "payload", "client_id"):
        assert secret not in text
    administrator = sign_in.staff(Role.ADMINISTRATOR)
    assert administrator.get("/results/refused").get_json()["items"] == found
    other = a_machine(container, ROAD_BOARD, (Scope.RESULTS_REFUSED,))
    stranger = sign_in.nobody()
    stranger.ask_token(grant_type="client_credentials", client_assertion=other.assertion())
    assert stranger.get("/results/refused").get_json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.INSPECTOR, Role.OFFICER])
def test_others_do_not_see_refused_deliveries(sign_in: Cast, role: Role, container: Container) -> None:
    if role is not Role.CITIZEN:
        a_staff_member(container, role, f"{role.value}.demo")
    phone = sign_in.citizen() if role is Role.CITIZEN else sign_in.staff(role)
    assert problem_of(phone.get("/results/refused")) == (403, "access.scope_missing")


def test_a_client_from_before_may_see_what_was_refused(machine: Phone, container: Container) -> None:
    clients = container.database.collection("machine_clients")
    clients.update_many({}, {"$set": {"scopes": ["results:deliver"]}})
    clients.insert_one({**(clients.find_one() or {}), "_id": "cli_reader", "scopes": ["results:read"]})
    forget_again(container.database)
    container.database.collection("migrations").delete_one({"_id": "0006_refused_deliveries"})
    assert migrate(container.database, container.clock) == ["0006_refused_deliveries"]
    scopes = {row["_id"]: row["scopes"] for row in clients.find()}
    assert scopes == {machine.user["id"]: ["results:deliver", "results:refused"], "cli_reader": ["results:read"]}
