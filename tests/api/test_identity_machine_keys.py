"""Systems change their keys by themselves, never lose the last one, and what goes is refused at once."""

import importlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey

from backend.identity.rules import MOST_MACHINE_KEYS
from backend.identity.services.jose import write_jwt
from backend.infra.mongo import Database
from shared_models.access import Scope
from shared_models.clock import FixedClock, to_epoch_s
from shared_models.errors import DomainError
from tests.support.api import PUBLIC_URL, Cast, Phone, problem_of
from tests.support.builders_identity import ROAD_BOARD, Machine, a_machine, new_key
from tests.support.database import forget_again, snapshot


def signed_in(sign_in: Cast, machine: Machine, **header: str) -> Phone:
    phone = sign_in.nobody()
    answer = phone.ask_token(grant_type="client_credentials", client_assertion=machine.assertion_with(header))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return phone


def refused(sign_in: Cast, machine: Machine, **header: str) -> tuple[int, str]:
    phone = sign_in.nobody()
    return problem_of(phone.ask_token(grant_type="client_credentials", client_assertion=machine.assertion_with(header)))


def proof_of(phone: Phone, key: ECKey, *, typ: str = "congdan-machine-key+jwt", **changes: Any) -> str:
    claims = {"sub": phone.user["id"], "aud": PUBLIC_URL, "iat": to_epoch_s(phone.container.clock.now())} | changes
    held = {name: value for name, value in claims.items() if value is not None}
    return write_jwt({"alg": "ES256", "typ": typ}, held, key)


def add_key(phone: Phone, key: ECKey, **changes: Any) -> Any:
    body = {"jwk": key.as_dict(private=False), "proof": proof_of(phone, key, **changes)}
    return phone.post("/machine/keys", body)


def jkts(phone: Phone) -> list[str]:
    return [item["jkt"] for item in phone.get("/machine/keys").get_json()["items"]]


@pytest.fixture
def machine(sign_in: Cast) -> Machine:
    return a_machine(sign_in.container)


def test_a_system_changes_its_key_without_a_moment_shut_out(sign_in: Cast, machine: Machine) -> None:
    before = signed_in(sign_in, machine)
    old, new = machine.key, new_key()
    added = add_key(before, new)
    assert added.status_code == 201
    assert added.get_json() == {
        "jkt": new.thumbprint(),
        "created_at": "2026-11-21T02:30:00Z",
        "last_used_at": None,
        "retires_at": None,
        "is_current": False,
    }
    machine.key = new
    after = signed_in(sign_in, machine, kid=new.thumbprint())
    assert before.get("/me").status_code == 200
    assert after.delete(f"/machine/keys/{old.thumbprint()}").status_code == 204
    assert jkts(after) == [new.thumbprint()]
    machine.key = old
    assert refused(sign_in, machine) == (401, "machine.assertion_invalid")
    assert refused(sign_in, machine, kid=old.thumbprint()) == (401, "machine.assertion_invalid")
    # The tokens that the old key signed in for ended with it.
    assert problem_of(before.get("/me")) == (401, "session.ended")


def test_the_list_says_when_each_key_was_used_last(sign_in: Cast, machine: Machine, clock: FixedClock) -> None:
    phone = signed_in(sign_in, machine)
    new = new_key()
    add_key(phone, new)
    clock.advance(timedelta(minutes=5))
    old, machine.key = machine.key, new
    again = signed_in(sign_in, machine)
    found = {item["jkt"]: item for item in again.get("/machine/keys").get_json()["items"]}
    assert found[old.thumbprint()]["last_used_at"] == "2026-11-21T02:30:00Z"
    assert found[new.thumbprint()]["last_used_at"] == "2026-11-21T02:35:00Z"
    assert [found[key.thumbprint()]["is_current"] for key in (old, new)] == [False, True]


def test_the_same_key_again_is_answered_as_before(sign_in: Cast, machine: Machine) -> None:
    phone, new = signed_in(sign_in, machine), new_key()
    answers = [add_key(phone, new) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].get_json() == answers[1].get_json()
    for _ in range(2):
        assert phone.delete(f"/machine/keys/{new.thumbprint()}").status_code == 204


def test_the_last_key_stays(sign_in: Cast, machine: Machine) -> None:
    phone = signed_in(sign_in, machine)
    assert problem_of(phone.delete(f"/machine/keys/{machine.key.thumbprint()}")) == (409, "machine.last_key")
    assert phone.get("/me").status_code == 200


def test_two_that_each_take_the_other_key_away_leave_one(sign_in: Cast, machine: Machine) -> None:
    phone, new = signed_in(sign_in, machine), new_key()
    add_key(phone, new)
    keys = sign_in.container.identity.machines.keys

    def take_away(jkt: str) -> str:
        try:
            keys.remove(machine.id, jkt)
        except DomainError as refusal:
            return refusal.code
        return "gone"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(take_away, [machine.key.thumbprint(), new.thumbprint()]))
    assert outcomes == ["gone", "machine.last_key"]


