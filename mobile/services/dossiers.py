"""The citizen's dossiers: the list and the pages that were read stay in the vault."""

from typing import Any
from urllib.parse import urlencode

from mobile.services.api_client import ApiClient, RandomBytes
from mobile.services.web import Json, Web
from mobile.state.dossiers import Dossier
from shared_models.clock import Clock, to_wire
from shared_models.errors import DomainError, Upstream
from shared_models.ids import RANDOM_BYTES, new_id

LIST, PAGE = "dossiers", "dossier/"
MOST_PAGES = 20


class Dossiers:
    """Vault keys `dossiers` (`{items, synced_at}`) and `dossier/<id>`."""

    def __init__(self, web: Web, api: ApiClient, clock: Clock, random_bytes: RandomBytes) -> None:
        self._web = web
        self._api = api
        self._clock = clock
        self._random = random_bytes

    async def load(self) -> tuple[list[Dossier], str | None]:
        """What the vault has, with when it was brought up to date (RFC 3339)."""
        stored = await self._web.vault_get(LIST) or {"items": [], "synced_at": None}
        return [Dossier.from_json(item) for item in stored["items"]], stored["synced_at"]

    async def refresh(self) -> None:
        """Fetch the list and keep it. Raises DomainError."""
        items: list[Json] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
            answer = await self._api.call("GET", f"/dossiers{query}")
            items += answer["items"]
            cursor = answer.get("next_cursor")
            if cursor is None:
                break
        for item in items:
            Dossier.from_json(item)  # refuse what cannot be shown before anything is written
        await self._web.vault_put(LIST, {"items": items, "synced_at": to_wire(self._clock.now())})

    async def fetch(self, dossier_id: str) -> Dossier:
        """One with its timeline; without a network the one that was read last. Raises DomainError."""
        try:
            data = await self._api.call("GET", f"/dossiers/{dossier_id}")
        except Upstream:
            kept = await self._web.vault_get(f"{PAGE}{dossier_id}")
            if kept is None:
                raise
            return Dossier.from_json(kept)
        return await self._keep(data)

    async def prepare(self, procedure_code: str, agency: str | None) -> Json:
        """What the city knows already for this procedure. Raises DomainError."""
        body = {"procedure_code": procedure_code, **({"receiving_agency": agency} if agency else {})}
        answer: Json = await self._api.call("POST", "/dossiers/preparations", body, repeatable=True)
        return answer

    async def submit(self, request: Json) -> Dossier:
        """Send a whole dossier; its id makes a second try harmless. Raises DomainError.

        When an earlier try with other content arrived after all (`dossier.id_reused`), that one is the answer.
        """
        try:
            data = await self._api.call("POST", "/dossiers", request, repeatable=True)
        except DomainError as error:
            if error.code != "dossier.id_reused":
                raise
            data = await self._api.call("GET", f"/dossiers/{request['id']}")
        return await self._keep(data)

    async def act(self, dossier_id: str, action: str, action_id: str | None = None, **more: Any) -> Dossier:
        """Withdraw, answer or rate. Raises DomainError."""
        body = {"id": action_id or self.new_action(), "action": action, **more}
        return await self._keep(await self._api.call("POST", f"/dossiers/{dossier_id}/actions", body, repeatable=True))

    def new_action(self) -> str:
        return new_id("act", self._random(RANDOM_BYTES))

    async def slip(self, dossier_id: str, number: str) -> bytes:
        """A printed form of the dossier as PDF."""
        return await self._api.download(f"/dossiers/{dossier_id}/slips/{number}.pdf")

    async def result(self, dossier_id: str) -> bytes:
        """The signed document that it ended in, unaltered."""
        return await self._api.download(f"/dossiers/{dossier_id}/result.pdf")

    async def _keep(self, data: Json) -> Dossier:
        dossier = Dossier.from_json(data)
        await self._web.vault_put(f"{PAGE}{dossier.id}", data)
        stored = await self._web.vault_get(LIST) or {"items": [], "synced_at": None}
        others = [item for item in stored["items"] if item["id"] != dossier.id]
        await self._web.vault_put(LIST, {**stored, "items": [data, *others]})
        return dossier
