"""The inbox and push subscriptions, as their owner, as others, and as nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.notices.service import Notification
from shared_models.access import Role
from shared_models.clock import FixedClock
from shared_models.notice import DEVICE_ADDED, LICENCE_REVOKED, MAX_SUBSCRIPTIONS
from shared_models.schemas.notices import NoticePageSchema
from shared_models.schemas.wire import to_base64url
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN
from tests.support.builders_results import a_subscription
from tests.support.ids import an_id

PARAMS = {"number": "48/2026/ATTP", "type": "food_safety", "agency": "Ban Quản lý ATTP", "reason": "Lý do"}


def keys(**changes: str) -> dict[str, str]:
    return {**a_subscription()["keys"], **changes}


def notify(container: Container, phone: Phone, licence_id: str = "lic_" + "0" * 26) -> None:
    notification = Notification(phone.user["id"], LICENCE_REVOKED, PARAMS, licence_id)
    container.database.transaction(lambda session: container.notices.notify([notification], session))


def test_a_notice_comes_to_its_owner_alone(owner: Phone, sign_in: Cast, container: Container) -> None:
    notify(container, owner)
    page = owner.get("/notices").get_json()
    assert not NoticePageSchema().validate(page)
    (notice,) = page["items"]
    assert (notice["kind"], notice["params"], notice["read_at"]) == ("licence.revoked", PARAMS, None)
    assert sign_in.citizen(AN).get("/notices").get_json() == {"items": [], "next_cursor": None}
    assert sign_in.staff(Role.INSPECTOR).get("/notices").get_json()["items"] == []


def test_reading_is_marked_once_and_by_the_owner_only(
    owner: Phone, sign_in: Cast, container: Container, clock: FixedClock
) -> None:
    notify(container, owner)
    path = f"/notices/{owner.get('/notices').get_json()['items'][0]['id']}/read"
    assert problem_of(sign_in.citizen(AN).post(path)) == (404, "notice.unknown")
    assert owner.post(path).status_code == 204
    first = owner.get("/notices").get_json()["items"][0]["read_at"]
    clock.advance(timedelta(minutes=1))
    assert owner.post(path).status_code == 204
    assert owner.get("/notices").get_json()["items"][0]["read_at"] == first == "2026-11-21T02:30:00Z"
    assert problem_of(owner.post(f"/notices/{an_id('ntc')}/read")) == (404, "notice.unknown")


def test_the_inbox_pages_newest_first(owner: Phone, container: Container, clock: FixedClock) -> None:
    for turn in range(5):
        clock.advance(timedelta(seconds=1))
        notify(container, owner, f"lic_{turn}")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = owner.get(f"/notices?limit=2{cursor and '&cursor=' + cursor}").get_json()
        seen += [notice["licence_id"] for notice in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [f"lic_{turn}" for turn in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "page=2"])
def test_a_bad_question_is_refused(owner: Phone, query: str) -> None:
    assert problem_of(owner.get(f"/notices?{query}")) == (422, "request.invalid")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/notices"),
        ("POST", "/notices/ntc_00000000000000000000000000/read"),
        ("POST", "/push/subscriptions"),
        ("DELETE", "/push/subscriptions/sub_00000000000000000000000000"),
    ],
)
def test_notices_need_a_sign_in_and_the_scope(sign_in: Cast, method: str, path: str) -> None:
    body = a_subscription() if path == "/push/subscriptions" else None
    assert problem_of(sign_in.nobody().request(method, path, body=body)) == (401, "access.token_missing")
    assert problem_of(sign_in.machine().request(method, path, body=body)) == (403, "access.scope_missing")


def test_every_browser_that_asked_gets_one_message(owner: Phone, container: Container) -> None:
    ids = [
        owner.post("/push/subscriptions", body).get_json()["id"]
        for body in (a_subscription("https://fcm.googleapis.com/a"), a_subscription(lang="en"))
    ]
    notify(container, owner)
    (notice,) = owner.get("/notices").get_json()["items"]
    messages = {row["_id"]: row for row in container.database.collection("outbox").find()}
    assert sorted(messages) == sorted(f"{notice['id']}:{key}" for key in ids)
    message = messages[f"{notice['id']}:{ids[1]}"]
    assert (message["template"], message["lang"], message["urgency"]) == ("licence.revoked", "en", "high")
    assert message["params"] == {}
    assert len(message["topic"]) <= 32
    stored: Any = container.database.collection("push_subscriptions").find_one({"_id": ids[1]})
    assert {name: message["to"][name] for name in ("endpoint", "p256dh", "auth", "created_at")} == {
        name: stored[name] for name in ("endpoint", "p256dh", "auth", "created_at")
    }


def test_a_notice_is_undone_with_its_change(owner: Phone, container: Container) -> None:
    owner.post("/push/subscriptions", a_subscription())

    def change(session: Any) -> None:
        container.notices.notify([Notification(owner.user["id"], DEVICE_ADDED, {"label": "x"})], session)
        raise LookupError

    with pytest.raises(LookupError):
        container.database.transaction(change)
    for name in ("notices", "outbox"):
        assert container.database.collection(name).count_documents({}) == 0


def test_a_renewed_subscription_keeps_its_id(owner: Phone, container: Container, clock: FixedClock) -> None:
    body = a_subscription()
    first = owner.post("/push/subscriptions", body)
    clock.advance(timedelta(minutes=2))
    again = owner.post("/push/subscriptions", {**body, "lang": "en"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["id"] == again.get_json()["id"]
    (stored,) = container.database.collection("push_subscriptions").find()
    assert (stored["lang"], stored["created_at"], stored["first_seen_at"]) == (
        "en",
        clock.now(),
        clock.now() - timedelta(minutes=2),
    )


def test_a_browser_belongs_to_whoever_subscribed_it_last(owner: Phone, sign_in: Cast, container: Container) -> None:
    body, other = a_subscription(), sign_in.citizen(AN)
    first = owner.post("/push/subscriptions", body).get_json()["id"]
    second = other.post("/push/subscriptions", body)
    assert second.status_code == 201
    assert second.get_json()["id"] != first
    notify(container, owner)
    assert container.database.collection("outbox").count_documents({}) == 0
    assert problem_of(owner.delete(f"/push/subscriptions/{second.get_json()['id']}"))[0] == 404
    assert other.delete(f"/push/subscriptions/{second.get_json()['id']}").status_code == 204
    assert problem_of(other.delete(f"/push/subscriptions/{second.get_json()['id']}")) == (
        404,
        "push.subscription_unknown",
    )


def test_the_oldest_subscription_makes_room(owner: Phone, container: Container, clock: FixedClock) -> None:
    made = []
    for turn in range(MAX_SUBSCRIPTIONS + 2):
        clock.advance(timedelta(seconds=1))
        body = a_subscription(f"https://fcm.googleapis.com/{turn}")
        made.append(owner.post("/push/subscriptions", body).get_json()["id"])
    kept = {row["_id"] for row in container.database.collection("push_subscriptions").find()}
    assert kept == set(made[2:])


def test_one_browser_subscribing_twice_at_once_is_one(owner: Phone, container: Container) -> None:
    body = a_subscription()
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _tab: owner.post("/push/subscriptions", body), range(5)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert container.database.collection("push_subscriptions").count_documents({}) == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"endpoint": "https://evil.example/push"}, "push.endpoint_not_allowed", "endpoint"),
        ({"endpoint": "http://fcm.googleapis.com/x"}, "push.endpoint_not_allowed", "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com:8443/x"}, "push.endpoint_not_allowed", "endpoint"),
        ({"endpoint": "https://169.254.169.254/latest"}, "push.endpoint_not_allowed", "endpoint"),
        ({"endpoint": "javascript:alert(1)"}, "request.invalid", "endpoint"),
        ({"keys": keys(p256dh=to_base64url(b"\x04" + b"\x01" * 64))}, "push.key_malformed", "keys.p256dh"),
        ({"keys": keys(p256dh="AAAA")}, "request.invalid", "keys.p256dh"),
        ({"keys": keys(auth="AA")}, "request.invalid", "keys.auth"),
        ({"lang": "fr"}, "request.invalid", "lang"),
        ({"expirationTime": None}, "request.invalid", "expirationTime"),
    ],
)
def test_a_false_subscription_is_refused(
    owner: Phone, container: Container, change: dict[str, Any], code: str, field: str
) -> None:
    answer = owner.post("/push/subscriptions", a_subscription() | change)
    assert problem_of(answer) == (422, code)
    assert field in answer.get_json()["errors"]
    assert container.database.collection("push_subscriptions").count_documents({}) == 0
