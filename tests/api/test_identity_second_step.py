"""The second step of staff sign-in: turned on, asked for, used once, and lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from backend.app import create_app
from backend.bootstrap import Replaced, build
from backend.config import Settings
from backend.identity.rules import CODE_BUDGET, ENROLMENT_LIFE, NAME_BUDGET
from backend.identity.services.one_time_codes import RECOVERY_CODES, STEP_S
from backend.identity.services.staff_signin import StaffAsk
from backend.infra.mongo import Database
from shared_models.access import Role, Scope
from shared_models.clock import FixedClock
from shared_models.errors import DomainError
from tests.support.api import CHEAP_HASHER, Cast, Folders, Phone, environment_of, problem_of
from tests.support.authenticator import Authenticator, enrol
from tests.support.builders_identity import PASSWORD, FakeIdentityProvider, a_staff_member
from tests.support.database import uri_of

NAME = "inspector.demo"
STEP = timedelta(seconds=STEP_S)


def ask(phone: Phone, otp: str | None = None, **changes: Any) -> tuple[int, str]:
    """Signs in with the right password; 200 and nothing, or the refusal."""
    fields = {"grant_type": "password", "username": NAME, "password": PASSWORD, **changes}
    answer = phone.ask_token(**fields, **({"otp": otp} if otp is not None else {}))
    return (200, "") if answer.status_code == 200 else problem_of(answer)


@pytest.fixture
def enrolled(sign_in: Cast, clock: FixedClock) -> tuple[Authenticator, list[str]]:
    """The inspector's app and recovery codes; the code that turned it on has passed."""
    app, codes = enrol(sign_in.staff())
    clock.advance(STEP)
    return app, codes


def test_a_code_is_asked_for_and_opens(sign_in: Cast, enrolled: tuple[Authenticator, list[str]]) -> None:
    app, _ = enrolled
    phone = sign_in.nobody()
    assert ask(phone) == (401, "signin.otp_required")
    assert phone.access_token is None
    assert ask(phone, app.wrong_code()) == (401, "signin.otp_wrong")
    assert ask(phone, app.code()) == (200, "")
    assert "inspections:write" in phone.user["scopes"]


def test_the_secret_is_for_an_authenticator_app_and_the_database_cannot_read_it(
    sign_in: Cast, database: Database
) -> None:
    phone = sign_in.staff()
    begun = phone.post("/me/totp", {}).get_json()
    uri = urlsplit(begun["uri"])
    said = {name: values[0] for name, values in parse_qs(uri.query).items()}
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == f"/Công Dân Đà Nẵng:{NAME}"
    assert said == {
        "secret": begun["secret"],
        "algorithm": "SHA1",
        "digits": "6",
        "period": "30",
        "issuer": "Công Dân Đà Nẵng",
    }
    app = Authenticator.of(begun["secret"], phone.container.clock)
    codes = phone.post("/me/totp/confirm", {"code": app.code()}).get_json()["recovery_codes"]
    kept = repr(list(database.collection("staff").find()))
    assert app.secret.hex() not in kept
    assert repr(app.secret)[2:-1] not in kept
    assert begun["secret"] not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_a_code_counts_once_even_for_two_at_the_same_moment(
    sign_in: Cast, enrolled: tuple[Authenticator, list[str]]
) -> None:
    app, _ = enrolled
    account = sign_in.container.identity.staff.of_username(NAME)
    assert account is not None
    code = app.code()

    def use(_turn: int) -> str:
        try:
            sign_in.container.identity.second_step_codes.accept(account, code)
        except DomainError as refusal:
            return refusal.code
        return "accepted"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(use, range(8)))
    assert outcomes == ["accepted", *["signin.otp_wrong"] * 7]
    assert ask(sign_in.nobody(), code) == (401, "signin.otp_wrong")


