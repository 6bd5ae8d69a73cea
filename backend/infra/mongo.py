"""The database: one client, one transaction function (mongodb.md: the same code on the embedded server and a cluster).

mongoengine gives the documents' fields and validation and shares this client under its default alias; it has no notion
of a session, so inside `Database.transaction` only `Database.collection(...)` is used, never ``Document.save()``.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import mongoengine.connection as mongoengine_connection
from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database as PyMongoDatabase
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

Document = dict[str, Any]
"""A BSON document as a plain dict; times are aware and in UTC."""

Session = ClientSession

_T = TypeVar("_T")
_DEFAULT_NAME: Final = "congdan"
_DURABLE: Final = WriteConcern("majority", j=True)
_DECIDED: Final = ReadConcern("majority")
_SELECTION_TIMEOUT_MS: Final = 5_000


class Database:
    """A connection to one MongoDB database. Does nothing until `connect`."""

    def __init__(self, uri: str, name: str | None = None) -> None:
        self._uri: Final = uri
        self._name: Final = name
        self._client: MongoClient[Document] | None = None

    def connect(self) -> "Database":
        """Opens the client (lazily: the server may still be starting) and lends it to mongoengine. Returns itself."""
        if self._client is None:
            self._client = MongoClient(
                self._uri,
                tz_aware=True,
                uuidRepresentation="standard",
                serverSelectionTimeoutMS=_SELECTION_TIMEOUT_MS,
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
        """
        with self.client.start_session() as session:
            return session.with_transaction(
                work,
                read_concern=_DECIDED,
                write_concern=_DURABLE,
                read_preference=ReadPreference.PRIMARY,
            )

    def is_alive(self) -> bool:
        """Whether the server answers a ping."""
        try:
            self.client.admin.command("ping")
        except PyMongoError:
            return False
        return True


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
