"""Where this user is signed in, and signing out other phones from here."""

from dataclasses import dataclass
from datetime import datetime

from mobile.services.api_client import ApiClient
from mobile.services.web import Json
from shared_models.clock import from_wire


@dataclass(frozen=True, slots=True)
class Signin:
    """One phone or browser; `browser` and `system` are families such as `chrome` and `android`."""

    id: str
    browser: str
    system: str
    created_at: datetime
    last_used_at: datetime
    is_current: bool

    @classmethod
    def from_json(cls, data: Json) -> "Signin":
        return cls(
            id=data["id"],
            browser=data["browser"],
            system=data["system"],
            created_at=from_wire(data["created_at"]),
            last_used_at=from_wire(data["last_used_at"]),
            is_current=data["is_current"],
        )


class Signins:
    def __init__(self, api: ApiClient) -> None:
        self._api = api

    async def fetch(self) -> list[Signin]:
        """The present one first. Raises DomainError."""
        return [Signin.from_json(item) for item in (await self._api.call("GET", "/me/sessions"))["items"]]

    async def end(self, signin_id: str) -> None:
        await self._api.call("DELETE", f"/me/sessions/{signin_id}", repeatable=True)

    async def end_others(self) -> int:
        """How many there were."""
        return int((await self._api.call("DELETE", "/me/sessions", repeatable=True))["ended"])
