"""The ways to a token, each as who may and who may not."""

from datetime import timedelta
from typing import Any

import pytest

from backend.identity.rules import NAME_BUDGET
from backend.infra.mongo import Database
from shared_models.access import ROLE_SCOPES, Role, Scope
from shared_models.clock import FixedClock
from tests.support.api import Cast, problem_of
from tests.support.builders_identity import (
    FOOD_BOARD,
    PASSWORD,
    ROAD_BOARD,
    a_machine,
    a_staff_member,
)
from tests.support.database import snapshot


def test_citizen_signs_in_with_vneid_and_reads_the_profile(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    answer = phone.get("/me")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json() == {
        "id": phone.user["id"],
        "role": "citizen",
        "name": "Trần Thị Thu Trang",
        "agency": None,
        "scopes": ["dossiers", "notices", "payments", "profile", "wallet"],
        "masked_personal_id": "048•••••0002",
        "commune": None,
        "identity_level": 2,
    }


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.OFFICER, Role.ADMINISTRATOR])
def test_staff_sign_in_by_password_and_have_their_agency(sign_in: Cast, role: Role) -> None:
    phone = sign_in.staff(role)
    profile = phone.get("/me").get_json()
    assert profile["role"] == role.value
    assert profile["agency"] == {"code": FOOD_BOARD[0], "name": FOOD_BOARD[1]}
    assert profile["masked_personal_id"] is None
    assert phone.refresh_token is not None


def test_a_machine_signs_in_by_assertion_and_gets_no_refresh_token(sign_in: Cast) -> None:
    phone = sign_in.machine()
    assert phone.refresh_token is None
    assert phone.user["role"] == "machine"
    given = ROLE_SCOPES[Role.MACHINE] - {Scope.DOSSIERS_EXCHANGE}
    assert set(phone.user["scopes"]) == {scope.value for scope in given}, "what an operator gave it, and no more"
    assert phone.get("/me").status_code == 200


def test_a_token_answer_is_not_kept_anywhere(sign_in: Cast) -> None:
    a_staff_member(sign_in.container)
    answer = sign_in.nobody().ask_token(grant_type="password", username="minh.chau", password=PASSWORD)
    body = answer.get_json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert (body["token_type"], body["expires_in"]) == ("DPoP", 600)


def test_an_access_token_ends_after_ten_minutes(sign_in: Cast, clock: FixedClock) -> None:
    phone = sign_in.citizen()
    clock.advance(timedelta(seconds=599))
    assert phone.get("/me").status_code == 200
    clock.advance(timedelta(seconds=1))
    assert problem_of(phone.get("/me")) == (401, "access.token_expired")


@pytest.mark.parametrize(
    ("username", "password"),
    [("minh.chau", "sai mật khẩu"), ("nobody.here", PASSWORD), ("minh.chau", PASSWORD + " ")],
)
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    sign_in: Cast,
    username: str,
    password: str,
) -> None:
    a_staff_member(sign_in.container)
    answer = sign_in.nobody().ask_token(grant_type="password", username=username, password=password)
    assert problem_of(answer) == (401, "signin.wrong_password")
    assert sign_in.container.database.collection("sessions").count_documents({}) == 0


def test_user_names_do_not_depend_on_case(sign_in: Cast) -> None:
    a_staff_member(sign_in.container)
    answer = sign_in.nobody().ask_token(grant_type="password", username="Minh.Chau", password=PASSWORD)
    assert answer.status_code == 200


def test_a_closed_account_cannot_sign_in(sign_in: Cast, database: Database) -> None:
    staff_id = a_staff_member(sign_in.container)
    database.collection("staff").update_one({"_id": staff_id}, {"$set": {"is_active": False}})
    answer = sign_in.nobody().ask_token(grant_type="password", username="minh.chau", password=PASSWORD)
    assert problem_of(answer) == (401, "signin.wrong_password")


def test_guessing_slows_down_and_a_right_password_after_the_wait_clears_it(sign_in: Cast, clock: FixedClock) -> None:
    a_staff_member(sign_in.container)
    guess = {"grant_type": "password", "username": "minh.chau", "password": "sai mật khẩu"}
    right = {**guess, "password": PASSWORD}
    phone = sign_in.nobody()
    for _ in range(NAME_BUDGET.free):
        assert problem_of(phone.ask_token(**guess)) == (401, "signin.wrong_password")
    refused = phone.ask_token(**right)
    assert problem_of(refused) == (429, "signin.too_often")
    assert refused.headers["Retry-After"] == "2"
    assert refused.get_json()["params"] == {"retry_after_s": 2}
    clock.advance(timedelta(seconds=2))
    assert phone.ask_token(**right).status_code == 200
    assert phone.ask_token(**guess).status_code == 401


