"""What the city does for people: the list stays on the phone, pages and forms that were opened stay in the vault."""

from typing import Any
from urllib.parse import quote, urlencode

from mobile.services.api_client import BASE, ApiClient
from mobile.services.web import Json, Web
from mobile.state.procedures import ProcedureCard
from shared_models.clock import Clock, to_wire
from shared_models.errors import DomainError, Upstream

STORE = "catalogue"
# The server's pages end long before that; a cursor that never ends must not keep the phone busy for ever.
MOST_PAGES = 20
PAGE = 100


class Catalogue:
    """The store without a PIN has `catalogue`: `{fetched_at, cards}`; the vault `procedure/<code>` and `form/<id>`."""

    def __init__(self, web: Web, api: ApiClient, clock: Clock) -> None:
        self._web = web
        self._api = api
        self._clock = clock

    async def load(self) -> tuple[list[ProcedureCard], str | None]:
        """The list as it was fetched last, with when (RFC 3339)."""
        stored = await self._web.public_get(STORE) or {"cards": [], "fetched_at": None}
        return [ProcedureCard.from_json(card) for card in stored["cards"]], stored["fetched_at"]

    async def refresh(self) -> None:
        """Fetch the whole list and keep it. Raises DomainError."""
        cards = await self._cards()
        for card in cards:
            ProcedureCard.from_json(card)  # refuse what cannot be shown before anything is written
        await self._web.public_put(STORE, {"cards": cards, "fetched_at": to_wire(self._clock.now())})

    async def receives(self, agency: str) -> frozenset[str]:
        """Codes of the procedures that an agency, or `commune` for any of these, takes in. Raises DomainError."""
        return frozenset(card["code"] for card in await self._cards(agency=agency))

    async def _cards(self, **asked: str) -> list[Json]:
        cards: list[Json] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            query = {**asked, "limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
            answer = await self._api.public(f"{BASE}/procedures?{urlencode(query)}")
            cards += answer["items"]
            cursor = answer.get("next_cursor")
            if cursor is None:
                break
        return cards

    async def procedure(self, code: str) -> Json:
        """The version in force; without a network the one that was read last. Raises DomainError."""
        key = f"procedure/{code}"
        try:
            page: Json = await self._api.public(f"{BASE}/procedures/{quote(code)}")
        except DomainError as error:
            kept = await self._kept(key) if _is_passing(error) else None
            if kept is None:
                raise
            return kept
        await self._keep(key, page)
        return page

    async def form(self, form_id: str) -> Json:
        """A form never changes under its id, so a kept one is as good. Raises DomainError."""
        key = f"form/{form_id}"
        kept = await self._kept(key)
        if kept is not None:
            return kept
        form: Json = await self._api.public(f"{BASE}/forms/{quote(form_id, safe='@')}")
        await self._keep(key, form)
        return form

    async def commune_names(self) -> dict[str, str]:
        """What communes are called, by code. Raises DomainError."""
        return {place["code"]: f"{place['kind']} {place['name']}" for place in await self.communes()}

    async def commune_agency(self, code: str) -> Json | None:
        """`{code, name}` of the committee of a commune that receives dossiers; None without one. Raises DomainError."""
        return next((place.get("agency") for place in await self.communes() if place["code"] == code), None)

    async def communes(self) -> list[Json]:
        """`{code, name, kind, agency?}` of the city's communes, by name; kept like a form. Raises DomainError."""
        kept = await self._kept("communes")
        if kept is None:
            kept = await self._api.public(f"{BASE}/communes")
            await self._keep("communes", kept)
        items: list[Json] = kept["items"]
        return items

    async def _kept(self, key: str) -> Any:
        """None before anybody has unlocked the vault: the catalogue needs no account."""
        if not (await self._web.vault_status())["unlocked"]:
            return None
        return await self._web.vault_get(key)

    async def _keep(self, key: str, value: Json) -> None:
        if (await self._web.vault_status())["unlocked"]:
            await self._web.vault_put(key, value)


def _is_passing(error: DomainError) -> bool:
    return isinstance(error, Upstream)
