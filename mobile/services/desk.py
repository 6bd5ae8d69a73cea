"""The officers' side of the API. Nothing of it is ever written to the machine: answers live in memory only."""

from typing import Any
from urllib.parse import urlencode

from mobile.services.api_client import ApiClient
from mobile.services.web import Json


class Desk:
    """Raises DomainError, as every call does."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    async def queue(self, view: str, limit: int, cursor: str | None = None) -> tuple[list[Json], str | None]:
        """One page of a view by due date (at most 100 lines), and where the next begins."""
        asked = {"view": view, "limit": limit, **({"cursor": cursor} if cursor else {})}
        answer = await self._api.call("GET", f"/desk/dossiers?{urlencode(asked)}")
        return answer["items"], answer["next_cursor"]

    async def search(self, **by: str) -> list[Json]:
        """By `code` or by `name`; every owner found can read that somebody looked."""
        answer = await self._api.call("GET", f"/desk/dossiers/search?{urlencode(by)}")
        found: list[Json] = answer["items"]
        return found

    async def dossier(self, dossier_id: str) -> Json:
        """A whole dossier with `may`; its owner can read that it was opened."""
        answer: Json = await self._api.call("GET", f"/desk/dossiers/{dossier_id}")
        return answer

    async def act(self, dossier_id: str, body: Json) -> Json:
        """One of the desk's actions; its id makes a second try harmless. Returns the dossier as it is then."""
        path = f"/desk/dossiers/{dossier_id}/actions"
        answer: Json = await self._api.call("POST", path, body, repeatable=True)
        return answer

    async def colleagues(self) -> list[dict[str, Any]]:
        """`{id, name, duties}` of those whom a dossier can be given to."""
        answer = await self._api.call("GET", "/desk/colleagues")
        people: list[dict[str, Any]] = answer["items"]
        return people