def test_an_assertion_counts_once(sign_in: Cast) -> None:
    machine = a_machine(sign_in.container)
    assertion = machine.assertion()
    phone = sign_in.nobody()
    assert phone.ask_token(grant_type="client_credentials", client_assertion=assertion).status_code == 200
    again = phone.ask_token(grant_type="client_credentials", client_assertion=assertion)
    assert problem_of(again) == (401, "machine.assertion_reused")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "cli_other"},
        {"sub": "cli_00000000000000000000000000"},
        {"sub": None},
        {"aud": "https://evil.example"},
        {"aud": None},
        {"exp": None},
        {"exp": 1},
        {"exp": 4_000_000_000},
        {"exp": "soon"},
        {"exp": True},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 129},
    ],
)
def test_an_assertion_that_does_not_hold_is_refused(sign_in: Cast, changes: dict[str, Any]) -> None:
    machine = a_machine(sign_in.container)
    assertion = machine.assertion(**changes)
    answer = sign_in.nobody().ask_token(grant_type="client_credentials", client_assertion=assertion)
    assert problem_of(answer) == (401, "machine.assertion_invalid")


def test_an_assertion_of_another_key_is_refused(sign_in: Cast) -> None:
    machine, other = a_machine(sign_in.container), a_machine(sign_in.container, ROAD_BOARD)
    machine.key = other.key
    answer = sign_in.nobody().ask_token(grant_type="client_credentials", client_assertion=machine.assertion())
    assert problem_of(answer) == (401, "machine.assertion_invalid")


@pytest.mark.parametrize("assertion", ["x", "a.b.c", "e30.e30.", "é.é.é", "x" * 4000])
def test_an_assertion_that_is_no_jwt_is_refused(sign_in: Cast, assertion: str) -> None:
    answer = sign_in.nobody().ask_token(grant_type="client_credentials", client_assertion=assertion)
    assert problem_of(answer) == (401, "machine.assertion_invalid")


def test_a_client_cannot_be_registered_beyond_a_machine(sign_in: Cast) -> None:
    with pytest.raises(Exception, match=r"machine\.scope_forbidden"):
        a_machine(sign_in.container, scopes=(Scope.WALLET,))
    with pytest.raises(Exception, match=r"machine\.key_malformed"):
        sign_in.container.identity.machines.add("x", FOOD_BOARD[0], {"kty": "EC"}, [Scope.RESULTS_READ])


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "grant_type", "field.required"),
        ({"grant_type": "magic"}, "grant_type", "field.not_a_choice"),
        ({"grant_type": "password", "username": "x"}, "password", "field.required"),
        ({"grant_type": "password", "username": "x", "password": "y", "code": "z"}, "code", "field.unexpected"),
        ({"grant_type": "refresh_token"}, "refresh_token", "field.required"),
        ({"grant_type": "authorization_code", "code": "x"}, "code_verifier", "field.required"),
        ({"grant_type": "refresh_token", "refresh_token": 7}, "refresh_token", "field.invalid"),
        ({"grant_type": "refresh_token", "refresh_token": None}, "refresh_token", "field.null"),
        ({"grant_type": "refresh_token", "refresh_token": "x" * 201}, "refresh_token", "field.length"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "extra": 1}, "extra", "field.unknown"),
    ],
)
def test_bad_input_is_refused_with_its_field_and_writes_nothing(
    sign_in: Cast,
    database: Database,
    body: dict[str, Any],
    field: str,
    code: str,
) -> None:
    before = snapshot(database)
    answer = sign_in.nobody().post("/auth/token", body)
    assert problem_of(answer) == (422, "request.invalid")
    assert answer.get_json()["errors"][field] == [code]
    assert snapshot(database) == before


def test_a_token_needs_a_proof(sign_in: Cast) -> None:
    body = {"grant_type": "refresh_token", "refresh_token": "x"}
    answer = sign_in.app.test_client().post("/api/v1/auth/token", json=body)
    assert problem_of(answer) == (401, "access.proof_missing")
