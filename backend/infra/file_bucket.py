"""One GridFS bucket, written in an order by which nothing that was cut off stays behind for ever.

GridFS writes chunks first and the file's record last, in no transaction. So before a file is written or deleted, a note
with its id goes into ``file_uploads``, and away afterwards; what a process left in between is found by its note.
A complete file bears ``metadata.loose_since`` until a sweep has seen that a record of ours names it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from gridfs import GridFSBucket
from gridfs.errors import NoFile

from backend.infra.mongo import Database, Document
from shared_models.clock import Clock
from shared_models.errors import NotFound

UPLOADS: Final = "file_uploads"
LOOSE_FOR: Final = timedelta(days=1)
"""How long a file may stand alone: far longer than any request or retry that is about to name it."""

_LOOSE: Final = "metadata.loose_since"


class FileBucket:
    """Files ``{_id, filename, metadata}`` of one bucket; a file is never changed."""

    def __init__(self, database: Database, clock: Clock, name: str = "fs") -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._name: Final = name
        self._files: Final = f"{name}.files"
        self._chunks: Final = f"{name}.chunks"

    def write(self, file_id: str, filename: str, content: bytes, metadata: Mapping[str, Any]) -> None:
        """Stores a file outside any transaction; a record of ours has to name it within `LOOSE_FOR`."""
        now = self._clock.now()
        self._note(file_id, now)
        self._bucket().upload_from_stream_with_id(file_id, filename, content, metadata={**metadata, "loose_since": now})
        self._forget(file_id)

    def known(self, filename: str) -> str | None:
        """The id of a file of this name, which no sweep takes away for another `LOOSE_FOR`; None if there is none."""
        kept = {"$set": {_LOOSE: self._clock.now()}}
        found = self._database.collection(self._files).find_one_and_update({"filename": filename}, kept)
        return str(found["_id"]) if found else None

    def read(self, file_id: str) -> tuple[bytes, Document]:
        """The bytes of a file and its metadata.

        Raises:
            NotFound: ``file.unknown``.
        """
        try:
            stream = self._bucket().open_download_stream(file_id)
            return stream.read(), dict(stream.metadata or {})
        except NoFile as missing:
            raise NotFound("file.unknown") from missing

    def delete(self, file_id: str) -> None:
        """Deletes a file with its chunks; of one that is gone already, whatever chunks are left."""
        self._note(file_id, self._clock.now())
        self._database.collection(self._files).delete_one({"_id": file_id})
        self._delete_chunks(file_id)

    def expired(self, now: datetime) -> list[str]:
        """The ids of files whose ``metadata.expires_at`` has come."""
        over = {"metadata.expires_at": {"$lte": now}}
        return [row["_id"] for row in self._database.collection(self._files).find(over, {"_id": 1})]

    def sweep(self, is_named: Callable[[Document], bool]) -> int:
        """Deletes what was cut off or is named by nobody, once it is older than `LOOSE_FOR`; how many files that were.

        ``is_named`` gets ``{_id, filename}`` and asks the records that could name the file.
        """
        border = self._clock.now() - LOOSE_FOR
        return self._sweep_notes(border) + self._sweep_loose(border, is_named)

    def _sweep_notes(self, border: datetime) -> int:
        swept = 0
        noted = {"bucket": self._name, "at": {"$lte": border}}
        for note in self._database.collection(UPLOADS).find(noted):
            file_id = note["file_id"]
            if self._database.collection(self._files).find_one({"_id": file_id}, {"_id": 1}) is None:
                swept += bool(self._delete_chunks(file_id))
            self._forget(file_id)
        return swept

    def _sweep_loose(self, border: datetime, is_named: Callable[[Document], bool]) -> int:
        swept = 0
        files = self._database.collection(self._files)
        loose = {_LOOSE: {"$lte": border}}
        for file in list(files.find(loose, {"filename": 1})):
            # Both changes are refused once `known` has given the file out again.
            one = {"_id": file["_id"], **loose}
            if is_named(file):
                files.update_one(one, {"$unset": {_LOOSE: 1}})
                continue
            self._note(file["_id"], self._clock.now())
            if files.delete_one(one).deleted_count:
                self._delete_chunks(file["_id"])
                swept += 1
            else:
                self._forget(file["_id"])
        return swept

    def _delete_chunks(self, file_id: str) -> int:
        deleted = self._database.collection(self._chunks).delete_many({"files_id": file_id}).deleted_count
        self._forget(file_id)
        return deleted

    def _note(self, file_id: str, now: datetime) -> None:
        note = {"bucket": self._name, "file_id": file_id, "at": now}
        self._database.collection(UPLOADS).replace_one({"_id": self._note_id(file_id)}, note, upsert=True)

    def _forget(self, file_id: str) -> None:
        self._database.collection(UPLOADS).delete_one({"_id": self._note_id(file_id)})

    def _note_id(self, file_id: str) -> str:
        return f"{self._name}:{file_id}"

    def _bucket(self) -> GridFSBucket:
        return GridFSBucket(self._database.database, bucket_name=self._name)
