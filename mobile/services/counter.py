"""The counter's side of the API: for somebody who is present. Personal ids go in bodies, never into an address."""

from urllib.parse import quote, urlencode

from mobile.services.api_client import BASE, ApiClient
from mobile.services.web import Json
from shared_models.errors import DomainError

MOST, MOST_PAGES = 100, 20


class Counter:
    """Raises DomainError, as every call does."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    async def prepare(self, code: str, owner: Json, agency: str | None) -> Json:
        """What the city knows of a person for a procedure, and where it would go; the person can read who asked."""
        body = {"procedure_code": code, "owner": owner, **({"receiving_agency": agency} if agency else {})}
        answer: Json = await self._api.call("POST", "/desk/dossiers/preparations", body, repeatable=True)
        return answer

    async def submit(self, request: Json) -> Json:
        """File it; its id makes a second try harmless.

        When an earlier try with other content arrived after all (`dossier.id_reused`), that one is the answer.
        """
        try:
            answer: Json = await self._api.call("POST", "/desk/dossiers", request, repeatable=True)
        except DomainError as error:
            if error.code != "dossier.id_reused":
                raise
            answer = await self._api.call("GET", f"/desk/dossiers/{request['id']}")
        return answer

    async def act(self, dossier_id: str, body: Json) -> Json:
        """`accept`, `record_payment` or `return_result`; the dossier as it is then."""
        path = f"/desk/dossiers/{dossier_id}/actions"
        answer: Json = await self._api.call("POST", path, body, repeatable=True)
        return answer

    async def today(self) -> list[Json]:
        """What this counter received today: cards of the desk."""
        answer = await self._api.call("GET", f"/desk/dossiers?{urlencode({'view': 'counter', 'limit': MOST})}")
        items: list[Json] = answer["items"]
        return items

    async def receives(self, agency: str) -> frozenset[str]:
        """Codes of the procedures that an agency, or `commune` for any of these, takes in."""
        codes: set[str] = set()
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            asked = {"agency": agency, "limit": MOST, **({"cursor": cursor} if cursor else {})}
            answer = await self._api.public(f"{BASE}/procedures?{urlencode(asked)}")
            codes |= {card["code"] for card in answer["items"]}
            cursor = answer.get("next_cursor")
            if cursor is None:
                break
        return frozenset(codes)

    async def look_up(self, code: str) -> Json | None:
        """A dossier of one's own desk by its code; its owner can read that somebody looked."""
        answer = await self._api.call("GET", f"/desk/dossiers/search?code={quote(code)}")
        return next(iter(answer["items"]), None)

    async def look_up_anywhere(self, code: str) -> Json:
        """What anybody with the code may know of a dossier of another agency."""
        answer: Json = await self._api.call("POST", "/dossier-lookups", {"code": code}, repeatable=True)
        return answer

    async def slip(self, dossier_id: str, number: str) -> bytes:
        return await self._api.download(f"/desk/dossiers/{dossier_id}/slips/{number}.pdf")
