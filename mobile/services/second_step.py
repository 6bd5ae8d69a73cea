"""The second step of staff sign-in: turning it on, new recovery codes, and the way through the door with it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mobile.services.api_client import ApiClient
from mobile.services.session import Session
from mobile.services.web import Web
from mobile.state.app_state import AppState

PIXELS = 720
FILE_NAME = "cong-dan-ma-du-phong.txt"


@dataclass(frozen=True, slots=True)
class SecondStepState:
    is_on: bool
    is_required: bool
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class Secret:
    """What an authenticator app has to learn: by camera (`qr`, a PNG) or by fingers (`text`, base32)."""

    text: str
    qr: bytes


class SecondStep:
    def __init__(self, web: Web, api: ApiClient) -> None:
        self._web = web
        self._api = api

    async def state(self) -> SecondStepState:
        found = await self._api.call("GET", "/me/totp")
        return SecondStepState(found["is_on"], found["is_required"], found["recovery_codes_left"] or 0)

    async def begin(self, password: str | None = None) -> Secret:
        """A new secret. Raises DomainError `totp.password_required` when the sign-in is some minutes old."""
        body = {"password": password} if password else {}
        # A secret that did not arrive counts for nothing: the next one replaces it.
        begun = await self._api.call("POST", "/me/totp", body, repeatable=True)
        return Secret(begun["secret"], await self._web.qr_png(begun["uri"], PIXELS))

    async def confirm(self, code: str) -> list[str]:
        """The recovery codes; the same code again gets the same. Raises DomainError `totp.code_wrong`."""
        answer = await self._api.call("POST", "/me/totp/confirm", {"code": code}, repeatable=True)
        return list(answer["recovery_codes"])

    async def renew_recovery_codes(self, code: str) -> list[str]:
        """Raises DomainError `signin.otp_wrong`."""
        answer = await self._api.call("POST", "/me/totp/recovery-codes", {"code": code})
        return list(answer["recovery_codes"])

    async def save_file(self, title: str, codes: list[str]) -> None:
        """Give the recovery codes to the browser as a file."""
        await self._web.save_file("\n".join([title, "", *codes, ""]).encode(), FILE_NAME)


class StaffDoor:
    """The way in for staff. `enter` is what follows a finished sign-in."""

    def __init__(self, session: Session, state: AppState, enter: Callable[[], Awaitable[None]]) -> None:
        self._session = session
        self._state = state
        self._enter = enter

    async def sign_in(self, username: str, password: str, otp: str | None = None) -> None:
        """Raises DomainError for the form to show; `signin.otp_required` asks for a code."""
        user = await self._session.sign_in_staff(username, password, otp)
        if user.must_enrol:
            self._state.stage = "second_step"
        else:
            await self._enter()

    async def enrolled(self) -> None:
        """The second step is on: what the user may do now is said by a new token."""
        await self._session.renew()
        await self._enter()
