"""Outbox, events, files, schedules and heartbeats on a real database."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from pymongo.errors import BulkWriteError

from backend.infra.events import Events
from backend.infra.files import Files
from backend.infra.leases import Schedules
from backend.infra.mongo import Database, Session
from backend.infra.outbox import Outbox
from backend.infra.system import Ids
from backend.infra.telemetry import HEARTBEAT_STALE_AFTER, Heartbeats
from shared_models.clock import FixedClock
from shared_models.errors import Invalid, NotFound
from shared_models.outbox import OutboxMessage, PushTarget
from tests.support.builders_identity import CountingBytes

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def files(database: Database, clock: FixedClock) -> Files:
    return Files(database, clock, Ids(CountingBytes("files")))


def message(number: int) -> OutboxMessage:
    target = PushTarget(f"sub_{number}", "https://fcm.googleapis.com/x", "key", "auth", NOW)
    return OutboxMessage(f"evt_1:sub_{number}", "licence.checked", target, "vi", NOW)


def test_messages_commit_with_the_change_they_tell_of(database: Database) -> None:
    outbox = Outbox(database, FixedClock(NOW))
    database.transaction(lambda session: outbox.put([message(1), message(2)], session))
    found = list(database.collection("outbox").find({"state": "ready"}))
    assert {document["_id"] for document in found} == {"evt_1:sub_1", "evt_1:sub_2"}

    def abort(session: Session) -> None:
        outbox.put([message(3)], session)
        raise LookupError

    with pytest.raises(LookupError):
        database.transaction(abort)
    assert database.collection("outbox").count_documents({}) == 2


def test_a_message_written_twice_aborts(database: Database) -> None:
    outbox = Outbox(database, FixedClock(NOW))
    database.transaction(lambda session: outbox.put([message(1)], session))
    with pytest.raises(BulkWriteError):
        database.transaction(lambda session: outbox.put([message(1)], session))
    database.transaction(lambda session: outbox.put([], session))
    assert database.collection("outbox").count_documents({}) == 1


def test_listeners_hear_their_event_in_order_and_inside_the_transaction(database: Database) -> None:
    events = Events()
    heard: list[tuple[str, str]] = []

    def note(name: str) -> None:
        def listen(event: KeyError, session: Session) -> None:
            heard.append((name, str(event)))
            database.collection("schedules").insert_one({"_id": name}, session=session)

        events.on(KeyError, listen)

    note("one")
    note("two")

    def raise_both(session: Session) -> None:
        events.raise_(KeyError("x"), session)
        events.raise_(ValueError("nobody listens"), session)

    database.transaction(raise_both)
    assert heard == [("one", "'x'"), ("two", "'x'")]
    assert database.collection("schedules").count_documents({}) == 2


def test_a_listener_that_fails_undoes_the_change(database: Database) -> None:
    events = Events()

    def refuse(_event: KeyError, _session: Session) -> None:
        raise Invalid("listener.refused")

    events.on(KeyError, refuse)

    def change(session: Session) -> None:
        database.collection("schedules").insert_one({"_id": "x"}, session=session)
        events.raise_(KeyError("x"), session)

    with pytest.raises(Invalid):
        database.transaction(change)
    assert database.collection("schedules").count_documents({}) == 0


@pytest.mark.parametrize("size", [0, 1, 1_000_000])
def test_a_file_comes_back_as_it_was(files: Files, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    sha256 = hashlib.sha256(content).hexdigest()
    file_id = files.put(content, sha256, "application/pdf")
    assert files.open(file_id) == (content, "application/pdf")
    assert files.put(content, sha256, "application/pdf") == file_id


def test_a_file_that_is_not_what_it_says_is_refused(files: Files, database: Database) -> None:
    with pytest.raises(Invalid, match=r"file\.hash_mismatch"):
        files.put(b"one", hashlib.sha256(b"two").hexdigest(), "application/pdf")
    assert database.collection("fs.chunks").count_documents({}) == 0
    with pytest.raises(NotFound, match=r"file\.unknown"):
        files.open("fil_unknown")


def test_a_schedule_is_claimed_once_in_its_period(database: Database, clock: FixedClock) -> None:
    here, there = Schedules(database, clock), Schedules(database, clock)
    assert here.claim("ledger.seal", 60)
    assert not there.claim("ledger.seal", 60)
    assert there.claim("other", 60)
    clock.advance(timedelta(seconds=59))
    assert not there.claim("ledger.seal", 60)
    clock.advance(timedelta(seconds=1))
    assert there.claim("ledger.seal", 60)
    assert not here.claim("ledger.seal", 60)


def test_a_job_that_failed_can_be_due_sooner(database: Database, clock: FixedClock) -> None:
    schedules = Schedules(database, clock)
    schedules.claim("ledger.seal", 3600)
    schedules.postpone("ledger.seal", 10)
    clock.advance(timedelta(seconds=10))
    assert schedules.claim("ledger.seal", 3600)


def test_a_process_lives_while_its_heart_beats(database: Database, clock: FixedClock) -> None:
    heartbeats = Heartbeats(database, clock)
    assert not heartbeats.is_alive("jobs")
    heartbeats.beat("jobs")
    clock.advance(HEARTBEAT_STALE_AFTER)
    assert heartbeats.is_alive("jobs")
    assert not heartbeats.is_alive("push")
    clock.advance(timedelta(seconds=1))
    assert not heartbeats.is_alive("jobs")
