"""Push notifications: asked for in context, subscribed by the page, known to the server."""

from mobile.services.api_client import ApiClient
from mobile.services.web import Json, Web
from shared_models.errors import DomainError


class Push:
    """Keeps the server's idea of this browser's subscription true; vault key `push` holds its id there."""

    def __init__(self, web: Web, api: ApiClient) -> None:
        self._web = web
        self._api = api

    async def state(self) -> str:
        """`on`, `off`, `denied`, or `unsupported` (an iPhone before the app is on the home screen)."""
        try:
            return "on" if await self._web.call("push.current") else "off"
        except DomainError as error:
            return "denied" if error.code == "push.denied" else "unsupported"

    async def turn_on(self, vapid_public_key: str, lang: str) -> None:
        """Ask the browser (the tap that led here counts as the user's) and tell the server. Raises DomainError."""
        subscription = await self._web.call("push.subscribe", {"vapid_public_key": vapid_public_key})
        await self._tell(subscription, lang)

    async def renew(self, lang: str) -> None:
        """Send the present subscription again: browsers drop them without a word."""
        current: Json | None = await self._web.call("push.current")
        if current:
            await self._tell(current, lang)

    async def turn_off(self) -> None:
        stored = await self._web.vault_get("push")
        if stored:
            await self._api.call("DELETE", f"/push/subscriptions/{stored['id']}", repeatable=True)
            await self._web.vault_remove("push")

    async def forget_quietly(self) -> None:
        """Before signing out: the server should not write to a phone that has forgotten its user."""
        try:
            await self.turn_off()
        except DomainError:
            # Without a network the subscription stays until the push service or the next sign-in replaces it.
            return

    async def _tell(self, subscription: Json, lang: str) -> None:
        body = {"endpoint": subscription["endpoint"], "keys": subscription["keys"], "lang": lang}
        answer = await self._api.call("POST", "/push/subscriptions", body, repeatable=True)
        await self._web.vault_put("push", {"id": answer["id"]})
