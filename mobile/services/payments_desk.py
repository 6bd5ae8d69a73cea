"""The collecting officer's side of the API, and the only writer of `PaymentsDeskState`. Nothing of it is kept."""

from base64 import urlsafe_b64encode
from datetime import date
from typing import Any
from urllib.parse import urlencode

from mobile.services.api_client import ApiClient, RandomBytes
from mobile.services.passing_files import PassingFiles
from mobile.services.web import Json
from mobile.state.draft import PickedFile
from mobile.state.payments_desk import PaymentsDeskState, Task
from shared_models.errors import DomainError, Invalid
from shared_models.ids import RANDOM_BYTES, new_id

PAGE = 100
STATEMENT: Json = {"accepts": ["csv"], "max_bytes": 4 * 1024 * 1024}
ROOT = "/desk/payments"


class PaymentsDesk:
    """What goes on by itself leaves its failure in the state; verbs that a button calls may raise DomainError."""

    def __init__(self, api: ApiClient, passing: PassingFiles, random_bytes: RandomBytes) -> None:
        self._api = api
        self._passing = passing
        self._random = random_bytes
        self.state = PaymentsDeskState()

    def new_id(self, prefix: str) -> str:
        """The id of something that is asked for: sending it again is harmless."""
        return new_id(prefix, self._random(RANDOM_BYTES))

    # --- tasks ---

    async def refresh(self) -> None:
        """The list from its first line."""
        await self._tasks(None)

    async def show(self, shown: str) -> None:
        """Open tasks or settled ones."""
        if shown != self.state.shown:
            self.state.shown, self.state.tasks = shown, None
        await self._tasks(None)

    async def more(self) -> None:
        if self.state.cursor is not None:
            await self._tasks(self.state.cursor)

    async def task(self, task_id: str) -> Json:
        """A task with what is known here and what the gateway says; who pays can read that it was opened."""
        answer: Json = await self._api.call("GET", f"{ROOT}/tasks/{task_id}")
        return answer

    async def settle(self, task_id: str, ask: Json) -> Json:
        """``{id, way, note}``; the list is read anew. Raises DomainError."""
        answer: Json = await self._api.call("POST", f"{ROOT}/tasks/{task_id}/settle", ask, repeatable=True)
        await self.refresh()
        return answer

    async def _tasks(self, cursor: str | None) -> None:
        state, shown = self.state, self.state.shown
        query = {"state": shown, "limit": PAGE, **({"cursor": cursor} if cursor else {})}
        try:
            answer = await self._api.call("GET", f"{ROOT}/tasks?{urlencode(query)}")
        except DomainError as error:
            state.error = error.code
            return
        if shown != state.shown:
            return
        before = state.tasks or () if cursor else ()
        state.tasks = (*before, *(Task(raw) for raw in answer["items"]))
        state.cursor, state.error = answer["next_cursor"], None

    # --- statements ---

    async def read_statements(self, cursor: str | None = None) -> None:
        """The statements that the agency has imported, the newest first."""
        state = self.state
        query = urlencode({"limit": PAGE, **({"cursor": cursor} if cursor else {})})
        try:
            answer = await self._api.call("GET", f"{ROOT}/statements?{query}")
        except DomainError as error:
            state.error = error.code
            return
        before = state.statements or () if cursor else ()
        state.statements = (*before, *answer["items"])
        state.statements_cursor, state.error = answer["next_cursor"], None

    async def statement(self, statement_id: str) -> Json:
        answer: Json = await self._api.call("GET", f"{ROOT}/statements/{statement_id}")
        return answer

    async def pick(self) -> PickedFile | None:
        """Let the officer choose a statement's file; None when none was chosen. Raises DomainError `file.*`."""
        return await self._passing.pick(STATEMENT, photo=False)

    async def bring(self, statement_id: str, gateway: str, day: date, file: PickedFile) -> Json:
        """Import a chosen file; nothing of it stays on the machine. Raises DomainError."""
        state = self.state
        state.is_busy = True
        try:
            pieces = [await self._passing.piece(file, number) for number in range(file.pieces)]
            ask = {"id": statement_id, "gateway": gateway, "day": day.isoformat(), "name": file.name}
            ask["content"] = urlsafe_b64encode(b"".join(pieces)).rstrip(b"=").decode()
            answer: Json = await self._api.call("POST", f"{ROOT}/statements", ask, repeatable=True)
        finally:
            state.is_busy = False
        await self._passing.forget(file)
        await self.read_statements()
        await self.refresh()
        return answer

    # --- orders ---

    async def find(self, code: str) -> None:
        """Orders with the dossier's number. Raises DomainError."""
        asked = " ".join(code.split())
        if len(asked) < 3:
            raise Invalid("collect.code_short")
        answer = await self._api.call("GET", f"{ROOT}/orders?{urlencode({'code': asked})}")
        self.state.found, self.state.asked_for = tuple(answer["items"]), asked

    async def order(self, order_id: str) -> Json:
        """An order with its history; who pays can read that it was opened."""
        answer: Json = await self._api.call("GET", f"{ROOT}/orders/{order_id}")
        return answer

    async def refund(self, order_id: str, ask: dict[str, Any]) -> Json:
        """``{id, action, reason|note|reference}``; the order as it is then. Raises DomainError."""
        answer: Json = await self._api.call("POST", f"{ROOT}/orders/{order_id}/refund", ask, repeatable=True)
        return answer
