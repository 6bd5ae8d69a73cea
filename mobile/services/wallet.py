"""The owner's licences on this phone: one request brings what changed, the vault keeps it."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from mobile.services.api_client import ApiClient
from mobile.services.devices import Devices
from mobile.services.web import Json, Web
from mobile.state.licence import Licence, by_attention
from mobile.state.records import AccessEntry
from shared_models.clock import Clock
from shared_models.errors import Gone, NotFound

PREFIX = "wallet/"
LOG_PAGE = 50


class Wallet:
    """Vault keys `wallet/<id>` and `wallet_state`, and the store `pinned` of the instant card."""

    def __init__(self, web: Web, api: ApiClient, devices: Devices, clock: Clock) -> None:
        self._web = web
        self._api = api
        self._devices = devices
        self._clock = clock

    async def load(self) -> tuple[list[Licence], str | None]:
        """Return the licences in the vault and when they were last brought up to date (RFC 3339)."""
        stored = await self._web.vault_list(PREFIX)
        state = await self._state()
        return [Licence.from_json(value) for _, value in stored], state.get("synced_at")

    async def device_id(self) -> str | None:
        return (await self._state()).get("device_id")

    async def sync(self, label: str) -> None:
        """Register this phone if it is not yet, fetch what changed and keep it. Raises DomainError."""
        async with self._web.lock("sync"):
            state = await self._state()
            if not state.get("device_id"):
                state = {"device_id": (await self._devices.register(label)).device_id}
                await self._web.vault_put("wallet_state", state)
            try:
                answer = await self._fetch(state)
            except NotFound:
                # The server no longer knows this device (the city was set up anew): start over.
                await self._web.vault_remove("wallet_state")
                raise
            except Gone:
                # Blocked, or half signed out: what is here stands for nothing any more. The device id stays, so that
                # the server goes on saying why.
                await self._drop_all_but(set())
                await self._web.vault_put("wallet_state", {"device_id": state["device_id"]})
                raise
            await self._keep(state, answer)

    async def _fetch(self, state: Json) -> dict[str, Any]:
        query = {"device_id": state["device_id"]}
        if state.get("cursor"):
            query["cursor"] = state["cursor"]
        answer: dict[str, Any] = await self._api.call("GET", f"/wallet/sync?{urlencode(query)}")
        return answer

    async def _keep(self, state: Json, answer: dict[str, Any]) -> None:
        for data in answer["licences"]:
            Licence.from_json(data)  # refuse what cannot be shown before anything is written
        if not state.get("cursor"):
            await self._drop_all_but({data["id"] for data in answer["licences"]})
        for data in answer["licences"]:
            await self._web.vault_put(f"{PREFIX}{data['id']}", data)
        for licence_id in answer["removed"]:
            await self._web.vault_remove(f"{PREFIX}{licence_id}")
        # The cursor moves last: a crash before this line fetches the same changes again.
        fresh = {**state, "cursor": answer["cursor"], "synced_at": answer["server_time"]}
        await self._web.vault_put("wallet_state", fresh)

    async def _drop_all_but(self, kept: set[str]) -> None:
        for key, _ in await self._web.vault_list(PREFIX):
            if key.removeprefix(PREFIX) not in kept:
                await self._web.vault_remove(key)

    async def pin(self, wishes: Sequence[str | None], title_of: Callable[[Licence], str]) -> str | None:
        """Put one licence where the instant card finds it without a PIN; returns its id.

        The first of `wishes` that can be shown, else one that is valid, else any; none at all empties the store.
        """
        now = self._clock.now()
        licences, synced_at = await self.load()
        showable = [licence for licence in by_attention(licences, now, None) if licence.can_show(now)]
        wished = [licence for wish in wishes for licence in showable if licence.id == wish]
        valid = [licence for licence in showable if licence.status == "valid"]
        chosen = next(iter([*wished, *valid, *showable]), None)
        if chosen is None:
            await self._web.public_remove("pinned")
            return None
        await self._web.public_put("pinned", _card(chosen, synced_at, title_of(chosen)))
        return chosen.id

    async def access_log(
        self, licence_id: str | None, cursor: str | None = None
    ) -> tuple[list[AccessEntry], str | None]:
        """Who looked at one licence, or at the person's data; newest first, with the cursor of the next page."""
        path = f"/wallet/licences/{licence_id}/access-log" if licence_id else "/me/access-log"
        query = {"limit": str(LOG_PAGE), **({"cursor": cursor} if cursor else {})}
        answer = await self._api.call("GET", f"{path}?{urlencode(query)}")
        return [AccessEntry.from_json(entry) for entry in answer["items"]], answer["next_cursor"]

    async def document(self, licence_id: str, name: str) -> bytes:
        """The PDF `sheet.pdf` or `document.pdf` of a licence."""
        return await self._api.download(f"/licences/{licence_id}/{name}")

    async def profile(self) -> Json:
        """The person's own data; kept in the vault so that the identity card is there without a network."""
        profile: Json = await self._api.call("GET", "/me")
        await self._web.vault_put("profile", profile)
        return profile

    async def stored_profile(self) -> Json | None:
        return await self._web.vault_get("profile")

    async def _state(self) -> Json:
        return await self._web.vault_get("wallet_state") or {}


def _card(licence: Licence, synced_at: str | None, title: str) -> Json:
    return {
        "licence_id": licence.id,
        "credential": licence.credential,
        "type": licence.type,
        "title": title,
        "number": licence.number,
        "holder_name": licence.holder_name,
        "place": licence.address,
        "valid_until": licence.valid_until.isoformat() if licence.valid_until else None,
        "status": licence.status.upper(),
        "synced_at": synced_at,
    }
