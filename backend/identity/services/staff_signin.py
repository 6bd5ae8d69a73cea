"""Staff sign in with a password and, where it is on, a second step. Guessing slows down the guesser and nobody else.

- Wrong passwords slow down one name from one source, and all names from one source. A stranger elsewhere changes
  nothing for the owner; a stranger behind the same address (an office, a mobile network) does not either once the owner
  has signed in from this phone: a key that the account has used before is counted by itself.
- Wrong codes after the right password slow down the account from everywhere but its known phones, because whoever gets
  this far is no stranger; the owner is told.
"""

from dataclasses import dataclass
from typing import Final

from backend.identity.events import AccountChange, AccountChanged
from backend.identity.rules import CODE_BUDGET, NAME_BUDGET, SOURCE_BUDGET
from backend.identity.services.attempts import Attempt, Attempts
from backend.identity.services.second_step import SecondSteps
from backend.identity.services.sessions import Sessions
from backend.identity.services.staff import StaffAccounts
from backend.infra.events import Events
from backend.infra.mongo import Database, Document
from shared_models.errors import RateLimited, Unauthenticated


@dataclass(frozen=True, slots=True)
class StaffAsk:
    """Name, password and code as typed; the key that signs and the source that asks (`rules.source_of`)."""

    username: str
    password: str
    otp: str | None
    jkt: str
    source: str


@dataclass(frozen=True, slots=True)
class StaffSigninParts:
    database: Database
    accounts: StaffAccounts
    second_steps: SecondSteps
    sessions: Sessions
    attempts: Attempts
    events: Events


class StaffSignin:
    def __init__(self, parts: StaffSigninParts) -> None:
        self._database: Final = parts.database
        self._accounts: Final = parts.accounts
        self._second_steps: Final = parts.second_steps
        self._sessions: Final = parts.sessions
        self._attempts: Final = parts.attempts
        self._events: Final = parts.events

    def sign_in(self, ask: StaffAsk) -> Document:
        """The account of this name, password and, where it has a second step, code.

        Raises:
            Unauthenticated: ``signin.wrong_password``, for an unknown name too; after the right one,
                ``signin.otp_required`` or ``signin.otp_wrong``.
            RateLimited: ``signin.too_often``.
        """
        account = self._accounts.of_username(ask.username)
        # The same work for an unknown name, so that the time of the answer does not name the known ones.
        is_known = self._sessions.knows(str(account["_id"]) if account else "-", ask.jkt)
        counted = self._begin(ask, is_known=is_known)
        matches = self._accounts.opens(account, ask.password)
        if account is None or not matches:
            raise Unauthenticated("signin.wrong_password")
        if account.get("totp") is not None:
            self._second_step(account, ask, counted, is_known=is_known)
        name, *source = counted
        self._attempts.clear(name)
        for attempt in source:
            self._attempts.give_back(attempt)
        return account

    def prove(self, account: Document, password: str, source: str) -> None:
        """That whoever has the account open knows its password, before something that only the owner may do.

        Raises:
            Unauthenticated: ``signin.wrong_password``. RateLimited: ``signin.too_often``.
        """
        attempt = self._attempts.begin(NAME_BUDGET, "password", str(account["_id"]), source)
        if not self._accounts.opens(account, password):
            raise Unauthenticated("signin.wrong_password")
        self._attempts.clear(attempt)

    def prove_code(self, account: Document, code: str) -> None:
        """That whoever has the account open has its second step at hand.

        Raises:
            Unauthenticated: ``signin.otp_wrong``. RateLimited: ``signin.too_often``.
        """
        attempt = self._attempts.begin(NAME_BUDGET, "own code", str(account["_id"]))
        self._second_steps.accept(account, code)
        self._attempts.clear(attempt)

    def _begin(self, ask: StaffAsk, *, is_known: bool) -> list[Attempt]:
        """What this try is counted with: the name from here, and unless the phone is known, the source."""
        name = ask.username.lower()
        if is_known:
            return [self._attempts.begin(NAME_BUDGET, "name", name, "key", ask.jkt)]
        of_name = self._attempts.begin(NAME_BUDGET, "name", name, "source", ask.source)
        try:
            return [of_name, self._attempts.begin(SOURCE_BUDGET, "source", ask.source)]
        except RateLimited:
            self._attempts.give_back(of_name)
            raise

    def _second_step(self, account: Document, ask: StaffAsk, counted: list[Attempt], *, is_known: bool) -> None:
        staff_id = str(account["_id"])
        if not ask.otp:
            # The right password is no failure; the next request brings the code.
            for attempt in counted:
                self._attempts.give_back(attempt)
            raise Unauthenticated("signin.otp_required")
        if is_known:
            self._second_steps.accept(account, ask.otp)
            return
        attempt = self._attempts.begin(CODE_BUDGET, "code", staff_id)
        try:
            self._second_steps.accept(account, ask.otp)
        except Unauthenticated:
            self._tell_once(staff_id, attempt)
            raise
        self._attempts.clear(attempt)

    def _tell_once(self, staff_id: str, attempt: Attempt) -> None:
        """Somebody knows the password and not the code: the owner hears of it when it is more than a slip."""
        if self._attempts.count(attempt) != CODE_BUDGET.free:
            return
        event = AccountChanged(staff_id, AccountChange.WRONG_CODES)
        self._database.transaction(lambda session: self._events.raise_(event, session))