@pytest.mark.parametrize(("steps", "holds"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_of_the_step_before_or_after_holds(
    sign_in: Cast, clock: FixedClock, enrolled: tuple[Authenticator, list[str]], steps: int, holds: bool
) -> None:
    clock.advance(3 * STEP)
    assert ask(sign_in.nobody(), enrolled[0].code(steps))[0] == (200 if holds else 401)


def test_an_older_code_does_not_hold_after_a_newer_one(
    sign_in: Cast, clock: FixedClock, enrolled: tuple[Authenticator, list[str]]
) -> None:
    app, _ = enrolled
    clock.advance(STEP)
    before, now = app.code(-1), app.code()
    assert ask(sign_in.nobody(), now) == (200, "")
    assert ask(sign_in.nobody(), before) == (401, "signin.otp_wrong")


def test_the_code_that_turned_it_on_opens_no_door(sign_in: Cast) -> None:
    app, _ = enrol(sign_in.staff())
    assert ask(sign_in.nobody(), app.code()) == (401, "signin.otp_wrong")


def test_a_recovery_code_opens_once_however_it_is_typed(
    sign_in: Cast, enrolled: tuple[Authenticator, list[str]]
) -> None:
    _, codes = enrolled
    assert len(set(codes)) == RECOVERY_CODES
    phone = sign_in.nobody()
    assert ask(phone, codes[0].upper().replace("-", "  ")) == (200, "")
    assert phone.get("/me/totp").get_json() == {
        "is_on": True,
        "is_required": False,
        "recovery_codes_left": RECOVERY_CODES - 1,
    }
    assert ask(sign_in.nobody(), codes[0]) == (401, "signin.otp_wrong")
    assert ask(sign_in.nobody(), codes[1]) == (200, "")


@pytest.mark.parametrize("otp", ["000000", "0", "đđđđđđ", "x" * 40, "zzzzz-zzzzz", "١٢٣٤٥٦"])
def test_what_is_no_code_is_wrong(sign_in: Cast, enrolled: tuple[Authenticator, list[str]], otp: str) -> None:
    if otp == enrolled[0].code():
        otp = enrolled[0].wrong_code()
    assert ask(sign_in.nobody(), otp) == (401, "signin.otp_wrong")


def test_a_wrong_password_says_nothing_of_a_code(sign_in: Cast, enrolled: tuple[Authenticator, list[str]]) -> None:
    for otp in (None, enrolled[0].code()):
        assert ask(sign_in.nobody(), otp, password="sai mật khẩu") == (401, "signin.wrong_password")
    assert ask(sign_in.nobody(), enrolled[0].code()) == (200, "")


def test_a_code_without_a_second_step_is_of_no_matter(sign_in: Cast) -> None:
    a_staff_member(sign_in.container, username=NAME)
    assert ask(sign_in.nobody(), "123456") == (200, "")


def test_other_grants_take_no_code(sign_in: Cast) -> None:
    answer = sign_in.nobody().ask_token(grant_type="refresh_token", refresh_token="x", otp="123456")
    assert problem_of(answer) == (422, "request.invalid")
    assert answer.get_json()["errors"] == {"otp": ["field.unexpected"]}


def test_a_confirmation_whose_answer_was_lost_is_answered_again(sign_in: Cast, clock: FixedClock) -> None:
    phone = sign_in.staff()
    app = Authenticator.of(phone.post("/me/totp", {}).get_json()["secret"], clock)
    first = phone.post("/me/totp/confirm", {"code": app.code()})
    again = phone.post("/me/totp/confirm", {"code": app.code()})
    assert first.get_json() == again.get_json()
    clock.advance(STEP)
    assert problem_of(phone.post("/me/totp/confirm", {"code": app.code()})) == (409, "totp.already_on")
    assert problem_of(phone.post("/me/totp", {})) == (409, "totp.already_on")


def test_a_wrong_first_code_turns_nothing_on(sign_in: Cast, clock: FixedClock) -> None:
    phone = sign_in.staff()
    assert problem_of(phone.post("/me/totp/confirm", {"code": "123456"})) == (409, "totp.not_begun")
    app = Authenticator.of(phone.post("/me/totp", {}).get_json()["secret"], clock)
    refused = phone.post("/me/totp/confirm", {"code": app.wrong_code()})
    assert problem_of(refused) == (422, "totp.code_wrong")
    assert refused.get_json()["errors"] == {"code": ["totp.code_wrong"]}
    assert phone.get("/me/totp").get_json()["is_on"] is False
    clock.advance(ENROLMENT_LIFE + STEP)
    renewed = phone.ask_token(grant_type="refresh_token", refresh_token=phone.refresh_token)
    assert renewed.status_code == 200
    assert problem_of(phone.post("/me/totp/confirm", {"code": app.code()})) == (409, "totp.not_begun")


def test_an_older_sign_in_needs_the_password_to_turn_it_on(sign_in: Cast, clock: FixedClock) -> None:
    phone = sign_in.staff()
    clock.advance(ENROLMENT_LIFE + STEP)
    phone.ask_token(grant_type="refresh_token", refresh_token=phone.refresh_token)
    assert problem_of(phone.post("/me/totp", {})) == (403, "totp.password_required")
    assert problem_of(phone.post("/me/totp", {"password": "sai mật khẩu"})) == (401, "signin.wrong_password")
    enrol(phone, password=PASSWORD)


def test_new_recovery_codes_need_a_code_and_replace_the_old(
    sign_in: Cast, clock: FixedClock, enrolled: tuple[Authenticator, list[str]]
) -> None:
    app, old = enrolled
    phone = sign_in.nobody()
    assert ask(phone, app.code()) == (200, "")
    refused = phone.post("/me/totp/recovery-codes", {"code": app.wrong_code()})
    assert problem_of(refused) == (401, "signin.otp_wrong")
    clock.advance(STEP)
    fresh = phone.post("/me/totp/recovery-codes", {"code": app.code()}).get_json()["recovery_codes"]
    assert not set(fresh) & set(old)
    assert ask(sign_in.nobody(), old[3]) == (401, "signin.otp_wrong")
    assert ask(sign_in.nobody(), fresh[3]) == (200, "")
    other = sign_in.staff(Role.OFFICER)
    assert problem_of(other.post("/me/totp/recovery-codes", {"code": "123456"})) == (409, "totp.off")


def test_codes_cannot_be_guessed_from_an_open_phone(sign_in: Cast, enrolled: tuple[Authenticator, list[str]]) -> None:
    app, _ = enrolled
    phone = sign_in.nobody()
    assert ask(phone, app.code()) == (200, "")
    for _ in range(NAME_BUDGET.free):
        assert phone.post("/me/totp/recovery-codes", {"code": app.wrong_code()}).status_code == 401
    refused = phone.post("/me/totp/recovery-codes", {"code": app.wrong_code()})
    assert problem_of(refused) == (429, "signin.too_often")


def test_guessing_codes_with_the_right_password_is_slowed_from_everywhere_and_the_owner_hears_of_it(
    sign_in: Cast, clock: FixedClock, enrolled: tuple[Authenticator, list[str]]
) -> None:
    app, _ = enrolled
    owner = sign_in.nobody()
    assert ask(owner, app.code()) == (200, "")
    signin = sign_in.container.identity.staff_signin
    outcomes = []
    for number in range(40):
        guess = StaffAsk(NAME, PASSWORD, app.wrong_code(), "k" * 43, f"203.0.113.{number}")
        with pytest.raises(DomainError) as refusal:
            signin.sign_in(guess)
        outcomes.append(refusal.value.code)
    assert outcomes == ["signin.otp_wrong"] * CODE_BUDGET.free + ["signin.too_often"] * (40 - CODE_BUDGET.free)
    told = [notice["kind"] for notice in owner.get("/notices").get_json()["items"]]
    assert told.count("account.wrong_codes") == 1
    clock.advance(STEP)
    # The phone that the owner has signed in from before is not held up.
    assert ask(owner, app.code()) == (200, "")


def test_an_operator_resets_a_lost_second_step(
    sign_in: Cast, clock: FixedClock, enrolled: tuple[Authenticator, list[str]]
) -> None:
    app, _ = enrolled
    phone = sign_in.nobody()
    assert ask(phone, app.code()) == (200, "")
    sign_in.container.identity.staff.reset_second_step(NAME)
    assert problem_of(phone.get("/me")) == (401, "session.ended")
    again = sign_in.nobody()
    assert ask(again) == (200, "")
    kinds = [notice["kind"] for notice in again.get("/notices").get_json()["items"]]
    assert kinds == ["account.second_step_reset", "account.second_step_on"]


def test_a_citizen_and_a_machine_have_no_second_step(sign_in: Cast) -> None:
    for phone in (sign_in.citizen(), sign_in.machine()):
        assert problem_of(phone.get("/me/totp")) == (403, "access.scope_missing")
        assert problem_of(phone.post("/me/totp", {})) == (403, "access.scope_missing")


def test_a_replaced_session_key_is_told_and_a_reset_helps(
    sign_in: Cast, enrolled: tuple[Authenticator, list[str]], database: Database
) -> None:
    app, _ = enrolled
    database.collection("staff").update_one({"username": NAME}, {"$set": {"totp.secret": b"\0" * 48}})
    assert ask(sign_in.nobody(), app.code()) == (409, "totp.unreadable")
    sign_in.container.identity.staff.reset_second_step(NAME)
    assert ask(sign_in.nobody()) == (200, "")


def test_where_it_is_required_an_account_without_it_can_only_turn_it_on(
    database: Database, folders: Folders, clock: FixedClock
) -> None:
    settings = Settings.from_env(environment_of(folders, uri_of(database)) | {"CONGDAN_STAFF_TOTP": "required"})
    provider = FakeIdentityProvider()
    container = build(settings, Replaced(clock=clock, provider=provider, hasher=CHEAP_HASHER))
    cast = Cast(create_app(container), container, provider)
    phone = cast.staff()
    assert phone.user["scopes"] == [Scope.SECOND_STEP.value]
    for path in ("/me", "/notices", "/me/sessions", "/inspections"):
        assert problem_of(phone.get(path)) == (403, "access.scope_missing")
    assert phone.get("/me/totp").get_json() == {"is_on": False, "is_required": True, "recovery_codes_left": None}
    app, _ = enrol(phone)
    assert phone.ask_token(grant_type="refresh_token", refresh_token=phone.refresh_token).status_code == 200
    assert phone.get("/me").status_code == 200
    assert cast.citizen().get("/me").status_code == 200
    clock.advance(STEP)
    assert ask(cast.nobody(), app.code()) == (200, "")
    container.database.close()
