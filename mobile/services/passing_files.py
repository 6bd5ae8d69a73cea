"""Papers of somebody who is present: they pass through the page's memory on their way to the server, and no further."""

from base64 import urlsafe_b64decode

from mobile.services.api_client import RandomBytes
from mobile.services.drafts import picked
from mobile.services.web import Json, Web
from mobile.state.draft import PickedFile
from shared_models.errors import NotFound
from shared_models.ids import RANDOM_BYTES, new_id


class PassingFiles:
    """`file.pick` with `passing`: nothing of a file is written to the machine; it is gone when the page closes."""

    def __init__(self, web: Web, random_bytes: RandomBytes) -> None:
        self._web = web
        self._random = random_bytes

    async def pick(self, component: Json, *, photo: bool) -> PickedFile | None:
        """Let the officer choose or photograph a paper; None when none was chosen. Raises DomainError `file.*`."""
        file_id = new_id("upl", self._random(RANDOM_BYTES))
        wish = {
            "id": file_id,
            "accepts": component["accepts"],
            "max_bytes": component["max_bytes"],
            "photo": photo,
            "passing": True,
        }
        found = await self._web.call("file.pick", wish)
        return picked(file_id, found) if found else None

    async def piece(self, file: PickedFile, number: int) -> bytes:
        """One piece of a file. Raises NotFound `file.lost`."""
        held = await self._web.call("file.piece", {"id": file.id, "at": number})
        if held is None:
            raise NotFound("file.lost")
        return urlsafe_b64decode(held["b64"] + "=" * (-len(held["b64"]) % 4))

    async def forget(self, file: PickedFile | None = None) -> None:
        """One of them, or all."""
        await self._web.call("file.forget", {"id": file.id} if file else {})
