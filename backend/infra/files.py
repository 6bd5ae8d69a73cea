"""Files in GridFS, found again by their SHA-256. A file is never changed: other bytes are another file."""

import hashlib
from typing import Final

from gridfs import GridFSBucket
from gridfs.errors import NoFile

from backend.infra.mongo import Database
from backend.infra.system import Ids
from shared_models.errors import Invalid, NotFound


class Files:
    def __init__(self, database: Database, ids: Ids) -> None:
        self._database: Final = database
        self._ids: Final = ids

    def put(self, content: bytes, sha256: str, content_type: str) -> str:
        """Stores bytes and returns their file id; the same bytes give the id they already have.

        Runs outside any transaction (GridFS writes many chunks): store first, then commit the document that names it.

        Raises:
            Invalid: ``file.hash_mismatch`` when ``sha256`` (lower-case hex) is not that of ``content``.
        """
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Invalid("file.hash_mismatch")
        known = self._database.collection("fs.files").find_one({"filename": sha256}, {"_id": 1})
        if known is not None:
            return str(known["_id"])
        file_id = f"fil_{self._ids.random(16).hex()}"
        self._bucket().upload_from_stream_with_id(
            file_id,
            sha256,
            content,
            metadata={"content_type": content_type},
        )
        return file_id

    def open(self, file_id: str) -> tuple[bytes, str]:
        """The bytes of a file and their content type.

        Raises:
            NotFound: ``file.unknown``.
        """
        try:
            stream = self._bucket().open_download_stream(file_id)
            return stream.read(), str((stream.metadata or {}).get("content_type", "application/octet-stream"))
        except NoFile as missing:
            raise NotFound("file.unknown") from missing

    def _bucket(self) -> GridFSBucket:
        return GridFSBucket(self._database.database)
