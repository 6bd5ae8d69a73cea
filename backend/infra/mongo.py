"""The database: one client, one transaction function (mongodb.md: the same code on the embedded server and a cluster).

mongoengine gives the documents' fields and validation and shares this client under its default alias; it has no notion
of a session, so inside `Database.transaction` only `Database.collection(...)` is used, never ``Document.save()``.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import mongoengine.connection as mongoengine_connection
import pymongo
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database as PyMongoDatabase
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

Document = dict[str, Any]
"""A BSON document as a plain dict; times are aware and in UTC."""

Session = ClientSession

_T = TypeVar("_T")
_DEFAULT_NAME: Final = "congdan"
_DURABLE: Final = WriteConcern("majority", j=True)
_DECIDED: Final = ReadConcern("majority")
_SELECTION_TIMEOUT_MS: Final = 5_000

_TRANSACTION_S: Final = 15.0
"""Longest time for a transaction with all its repetitions: a new primary is elected within it, and whoever waits for
the answer is still there. PyMongo by itself would hold the thread for two minutes."""

_PROBE_S: Final = 3.0

_CANNOT_WORK: Final = frozenset({1, 50, 64, 91, 189, 251, 10107, 11600, 11602, 13435, 13436, 14031})
"""Codes with which a server says that the fault is not the command's: an internal error (so the embedded server tells
of a full disk), time limits, a shutdown or a new primary, a transaction that a restart ended, no room on the disk
(https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml)."""


class Database:
    """A connection to one MongoDB database. Does nothing until `connect`."""

    def __init__(self, uri: str, name: str | None = None, *, answer_within_s: float | None = None) -> None:
        self._uri: Final = uri
        self._name: Final = name
        # None: for whoever builds indexes and waits as long as it takes.
        self._socket_timeout_ms: Final = None if answer_within_s is None else int(answer_within_s * 1000)
        self._client: MongoClient[Document] | None = None

    def connect(self) -> "Database":
        """Opens the client (lazily: the server may still be starting) and lends it to mongoengine. Returns itself."""
        if self._client is None:
            self._client = MongoClient(
                self._uri,
                tz_aware=True,
                uuidRepresentation="standard",
                serverSelectionTimeoutMS=_SELECTION_TIMEOUT_MS,
                socketTimeoutMS=self._socket_timeout_ms,
                retryWrites=True,
                retryReads=True,
                appname="congdan",
            )
            _lend_to_mongoengine(self._client, self.database.name)
        return self

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    @property
    def client(self) -> MongoClient[Document]:
        if self._client is None:
            raise RuntimeError("the database is not connected")
        return self._client

    @property
    def database(self) -> PyMongoDatabase[Document]:
        name = self._name or self.client.get_default_database(_DEFAULT_NAME).name
        return self.client.get_database(name, write_concern=_DURABLE, read_concern=_DECIDED)

    def collection(self, name: str) -> Collection[Document]:
        """A collection that acknowledges only durable writes (majority, journal) and reads only decided ones."""
        return self.database[name]

    def transaction(self, work: Callable[[Session], _T]) -> _T:
        """Runs ``work(session)`` in a transaction and returns its value once it is durable.

        ``work`` may run more than once (a write conflict, a new primary), so it changes nothing but the database, and
        passes ``session`` to every call. What it raises aborts the transaction and is raised here.

        Raises:
            PyMongoError: the database is away for longer than `_TRANSACTION_S`. Whether the transaction was committed
                is then not known: the caller's ids make doing it again harmless.
        """
        with pymongo.timeout(_TRANSACTION_S), self.client.start_session() as session:
            return session.with_transaction(
                work,
                read_concern=_DECIDED,
                write_concern=_DURABLE,
                read_preference=ReadPreference.PRIMARY,
            )

    def is_alive(self) -> bool:
        """Whether the server can read what it stores. After a full disk one may answer pings and nothing else."""
        try:
            with pymongo.timeout(_PROBE_S):
                self.collection("migrations").find_one({}, {"_id": 1})
        except PyMongoError:
            return False
        return True

    def time(self) -> datetime:
        """The server's clock, aware, in UTC."""
        with pymongo.timeout(_PROBE_S):
            moment: datetime = self.client.admin.command("hello")["localTime"]
        return moment.replace(tzinfo=UTC)


def is_unavailable(fault: PyMongoError) -> bool:
    """Whether the database cannot be reached or cannot work now, so that the same request may succeed later."""
    if isinstance(fault, ConnectionFailure) or fault.timeout:
        return True
    if fault.has_error_label("TransientTransactionError") or fault.has_error_label("RetryableWriteError"):
        return True
    if not isinstance(fault, OperationFailure):
        return False
    codes = {error.get("code") for error in (fault.details or {}).get("writeErrors", ())}
    return bool(_CANNOT_WORK & {fault.code, *codes})


class _Lent:
    """The client as mongoengine sees it: `disconnect` closes what it holds, and must not close what it was lent."""

    def __init__(self, client: MongoClient[Document]) -> None:
        self._client: Final = client

    def __getitem__(self, name: str) -> PyMongoDatabase[Document]:
        return self._client.get_database(name, write_concern=_DURABLE, read_concern=_DECIDED)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def close(self) -> None:
        """Whoever lent the client closes it."""


def _lend_to_mongoengine(client: MongoClient[Document], name: str) -> None:
    mongoengine_connection.disconnect()
    mongoengine_connection.register_connection(
        mongoengine_connection.DEFAULT_CONNECTION_NAME,
        db=name,
        host="mongodb://shared",
        uuidRepresentation="standard",
        mongo_client_class=lambda **_settings: _Lent(client),
    )
