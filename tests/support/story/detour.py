"""Another way to the same address: what is signed for the city arrives by a relay, or at one of two servers."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter


class Detour(HTTPAdapter):
    """Sends requests for any address to ``ways`` (origins), in turn, as a load balancer would."""

    def __init__(self, ways: Sequence[str]) -> None:
        self._ways = list(ways)
        self._turn = 0
        super().__init__()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        meant = urlsplit(request.url or "")
        self._turn += 1
        way = urlsplit(self._ways[self._turn % len(self._ways)])
        request.headers["Host"] = meant.netloc
        request.url = meant._replace(netloc=way.netloc).geturl()
        return super().send(request, **options)


def take(http: requests.Session, origin: str, ways: Sequence[str]) -> None:
    """From now on ``http`` reaches ``origin`` by ``ways``; other addresses as before."""
    http.mount(origin, Detour(ways))
