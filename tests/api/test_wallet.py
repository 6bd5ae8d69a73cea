"""Phones, sync, sheets and documents, as their owner, as others, and as nobody."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.wallet.rules import MAX_DEVICES
from shared_models.access import Role
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN
from tests.support.builders_results import (
    HolderKey,
    a_change,
    deliver,
    register,
)
from tests.support.status import status_of
from tests.support.syncing import challenge_of


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


def test_signing_out_blocks_as_well_and_is_told_in_its_own_words(owner: Phone, container: Container) -> None:
    key = HolderKey()
    device = register(owner, key)
    assert problem_of(owner.delete(f"/wallet/devices/{device}?reason=bored")) == (422, "request.invalid")
    assert problem_of(owner.delete(f"/wallet/devices/{device}?quietly=1")) == (422, "request.invalid")
    assert owner.delete(f"/wallet/devices/{device}?reason=signed_out").status_code == 204
    assert owner.delete(f"/wallet/devices/{device}?reason=lost").status_code == 204
    assert problem_of(owner.get(f"/wallet/sync?device_id={device}")) == (410, "device.blocked")
    kinds = [row["kind"] for row in container.database.collection("notices").find().sort("created_at", 1)]
    assert kinds == ["device.added", "device.signed_out"]


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
