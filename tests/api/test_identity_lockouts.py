"""Guessing is slow, and nobody can shut anybody else out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.identity.rules import FAILURES_FORGOTTEN_AFTER, LOOKUPS_PER_HOUR, NAME_BUDGET, SOURCE_BUDGET
from backend.identity.service import SIGNINS_AT_ONCE, TOKENS_AT_ONCE, Caller
from backend.identity.services.attempts import FloodGate
from backend.identity.services.citizen_signin import Return
from backend.identity.services.staff_signin import StaffAsk
from shared_models.access import Role
from shared_models.clock import FixedClock
from shared_models.errors import DomainError, RateLimited
from tests.support.api import NOW, Cast, problem_of
from tests.support.builders_identity import AN, PASSWORD, a_citizen, a_staff_member

NAME = "minh.chau"
OWN_KEY, OTHER_KEY = "o" * 43, "s" * 43
HOME, ELSEWHERE = "198.51.100.1", "203.0.113.9"


@pytest.fixture
def clock() -> FixedClock:
    """Years ahead: the database forgets what has expired by its own clock, and would do so in the middle of a test."""
    return FixedClock(NOW.replace(year=2036))


def attempt(sign_in: Cast, password: str, source: str, *, name: str = NAME, key: str = OTHER_KEY) -> str:
    """What comes of one try: ``in`` or the code of the refusal."""
    try:
        sign_in.container.identity.staff_signin.sign_in(StaffAsk(name, password, None, key, source))
    except DomainError as refusal:
        return refusal.code
    return "in"


def test_a_stranger_who_fails_a_thousand_times_elsewhere_does_not_keep_the_owner_out(
    sign_in: Cast, clock: FixedClock
) -> None:
    a_staff_member(sign_in.container)
    outcomes = []
    for _ in range(1_000):
        outcomes.append(attempt(sign_in, "sai mật khẩu", ELSEWHERE))
        clock.advance(timedelta(seconds=1))
        if len(outcomes) % 100 == 0:
            assert attempt(sign_in, PASSWORD, HOME, key=OWN_KEY) == "in"
    # In 1,000 s: five free tries, then 2, 4, 8, … up to 300 s apart.
    assert outcomes.count("signin.wrong_password") <= NAME_BUDGET.free + 10
    assert attempt(sign_in, PASSWORD, ELSEWHERE) == "signin.too_often"


def test_a_stranger_behind_the_same_address_does_not_keep_a_known_phone_out(sign_in: Cast) -> None:
    a_staff_member(sign_in.container)
    phone = sign_in.nobody()
    own = {"grant_type": "password", "username": NAME, "password": PASSWORD}
    assert phone.ask_token(**own).status_code == 200
    for number in range(SOURCE_BUDGET.free):
        attempt(sign_in, "sai mật khẩu", "127.0.0.1", name=f"{NAME}{number}")
        attempt(sign_in, "sai mật khẩu", "127.0.0.1")
    assert attempt(sign_in, PASSWORD, "127.0.0.1") == "signin.too_often"
    assert phone.ask_token(**own).status_code == 200


def test_a_known_phone_does_not_guess_for_free_either(sign_in: Cast) -> None:
    a_staff_member(sign_in.container)
    phone = sign_in.nobody()
    own = {"grant_type": "password", "username": NAME}
    assert phone.ask_token(**own, password=PASSWORD).status_code == 200
    for _ in range(NAME_BUDGET.free):
        assert problem_of(phone.ask_token(**own, password="sai mật khẩu")) == (401, "signin.wrong_password")
    assert problem_of(phone.ask_token(**own, password=PASSWORD)) == (429, "signin.too_often")


def test_one_password_on_a_hundred_names_is_slowed(sign_in: Cast, clock: FixedClock) -> None:
    a_staff_member(sign_in.container)
    outcomes = [attempt(sign_in, "Matkhau@2026", ELSEWHERE, name=f"can.bo.{number}") for number in range(100)]
    assert outcomes == ["signin.wrong_password"] * SOURCE_BUDGET.free + ["signin.too_often"] * (
        100 - SOURCE_BUDGET.free
    )
    started = clock.now()
    for number in range(SOURCE_BUDGET.free, 100):
        guess = StaffAsk(f"ten.khac.{number}", "Matkhau@2026", None, OTHER_KEY, ELSEWHERE)
        with pytest.raises(RateLimited) as held_up:
            sign_in.container.identity.staff_signin.sign_in(guess)
        clock.advance(timedelta(seconds=held_up.value.retry_after_s))
        assert attempt(sign_in, "Matkhau@2026", ELSEWHERE, name=guess.username) == "signin.wrong_password"
    assert clock.now() - started > timedelta(minutes=60)
    assert attempt(sign_in, PASSWORD, HOME, key=OWN_KEY) == "in"


def test_changing_the_address_within_an_ipv6_subscription_changes_nothing(sign_in: Cast) -> None:
    a_staff_member(sign_in.container)
    body = {"grant_type": "password", "username": NAME, "password": "sai mật khẩu"}
    phone = sign_in.nobody()
    statuses = []
    for number in range(NAME_BUDGET.free + 1):
        proof = phone.proof("POST", "/api/v1/auth/token")
        answer = sign_in.app.test_client().post(
            "/api/v1/auth/token",
            json=body,
            headers={"DPoP": proof},
            environ_overrides={"REMOTE_ADDR": f"2405:4800:1:2::{number + 1:x}"},
        )
        statuses.append(answer.status_code)
    assert statuses == [401] * NAME_BUDGET.free + [429]


def test_an_address_in_a_header_is_not_believed(sign_in: Cast) -> None:
    a_staff_member(sign_in.container)
    body = {"grant_type": "password", "username": NAME, "password": "sai mật khẩu"}
    phone = sign_in.nobody()
    statuses = [
        phone.post("/auth/token", body, headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(NAME_BUDGET.free + 1)
    ]
    assert statuses == [401] * NAME_BUDGET.free + [429]


def test_an_office_that_signs_in_does_not_use_up_its_address(sign_in: Cast) -> None:
    a_staff_member(sign_in.container)
    for number in range(2 * SOURCE_BUDGET.free):
        assert attempt(sign_in, PASSWORD, HOME, key=f"{number:043}") == "in"
    for number in range(SOURCE_BUDGET.free):
        assert attempt(sign_in, "sai", HOME, name=f"khac.{number}") == "signin.wrong_password"


def test_a_hundred_tries_at_once_get_no_more_than_the_free_ones(sign_in: Cast) -> None:
    a_staff_member(sign_in.container)
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda _turn: attempt(sign_in, "sai mật khẩu", ELSEWHERE), range(100)))
    assert outcomes.count("signin.wrong_password") <= NAME_BUDGET.free
    assert set(outcomes) == {"signin.wrong_password", "signin.too_often"}


def test_people_who_sign_in_at_the_same_moment_do_not_hold_each_other_up(sign_in: Cast) -> None:
    for number in range(4):
        a_staff_member(sign_in.container, username=f"can.bo.{number}")
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(
            pool.map(lambda n: attempt(sign_in, PASSWORD, HOME, name=f"can.bo.{n}", key=f"{n:043}"), range(4))
        )
    assert outcomes == ["in"] * 4


def test_failures_are_forgotten_with_their_time(sign_in: Cast, clock: FixedClock) -> None:
    a_staff_member(sign_in.container)
    attempt(sign_in, "sai mật khẩu", ELSEWHERE)
    kept = list(sign_in.container.database.collection("signin_failures").find())
    assert len(kept) == 2
    assert {one["expires_at"] for one in kept} == {clock.now() + FAILURES_FORGOTTEN_AFTER}
    # Neither name nor address can be read there.
    assert NAME not in repr(kept)
    assert ELSEWHERE not in repr(kept)


def test_an_officer_looks_up_so_many_people_in_an_hour(sign_in: Cast, clock: FixedClock) -> None:
    a_citizen(sign_in.container, AN)
    officer = sign_in.staff(Role.OFFICER)
    known = {"personal_id": AN.personal_id, "purpose": "đối chiếu hồ sơ tại quầy"}
    unknown = {**known, "personal_id": "048099900099"}
    assert officer.post("/people/lookups", known).status_code == 200
    for _ in range(LOOKUPS_PER_HOUR - 1):
        assert officer.post("/people/lookups", unknown).status_code == 404
    refused = officer.post("/people/lookups", known)
    assert problem_of(refused) == (429, "people.too_many_lookups")
    assert refused.headers["Retry-After"] == str(30 * 60)
    clock.advance(timedelta(minutes=30))
    renewed = officer.ask_token(grant_type="refresh_token", refresh_token=officer.refresh_token)
    assert renewed.status_code == 200
    assert officer.post("/people/lookups", known).status_code == 200


def test_a_flood_from_one_source_is_cut_off_and_others_go_on(clock: FixedClock) -> None:
    gate = FloodGate(clock, rate=2.0, burst=10)
    for _ in range(10):
        gate.admit("one")
    with pytest.raises(RateLimited, match=r"request\.too_often"):
        gate.admit("one")
    gate.admit("other")
    clock.advance(timedelta(seconds=1))
    gate.admit("one")
    gate.admit("one")
    with pytest.raises(RateLimited):
        gate.admit("one")


def test_the_token_endpoint_is_behind_the_gate(sign_in: Cast) -> None:
    identity, caller = sign_in.container.identity, Caller(ELSEWHERE, None)
    codes = []
    for _ in range(TOKENS_AT_ONCE + 1):
        with pytest.raises(DomainError) as refusal:
            identity.token({"grant_type": "refresh_token"}, None, "http://localhost/", caller)
        codes.append(refusal.value.code)
    assert codes == ["access.proof_missing"] * TOKENS_AT_ONCE + ["request.too_often"]


def test_coming_back_from_vneid_is_behind_a_gate_of_its_own(sign_in: Cast) -> None:
    identity, caller = sign_in.container.identity, Caller(ELSEWHERE, None)
    for _ in range(SIGNINS_AT_ONCE):
        assert "signin_error" in identity.finish_signin(Return("x", "y"), caller)
    with pytest.raises(RateLimited):
        identity.finish_signin(Return("x", "y"), caller)
    assert "signin_error" in identity.finish_signin(Return("x", "y"), Caller(HOME, None))
