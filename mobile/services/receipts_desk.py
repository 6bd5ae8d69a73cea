"""Receipts on the collecting officer's machine, and the only writer of `ReceiptsDeskState`. Nothing of it is kept.

Who pays can read in their access log that a receipt of theirs was opened; the list of a day names nobody.
"""

from datetime import date, timedelta
from urllib.parse import urlencode

from mobile.services.api_client import ApiClient, RandomBytes
from mobile.services.web import Json, Web
from mobile.state.receipts_desk import ReceiptsDeskState
from shared_models.clock import city_date
from shared_models.errors import DomainError, Invalid
from shared_models.ids import RANDOM_BYTES, new_id
from shared_models.payment.receipt import receipt_name, typed_name

PAGE = 100
ROOT = "/desk/payments/receipts"


def name_of(receipt: Json) -> str:
    """`26TAA-00000042` of a receipt as it is told at the desk."""
    return receipt_name(receipt["series"], receipt["number"])


class ReceiptsDesk:
    """Reading a day leaves its failure in the state; verbs that a button calls may raise DomainError."""

    def __init__(self, web: Web, api: ApiClient, random_bytes: RandomBytes) -> None:
        self._web = web
        self._api = api
        self._random = random_bytes
        self._found: Json | None = None
        self.state = ReceiptsDeskState()

    @property
    def today(self) -> date:
        """By the server's time."""
        return city_date(self._api.now())

    def new_id(self) -> str:
        """The id of a cancellation: sending it again is harmless."""
        return new_id("act", self._random(RANDOM_BYTES))

    # --- a day ---

    async def refresh(self) -> None:
        """The day that is shown, or today, from its first line."""
        self.state.show(self.state.day or self.today)
        await self._read(None)

    async def step(self, days: int) -> None:
        """Another day; none that has not come."""
        day = (self.state.day or self.today) + timedelta(days=days)
        if day <= self.today:
            await self.show(day)

    async def show(self, day: date) -> None:
        self.state.show(day)
        await self._read(None)

    async def more(self) -> None:
        if self.state.cursor is not None:
            await self._read(self.state.cursor)

    async def _read(self, cursor: str | None) -> None:
        state, day = self.state, self.state.day
        if day is None:
            return
        query = urlencode({"day": day.isoformat(), "limit": PAGE, **({"cursor": cursor} if cursor else {})})
        try:
            page: Json = await self._api.call("GET", f"{ROOT}/used?{query}")
        except DomainError as error:
            state.error = error.code
            return
        if day != state.day:
            return
        before = state.items if cursor else ()
        state.items = (*before, *page["items"])
        state.page, state.cursor, state.error = page, page["next_cursor"], None

    # --- one ---

    async def find(self, words: str) -> str | None:
        """The id of the agency's receipt that is called so, or None; Raises DomainError, `collect.receipt_name`."""
        asked = typed_name(words)
        if asked is None:
            raise Invalid("collect.receipt_name")
        series, number = asked
        answer = await self._api.call("GET", f"{ROOT}?{urlencode({'series': series, 'number': number})}")
        self._found = answer["items"][0] if answer["items"] else None
        self.state.asked_for, self.state.is_missing = receipt_name(series, number), self._found is None
        return str(self._found["id"]) if self._found else None

    async def receipt(self, receipt_id: str) -> Json:
        """As it is now; one that was just found was just read, and is not read (and logged) twice."""
        found, self._found = self._found, None
        if found is not None and found["id"] == receipt_id:
            return found
        answer: Json = await self._api.call("GET", f"{ROOT}/{receipt_id}")
        return answer

    async def cancel(self, receipt_id: str, ask: Json) -> Json:
        """``{id, why, replace}``; the receipt as it is then. Raises DomainError."""
        answer: Json = await self._api.call("POST", f"{ROOT}/{receipt_id}/cancel", ask, repeatable=True)
        await self.refresh()
        return answer

    async def show_pdf(self, receipt: Json, title: str) -> None:
        """Raises DomainError."""
        content = await self._api.download(f"/receipts/{receipt['id']}.pdf")
        name = f"bien-lai-{name_of(receipt)}.pdf"
        await self._web.show_paper(content, "application/pdf", {"title": title, "name": name, "dock_px": None})

    async def save_xml(self, receipt: Json) -> None:
        """Raises DomainError."""
        content = await self._api.download(f"/receipts/{receipt['id']}.xml")
        await self._web.save_file(content, f"bien-lai-{name_of(receipt)}.xml")
