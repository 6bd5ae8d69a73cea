"""The counter's side of the API: for somebody who is present. Personal ids go in bodies, never into an address."""

from mobile.services.api_client import ApiClient
from mobile.services.desk import Desk
from mobile.services.web import Json
from shared_models.errors import DomainError


class Counter:
    """What the desk has no need of. Raises DomainError, as every call does."""

    def __init__(self, api: ApiClient, desk: Desk) -> None:
        self._api = api
        self._desk = desk

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
            answer = await self._desk.dossier(request["id"])
        return answer

    async def look_up_anywhere(self, code: str) -> Json:
        """What anybody with the code may know of a dossier of another agency."""
        answer: Json = await self._api.call("POST", "/dossier-lookups", {"code": code}, repeatable=True)
        return answer

    async def slip(self, dossier_id: str, number: str) -> bytes:
        return await self._api.download(f"/desk/dossiers/{dossier_id}/slips/{number}.pdf")
