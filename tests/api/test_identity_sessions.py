"""Staying signed in: refresh tokens rotate, two tabs and lost answers are forgiven, copies are not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from backend.identity.rules import CITIZEN_SESSION, STAFF_SESSION
from backend.infra.mongo import Database
from shared_models.access import Role
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of


def refresh(phone: Phone, token: str | None = None) -> tuple[int, str]:
    """Status, and the new refresh token or the code of the refusal."""
    used = token or phone.refresh_token
    answer = phone.ask_token(grant_type="refresh_token", refresh_token=used)
    if answer.status_code == 200:
        return 200, answer.get_json()["refresh_token"]
    return problem_of(answer)


def test_a_refresh_gives_a_new_token_and_the_same_user(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    first, user = phone.refresh_token, phone.user
    status, second = refresh(phone)
    assert status == 200
    assert second != first
    assert phone.user == user
    assert phone.get("/me").status_code == 200


def test_an_answer_that_was_lost_is_given_again_even_days_later(sign_in: Cast, clock: FixedClock) -> None:
    phone = sign_in.citizen()
    first = phone.refresh_token
    answers = [refresh(phone, first)]
    clock.advance(timedelta(days=3))
    answers.append(refresh(phone, first))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200
    assert refresh(phone, answers[0][1])[0] == 200


def test_two_tabs_at_the_very_same_moment_get_the_same_successor(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    sessions, jkt, token = sign_in.container.identity.sessions, phone.key.thumbprint(), str(phone.refresh_token)
    with ThreadPoolExecutor(4) as pool:
        successors = {found for _, found in pool.map(lambda _turn: sessions.refresh(token, jkt), range(8))}
    assert len(successors) == 1
    assert token not in successors


def test_a_token_whose_successor_was_used_ends_the_session(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    first = phone.refresh_token
    _, second = refresh(phone, first)
    _, third = refresh(phone, second)
    assert refresh(phone, first) == (401, "session.token_reused")
    assert refresh(phone, third) == (401, "session.ended")


def test_another_key_cannot_refresh_and_does_not_end_the_session(sign_in: Cast) -> None:
    phone, thief = sign_in.citizen(), sign_in.nobody()
    assert refresh(thief, phone.refresh_token) == (401, "session.wrong_key")
    assert refresh(phone)[0] == 200


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "ses_0",
        "ses_00000000000000000000000000.0.AAAA",
        "..",
        "ses_x.0.0.0",
        "{session}.0.AAAA",
        "{session}.7.{mac}",
        "{session}.0.é",
    ],
)
def test_a_forged_token_is_unknown_and_harms_nobody(sign_in: Cast, token: str) -> None:
    phone = sign_in.citizen()
    session, _, mac = str(phone.refresh_token).split(".")
    kept = phone.refresh_token
    assert refresh(phone, token.format(session=session, mac=mac)) == (401, "session.unknown")
    assert refresh(phone, kept)[0] == 200


def test_the_database_holds_no_token(sign_in: Cast, database: Database) -> None:
    phone = sign_in.citizen()
    mac = str(phone.refresh_token).split(".")[2]
    assert mac not in str(list(database.collection("sessions").find()))


def test_revoking_ends_the_session_and_says_nothing(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    token = phone.refresh_token
    for _ in range(2):
        answer = phone.post("/auth/revoke", {"refresh_token": token})
        assert (answer.status_code, answer.get_data()) == (204, b"")
    assert sign_in.nobody().post("/auth/revoke", {"refresh_token": "made-up"}).status_code == 204
    assert refresh(phone, token) == (401, "session.ended")


def test_a_session_ends_when_nobody_comes_back(sign_in: Cast, clock: FixedClock) -> None:
    citizen, inspector = sign_in.citizen(), sign_in.staff()
    clock.advance(STAFF_SESSION.idle)
    assert refresh(inspector) == (401, "session.ended")
    assert refresh(citizen)[0] == 200
    clock.advance(CITIZEN_SESSION.idle)
    assert refresh(citizen) == (401, "session.ended")


def test_a_session_ends_at_its_longest_however_often_it_is_refreshed(sign_in: Cast, clock: FixedClock) -> None:
    inspector = sign_in.staff()
    for _ in range(7):
        clock.advance(timedelta(days=1, hours=23))
        assert refresh(inspector)[0] == 200
    clock.advance(timedelta(days=1))
    assert refresh(inspector) == (401, "session.ended")


def test_a_closed_account_ends_with_the_next_refresh(sign_in: Cast, database: Database) -> None:
    inspector = sign_in.staff()
    database.collection("staff").update_many({}, {"$set": {"is_active": False}})
    assert refresh(inspector) == (401, "session.ended")


def test_a_changed_role_counts_from_the_next_refresh(sign_in: Cast, database: Database) -> None:
    inspector = sign_in.staff(Role.INSPECTOR)
    assert "inspections:write" in inspector.user["scopes"]
    database.collection("staff").update_many({}, {"$set": {"role": "officer"}})
    assert refresh(inspector)[0] == 200
    assert "inspections:write" not in inspector.user["scopes"]


def test_ending_all_sessions_of_a_user_leaves_those_of_others(sign_in: Cast) -> None:
    one, other = sign_in.staff(Role.INSPECTOR), sign_in.staff(Role.OFFICER)
    sign_in.container.identity.sessions.end_all(one.user["id"])
    assert refresh(one) == (401, "session.ended")
    assert refresh(other)[0] == 200
