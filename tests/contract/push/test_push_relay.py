"""The relay on the real database and a strict push service: every message once, whatever happens in between."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pymongo import ASCENDING, MongoClient
from pymongo.database import Database

from push.store import OutboxStore
from shared_models.clock import FixedClock
from shared_models.outbox import (
    HEARTBEATS,
    MAX_TRIES,
    OUTBOX,
    PUSH_SUBSCRIPTIONS,
    PushTarget,
)
from tests.support.push_city import LEASE, NOW, City
from tests.support.push_service import Answer, PushService, b64url, running_push_service
from tests.support.stack import running_database


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoClient[dict[str, Any]]]:
    with running_database(tmp_path_factory.mktemp("push")) as uri, MongoClient(uri, tz_aware=True) as opened:
        yield opened


@pytest.fixture
def database(client: MongoClient[dict[str, Any]]) -> Database[dict[str, Any]]:
    database = client["push_relay"]
    for name in (OUTBOX, PUSH_SUBSCRIPTIONS, HEARTBEATS):
        database[name].delete_many({})
    database[OUTBOX].create_index([("state", ASCENDING), ("due_at", ASCENDING)])
    database[OUTBOX].create_index([("state", ASCENDING), ("lease_until", ASCENDING)])
    return database


@pytest.fixture
def service() -> Iterator[PushService]:
    with running_push_service() as running:
        yield running


@pytest.fixture
def city(database: Database[dict[str, Any]], service: PushService) -> City:
    return City(database, service, FixedClock(NOW), ec.generate_private_key(ec.SECP256R1()))


def test_a_message_is_sent_once_and_recorded(city: City) -> None:
    _, to = city.subscribe("phone")
    message_id = city.put(to)
    relay = city.relay()
    assert relay.run_once() == 1
    assert relay.run_once() == 0
    assert city.message(message_id)["state"] == "sent"
    assert city.message(message_id)["done_at"] == NOW
    (payload,) = city.service.payloads()
    assert payload["notification"]["title"] == "Giấy phép của bạn vừa được kiểm tra"
    assert city.service.faults == []


def test_a_message_is_not_sent_before_it_is_due(city: City) -> None:
    _, to = city.subscribe("phone")
    city.put(to, due_at=NOW + timedelta(seconds=5))
    relay = city.relay()
    assert relay.run_once() == 0
    city.clock.advance(timedelta(seconds=5))
    assert relay.run_once() == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_dead_subscription_is_deleted_and_its_message_dropped(city: City, status: int) -> None:
    subscription, to = city.subscribe("phone")
    city.service.answer(subscription, Answer(status))
    message_id = city.put(to)
    city.relay().run_once()
    assert city.message(message_id)["state"] == "dropped"
    assert city.message(message_id)["last_error"] == f"service.{status}"
    assert not city.has_subscription("phone")


def test_a_subscription_renewed_in_between_is_kept(city: City) -> None:
    subscription, to = city.subscribe("phone")
    city.service.answer(subscription, Answer(410))
    message_id = city.put(to)
    city.database[PUSH_SUBSCRIPTIONS].update_one({"_id": "sub_phone"}, {"$set": {"created_at": NOW + LEASE}})
    city.relay().run_once()
    assert city.message(message_id)["state"] == "dropped"
    assert city.has_subscription("phone")


def test_a_failing_service_is_tried_again_later_and_later_then_given_up(city: City) -> None:
    subscription, to = city.subscribe("phone")
    city.service.answer(subscription, *[Answer(500)] * 20)
    message_id = city.put(to)
    relay = city.relay()
    waits = []
    while city.message(message_id)["state"] == "ready":
        city.clock.at = max(city.clock.at, city.message(message_id)["due_at"])
        assert relay.run_once() == 1
        waits.append((city.message(message_id)["due_at"] - city.clock.now()).total_seconds())
    assert waits[:-1] == [2.5, 5, 10, 20, 40, 80, 160, 320, 640]
    assert len(city.service.received) == MAX_TRIES
    assert city.message(message_id)["state"] == "dead"
    assert city.message(message_id)["last_error"] == "service.500"
    assert city.has_subscription("phone")


def test_a_busy_service_gets_its_pause_for_all_its_messages(city: City) -> None:
    subscription, to = city.subscribe("phone")
    _, other = city.subscribe("tablet")
    city.service.answer(subscription, Answer(429, {"Retry-After": "120"}))
    first, second = city.put(to), city.put(other, due_at=NOW + timedelta(milliseconds=1))
    relay = city.relay()
    relay.run_once()
    city.clock.advance(timedelta(seconds=1))
    relay.run_once()
    assert len(city.service.received) == 1
    held = city.message(second)
    assert (held["state"], held["attempts"], held["due_at"]) == ("ready", 0, NOW + timedelta(seconds=120))
    city.clock.advance(timedelta(seconds=119))
    relay.run_once()
    assert {city.message(first)["state"], city.message(second)["state"]} == {"sent"}


def test_our_own_fault_keeps_the_subscription_and_pauses_the_service(city: City) -> None:
    subscription, to = city.subscribe("phone")
    city.service.answer(subscription, Answer(403))
    first = city.put(to)
    relay = city.relay()
    relay.run_once()
    second = city.put(to, "evt_2")
    relay.run_once()
    assert len(city.service.received) == 1
    assert city.message(first)["last_error"] == "service.403"
    assert city.message(second)["due_at"] == NOW + timedelta(minutes=1)
    assert city.has_subscription("phone")


def test_a_message_too_large_for_the_service_is_dead_at_once(city: City) -> None:
    subscription, to = city.subscribe("phone")
    city.service.answer(subscription, Answer(413))
    message_id = city.put(to)
    city.relay().run_once()
    assert (city.message(message_id)["state"], city.message(message_id)["last_error"]) == ("dead", "service.413")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expires_at": NOW}, "message.expired"),
        ({"template": "licence.eaten"}, "template.unknown"),
        ({"channel": "pigeon"}, "channel.unknown"),
        ({"attempts": MAX_TRIES}, "message.too_many_tries"),
    ],
)
def test_what_can_never_be_sent_is_dead_with_its_reason(city: City, changes: dict[str, Any], reason: str) -> None:
    _, to = city.subscribe("phone")
    message_id = city.put(to, **changes)
    city.relay().run_once()
    assert (city.message(message_id)["state"], city.message(message_id)["last_error"]) == ("dead", reason)
    assert city.service.received == []


def test_a_retry_after_the_end_of_its_life_is_not_waited_for(city: City) -> None:
    subscription, to = city.subscribe("phone")
    city.service.answer(subscription, Answer(503, {"Retry-After": "60"}))
    message_id = city.put(to, expires_at=NOW + timedelta(seconds=60))
    city.relay().run_once()
    assert city.message(message_id)["state"] == "dead"


def test_the_ttl_is_what_is_left_of_the_message(city: City) -> None:
    _, to = city.subscribe("phone")
    city.put(to, ttl_s=3600, expires_at=NOW + timedelta(seconds=90))
    city.relay().run_once()
    assert city.service.received[0].headers["TTL"] == "90"


def test_a_lost_lease_is_taken_over_and_the_late_one_changes_nothing(city: City) -> None:
    _, to = city.subscribe("phone")
    message_id = city.put(to)
    slow = OutboxStore(city.database, "slow", LEASE)
    (claimed,) = slow.claim(NOW, 10)
    relay = city.relay("quick")
    assert relay.run_once() == 0
    city.clock.advance(LEASE)
    assert relay.run_once() == 1
    assert city.message(message_id)["state"] == "sent"
    assert not slow.retry_at(claimed, NOW, "service.500")
    assert not slow.record_dead(claimed, NOW, "service.500")
    assert not slow.give_back(claimed, NOW)
    assert city.message(message_id)["state"] == "sent"
    assert city.message(message_id)["attempts"] == 2


def test_a_message_sent_but_not_recorded_comes_again_under_the_same_tag(city: City) -> None:
    _, to = city.subscribe("phone")
    city.put(to)
    crashed = city.relay("crashed")
    (claimed,) = OutboxStore(city.database, "crashed", LEASE).claim(NOW, 1)
    # The process ends between the service's 201 and the record: the fence it held is passed on with the lease.
    city.database[OUTBOX].update_one({"_id": claimed.id}, {"$inc": {"fence": 1}})
    crashed.handle(claimed)
    city.clock.advance(LEASE)
    city.relay("next").run_once()
    first, second = city.service.received
    assert first.headers["Topic"] == second.headers["Topic"] == "lic-1"
    assert first.payload == second.payload
    assert city.message(claimed.id)["state"] == "sent"


def test_many_relays_send_each_message_once(city: City) -> None:
    targets = [city.subscribe(f"phone{number}")[1] for number in range(6)]
    wanted = {city.put(to, f"evt_{number}") for to in targets for number in range(25)}
    stop = threading.Event()
    relays = [city.relay(f"relay{number}") for number in range(3)]
    threads = [threading.Thread(target=relay.run, args=(stop, 0.05)) for relay in relays]
    for thread in threads:
        thread.start()
    try:
        city.service.wait_for(len(wanted), 30)
        deadline = threading.Event()
        for _ in range(100):
            if city.database[OUTBOX].count_documents({"state": "sent"}) == len(wanted):
                break
            deadline.wait(0.1)
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
    assert city.database[OUTBOX].count_documents({"state": "sent", "attempts": 1}) == len(wanted)
    assert len(city.service.received) == len(wanted)
    assert sum(relay.counts["sent"] for relay in relays) == len(wanted)
    assert all(relay.is_alive() for relay in relays)
    assert city.database[HEARTBEATS].find_one({"_id": "push"}) is not None


def test_one_service_that_hangs_does_not_hold_the_others(city: City) -> None:
    with running_push_service() as hanging:
        for number in range(12):
            name = f"stuck{number}"
            subscription = hanging.subscribe(name)
            hanging.answer(subscription, *[Answer(hang_s=30)] * 20)
            auth = b64url(subscription.auth)
            city.put(PushTarget(f"sub_{name}", subscription.endpoint, subscription.p256dh, auth, NOW))
        _, to = city.subscribe("phone")
        for number in range(20):
            city.put(to, f"evt_{number}", due_at=NOW + timedelta(milliseconds=1))
        city.clock.advance(timedelta(seconds=1))
        stop = threading.Event()
        thread = threading.Thread(target=city.relay(timeout_s=1.0).run, args=(stop, 0.05))
        thread.start()
        try:
            # Four senders, a second each: three faults close the hanging service, then the others have their turn.
            assert len(city.service.wait_for(20, 10)) == 20
        finally:
            stop.set()
            thread.join(20)
        assert not thread.is_alive()
        assert len(hanging.received) <= 8
