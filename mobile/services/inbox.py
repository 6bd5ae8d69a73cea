"""Notices: fetched from the server, readable without a network, marked as read wherever they are read."""

from mobile.services.api_client import ApiClient
from mobile.services.web import Web
from mobile.state.records import Notice
from shared_models.clock import Clock, to_wire
from shared_models.errors import DomainError

KEPT = 100


class Inbox:
    """Vault key `notices`: `{items: [Notice as sent], unsent_reads: [id]}`."""

    def __init__(self, web: Web, api: ApiClient, clock: Clock) -> None:
        self._web = web
        self._api = api
        self._clock = clock

    async def load(self) -> list[Notice]:
        stored = await self._web.vault_get("notices") or {"items": []}
        return [Notice.from_json(item) for item in stored["items"]]

    async def refresh(self) -> None:
        """Send reads that could not be sent, then fetch the newest notices. Raises DomainError."""
        stored = await self._web.vault_get("notices") or {"items": [], "unsent_reads": []}
        for notice_id in stored.get("unsent_reads", []):
            await self._api.call("POST", f"/notices/{notice_id}/read", repeatable=True)
        answer = await self._api.call("GET", f"/notices?limit={KEPT}")
        await self._web.vault_put("notices", {"items": answer["items"], "unsent_reads": []})

    async def mark_read(self, notice_id: str) -> None:
        """Mark a notice as read here at once and at the server when it can be reached."""
        stored = await self._web.vault_get("notices") or {"items": []}
        now = to_wire(self._clock.now())
        items = [
            {**item, "read_at": item["read_at"] or now} if item["id"] == notice_id else item for item in stored["items"]
        ]
        unsent = list(stored.get("unsent_reads", []))
        try:
            await self._api.call("POST", f"/notices/{notice_id}/read", repeatable=True)
        except DomainError:
            unsent.append(notice_id)
        await self._web.vault_put("notices", {"items": items, "unsent_reads": unsent})
