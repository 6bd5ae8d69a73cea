"""Files that are handed in: in pieces, from where the network broke, and opened in earnest before they count."""

import hashlib
import json
from datetime import timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from backend.dossiers.documents import PIECES, UPLOADS
from backend.dossiers.ports import DossierPorts
from backend.infra.confined import Bounds, run_confined
from backend.infra.mongo import Document, Session
from shared_models.access import Actor, Scope
from shared_models.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from shared_models.procedure_terms import MOST_BYTES

KEPT_FOR: Final = timedelta(days=7)
"""How long a draft on a phone may wait to be sent with its files."""

UPLOADS_OF_HOUR: Final = 120
MOST_PIECE: Final = 1024 * 1024
OPENING: Final = Bounds(memory=1024**3, cpu_s=10, wall_s=20)
_OPENER: Final = "backend.dossiers.file_opening"


class Uploads:
    def __init__(self, ports: DossierPorts) -> None:
        self._ports: Final = ports

    def begin(self, actor: Actor, ask: dict[str, Any]) -> tuple[Document, bool]:
        """Announces a file: ``{id, name, size, sha256}``. The same again gives where it stands, and False.

        Raises:
            Forbidden: ``access.scope_missing``.
            Conflict: ``upload.id_reused``.
            Invalid: ``file.too_large``.
            RateLimited: ``upload.too_many``.
        """
        _require(actor)
        uploads = self._ports.database.collection(UPLOADS)
        known = uploads.find_one({"_id": ask["id"]})
        if known is None:
            if ask["size"] > MOST_BYTES:
                raise Invalid("file.too_large", {"size": ["file.too_large"]}, most=MOST_BYTES)
            self._ports.identity.count_of_hour(UPLOADS_OF_HOUR, "upload.too_many", "upload", actor.id)
            made = {
                "_id": ask["id"],
                "owner_id": actor.id,
                "name": ask["name"],
                "size": ask["size"],
                "sha256": ask["sha256"],
                "offset": 0,
                "state": "open",
                "media_type": None,
                "code": None,
                "file_id": None,
                "expires_at": self._ports.clock.now() + KEPT_FOR,
            }
            try:
                uploads.insert_one(made)
            except DuplicateKeyError:
                return self.begin(actor, ask)
            return made, True
        if known["owner_id"] != actor.id or any(known[name] != ask[name] for name in ("name", "size", "sha256")):
            raise Conflict("upload.id_reused")
        return known, False

    def read(self, actor: Actor, upload_id: str) -> Document:
        """Where one of the actor's own uploads stands.

        Raises:
            NotFound: ``upload.unknown``, also for somebody else's.
        """
        _require(actor)
        found = self._ports.database.collection(UPLOADS).find_one({"_id": upload_id, "owner_id": actor.id})
        if found is None:
            raise NotFound("upload.unknown")
        return found

    def append(self, actor: Actor, upload_id: str, offset: int, piece: bytes) -> Document:
        """Adds a piece at ``offset``; the last one makes the file be checked. A piece that came before changes nothing.

        What is wrong with a complete file is not an error of this request: it stands in ``state`` and ``code``.

        Raises:
            NotFound: ``upload.unknown``.
            Conflict: ``upload.offset`` with where it stands (``offset``).
            TooLarge: ``upload.piece_too_large``. Invalid: ``file.too_large``: more than was announced.
        """
        upload = self.read(actor, upload_id)
        if len(piece) > MOST_PIECE:
            raise TooLarge("upload.piece_too_large", most=MOST_PIECE)
        if upload["state"] != "open" or self._came_before(upload, offset, piece):
            return self._finish(upload)
        if offset != upload["offset"]:
            raise Conflict("upload.offset", offset=upload["offset"])
        if offset + len(piece) > upload["size"]:
            raise Invalid("file.too_large", most=upload["size"])
        if piece:
            upload = self._ports.database.transaction(lambda session: self._store(upload, piece, session))
        return self._finish(upload)

    def usable(self, actor: Actor, upload_id: str, session: Session | None = None) -> Document:
        """A checked upload of the actor's.

        Raises:
            NotFound: ``upload.unknown``. Conflict: ``upload.unfinished``. Invalid: why it was refused.
        """
        found = self._ports.database.collection(UPLOADS).find_one(
            {"_id": upload_id, "owner_id": actor.id}, session=session
        )
        if found is None:
            raise NotFound("upload.unknown")
        if found["state"] == "open":
            raise Conflict("upload.unfinished")
        if found["code"] is not None:
            raise Invalid(str(found["code"]))
        return found

    def clean(self) -> int:
        """Forgets uploads whose time is over; how many. Their files go by `sweep` unless a dossier names them."""
        uploads, now = self._ports.database.collection(UPLOADS), self._ports.clock.now()
        count = 0
        for state in ("open", "checked", "refused"):
            for upload in uploads.find({"state": state, "expires_at": {"$lte": now}}):
                self._ports.database.collection(PIECES).delete_many({"upload_id": upload["_id"]})
                if upload["file_id"] is not None:
                    self._ports.files.loosen(upload["sha256"])
                count += uploads.delete_one({"_id": upload["_id"]}).deleted_count
        return count

    def _came_before(self, upload: Document, offset: int, piece: bytes) -> bool:
        if offset >= upload["offset"]:
            return False
        stored = self._ports.database.collection(PIECES).find_one({"_id": f"{upload['_id']}:{offset}"})
        return stored is not None and bytes(stored["content"]) == piece

    def _store(self, upload: Document, piece: bytes, session: Session) -> Document:
        offset = upload["offset"]
        end = offset + len(piece)
        here = {"_id": upload["_id"], "state": "open", "offset": offset}
        moved = self._ports.database.collection(UPLOADS).update_one(here, {"$set": {"offset": end}}, session=session)
        if not moved.matched_count:
            raise Conflict("upload.offset", offset=end)
        stored = {
            "_id": f"{upload['_id']}:{offset}",
            "upload_id": upload["_id"],
            "offset": offset,
            "content": piece,
        }
        self._ports.database.collection(PIECES).insert_one(stored, session=session)
        return {**upload, "offset": end}

    def _finish(self, upload: Document) -> Document:
        """Checks a file that is complete; also one whose check was cut off, when its last piece comes again."""
        if upload["state"] != "open" or upload["offset"] < upload["size"]:
            return upload
        database = self._ports.database
        pieces = database.collection(PIECES).find({"upload_id": upload["_id"]}).sort("offset", 1)
        content = b"".join(bytes(piece["content"]) for piece in pieces)
        if len(content) != upload["size"]:
            # another request has finished it and taken the pieces away
            return database.collection(UPLOADS).find_one({"_id": upload["_id"]}) or upload
        media_type, code = _examine(content, upload["sha256"])
        found: Document = {"state": "refused", "media_type": media_type, "code": code}
        if code is None and media_type is not None:
            file_id = self._ports.files.put(content, upload["sha256"], media_type)
            found = {"state": "checked", "media_type": media_type, "file_id": file_id}
        database.collection(UPLOADS).update_one({"_id": upload["_id"], "state": "open"}, {"$set": found})
        database.collection(PIECES).delete_many({"upload_id": upload["_id"]})
        return {**upload, **found}


def _examine(content: bytes, sha256: str) -> tuple[str | None, str | None]:
    """Type by content, and the code of what is wrong. A file that breaks the bounds of its opener is a bomb."""
    if hashlib.sha256(content).hexdigest() != sha256:
        return None, "file.hash_mismatch"
    said = run_confined(_OPENER, content, OPENING)
    if said is None:
        return None, "file.bomb"
    found = json.loads(said)
    if found["media_type"] is None:
        return None, "file.type_not_allowed"
    return found["media_type"], found["code"]


def _require(actor: Actor) -> None:
    """Citizens hand in their own, officers what lies on the counter."""
    if not {Scope.DOSSIERS, Scope.DOSSIERS_RECEIVE} & actor.scopes:
        raise Forbidden("access.scope_missing", scope=Scope.DOSSIERS.value)