def test_a_system_has_so_many_keys(sign_in: Cast, machine: Machine) -> None:
    phone = signed_in(sign_in, machine)
    for _ in range(MOST_MACHINE_KEYS - 1):
        assert add_key(phone, new_key()).status_code == 201
    assert problem_of(add_key(phone, new_key())) == (409, "machine.too_many_keys")


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "cli_00000000000000000000000000"},
        {"sub": None},
        {"aud": "https://evil.example"},
        {"aud": None},
        {"iat": None},
        {"iat": 1},
        {"iat": 4_000_000_000},
        {"typ": "JWT"},
        {"typ": "dpop+jwt"},
    ],
)
def test_a_key_without_a_proof_of_it_is_refused(
    sign_in: Cast, machine: Machine, database: Database, changes: dict[str, Any]
) -> None:
    phone = signed_in(sign_in, machine)
    before = snapshot(database)
    answer = add_key(phone, new_key(), **changes)
    assert problem_of(answer) == (422, "machine.proof_invalid")
    assert jkts(phone) == [machine.key.thumbprint()]
    assert before["machine_clients"] == snapshot(database)["machine_clients"]


def test_a_proof_of_another_key_proves_nothing(sign_in: Cast, machine: Machine) -> None:
    phone = signed_in(sign_in, machine)
    body = {"jwk": new_key().as_dict(private=False), "proof": proof_of(phone, new_key())}
    assert problem_of(phone.post("/machine/keys", body)) == (422, "machine.proof_invalid")
    for jwk in ({}, {"kty": "EC"}, new_key().as_dict(private=True)):
        answer = phone.post("/machine/keys", {"jwk": jwk, "proof": "x"})
        assert problem_of(answer) == (422, "machine.key_malformed")


def test_a_retiring_key_works_until_its_end(sign_in: Cast, machine: Machine, clock: FixedClock) -> None:
    keys, old, new = sign_in.container.identity.machines.keys, machine.key, new_key()
    keys.rotate(machine.id, new, clock.now() + timedelta(days=7))
    phone = signed_in(sign_in, machine)
    assert [item["retires_at"] for item in phone.get("/machine/keys").get_json()["items"]] == [
        "2026-11-28T02:30:00Z",
        None,
    ]
    # The new key is the only one without an end: it cannot go.
    assert problem_of(phone.delete(f"/machine/keys/{new.thumbprint()}")) == (409, "machine.last_key")
    clock.advance(timedelta(days=7) - timedelta(minutes=5))
    last = signed_in(sign_in, machine)
    clock.advance(timedelta(minutes=5))
    assert problem_of(last.get("/me")) == (401, "session.ended")
    assert refused(sign_in, machine) == (401, "machine.assertion_invalid")
    machine.key = new
    after = signed_in(sign_in, machine)
    for _ in range(MOST_MACHINE_KEYS - 1):
        assert add_key(after, new_key()).status_code == 201
    assert old.thumbprint() not in jkts(after)


def test_a_key_is_named_by_kid_and_a_wrong_name_is_no_key(sign_in: Cast, machine: Machine) -> None:
    signed_in(sign_in, machine, kid=machine.key.thumbprint())
    assert refused(sign_in, machine, kid="x" * 43) == (401, "machine.assertion_invalid")


def test_a_disabled_system_is_shut_out_at_once(sign_in: Cast, machine: Machine) -> None:
    phone = signed_in(sign_in, machine)
    sign_in.container.identity.machines.set_active(machine.id, is_active=False)
    assert problem_of(phone.get("/me")) == (401, "session.ended")
    assert refused(sign_in, machine) == (401, "machine.assertion_invalid")


def test_a_system_with_few_rights_may_still_change_its_keys(sign_in: Cast) -> None:
    machine = a_machine(sign_in.container, scopes=(Scope.RESULTS_READ,))
    phone = signed_in(sign_in, machine)
    assert phone.user["scopes"] == ["machine:keys", "results:read"]
    assert add_key(phone, new_key()).status_code == 201


def test_keys_of_another_system_are_out_of_reach(sign_in: Cast, machine: Machine) -> None:
    other = a_machine(sign_in.container, ROAD_BOARD)
    phone = signed_in(sign_in, machine)
    assert phone.delete(f"/machine/keys/{other.key.thumbprint()}").status_code == 204
    assert signed_in(sign_in, other).get("/me").status_code == 200


def test_people_have_no_machine_keys(sign_in: Cast) -> None:
    for phone in (sign_in.citizen(), sign_in.staff()):
        assert problem_of(phone.get("/machine/keys")) == (403, "access.scope_missing")


def test_clients_of_before_keep_their_one_key(sign_in: Cast, machine: Machine, database: Database) -> None:
    clients = database.collection("machine_clients")
    members = machine.key.as_dict(private=False)
    old = {"$set": {"x": members["x"], "y": members["y"]}, "$unset": {"keys": "", "keys_version": ""}}
    clients.update_one({"_id": machine.id}, old)
    forget_again(database)
    migration = importlib.import_module("backend.infra.migrations.0007_signing_in")
    for _ in range(2):
        migration.up(database.database)
    found = clients.find_one({"_id": machine.id})
    assert found is not None
    assert "x" not in found
    assert [key["jkt"] for key in found["keys"]] == [machine.key.thumbprint()]
    phone = signed_in(sign_in, machine, kid=machine.key.thumbprint())
    assert add_key(phone, new_key()).status_code == 201
