"""What the citizen does with what is to be paid: the only writer of `state/payments.py`.

Verbs that a screen calls may raise DomainError, which the screen says; what goes on by itself never does.
"""

from base64 import b64encode
from contextlib import suppress
from datetime import datetime, timedelta

from mobile.services import on_screen
from mobile.services.app_services import Services
from mobile.state.payments import Attempt, Order, Stall
from shared_models.errors import DomainError, Upstream

LOOK_S, SLOW_S = 1.0, 5.0
"""Between two looks at an order that may be paid any moment; and when that has lasted, or the network is away."""
QUICK = timedelta(minutes=15)
"""As long as a gateway's page lasts; a look that finds nothing new is an answer without a body."""
QR_PIXELS = 1080


class Paying:
    def __init__(self, services: Services) -> None:
        self._s = services

    def now(self) -> datetime:
        """The server's time: an attempt runs by it, whatever this phone's clock says."""
        return self._s.api.now()

    # --- orders ---

    async def demand(self, dossier_id: str) -> Order:
        """What is due for a dossier. Raises DomainError."""
        order = await self._s.payments.demand(dossier_id)
        self._s.payments_state.take(order)
        return order

    async def open(self, order_id: str) -> None:
        """Show an order and the ways to pay it; why that failed stands in the state."""
        state = self._s.payments_state
        try:
            order = await self._s.payments.order(order_id)
            state.take(order)
            state.error = None
            if order.is_open and not state.ways:
                state.ways = await self._s.payments.ways()
        except DomainError as error:
            state.error = error.code

    async def begin(self, order_id: str, way: str) -> None:
        """One try by one way; while it is on its way a second tap does nothing. Raises DomainError."""
        state = self._s.payments_state
        order = state.order(order_id)
        if order is None or state.starting is not None:
            return
        state.starting = way
        try:
            if order.open_attempt(self.now(), way) is None:
                begun = await self._s.payments.begin(order, way)
                state.take(begun)
        except DomainError as error:
            if not isinstance(error, Upstream):
                # The order may be paid or over by now: show how it stands.
                await self._look(order_id)
            raise
        finally:
            state.starting = None

    async def watch(self, order_id: str) -> None:
        """Look at an order again and again while money for it may come, so that it shows within two seconds.

        Runs until it is cancelled or nothing more can come; while the app is hidden nothing is asked.
        """
        s = self._s
        since, was_visible = s.clock.now(), True
        while True:
            order = s.payments_state.order(order_id)
            if order is None or not order.waits:
                return
            if not s.app_state.is_visible:
                was_visible = False
                await s.sleep(LOOK_S)
                continue
            if not was_visible:
                # Back from the bank's app: now is when it comes.
                since, was_visible = s.clock.now(), True
            is_answered = await self._look(order_id)
            is_quick = is_answered and s.clock.now() - since < QUICK
            await s.sleep(LOOK_S if is_quick else SLOW_S)

    async def _look(self, order_id: str) -> bool:
        """Whether the server answered; news is on screen then."""
        s = self._s
        try:
            news = await s.payments.news(order_id)
        except DomainError as error:
            if error.code == "network.unreachable":
                s.app_state.is_online = False
            return False
        s.app_state.is_online = True
        if news is not None:
            s.payments_state.take(news)
            if news.is_settled:
                # The dossier has moved on with it.
                with suppress(DomainError):
                    await s.dossiers.fetch(news.subject_id)
                    await on_screen.fill_dossiers(s)
        return True

    # --- the gateway's page, and codes ---

    async def open_page(self, attempt: Attempt) -> None:
        """The gateway's page in a window of its own, so that the app stays open. Raises DomainError `pay.address`.

        Not every gateway sends people back with the order's number: the page notes which one they left with.
        """
        orders = self._s.payments_state.orders
        order_id = next((order.id for order in orders if any(one.id == attempt.id for one in order.attempts)), None)
        await self._s.web.call("pay.open", {"url": attempt.url, "order": order_id})

    async def picture(self, text: str) -> bytes:
        """A payment code as PNG; made on the phone."""
        return await self._s.web.qr_png(text, QR_PIXELS)

    async def save_picture(self, text: str, name: str) -> None:
        """Give the code to the browser as a picture, for a bank app that reads one from the album."""
        png = b64encode(await self.picture(text)).decode()
        await self._s.web.call("download", {"url": f"data:image/png;base64,{png}", "name": name})

    # --- receipts ---

    async def fill_receipts(self) -> None:
        """From the vault, then from the server; why that failed stands in the state."""
        s, state = self._s, self._s.payments_state
        if state.is_fetching:
            return
        state.is_fetching = True
        try:
            kept, state.receipts_at = await s.payments.kept_receipts()
            state.receipts = tuple(kept)
            state.receipts = tuple(await s.payments.receipts())
            state.receipts_error = None
        except DomainError as error:
            state.receipts_error = error.code
        finally:
            state.is_fetching = False

    async def save_receipt(self, receipt_id: str, state: str, name: str) -> None:
        """Give its PDF or XML, as the name ends, to the browser. Raises DomainError."""
        kind = name.rpartition(".")[2]
        await self._s.web.save_file(await self._s.payments.receipt_file(receipt_id, state, kind), name)

    # --- a stall's own account ---

    async def fill_stall(self) -> None:
        self._s.payments_state.stall = await self._s.payments.stall()

    async def keep_stall(self, stall: Stall) -> None:
        """Raises DomainError `storage.full`."""
        await self._s.payments.keep_stall(stall)
        self._s.payments_state.stall = stall

    async def forget_stall(self) -> None:
        await self._s.payments.forget_stall()
        self._s.payments_state.stall = None
