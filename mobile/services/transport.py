"""The way to the server, as the API client sees it."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol


class Unreachable(Exception):
    """No answer: no network, a timeout, or a connection cut in the middle. The request may or may not have arrived."""


@dataclass(frozen=True, slots=True)
class Request:
    """`path` starts with a slash and may have a query; `timeout_s` covers the whole exchange."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | bytes | None = None
    timeout_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; None when it is empty. Raises ValueError when it is neither."""
        return json.loads(self.body) if self.body else None


class Transport(Protocol):
    """Sends one request to the app's own origin. Raises `Unreachable`; every HTTP status is an answer."""

    origin: str

    async def send(self, request: Request) -> Response: ...
