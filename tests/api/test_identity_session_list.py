"""Where one is signed in, and signing out from afar."""

from datetime import timedelta

import pytest

from backend.identity.browsers import browser_of
from shared_models.access import Role
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, PASSWORD

ANDROID = (
    "Mozilla/5.0 (Linux; Android 15; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 "
    "Mobile Safari/537.36"
)
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1"
)


def staff_phone(sign_in: Cast, user_agent: str, role: Role = Role.INSPECTOR) -> Phone:
    """Another phone of the same member of staff."""
    phone = sign_in.nobody()
    body = {"grant_type": "password", "username": f"{role.value}.demo", "password": PASSWORD}
    answer = phone.post("/auth/token", body, headers={"User-Agent": user_agent})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found = answer.get_json()
    phone.access_token, phone.refresh_token, phone.user = found["access_token"], found["refresh_token"], found["user"]
    return phone


def test_the_list_names_every_phone_and_the_present_one_first(sign_in: Cast, clock: FixedClock) -> None:
    sign_in.staff()
    clock.advance(timedelta(minutes=5))
    android = staff_phone(sign_in, ANDROID)
    clock.advance(timedelta(minutes=5))
    mac = staff_phone(sign_in, MAC)
    items = mac.get("/me/sessions").get_json()["items"]
    assert [(item["browser"], item["system"], item["is_current"]) for item in items] == [
        ("safari", "macos", True),
        ("chrome", "android", False),
        ("other", "other", False),
    ]
    assert [item["created_at"] for item in items] == [
        "2026-11-21T02:40:00Z",
        "2026-11-21T02:35:00Z",
        "2026-11-21T02:30:00Z",
    ]
    assert set(items[0]) == {"id", "browser", "system", "created_at", "last_used_at", "is_current"}
    clock.advance(timedelta(minutes=6))
    assert android.ask_token(grant_type="refresh_token", refresh_token=android.refresh_token).status_code == 200
    used = {item["browser"]: item["last_used_at"] for item in mac.get("/me/sessions").get_json()["items"]}
    assert used["chrome"] == "2026-11-21T02:46:00Z"


def test_a_session_that_is_ended_is_refused_at_its_very_next_request(sign_in: Cast) -> None:
    lost, kept = sign_in.citizen(), sign_in.citizen()
    assert lost.get("/me").status_code == 200
    other = next(item for item in kept.get("/me/sessions").get_json()["items"] if not item["is_current"])
    for _ in range(2):
        assert kept.delete(f"/me/sessions/{other['id']}").status_code == 204
    assert problem_of(lost.get("/me")) == (401, "session.ended")
    assert problem_of(lost.post("/wallet/devices/challenges")) == (401, "session.ended")
    refused = lost.ask_token(grant_type="refresh_token", refresh_token=lost.refresh_token)
    assert problem_of(refused) == (401, "session.ended")
    assert [item["is_current"] for item in kept.get("/me/sessions").get_json()["items"]] == [True]


def test_all_others_are_ended_at_once(sign_in: Cast) -> None:
    phones = [sign_in.citizen() for _ in range(3)]
    stranger = sign_in.citizen(AN)
    assert phones[0].delete("/me/sessions").get_json() == {"ended": 2}
    assert phones[0].delete("/me/sessions").get_json() == {"ended": 0}
    assert [phone.get("/me").status_code for phone in (*phones, stranger)] == [200, 401, 401, 200]


def test_one_may_end_the_session_one_is_in(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    [own] = phone.get("/me/sessions").get_json()["items"]
    assert phone.delete(f"/me/sessions/{own['id']}").status_code == 204
    assert problem_of(phone.get("/me")) == (401, "session.ended")


def test_signing_out_ends_the_access_token_too(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    assert phone.post("/auth/revoke", {"refresh_token": phone.refresh_token}).status_code == 204
    assert problem_of(phone.get("/me")) == (401, "session.ended")


@pytest.mark.parametrize("session_id", ["ses_00000000000000000000000000", "x", "{other}"])
def test_a_session_of_somebody_else_is_not_there(sign_in: Cast, session_id: str) -> None:
    one, other = sign_in.citizen(), sign_in.citizen(AN)
    theirs = other.get("/me/sessions").get_json()["items"][0]["id"]
    assert problem_of(one.delete(f"/me/sessions/{session_id.format(other=theirs)}")) == (404, "session.not_found")
    assert other.get("/me").status_code == 200


def test_a_session_that_nobody_can_refresh_any_more_is_not_listed(sign_in: Cast, clock: FixedClock) -> None:
    sign_in.staff()
    clock.advance(timedelta(days=3))
    fresh = staff_phone(sign_in, ANDROID)
    assert len(fresh.get("/me/sessions").get_json()["items"]) == 1


def test_a_machine_has_no_sessions(sign_in: Cast) -> None:
    assert sign_in.machine().get("/me/sessions").get_json() == {"items": []}


def test_a_session_from_before_the_list_has_a_browser_nobody_knows(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    sessions = sign_in.container.database.collection("sessions")
    sessions.update_many({}, {"$unset": {"browser": "", "system": ""}})
    [item] = phone.get("/me/sessions").get_json()["items"]
    assert (item["browser"], item["system"]) == ("other", "other")


def test_only_the_family_of_a_browser_is_kept(sign_in: Cast) -> None:
    sign_in.staff()
    staff_phone(sign_in, ANDROID)
    kept = repr(list(sign_in.container.database.collection("sessions").find()))
    assert "SM-A155F" not in kept
    assert "141" not in kept


@pytest.mark.parametrize(
    ("said", "families"),
    [
        (ANDROID, ("chrome", "android")),
        (MAC, ("safari", "macos")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/141.0 Mobile Safari/604.1", ("chrome", "ios")),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", ("edge", "windows")),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/140 Chrome/140", ("coc_coc", "windows")),
        (
            "Mozilla/5.0 (Linux; Android 14) Version/4.0 Chrome/140 Mobile Safari/537.36 Zalo android",
            ("zalo", "android"),
        ),
        ("Mozilla/5.0 (Linux; Android 13; SAMSUNG) SamsungBrowser/28 Chrome/130", ("samsung", "android")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", ("firefox", "linux")),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140", ("chrome", "chromeos")),
        ("x" * 10_000, ("other", "other")),
        ("", ("other", "other")),
        (None, ("other", "other")),
    ],
)
def test_families_of_browsers(said: str | None, families: tuple[str, str]) -> None:
    assert browser_of(said) == families
