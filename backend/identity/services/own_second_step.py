"""What a member of staff does with their own second step: see it, turn it on, get new recovery codes."""

from dataclasses import dataclass
from typing import Any, Final

from backend.identity.rules import ENROLMENT_LIFE, source_of
from backend.identity.services.second_step import SecondSteps
from backend.identity.services.sessions import Sessions
from backend.identity.services.staff import StaffAccounts
from backend.identity.services.staff_signin import StaffSignin
from backend.infra.mongo import Document
from shared_models.access import Actor, Scope
from shared_models.clock import Clock
from shared_models.errors import Conflict, Forbidden, Unauthenticated


@dataclass(frozen=True, slots=True)
class OwnSecondStepParts:
    accounts: StaffAccounts
    second_steps: SecondSteps
    signin: StaffSignin
    sessions: Sessions
    clock: Clock


class OwnSecondStep:
    def __init__(self, parts: OwnSecondStepParts) -> None:
        self._accounts: Final = parts.accounts
        self._second_steps: Final = parts.second_steps
        self._signin: Final = parts.signin
        self._sessions: Final = parts.sessions
        self._clock: Final = parts.clock

    def state(self, actor: Actor) -> dict[str, Any]:
        """``{is_on, is_required, recovery_codes_left}``."""
        return self._second_steps.state(self._account(actor))

    def begin(self, actor: Actor, password: str | None, address: str | None) -> dict[str, str]:
        """``{secret, uri}`` for an authenticator app.

        An open phone in a stranger's hand must not become their second step, so the sign-in is fresh or the password
        comes along.

        Raises:
            Forbidden: ``totp.password_required``. Conflict: ``totp.already_on``.
            Unauthenticated, RateLimited: as `StaffSignin.prove`.
        """
        account = self._account(actor)
        if password is not None:
            self._signin.prove(account, password, source_of(address))
        elif not self._is_fresh(actor):
            raise Forbidden("totp.password_required")
        return self._second_steps.begin(account)

    def confirm(self, actor: Actor, code: str) -> list[str]:
        """The recovery codes, once the code holds (`SecondSteps.confirm`)."""
        return self._second_steps.confirm(self._account(actor), code)

    def renew_recovery_codes(self, actor: Actor, code: str) -> list[str]:
        """New recovery codes for who has the second step at hand.

        Raises:
            Conflict: ``totp.off``. Unauthenticated, RateLimited: as `StaffSignin.prove_code`.
        """
        account = self._account(actor)
        if account.get("totp") is None:
            raise Conflict("totp.off")
        self._signin.prove_code(account, code)
        return self._second_steps.renew_recovery_codes(account)

    def _account(self, actor: Actor) -> Document:
        actor.require(Scope.SECOND_STEP)
        account = self._accounts.of_id(actor.id)
        if account is None:
            raise Unauthenticated("session.ended")
        return account

    def _is_fresh(self, actor: Actor) -> bool:
        began = self._sessions.began(actor.session_id or "")
        return began is not None and self._clock.now() - began <= ENROLMENT_LIFE
