"""`congdan outbox` as an operator types it: what could not be sent is seen, sent again or dropped."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.cli import main
from backend.infra.mongo import Database
from backend.infra.outbox import DROPPED_BY_OPERATOR, Outbox
from push.store import OutboxStore
from shared_models.clock import FixedClock
from shared_models.errors import Conflict
from tests.support.api import Folders, clock, environment_of, folders, type_in
from tests.support.database import uri_of
from tests.support.push_city import LEASE, NOW, City
from tests.support.push_service import Answer, PushService, running_push_service

__all__ = ["clock", "folders"]

KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def service() -> Any:
    with running_push_service() as running:
        yield running


@pytest.fixture
def city(
    database: Database,
    folders: Folders,
    clock: FixedClock,
    service: PushService,
    monkeypatch: pytest.MonkeyPatch,
) -> City:
    """A city with its outbox, and the environment that the command reads."""
    type_in(monkeypatch, environment_of(folders, uri_of(database)))
    return City(database.database, service, clock, KEY)


def a_dead_message(city: City, name: str = "phone", **changes: Any) -> str:
    _, to = city.subscribe(name)
    died = {"state": "dead", "last_error": "service.413", "attempts": 3, "done_at": NOW}
    return city.put(to, **(died | changes))


def test_the_list_counts_by_state_and_reason(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    dead = [a_dead_message(city, "one"), a_dead_message(city, "two", last_error="message.expired")]
    a_dead_message(city, "three", state="ready", last_error=None)
    assert main(["outbox", "list"]) == 0
    told = capsys.readouterr().out
    assert "ready 1  leased 0  sent 0  dropped 0  dead 2" in told
    assert "the oldest that waits is due since 2026-11-21T02:30:00Z" in told
    assert "     1 dead: service.413\n" in told
    assert dead[0] not in told
    assert main(["outbox", "list", "--dead"]) == 0
    told = capsys.readouterr().out
    for message in dead:
        assert f"{message}  2026-11-21T02:30:00Z  3 x  127.0.0.1" in told


def test_nothing_of_the_phone_is_shown(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    message = a_dead_message(city)
    to = city.message(message)["to"]
    assert main(["outbox", "show", message]) == 0
    assert main(["outbox", "list", "--dead"]) == 0
    told = capsys.readouterr().out
    assert json.loads(told[: told.index("\n}") + 2])["last_error"] == "service.413"
    for secret in (to["endpoint"], to["p256dh"], to["auth"]):
        assert secret not in told
    assert main(["outbox", "show", "evt_x:sub_x"]) == 2


def test_a_dead_message_is_sent_again_with_a_new_life(
    city: City, database: Database, clock: FixedClock, service: PushService
) -> None:
    message = a_dead_message(city, expires_at=NOW - timedelta(hours=1), fence=4)
    outbox = Outbox(database, clock)
    outbox.send_again(message)
    ready = city.message(message)
    assert (ready["state"], ready["attempts"], ready["fence"]) == ("ready", 0, 5)
    assert ready["expires_at"] == NOW + timedelta(hours=48)
    assert "done_at" not in ready
    before = len(service.received)
    assert city.relay().run_once() == 1
    assert len(service.received) == before + 1
    assert city.message(message)["state"] == "sent"
    with pytest.raises(Conflict, match=r"outbox\.not_dead"):
        outbox.send_again(message)


def test_a_sender_from_before_can_record_nothing_any_more(city: City, database: Database, clock: FixedClock) -> None:
    """Its lease ended while it slept; meanwhile the message died elsewhere and was sent again by an operator."""
    message = a_dead_message(city, state="ready", attempts=0, done_at=None)
    store = OutboxStore(database.database, "sleeper", LEASE)
    [held] = store.claim(NOW, 1)
    database.collection("outbox").update_one({"_id": message}, {"$set": {"state": "dead"}})
    Outbox(database, clock).send_again(message)
    assert store.record_sent(held, NOW) is False
    assert city.message(message)["state"] == "ready"


def test_a_phone_that_ended_its_subscription_gets_nothing(city: City, database: Database, clock: FixedClock) -> None:
    message = a_dead_message(city)
    renewed: datetime = NOW + timedelta(days=1)
    database.collection("push_subscriptions").update_one({"_id": "sub_phone"}, {"$set": {"created_at": renewed}})
    with pytest.raises(Conflict, match=r"outbox\.subscription_gone"):
        Outbox(database, clock).send_again(message)
    assert city.message(message)["state"] == "dead"


def test_retry_and_drop_say_what_became_of_each(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = a_dead_message(city, "one"), a_dead_message(city, "two")
    waiting = a_dead_message(city, "three", state="ready", due_at=NOW + timedelta(days=3650))
    leased = a_dead_message(city, "four", state="leased")
    assert main(["outbox", "retry"]) == 2
    assert main(["outbox", "retry", one, "--all"]) == 2
    assert main(["outbox", "retry", waiting, "evt_x:sub_x"]) == 1
    assert capsys.readouterr().out == f"{waiting}  outbox.not_dead\nevt_x:sub_x  outbox.unknown\n"
    assert main(["outbox", "retry", "--all"]) == 0
    assert set(capsys.readouterr().out.splitlines()) == {f"{one}  ready", f"{two}  ready"}
    assert main(["outbox", "drop", one, waiting, leased]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{one}  dropped",
        f"{waiting}  dropped",
        f"{leased}  outbox.not_waiting",
    ]
    assert city.message(waiting)["last_error"] == DROPPED_BY_OPERATOR
    assert city.message(leased)["state"] == "leased"


def test_a_dead_letter_of_push_itself_can_be_sent_again(
    city: City, database: Database, clock: FixedClock, service: PushService
) -> None:
    phone, to = city.subscribe("real")
    message = city.put(to)
    service.answer(phone, Answer(413))
    city.relay().run_once()
    assert city.message(message)["state"] == "dead"
    assert Outbox(database, clock).figures().dead == {"service.413": 1}
    Outbox(database, clock).send_again(message)
    city.relay().run_once()
    assert city.message(message)["state"] == "sent"
