"""Signing in with VNeID: the way there and back, and everything that can be tampered with on it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.identity.rules import SIGNIN_CODE_LIFE, SIGNIN_LIFE
from backend.infra.mongo import Database
from shared_models.clock import FixedClock
from tests.support.api import API, Cast, problem_of
from tests.support.builders_identity import AN, LEVEL_ONE, TRANG, pkce
from tests.support.database import snapshot

VERIFIER, CHALLENGE = pkce()


def start(sign_in: Cast, app_state: str = "app-state") -> str:
    """The state that goes to VNeID."""
    answer = sign_in.app.test_client().get(
        f"{API}/auth/vneid/start", query_string={"code_challenge": CHALLENGE, "state": app_state}
    )
    assert answer.status_code == 302
    address = urlsplit(answer.location)
    assert address.netloc == "vneid.example"
    query = parse_qs(address.query)
    assert query["redirect_uri"] == ["http://localhost:8000/api/v1/auth/vneid/callback"]
    return query["state"][0]


def come_back(sign_in: Cast, **query: str) -> dict[str, str]:
    """What the app is told when the browser comes back."""
    answer = sign_in.app.test_client().get(f"{API}/auth/vneid/callback", query_string=query)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    address = urlsplit(answer.location)
    assert (address.netloc, address.path) == ("", "/")
    return {name: values[0] for name, values in parse_qs(address.query, keep_blank_values=True).items()}


def test_the_browser_comes_back_with_a_code_and_the_apps_state(sign_in: Cast) -> None:
    sign_in.provider.codes["c1"] = TRANG
    told = come_back(sign_in, code="c1", state=start(sign_in), session_state="more of VNeID's own")
    assert set(told) == {"signin", "state"}
    assert told["state"] == "app-state"


def test_starting_writes_nothing(sign_in: Cast, database: Database) -> None:
    before = snapshot(database)
    start(sign_in)
    assert snapshot(database) == before


def test_a_code_counts_once_and_for_its_verifier_only(sign_in: Cast) -> None:
    sign_in.provider.codes |= {"c1": TRANG, "c2": TRANG}
    grant = {"grant_type": "authorization_code", "code_verifier": VERIFIER}
    phone = sign_in.nobody()
    code = come_back(sign_in, code="c1", state=start(sign_in))["signin"]
    assert phone.ask_token(code=code, **grant).status_code == 200
    assert problem_of(phone.ask_token(code=code, **grant)) == (401, "signin.code_invalid")
    code = come_back(sign_in, code="c2", state=start(sign_in))["signin"]
    other = {**grant, "code_verifier": pkce("another-verifier-of-at-least-forty-three-chars-")[0]}
    assert problem_of(phone.ask_token(code=code, **other)) == (401, "signin.code_invalid")
    assert problem_of(phone.ask_token(code=code, **grant)) == (401, "signin.code_invalid")


def test_a_code_that_was_not_redeemed_runs_out(sign_in: Cast, clock: FixedClock) -> None:
    sign_in.provider.codes["c1"] = TRANG
    code = come_back(sign_in, code="c1", state=start(sign_in))["signin"]
    clock.advance(SIGNIN_CODE_LIFE)
    answer = sign_in.nobody().ask_token(grant_type="authorization_code", code=code, code_verifier=VERIFIER)
    assert problem_of(answer) == (401, "signin.code_invalid")


def test_level_one_is_told_to_raise_it_and_leaves_no_person(sign_in: Cast, database: Database) -> None:
    sign_in.provider.codes["c1"] = LEVEL_ONE
    told = come_back(sign_in, code="c1", state=start(sign_in))
    assert told == {"signin_error": "identity.level_too_low", "state": "app-state"}
    assert database.collection("persons").count_documents({}) == 0


def test_cancelling_and_refused_codes_come_back_kindly(sign_in: Cast) -> None:
    told = come_back(sign_in, error="access_denied", state=start(sign_in))
    assert told == {"signin_error": "identity.signin_cancelled", "state": "app-state"}
    told = come_back(sign_in, code="unknown", state=start(sign_in))
    assert told == {"signin_error": "identity.code_refused", "state": "app-state"}


def test_a_state_counts_once_and_runs_out(sign_in: Cast, clock: FixedClock) -> None:
    sign_in.provider.codes |= {"c1": TRANG, "c2": TRANG}
    state = start(sign_in)
    assert "signin" in come_back(sign_in, code="c1", state=state)
    assert come_back(sign_in, code="c2", state=state)["signin_error"] == "identity.state_invalid"
    state = start(sign_in)
    clock.advance(SIGNIN_LIFE)
    assert come_back(sign_in, code="c2", state=state)["signin_error"] == "identity.state_invalid"


@pytest.mark.parametrize("tampering", ["", "x", ".", "a.b", "{0}x", "x{0}", "é.é"])
def test_a_state_of_somebody_elses_making_is_refused_and_no_code_is_spent(sign_in: Cast, tampering: str) -> None:
    sign_in.provider.codes["c1"] = TRANG
    told = come_back(sign_in, code="c1", state=tampering.format(start(sign_in)))
    assert told == {"signin_error": "identity.state_invalid", "state": ""}
    assert sign_in.provider.codes == {"c1": TRANG}


def test_signing_in_twice_is_one_person(sign_in: Cast, database: Database) -> None:
    first, second = sign_in.citizen(), sign_in.citizen()
    assert first.user["id"] == second.user["id"]
    assert sign_in.citizen(AN).user["id"] != first.user["id"]
    assert database.collection("persons").count_documents({}) == 2


def test_vneid_knows_better_than_an_agency(sign_in: Cast, clock: FixedClock) -> None:
    person_id = sign_in.container.identity.people.ensure_person(TRANG.personal_id, "Tran Thi Thu Trang")
    people = sign_in.container.identity.people
    assert people.person(person_id)["identity_level"] == 0
    clock.advance(timedelta(minutes=1))
    phone = sign_in.citizen()
    assert phone.user["id"] == person_id
    person = people.person(person_id)
    assert (person["full_name"], person["identity_level"], person["birth_date"]) == (TRANG.full_name, 2, "1992-03-12")
    people.ensure_person(TRANG.personal_id, "Tên Của Cơ Quan")
    assert people.person(person_id)["full_name"] == TRANG.full_name


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code_challenge": CHALLENGE},
        {"state": "x"},
        {"code_challenge": CHALLENGE + "x", "state": "x"},
        {"code_challenge": CHALLENGE, "state": "x y"},
        {"code_challenge": CHALLENGE, "state": "x" * 129},
        {"code_challenge": CHALLENGE, "state": "x", "redirect_uri": "https://evil.example"},
    ],
)
def test_a_malformed_start_is_refused(sign_in: Cast, query: dict[str, str]) -> None:
    answer = sign_in.app.test_client().get(f"{API}/auth/vneid/start", query_string=query)
    assert problem_of(answer) == (422, "request.invalid")
    assert answer.get_json()["errors"]
