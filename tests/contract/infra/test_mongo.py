"""Transactions, and how mongoengine and the driver share one connection."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from mongoengine import Document, IntField, StringField

from backend.infra.documents import DOCUMENT_META, to_document
from backend.infra.migrations import migrate, migration_names
from backend.infra.mongo import Database, Session
from backend.infra.system import SystemClock
from tests.support.database import forget_again


class Thing(Document):
    meta = {**DOCUMENT_META, "collection": "things"}  # noqa: RUF012 - a plain dict is what mongoengine reads

    id = StringField(primary_key=True)
    size = IntField(required=True, min_value=0)


def test_what_a_transaction_writes_is_there_together_or_not_at_all(database: Database) -> None:
    def write(session: Session) -> None:
        database.collection("persons").insert_one({"_id": "p", "personal_id": "1"}, session=session)
        database.collection("staff").insert_one({"_id": "s", "username": "u"}, session=session)
        raise LookupError

    with pytest.raises(LookupError):
        database.transaction(write)
    assert database.collection("persons").count_documents({}) == 0
    assert database.collection("staff").count_documents({}) == 0


def test_a_transaction_returns_what_its_work_returns(database: Database) -> None:
    def write(session: Session) -> str:
        return str(database.collection("persons").insert_one({"_id": "p"}, session=session).inserted_id)

    assert database.transaction(write) == "p"
    assert database.collection("persons").count_documents({"_id": "p"}) == 1


def test_conflicting_transactions_are_repeated_until_each_counts(database: Database) -> None:
    counters = database.collection("schedules")
    counters.insert_one({"_id": "counter", "value": 0})

    def increment(session: Session) -> None:
        found = counters.find_one({"_id": "counter"}, session=session)
        assert found is not None
        counters.update_one({"_id": "counter"}, {"$set": {"value": found["value"] + 1}}, session=session)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _turn: database.transaction(increment), range(40)))
    found = counters.find_one({"_id": "counter"})
    assert found is not None
    assert found["value"] == 40


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    now = SystemClock().now()
    database.collection("heartbeats").insert_one({"_id": "x", "at": now})
    found = database.collection("heartbeats").find_one({"_id": "x"})
    assert found is not None
    assert found["at"] == now
    assert found["at"].tzinfo is not None


def test_mongoengine_reads_through_the_last_connection_made(database: Database) -> None:
    other = Database(database._uri).connect()
    database.collection("things").insert_one(to_document(Thing(id="t", size=3)))
    assert list(Thing.objects(size=3).as_pymongo()) == [{"_id": "t", "size": 3}]
    other.close()
    assert database.is_alive()


def test_a_document_that_does_not_hold_is_not_written() -> None:
    with pytest.raises(ValueError, match="Thing"):
        to_document(Thing(id="t", size=-1))


def test_migrations_run_once_in_order(database: Database) -> None:
    record = database.collection("migrations")
    assert sorted(document["_id"] for document in record.find()) == migration_names()
    assert migrate(database, SystemClock()) == []


def test_a_migration_may_run_twice(database: Database) -> None:
    forget_again(database)
    before = indexes(database)
    database.collection("migrations").delete_many({})
    assert migrate(database, SystemClock()) == migration_names()
    assert indexes(database) == before


def test_a_dead_database_is_said_to_be_dead() -> None:
    gone = Database("mongodb://127.0.0.1:1/none?serverSelectionTimeoutMS=100").connect()
    try:
        assert not gone.is_alive()
    finally:
        gone.client.close()


def test_an_unconnected_database_says_so() -> None:
    with pytest.raises(RuntimeError, match="not connected"):
        Database("mongodb://127.0.0.1:1/none").collection("x")


def indexes(database: Database) -> dict[str, list[str]]:
    names = sorted(database.database.list_collection_names())
    return {name: sorted(database.collection(name).index_information()) for name in names}


def test_the_clock_keeps_what_bson_keeps() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs((datetime.now(UTC) - now).total_seconds()) < 5
