"""Orders, ways to pay and receipts on the wire (docs/payments.md, section 6), and what of them the vault keeps.

Vault keys: `pay/order/<id>` (the order as last told), `pay/attempt/<order id>/<way>` (`{id}`: the number of the try
that is under way, made here once), `pay/ways`, `pay/receipts` (`{items, at}`), `pay/receipt/<id>/<pdf|xml>` (`{state,
b64}`: a file that was opened, and the state of the receipt that it tells of), `pay/stall`.
"""

from base64 import b64decode, b64encode
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from mobile.i18n.catalogue import language
from mobile.services.api_client import ApiClient, RandomBytes
from mobile.services.web import Json, Web
from mobile.state.payments import Attempt, Order, Receipt, Stall, Way
from shared_models.clock import to_wire
from shared_models.errors import DomainError, Upstream
from shared_models.ids import RANDOM_BYTES, new_id

RECEIPT = "pay/receipt/"
ORDER, ATTEMPT, WAYS, RECEIPTS, STALL = "pay/order/", "pay/attempt/", "pay/ways", "pay/receipts", "pay/stall"
LOCK = "pay"
MOST_PAGES = 20


class Payments:
    """Every call that asks for something to happen carries an id of this phone: sending it again is harmless."""

    def __init__(self, web: Web, api: ApiClient, random_bytes: RandomBytes) -> None:
        self._web = web
        self._api = api
        self._random = random_bytes
        self._etags: dict[str, str] = {}

    # --- orders ---

    async def demand(self, dossier_id: str) -> Order:
        """The order of what is due for a dossier. Raises DomainError."""
        return await self._keep(await self._api.call("POST", f"/dossiers/{dossier_id}/order", repeatable=True))

    async def order(self, order_id: str) -> Order:
        """As it is now; without a network as it was told last. Raises DomainError."""
        try:
            return await self._keep(await self._api.call("GET", f"/orders/{order_id}"))
        except Upstream:
            kept = await self._web.vault_get(f"{ORDER}{order_id}")
            if kept is None:
                raise
            return Order.from_json(kept)

    async def news(self, order_id: str) -> Order | None:
        """What has changed since the last look, else None: nothing but a few bytes. Raises DomainError."""
        told = await self._api.changed(f"/orders/{order_id}", self._etags.get(order_id))
        if told is None:
            return None
        data, etag = told
        if etag is not None:
            self._etags[order_id] = etag
        return await self._keep(data)

    async def _keep(self, data: Json) -> Order:
        order = Order.from_json(data)
        await self._web.vault_put(f"{ORDER}{order.id}", data)
        return order

    # --- attempts ---

    async def begin(self, order: Order, way: str) -> Order:
        """One try by one way: two taps, a cut line and a closed app are the same try. Raises DomainError."""
        key = f"{ATTEMPT}{order.id}/{way}"
        async with self._web.lock(LOCK):
            kept = await self._web.vault_get(key)
            data = await self._send_attempt(order.id, way, kept["id"]) if kept else None
            if data is None or not Attempt.from_json(data).is_open(self._api.now()):
                # None yet, or it ended while nobody looked.
                number = new_id("att", self._random(RANDOM_BYTES))
                await self._web.vault_put(key, {"id": number})
                data = await self._send_attempt(order.id, way, number)
        return order.with_attempt(data)

    async def _send_attempt(self, order_id: str, way: str, number: str) -> Json:
        body = {"id": number, "gateway": way, "lang": language()}
        data: Json = await self._api.call("POST", f"/orders/{order_id}/attempts", body, repeatable=True)
        return data

    async def ways(self) -> tuple[Way, ...]:
        """What this city takes; without a network what it took last. Raises DomainError."""
        try:
            data = await self._api.call("GET", "/gateways")
            await self._web.vault_put(WAYS, data)
        except Upstream:
            data = await self._web.vault_get(WAYS)
            if data is None:
                raise
        return tuple(Way(one["key"], one["kind"]) for one in data["items"])

    # --- receipts ---

    async def kept_receipts(self) -> tuple[list[Receipt], str | None]:
        """What the vault has, and since when (RFC 3339)."""
        kept = await self._web.vault_get(RECEIPTS) or {"items": [], "at": None}
        return [Receipt.from_json(item) for item in kept["items"]], kept["at"]

    async def receipts(self) -> list[Receipt]:
        """One's own, newest first. Raises DomainError."""
        items: list[Json] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
            page: Any = await self._api.call("GET", f"/receipts{query}")
            items += page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                break
        receipts = [Receipt.from_json(item) for item in items]
        await self._web.vault_put(RECEIPTS, {"items": items, "at": to_wire(self._api.now())})
        return receipts

    async def receipt_file(self, receipt_id: str, state: str, kind: str) -> bytes:
        """Its `pdf` or `xml` as the agency sealed it; without a network as it was opened last, if it still stands so.

        Raises DomainError.
        """
        key = f"{RECEIPT}{receipt_id}/{kind}"
        try:
            content = await self._api.download(f"/receipts/{receipt_id}.{kind}")
        except Upstream:
            kept = await self._web.vault_get(key)
            if kept is None or kept["state"] != state:
                raise
            return b64decode(kept["b64"])
        # A phone that has no room left still gives the file to its owner.
        with suppress(DomainError):
            await self._web.vault_put(key, {"state": state, "b64": b64encode(content).decode()})
        return content

    # --- a stall's own account ---

    async def stall(self) -> Stall | None:
        kept = await self._web.vault_get(STALL)
        return Stall(kept["bank"], kept["account"], kept["name"]) if kept else None

    async def keep_stall(self, stall: Stall) -> None:
        """On this phone and nowhere else."""
        await self._web.vault_put(STALL, {"bank": stall.bank, "account": stall.account, "name": stall.name})

    async def forget_stall(self) -> None:
        await self._web.vault_remove(STALL)
