"""Things that count once: DPoP proofs, client assertions, sign-in states. Kept until they could not be used anyway."""

import hashlib
from datetime import datetime
from typing import Final

from pymongo.errors import DuplicateKeyError

from backend.infra.mongo import Database


class OneTime:
    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def spend(self, kind: str, *parts: str, until: datetime) -> bool:
        """Whether ``kind`` and ``parts`` are seen for the first time; from now on, and until then, they are not."""
        key = hashlib.sha256("\x00".join((kind, *parts)).encode()).hexdigest()
        try:
            self._database.collection("dpop_proofs").insert_one({"_id": key, "expires_at": until})
        except DuplicateKeyError:
            return False
        return True
