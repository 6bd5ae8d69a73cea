"""Files on their way to the server, in pieces; a cut line or a restart costs one piece."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from mobile.services.api_client import ApiClient
from mobile.services.web import Json
from mobile.state.draft import PickedFile
from shared_models.errors import Conflict, DomainError, Upstream

Progress = Callable[[int], None]
# More disagreements about the place than this are no mere lost answers.
MOST_CORRECTIONS = 5


class Pieces(Protocol):
    """Where the bytes of a chosen file lie."""

    async def piece(self, file: PickedFile, number: int) -> bytes:
        """Raises NotFound `file.lost`."""
        ...


class Uploads:
    """`POST /uploads`, then `PATCH /uploads/<id>?offset=n` from where the server stands (docs/dossiers.md, 4)."""

    def __init__(self, api: ApiClient, pieces: Pieces) -> None:
        self._api = api
        self._pieces = pieces

    async def send(self, file: PickedFile, progress: Progress) -> PickedFile:
        """Bring a file to the server; returns it checked, or refused with the reason.

        A file that is there already costs one request. Raises DomainError when it is not known how it went.
        """
        answer = await self._open(file)
        corrections = 0
        while answer["state"] == "open":
            offset = int(answer["offset"])
            progress(offset)
            try:
                answer = await self._patch(file, offset)
            except Conflict as error:
                corrections += 1
                if error.code != "upload.offset" or corrections > MOST_CORRECTIONS:
                    raise
                answer = {"state": "open", "offset": error.params["offset"]}
                continue
            except DomainError as error:
                if not error.code.startswith("file."):
                    raise
                return replace(file, state="refused", code=error.code)
            if answer["state"] == "open" and int(answer["offset"]) <= offset:
                raise Upstream("upload.stuck", transient=True)
        progress(file.size)
        if answer["state"] == "refused":
            return replace(file, state="refused", code=answer.get("code") or "file.damaged")
        return replace(file, state="checked", code=None)

    async def _open(self, file: PickedFile) -> Json:
        body = {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
        try:
            answer: Json = await self._api.call("POST", "/uploads", body, repeatable=True)
        except DomainError as error:
            if not error.code.startswith("file."):
                raise
            return {"state": "refused", "code": error.code}
        return answer

    async def _patch(self, file: PickedFile, offset: int) -> Json:
        number, skipped = divmod(offset, file.piece_bytes)
        piece = (await self._pieces.piece(file, number))[skipped:]
        path = f"/uploads/{file.id}?offset={offset}"
        # The place is part of the request, so a second try of the same piece is refused with the right one.
        answer: Json = await self._api.call("PATCH", path, piece, repeatable=True)
        return answer
