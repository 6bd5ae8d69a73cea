"""Phones, sync, sheets and documents, as their owner, as others, and as nobody."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.infra.verify import verify_text
from backend.wallet.rules import MAX_DEVICES
from shared_models.access import Role, Scope
from shared_models.clock import FixedClock
from shared_models.credential.reasons import Outcome
from shared_models.schemas.wallet import SyncSchema
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, ROAD_BOARD, a_machine
from tests.support.builders_results import (
    HolderKey,
    a_change,
    a_city,
    a_delivery,
    an_id,
    deliver,
    now_s,
    register,
)
from tests.support.status import status_lists_of, status_of


@pytest.fixture
def machine(container: Container, sign_in: Cast) -> Phone:
    a_city(container)
    return sign_in.machine()


@pytest.fixture
def owner(sign_in: Cast) -> Phone:
    return sign_in.citizen()


def challenge_of(phone: Phone) -> str:
    return str(phone.post("/wallet/devices/challenges").get_json()["challenge"])


def sync(phone: Phone, **query: Any) -> dict[str, Any]:
    text = "&".join(f"{name}={value}" for name, value in query.items() if value is not None)
    answer = phone.get(f"/wallet/sync?{text}" if text else "/wallet/sync")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    assert not SyncSchema().validate(found)
    return found


# ---- phones ----


def test_a_phone_that_proves_its_key_is_registered_once(owner: Phone, container: Container) -> None:
    key = HolderKey()
    challenge = challenge_of(owner)
    body = key.registration(challenge)
    first = owner.post("/wallet/devices", body)
    assert first.status_code == 201
    lost_answer = owner.post("/wallet/devices", body)
    assert (lost_answer.status_code, lost_answer.get_json()) == (200, first.get_json())
    again = owner.post("/wallet/devices", key.registration(challenge_of(owner)))
    assert (again.status_code, again.get_json()["id"]) == (200, first.get_json()["id"])
    assert [row["id"] for row in owner.get("/wallet/devices").get_json()["items"]] == [first.get_json()["id"]]
    assert container.database.collection("notices").count_documents({"kind": "device.added"}) == 1


def test_a_phone_sent_many_times_at_once_is_registered_once(owner: Phone, container: Container) -> None:
    body = HolderKey().registration(challenge_of(owner))
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _turn: owner.post("/wallet/devices", body), range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert container.database.collection("devices").count_documents({}) == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"proof": base64.urlsafe_b64encode(b"\x01" * 64).rstrip(b"=").decode()}, "device.proof_invalid", "proof"),
        ({"proof": "AAAA"}, "request.invalid", "proof"),
        ({"x": "A" * 43}, "device.key_malformed", "x"),
        ({"challenge": "something-else"}, "device.proof_invalid", "proof"),
        ({"label": ""}, "request.invalid", "label"),
        ({"extra": 1}, "request.invalid", "extra"),
    ],
)
def test_a_false_registration_is_refused(
    owner: Phone, container: Container, change: dict[str, Any], code: str, field: str
) -> None:
    body = HolderKey().registration(challenge_of(owner)) | change
    answer = owner.post("/wallet/devices", body)
    assert problem_of(answer) == (422, code)
    assert field in answer.get_json()["errors"]
    assert container.database.collection("devices").count_documents({}) == 0


def test_a_challenge_is_good_once_and_for_a_while_and_for_one(owner: Phone, sign_in: Cast, clock: FixedClock) -> None:
    expired = (422, "device.challenge_expired")
    spent = challenge_of(owner)
    assert owner.post("/wallet/devices", HolderKey().registration(spent)).status_code == 201
    assert problem_of(owner.post("/wallet/devices", HolderKey().registration(spent))) == expired
    others = challenge_of(sign_in.citizen(AN))
    assert problem_of(owner.post("/wallet/devices", HolderKey().registration(others))) == expired
    late = challenge_of(owner)
    clock.advance(timedelta(minutes=5))
    assert problem_of(owner.post("/wallet/devices", HolderKey().registration(late))) == expired


def test_a_key_belongs_to_one_person(owner: Phone, sign_in: Cast) -> None:
    key, other = HolderKey(), sign_in.citizen(AN)
    register(owner, key)
    challenge = challenge_of(other)
    assert problem_of(other.post("/wallet/devices", key.registration(challenge))) == (409, "device.key_taken")


def test_phones_have_a_limit_and_blocking_makes_room(owner: Phone) -> None:
    devices = [register(owner, HolderKey()) for _ in range(MAX_DEVICES)]
    challenge = challenge_of(owner)
    body = HolderKey().registration(challenge)
    assert problem_of(owner.post("/wallet/devices", body)) == (409, "device.too_many")
    assert owner.delete(f"/wallet/devices/{devices[0]}").status_code == 204
    assert owner.post("/wallet/devices", body).status_code == 201


def test_a_blocked_phone_is_out(owner: Phone, machine: Phone, container: Container) -> None:
    key = HolderKey()
    device, other = register(owner, key), register(owner, HolderKey())
    result = deliver(machine)
    assert owner.delete(f"/wallet/devices/{device}").status_code == 204
    assert owner.delete(f"/wallet/devices/{device}").status_code == 204
    assert problem_of(owner.get(f"/wallet/sync?device_id={device}")) == (410, "device.blocked")
    assert [row["id"] for row in owner.get("/wallet/devices").get_json()["items"]] == [other]
    challenge = challenge_of(owner)
    assert problem_of(owner.post("/wallet/devices", key.registration(challenge))) == (409, "device.blocked")
    assert status_of(container) == {None: "VALID", device: "REVOKED", other: "VALID"}
    for action, expected in (("suspend", "SUSPENDED"), ("restore", "VALID"), ("revoke", "REVOKED")):
        machine.post(f"/results/{result['id']}/status", a_change(action))
        assert status_of(container) == {None: expected, device: "REVOKED", other: expected}
    assert container.database.collection("notices").count_documents({"kind": "device.blocked"}) == 1


def test_phones_of_others_cannot_be_seen_or_blocked(owner: Phone, sign_in: Cast, container: Container) -> None:
    device, other = register(owner, HolderKey()), sign_in.citizen(AN)
    assert problem_of(other.delete(f"/wallet/devices/{device}")) == (404, "device.unknown")
    assert problem_of(other.get(f"/wallet/sync?device_id={device}")) == (404, "device.unknown")
    assert other.get("/wallet/devices").get_json() == {"items": []}
    assert container.database.collection("devices").count_documents({"blocked_at": None}) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/wallet/devices/challenges"),
        ("POST", "/wallet/devices"),
        ("GET", "/wallet/devices"),
        ("DELETE", "/wallet/devices/dev_00000000000000000000000000"),
        ("GET", "/wallet/sync"),
        ("GET", "/wallet/licences/lic_00000000000000000000000000/access-log"),
    ],
)
def test_the_wallet_is_for_citizens(sign_in: Cast, container: Container, method: str, path: str) -> None:
    body = HolderKey().registration("x") if (method, path) == ("POST", "/wallet/devices") else None
    assert problem_of(sign_in.nobody().request(method, path, body=body)) == (401, "access.token_missing")
    for phone in (sign_in.staff(Role.INSPECTOR), sign_in.staff(Role.OFFICER), sign_in.machine()):
        assert problem_of(phone.request(method, path, body=body)) == (403, "access.scope_missing")


# ---- sync ----


def test_the_credential_on_the_phone_proves_its_holder(owner: Phone, machine: Phone, container: Container) -> None:
    key = HolderKey()
    device = register(owner, key)
    result = deliver(machine)
    (licence,) = sync(owner, device_id=device)["licences"]
    assert (licence["id"], licence["result_id"], licence["status"]) == (result["licence_id"], result["id"], "valid")
    assert licence["issuer"] == {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm"}
    assert (licence["valid_from"], licence["valid_until"], licence["undated"]) == ("2026-11-21", "2029-11-20", False)
    trust, lists = container.wallet.trust.current().trust, status_lists_of(container)
    shown = key.present(licence["credential"], now_s(container))
    assert verify_text(shown, trust, lists, now_s(container)).outcome is Outcome.VALID_HOLDER_PRESENT
    stolen = HolderKey().present(licence["credential"], now_s(container))
    assert verify_text(stolen, trust, lists, now_s(container)).outcome is Outcome.INVALID
    paper = verify_text(result["paper_text"], trust, lists, now_s(container))
    assert (paper.outcome, paper.reasons) == (Outcome.VALID_HOLDER_NOT_PROVEN, ("holder.paper",))


def test_licences_from_before_the_phone_are_bound_to_it(owner: Phone, machine: Phone, container: Container) -> None:
    deliver(machine)
    suspended = deliver(machine, number="2/2026/ATTP")
    revoked = deliver(machine, number="3/2026/ATTP")
    machine.post(f"/results/{suspended['id']}/status", a_change("suspend"))
    machine.post(f"/results/{revoked['id']}/status", a_change("revoke"))
    before = sync(owner)
    assert [licence["credential"] for licence in before["licences"]] == [None, None, None]
    device = register(owner, HolderKey())
    after = {row["number"]: row for row in sync(owner, device_id=device, cursor=before["cursor"])["licences"]}
    assert sorted(after) == ["2/2026/ATTP", "48/2026/ATTP-CNĐK"]
    assert all(row["credential"] for row in after.values())
    entries = {
        row["licence_id"]: row for row in container.database.collection("credentials").find({"device_id": device})
    }
    lists = status_lists_of(container)
    bound = entries[suspended["licence_id"]]
    assert lists[bound["status_uri"]].entries[bound["list_index"]] == 2


def test_sync_tells_what_changed_since_the_cursor(owner: Phone, machine: Phone) -> None:
    device = register(owner, HolderKey())
    first = deliver(machine)
    deliver(machine, number="2/2026/ATTP")
    everything = sync(owner, device_id=device)
    assert [row["number"] for row in everything["licences"]] == ["48/2026/ATTP-CNĐK", "2/2026/ATTP"]
    nothing = sync(owner, device_id=device, cursor=everything["cursor"])
    assert (nothing["licences"], nothing["removed"], nothing["cursor"]) == ([], [], everything["cursor"])
    machine.post(f"/results/{first['id']}/status", a_change("suspend"))
    (changed,) = sync(owner, device_id=device, cursor=everything["cursor"])["licences"]
    assert (changed["status"], changed["decision_number"], changed["version"]) == ("suspended", "208/QĐ-ATTP", 2)
    assert changed["status_reason"] == "Không duy trì điều kiện vệ sinh"
    assert len(sync(owner, device_id=device, cursor=99999)["licences"]) == 2


def test_sync_answers_304_when_nothing_changed(owner: Phone, machine: Phone) -> None:
    device = register(owner, HolderKey())
    path = f"/wallet/sync?device_id={device}"
    etag = owner.get(path).headers["ETag"]
    unchanged = owner.get(path, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.get_data(), unchanged.headers["ETag"]) == (304, b"", etag)
    deliver(machine)
    assert owner.get(path, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"), [("cursor=abc", "cursor"), ("device_id=x", "device_id"), ("since=1", "since")]
)
def test_a_bad_question_is_refused(owner: Phone, query: str, field: str) -> None:
    answer = owner.get(f"/wallet/sync?{query}")
    assert problem_of(answer) == (422, "request.invalid")
    assert field in answer.get_json()["errors"]


def test_a_wallet_holds_its_owners_licences_only(owner: Phone, machine: Phone, sign_in: Cast) -> None:
    deliver(machine)
    assert sync(sign_in.citizen(AN))["licences"] == []
    assert len(sync(owner)["licences"]) == 1


def test_a_phones_last_visit_is_kept_by_the_day(owner: Phone, clock: FixedClock, container: Container) -> None:
    device = register(owner, HolderKey())
    seen = []
    for step in (timedelta(0), timedelta(minutes=5), timedelta(hours=24)):
        clock.advance(step)
        if step >= timedelta(hours=1):
            owner.ask_token(grant_type="refresh_token", refresh_token=owner.refresh_token)
        sync(owner, device_id=device)
        seen.append(container.database.collection("devices").find_one({"_id": device})["last_seen_at"])
    assert seen[0] == seen[1] < seen[2]


# ---- documents and access logs ----


def test_the_document_comes_back_byte_for_byte(owner: Phone, machine: Phone) -> None:
    body = a_delivery()
    result = deliver(machine)
    for reader in (owner, machine):
        answer = reader.get(f"/licences/{result['licence_id']}/document.pdf")
        assert answer.status_code == 200
        assert answer.get_data() == base64.b64decode(body["document"])
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["sheet.pdf", "document.pdf"])
def test_documents_are_for_the_owner_and_the_issuer(
    machine: Phone, owner: Phone, sign_in: Cast, container: Container, name: str
) -> None:
    licence = deliver(machine)["licence_id"]
    path = f"/licences/{licence}/{name}"
    road = sign_in.nobody()
    road.ask_token(grant_type="client_credentials", client_assertion=a_machine(container, ROAD_BOARD).assertion())
    assert problem_of(sign_in.nobody().get(path)) == (401, "access.token_missing")
    for stranger in (sign_in.citizen(AN), sign_in.staff(Role.INSPECTOR), road, sign_in.machine(Scope.RESULTS_DELIVER)):
        assert problem_of(stranger.get(path)) == (404, "licence.unknown")
    assert container.database.collection("access_ledger").count_documents({}) == 0
    assert owner.get(path).status_code == 200
    assert container.database.collection("access_ledger").count_documents({}) == 0
    assert machine.get(path).status_code == sign_in.staff(Role.OFFICER).get(path).status_code == 200
    assert container.database.collection("access_ledger").count_documents({"licence_id": licence}) == 2
    assert problem_of(owner.get(f"/licences/{an_id('lic')}/{name}")) == (404, "licence.unknown")


def test_the_owner_reads_who_looked(owner: Phone, machine: Phone, sign_in: Cast) -> None:
    first, second = deliver(machine)["licence_id"], deliver(machine, number="2/2026/ATTP")["licence_id"]
    machine.get(f"/licences/{first}/document.pdf")
    sign_in.staff(Role.OFFICER).get(f"/licences/{second}/sheet.pdf")
    path = f"/wallet/licences/{first}/access-log"
    (entry,) = owner.get(path).get_json()["items"]
    assert (entry["action"], entry["agency_name"]) == ("licence.document_read", "Ban Quản lý An toàn thực phẩm")
    assert len(owner.get("/me/access-log").get_json()["items"]) == 2
    assert problem_of(sign_in.citizen(AN).get(path)) == (404, "licence.unknown")
