"""The one way in which gateways are called: over the addresses in their accounts or nowhere, with an end in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests
from urllib3.exceptions import HTTPError

from backend.infra.system import elapsed_s
from backend.payments.adapters.told import json_object
from shared_models.errors import Upstream

CONNECT_S: Final = 5
ANSWER_S: Final = 30
"""MoMo asks callers to wait at least 30 s; the others are content with less."""

_MOST_BYTES: Final = 256 * 1024
_PIECE: Final = 16 * 1024
_REDIRECTS: Final = range(300, 400)


@dataclass(frozen=True, slots=True)
class Said:
    """A gateway's answer: its HTTP status and the JSON object in it."""

    status: int
    content: Mapping[str, Any]


class Http:
    """What adapters are given. ``authority``: a PEM file of certificates to trust, None for the system's.

    A connection is used once: calls are few, and a pool shared by threads would need care that nothing here repays.
    """

    def __init__(self, authority: str | None = None, answer_s: float = ANSWER_S) -> None:
        self._verify: Final = authority or True
        self._answer_s: Final = answer_s

    def call(
        self,
        method: str,
        url: str,
        *,
        content: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Said:
        """Sends JSON (or nothing) and reads a JSON object of at most 256 KiB, whatever the status under 500.

        Raises:
            Upstream: ``gateway.unreachable`` (no answer, 5xx: it may have been carried out), ``gateway.answer``
                (a redirect, no JSON object, too large).
        """
        try:
            answer = requests.request(
                method,
                url,
                json=content,
                headers={"Accept-Encoding": "identity", **(headers or {})},
                timeout=(CONNECT_S, self._answer_s),
                allow_redirects=False,  # what is signed for a gateway goes to its address or nowhere
                stream=True,
                verify=self._verify,
            )
            with answer:
                body = self._read(answer)
        except (requests.RequestException, HTTPError, OSError) as failure:
            raise Upstream("gateway.unreachable", transient=True) from failure
        if answer.status_code >= 500:
            raise Upstream("gateway.unreachable", transient=True)
        if answer.status_code in _REDIRECTS:
            raise Upstream("gateway.answer", transient=False)
        return Said(answer.status_code, _answer(body))

    def _read(self, answer: requests.Response) -> bytes:
        """The body, unless it is too long or comes too slowly: each piece alone may keep within the time-out."""
        until_s, body = elapsed_s() + self._answer_s, b""
        while piece := answer.raw.read1(_PIECE, decode_content=True):  # what has come, without waiting for more
            body += piece
            if len(body) > _MOST_BYTES:
                raise Upstream("gateway.answer", transient=False)
            if elapsed_s() > until_s:
                raise Upstream("gateway.unreachable", transient=True)
        return body


def _answer(body: bytes) -> Mapping[str, Any]:
    try:
        return json_object(body)
    except ValueError as malformed:
        raise Upstream("gateway.answer", transient=False) from malformed
