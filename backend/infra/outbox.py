"""The backend's side of the outbox (docs/architecture.md, section 5): messages commit with the change they tell of."""

from collections.abc import Sequence
from typing import Final

from backend.infra.mongo import Database, Session
from shared_models.outbox import OUTBOX, OutboxMessage


class Outbox:
    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def put(self, messages: Sequence[OutboxMessage], session: Session) -> None:
        """Writes messages, ready to be claimed, in the caller's transaction. None is fine.

        A message's id is ``<event id>:<subscription id>``; writing one twice is a fault of the caller and aborts.
        """
        if messages:
            documents = [message.to_document() for message in messages]
            self._database.collection(OUTBOX).insert_many(documents, session=session)
