"""The work that goes on by itself: lists, wallet and queue, when they are due and when they are asked for.

Nothing here raises into the user interface: what went wrong stands in a state as a code.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from mobile.i18n.catalogue import t
from mobile.services import on_screen
from mobile.services.app_services import Services
from mobile.services.choices import Choices
from mobile.services.paperwork import Paperwork
from mobile.services.room import note_room, noting_room
from mobile.services.web import FULL
from shared_models.errors import DomainError

SYNC_EVERY = timedelta(minutes=5)
TRUST_EVERY = timedelta(minutes=30)


async def nothing_else() -> None:
    """A round that has nothing more to do."""


class Rounds:
    """Each round runs once at a time; its last moment decides when the next is due."""

    def __init__(self, services: Services, choices: Choices, paperwork: Paperwork) -> None:
        self._services = services
        self._choices = choices
        self._paperwork = paperwork
        self._synced_at: datetime | None = None
        self._trusted_at: datetime | None = None
        self._send_after: datetime | None = None
        self._is_asked_again = False
        # What a role has besides; whoever puts the app together says so.
        self.also: Callable[[], Awaitable[None]] = nothing_else

    def all_due(self) -> None:
        """Somebody else holds the phone now, or the network is back: everything is due."""
        self._synced_at = self._trusted_at = self._send_after = None

    def sending_due(self) -> None:
        """The user is back: what waits goes up without its pause."""
        self._send_after = None

    async def beat(self) -> None:
        """Do what is due; called at the start, every minute, and when the network or the user comes back."""
        s = self._services
        if s.app_state.stage != "open":
            return
        now = s.clock.now()
        due = []
        if not on_screen.is_citizen(s) and (self._send_after is None or now >= self._send_after):
            due.append(self.send_queue())
        if self._trusted_at is None or now - self._trusted_at >= TRUST_EVERY:
            due.append(self.refresh_trust())
        if self._synced_at is None or now - self._synced_at >= SYNC_EVERY:
            due.append(self.sync())
        # Beside each other: lists that are slow to come hold up neither what waits to go nor the wallet.
        await asyncio.gather(*due)

    async def refresh_trust(self) -> None:
        s = self._services
        try:
            with noting_room(s.app_state, "trust"):
                await s.trust.update()
            self._trusted_at = s.clock.now()
        except DomainError as error:
            self._note(error)
        s.queue_state.as_of = await s.trust.as_of()

    async def sync(self) -> None:
        """Bring wallet and inbox up to date; what failed stands in `wallet_state.error`."""
        s = self._services
        if s.wallet_state.is_syncing:
            return
        s.wallet_state.is_syncing = True
        try:
            with noting_room(s.app_state, "wallet"):
                if on_screen.is_citizen(s):
                    await s.wallet.profile()
                    await s.wallet.sync(t("device.this_label"))
                await s.inbox.refresh()
            self._synced_at = s.clock.now()
            s.wallet_state.error = None
            s.app_state.is_online = True
        except DomainError as error:
            self._note(error)
            s.wallet_state.error = error.code
        finally:
            s.wallet_state.is_syncing = False
        await on_screen.fill(s)
        await self.also()
        if on_screen.is_citizen(s):
            if s.wallet_state.error is None:
                await self._paperwork.refresh()
            # A full phone keeps the card of before, with the time that it was true at; the state says so.
            with suppress(DomainError):
                await self._choices.lay_out_card()
                await self._choices.tell_to_install()

    async def send_queue(self) -> None:
        """Send what waits; one run at a time, and another at once for what was put there meanwhile."""
        s = self._services
        if s.queue_state.is_sending:
            self._is_asked_again = True
            return
        self._is_asked_again = False
        if not await s.queue.items():
            return
        s.queue_state.is_sending = True
        try:
            sent = await s.queue.send()
            s.queue_state.error = sent.error
            note_room(s.app_state, "queue", sent.error)
            if sent.error in {None, FULL}:
                await s.queue.forget_old()
            self._note_session(sent.error)
            share = s.random_bytes(1)[0] / 255
            self._send_after = s.clock.now() + timedelta(seconds=s.queue.wait_s(share)) if sent.error else None
        finally:
            s.queue_state.is_sending = False
            await on_screen.fill_queue(s)
        # The run may have been past its last look, or past what failed.
        if self._is_asked_again:
            await self.send_queue()

    def _note(self, error: DomainError) -> None:
        if error.code in {"network.unreachable", "trust.offline"}:
            self._services.app_state.is_online = False
        self._note_session(error.code)

    def _note_session(self, code: str | None) -> None:
        if code in {"session.ended", "session.none"}:
            self._services.app_state.session_ended = True

    async def went_online(self, is_on: bool) -> None:
        self._services.app_state.is_online = is_on
        if is_on:
            self.all_due()
            await self.beat()

    async def queue_changed(self) -> None:
        """The page has put something into the queue, or somebody has taken it out."""
        await on_screen.fill_queue(self._services)

    async def try_with_room(self) -> None:
        """The user has made room: do at once what found none."""
        s = self._services
        self.all_due()
        if "settings" in s.app_state.unkept:
            await self._choices.keep_settings()
        await self.beat()

    async def pushed(self) -> None:
        self._synced_at = None
        await self.beat()
