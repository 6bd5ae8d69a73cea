"""Calls to `/api/v1`: proofs, tokens, time limits, and problem+json turned into `DomainError`."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from mobile.services.dpop import Target, proof
from mobile.services.transport import Request, Response, Transport, Unreachable
from mobile.services.web import Web
from shared_models.clock import Clock
from shared_models.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    RateLimited,
    Stale,
    TooLarge,
    Unauthenticated,
    Upstream,
)

BASE = "/api/v1"
SAFE_METHODS = {"GET", "HEAD"}
# A piece of a file on the slowest line that is worth waiting for (256 KiB at 5 KB/s).
UPLOAD_TIMEOUT_S = 60.0
# One more try after a cut connection, and a second one after a breath: more would only hide that there is no network.
RETRY_AFTER_S = (0.3, 1.5)
BY_STATUS: dict[int, type[DomainError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Stale,
    413: TooLarge,
}
RandomBytes = Callable[[int], bytes]
Sleep = Callable[[float], Awaitable[None]]


class TokenSource(Protocol):
    """Who holds the session."""

    async def access_token(self, *, refused: str | None = None) -> str:
        """Return a token that should still hold; `refused` is one that the server has just turned down."""
        ...


class ApiClient:
    """One server, spoken to with the key of this phone.

    `repeatable` calls carry ids made by the client (or change nothing), so they may be sent again after a cut
    connection; all others are sent once, and their failure says that it is not known whether they arrived.
    """

    def __init__(self, web: Web, transport: Transport, clock: Clock, random_bytes: RandomBytes, sleep: Sleep) -> None:
        self._web = web
        self._transport = transport
        self._clock = clock
        self._random = random_bytes
        self._sleep = sleep
        self._tokens: TokenSource | None = None
        self.server_offset = timedelta()

    def use(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    def now(self) -> datetime:
        """The server's time as far as this phone knows it (proofs older than a minute are refused)."""
        return self._clock.now() + self.server_offset

    async def public(self, path: str) -> Any:
        """GET something that anybody may read; `path` is absolute (`/city.json`, `/api/v1/trust`)."""
        return _answer(await self._send(Request("GET", path), repeatable=True))

    async def public_bytes(self, path: str) -> bytes:
        response = await self._send(Request("GET", path), repeatable=True)
        _answer(response, parse=False)
        return response.body

    async def token(self, grant: dict[str, Any], *, repeatable: bool) -> dict[str, Any]:
        """POST to the token endpoint with a proof but no token."""
        response = await self._signed("POST", "/auth/token", grant, token=None, repeatable=repeatable)
        answer: dict[str, Any] = _answer(response)
        return answer

    async def call(self, method: str, path: str, body: Any = None, *, repeatable: bool = False) -> Any:
        """Call as the signed-in user; renews the token once when the server turns it down. Raises DomainError.

        `body` goes as JSON, or as it is when it is bytes.
        """
        return _answer(await self._authorised(method, path, body, repeatable=repeatable))

    async def changed(self, path: str, etag: str | None) -> tuple[Any, str | None] | None:
        """GET what may have changed since it had this ETag: content and new ETag, else None. Raises DomainError."""
        response = await self._authorised("GET", path, None, repeatable=False, etag=etag)
        return None if response.status == 304 else (_answer(response), response.headers.get("etag"))

    async def download(self, path: str) -> bytes:
        response = await self._authorised("GET", path, None, repeatable=True)
        _answer(response, parse=False)
        return response.body

    async def _authorised(
        self, method: str, path: str, body: Any, *, repeatable: bool, etag: str | None = None
    ) -> Response:
        if self._tokens is None:
            raise Unauthenticated("session.none")
        token = await self._tokens.access_token()
        response = await self._signed(method, path, body, token=token, repeatable=repeatable, etag=etag)
        if response.status == 401:
            token = await self._tokens.access_token(refused=token)
            response = await self._signed(method, path, body, token=token, repeatable=repeatable, etag=etag)
        return response

    async def _signed(
        self, method: str, path: str, body: Any, *, token: str | None, repeatable: bool, etag: str | None = None
    ) -> Response:
        bare = path.split("?", 1)[0]
        repeatable = repeatable or method in SAFE_METHODS

        async def build() -> Request:
            target = Target(method, f"{self._transport.origin}{BASE}{bare}", token)
            headers = {"DPoP": await proof(self._web, target, at=self.now(), jti=self._random(16))}
            if token:
                headers["Authorization"] = f"DPoP {token}"
            if etag is not None:
                headers["If-None-Match"] = etag
            if isinstance(body, bytes):
                headers["Content-Type"] = "application/octet-stream"
                return Request(method, f"{BASE}{path}", headers, body, UPLOAD_TIMEOUT_S)
            if body is not None:
                headers["Content-Type"] = "application/json"
            text = json.dumps(body, ensure_ascii=False) if body is not None else None
            return Request(method, f"{BASE}{path}", headers, text)

        # Every try has a proof of its own: the server takes a proof once.
        return await self._tries(build, repeatable=repeatable)

    async def _send(self, request: Request, *, repeatable: bool) -> Response:
        async def build() -> Request:
            return request

        return await self._tries(build, repeatable=repeatable)

    async def _tries(self, build: Callable[[], Awaitable[Request]], *, repeatable: bool) -> Response:
        waits = RETRY_AFTER_S if repeatable else ()
        for wait in (*waits, None):
            try:
                response = await self._transport.send(await build())
            except Unreachable:
                if wait is None:
                    raise Upstream("network.unreachable", transient=True) from None
                await self._sleep(wait)
                continue
            self._learn_time(response)
            return response
        raise AssertionError("the last try returns or raises")

    def _learn_time(self, response: Response) -> None:
        stamp = response.headers.get("date")
        if not stamp:
            return
        try:
            server = parsedate_to_datetime(stamp)
        except ValueError:
            return
        # `Date` has whole seconds; half a second is its middle.
        self.server_offset = server.astimezone(UTC) + timedelta(seconds=0.5) - self._clock.now()


def _answer(response: Response, *, parse: bool = True) -> Any:
    if response.status < 400:
        try:
            return response.json() if parse else None
        except ValueError as error:
            raise Upstream("network.answer_unreadable", transient=True) from error
    raise _problem(response)


def _problem(response: Response) -> DomainError:
    """Turn problem+json (RFC 9457) into the error that the server raised."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    code = str(problem.get("code") or f"http.{response.status}")
    params = problem.get("params") if isinstance(problem.get("params"), dict) else {}
    params = {**(params or {}), "request_id": problem.get("request_id") or response.headers.get("x-request-id", "")}
    if response.status == 422:
        return Invalid(code, problem.get("errors") or {}, **params)
    if response.status == 429:
        wait = params.pop("retry_after_s", None) or response.headers.get("retry-after", "30")
        return RateLimited(code, int(wait) if str(wait).isdigit() else 30, **params)
    if response.status in BY_STATUS:
        return BY_STATUS[response.status](code, **params)
    return Upstream(code, transient=response.status >= 500, **params)


async def real_sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)
