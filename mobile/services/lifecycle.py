"""What happens when: start, unlocking, signing in and out, and the work that goes on by itself.

The only writer of the observables in `state/app_state.py`. Nothing here raises into the user interface: what went
wrong stands in a state as a code.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from mobile.i18n.catalogue import use_language
from mobile.services import on_screen
from mobile.services.app_services import Services
from mobile.services.goodbye import say_goodbye
from mobile.services.pin_tries import told_of_tries
from mobile.services.rounds import Rounds
from mobile.services.second_step import StaffDoor
from shared_models.errors import DomainError

# Long enough for a phone call, short enough for a phone left on a table.
LOCK_AFTER = timedelta(minutes=15)
# Who leaves a phone does not wait longer than this for the server to hear of it.
GOODBYE_S = 6.0


class Lifecycle:
    """The one sequence of a phone's life; screens call its verbs."""

    def __init__(self, services: Services, rounds: Rounds) -> None:
        self.services = services
        self.rounds = rounds
        # Whoever runs the app starts the first beat here; opening the door never waits for the network.
        self.after_open: Callable[[], None] = lambda: None
        self.goodbye_s = GOODBYE_S
        self.staff_door = StaffDoor(services.session, services.app_state, self._signed_in)
        # A code may be told twice (by the address and by the page) but works once.
        self._codes: set[str] = set()
        self._hidden_at: datetime | None = None

    async def start(self) -> None:
        """Read what needs no PIN and decide which door to show."""
        s = self.services
        settings = await s.settings.load()
        use_language(settings.lang)
        s.app_state.settings = settings
        s.app_state.is_online = s.web.is_online()
        status = await s.web.vault_status()
        if status["unlocked"]:
            await self._open()
        elif s.app_state.stage == "starting":
            s.app_state.stage = "locked" if status["exists"] else "welcome"

    # --- doors ---

    async def go_to_vneid(self) -> None:
        url = await self.services.session.start_signin()
        await self.services.web.call("navigate", {"url": url})

    async def finish_signin(self, code: str, state: str) -> None:
        """The browser came back from VNeID with a one-time code."""
        s = self.services
        if code in self._codes:
            return
        self._codes.add(code)
        s.app_state.signing_in = True
        try:
            await s.session.finish_signin(code, state)
            await self._signed_in()
        except DomainError as error:
            await self.signin_failed(error.code)
        finally:
            s.app_state.signing_in = False

    async def signin_failed(self, code: str) -> None:
        """VNeID or the server said no: back to the door, with the reason."""
        s = self.services
        s.app_state.error = code
        if s.app_state.stage == "starting":
            s.app_state.stage = "locked" if (await s.web.vault_status())["exists"] else "welcome"

    async def _signed_in(self) -> None:
        s = self.services
        s.app_state.error = None
        status = await s.web.vault_status()
        if not status["exists"]:
            s.app_state.stage = "new_pin"
        elif status["unlocked"]:
            await self._keep_session()
        else:
            s.app_state.stage = "locked"

    async def create_pin(self, pin: str) -> None:
        """Raises DomainError; then there is no vault and the same may be tried again."""
        await self.services.web.vault_create(pin)
        try:
            await self._keep_session()
        except DomainError as error:
            # The vault is there, only the session did not fit: from here on its PIN is asked for, not a new one.
            self.services.app_state.error = error.code
            self.services.app_state.stage = "locked"

    async def unlock(self, pin: str) -> None:
        """Raises DomainError `vault.wrong_pin` or `vault.locked_out`."""
        s = self.services
        before = await s.web.vault_status()
        await s.web.vault_unlock(pin)
        s.app_state.message = told_of_tries(before) or s.app_state.message
        await (self._open() if s.session.user is None else self._keep_session())

    async def sign_in_again(self) -> None:
        """The session has ended but the wallet is still here: the same way in as the first time."""
        if self.is_citizen:
            await self.go_to_vneid()
        else:
            self.services.app_state.stage = "welcome"

    async def _keep_session(self) -> None:
        s = self.services
        stored = await s.web.vault_get("session")
        user = s.session.user
        if stored and user and stored["user"]["id"] != user.id:
            # Someone else has signed in on this phone: what the vault holds is not theirs, nor what is on screen.
            on_screen.empty(s)
            await s.session.wipe_for_next_user()
            s.app_state.stage = "new_pin"
            return
        await s.session.keep()
        await self._open()

    async def _open(self) -> None:
        s = self.services
        user = s.session.user or await s.session.restore()
        if user is None:
            s.app_state.stage = "welcome"
            return
        if user.must_enrol:
            s.app_state.stage = "second_step"
            return
        s.app_state.user = user
        s.app_state.error = None
        s.app_state.session_ended = False
        await on_screen.fill(s)
        s.app_state.stage = "open"
        self.after_open()

    async def forget_phone(self) -> None:
        """Forgotten PIN: everything on this phone goes; the licences come back with the next sign-in."""
        await self.services.session.wipe()
        self._leave()

    async def sign_out(self) -> bool:
        """Forget everything on this phone; returns whether the server could be told (`say_goodbye`)."""
        is_off_list = await say_goodbye(self.services, self.goodbye_s)
        await self.services.session.wipe()
        self._leave()
        with suppress(DomainError):
            await self.services.passing.forget()
        return is_off_list

    def _leave(self) -> None:
        s = self.services
        on_screen.empty(self.services)
        s.app_state.user = None
        s.app_state.error = None
        s.app_state.unkept = ()
        s.app_state.settings = s.app_state.settings.of_the_phone()
        s.app_state.stage = "welcome"
        self.rounds.all_due()

    async def lock(self) -> None:
        await self.services.web.vault_lock()
        on_screen.empty(self.services)
        with suppress(DomainError):
            await self.services.passing.forget()
        self.services.app_state.stage = "locked"

    @property
    def is_citizen(self) -> bool:
        return on_screen.is_citizen(self.services)

    async def became_visible(self, is_on: bool) -> None:
        now = self.services.clock.now()
        if not is_on:
            self._hidden_at = now
            return
        hidden_at, self._hidden_at = self._hidden_at, None
        if hidden_at and now - hidden_at >= LOCK_AFTER and self.services.app_state.stage == "open":
            await self.lock()
        else:
            self.rounds.sending_due()
            await self.rounds.beat()
