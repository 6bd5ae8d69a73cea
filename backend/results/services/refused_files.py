"""The files of refused deliveries: in a GridFS bucket of their own, so that deleting one can never touch a result's."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

from backend.infra.file_bucket import FileBucket
from backend.infra.mongo import Database, Document
from backend.infra.system import Ids
from shared_models.clock import Clock

BUCKET: Final = "refused"


class RefusedFiles:
    """A file belongs to one entry and has its SHA-256 for a name; it knows itself when its time is over."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        self._bucket: Final = FileBucket(database, clock, BUCKET)
        self._ids: Final = ids

    def put(self, content: bytes, expires_at: datetime) -> str:
        """Stores a file outside any transaction; its id. One that no entry names goes after a day."""
        file_id = f"fil_{self._ids.random(16).hex()}"
        self._bucket.write(file_id, hashlib.sha256(content).hexdigest(), content, {"expires_at": expires_at})
        return file_id

    def read(self, file_id: str) -> bytes:
        """Raises ``NotFound("file.unknown")``."""
        return self._bucket.read(file_id)[0]

    def delete(self, file_id: str) -> None:
        """As `FileBucket.delete`."""
        self._bucket.delete(file_id)

    def delete_expired(self, now: datetime) -> int:
        """Deletes every file whose time is over; how many there were."""
        expired = self._bucket.expired(now)
        for file_id in expired:
            self._bucket.delete(file_id)
        return len(expired)

    def sweep(self, is_named: Callable[[Document], bool]) -> int:
        """As `FileBucket.sweep`."""
        return self._bucket.sweep(is_named)
