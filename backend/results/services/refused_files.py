"""The files of refused deliveries: in a GridFS bucket of their own, so that deleting one can never touch a result's."""

import hashlib
from datetime import datetime
from typing import Final

from gridfs import GridFSBucket
from gridfs.errors import NoFile

from backend.infra.mongo import Database
from backend.infra.system import Ids
from shared_models.errors import NotFound

BUCKET: Final = "refused"


class RefusedFiles:
    """A file belongs to one entry and has its SHA-256 for a name; it knows itself when its time is over."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database: Final = database
        self._ids: Final = ids

    def put(self, content: bytes, expires_at: datetime) -> str:
        """Stores a file outside any transaction; its id. One that no entry names any more goes at ``expires_at``."""
        file_id = f"fil_{self._ids.random(16).hex()}"
        sha256 = hashlib.sha256(content).hexdigest()
        self._bucket().upload_from_stream_with_id(file_id, sha256, content, metadata={"expires_at": expires_at})
        return file_id

    def read(self, file_id: str) -> bytes:
        """Raises ``NotFound("file.unknown")``."""
        try:
            return self._bucket().open_download_stream(file_id).read()
        except NoFile as missing:
            raise NotFound("file.unknown") from missing

    def delete(self, file_id: str) -> None:
        """Deletes a file with its chunks; of one that is gone already, whatever chunks are left."""
        try:
            self._bucket().delete(file_id)
        except NoFile:
            return

    def delete_expired(self, now: datetime) -> int:
        """Deletes every file whose time is over; how many there were."""
        files = self._database.collection(f"{BUCKET}.files")
        expired = [row["_id"] for row in files.find({"metadata.expires_at": {"$lte": now}}, {"_id": 1})]
        for file_id in expired:
            self.delete(file_id)
        return len(expired)

    def _bucket(self) -> GridFSBucket:
        return GridFSBucket(self._database.database, bucket_name=BUCKET)
