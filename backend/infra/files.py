"""Files in GridFS, found again by their SHA-256. A file is never changed: other bytes are another file."""

import hashlib
from collections.abc import Callable
from typing import Final

from backend.infra.file_bucket import FileBucket
from backend.infra.mongo import Database, Document
from backend.infra.system import Ids
from shared_models.clock import Clock
from shared_models.errors import Invalid


class Files:
    def __init__(self, database: Database, clock: Clock, ids: Ids, bucket: str = "fs") -> None:
        self._bucket: Final = FileBucket(database, clock, bucket)
        self._ids: Final = ids

    def put(self, content: bytes, sha256: str, content_type: str) -> str:
        """Stores bytes and returns their file id; the same bytes give the id they already have.

        Runs outside any transaction (GridFS writes many chunks): store first, then commit the document that names it.
        One that no document names a day later is deleted by `sweep`.

        Raises:
            Invalid: ``file.hash_mismatch`` when ``sha256`` (lower-case hex) is not that of ``content``.
        """
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Invalid("file.hash_mismatch")
        known = self._bucket.known(sha256)
        if known is not None:
            return known
        file_id = f"fil_{self._ids.random(16).hex()}"
        self._bucket.write(file_id, sha256, content, {"content_type": content_type})
        return file_id

    def loosen(self, sha256: str) -> None:
        """Says that one who named this file names it no more: a sweep takes it a day later, unless others do."""
        self._bucket.known(sha256)

    def open(self, file_id: str) -> tuple[bytes, str]:
        """The bytes of a file and their content type.

        Raises:
            NotFound: ``file.unknown``.
        """
        content, metadata = self._bucket.read(file_id)
        return content, str(metadata.get("content_type", "application/octet-stream"))

    def sweep(self, is_named: Callable[[Document], bool]) -> int:
        """As `FileBucket.sweep`; ``filename`` is the SHA-256."""
        return self._bucket.sweep(is_named)
