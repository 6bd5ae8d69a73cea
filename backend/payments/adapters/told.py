"""What gateways tell, read strictly: JSON with one meaning, whole numbers, texts that can be kept, moments that exist.

What these refuse is a ``ValueError``; whether that is a malformed notice or an answer that is none, each adapter says.
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from shared_models.clock import CITY_ZONE
from shared_models.errors import Upstream
from shared_models.payment.order import MOST_CODE

LONGEST_REF: Final = 64


def json_object(body: bytes | str) -> Mapping[str, Any]:
    """The JSON object of a message.

    Raises:
        ValueError: no JSON object, or one that different readers understand differently: a field that is there twice,
            NaN, half a character (a lone surrogate), or deeper than can be read.
    """
    try:
        said = json.loads(body, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(said, ensure_ascii=False).encode()
    except RecursionError as deep:
        raise ValueError("deeper than can be read") from deep
    if isinstance(said, dict):
        return said
    raise ValueError("not an object")


def is_same(expected: str, given: object) -> bool:
    """Whether a signature in hex is the expected one, in a time that tells nothing of where they differ."""
    return isinstance(given, str) and hmac.compare_digest(expected.encode(), given.lower().encode(errors="replace"))


def whole(value: object, most: int = MOST_CODE) -> int:
    """A whole number from 0 to ``most``: ``true``, ``5.0`` and ``"5"`` are none. Raises ``ValueError``."""
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError("not a whole number")
    return value


def reference(value: object) -> str:
    """A gateway's own number of a payment, which is kept and compared as text. Raises ``ValueError``."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_REF:
        raise ValueError("no number of a payment")
    return value


def existing(moment: datetime) -> datetime:
    """An aware moment in UTC. Raises ``ValueError`` for one that UTC has no year for (the first hours of year 1)."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as beyond:
        raise ValueError("beyond the calendar") from beyond


def city_moment(text: str, form: str) -> datetime:
    """A time of the city (UTC+07:00) that is written without its zone, as in ``strptime``. Raises ``ValueError``."""
    return existing(datetime.strptime(text, form).replace(tzinfo=CITY_ZONE))


def page(url: object, api_url: str) -> str:
    """The address of a gateway's page: over TLS where the gateway itself is called over TLS.

    Raises:
        Upstream: ``gateway.answer``.
    """
    if isinstance(url, str):
        try:
            parts, ours = urlsplit(url), urlsplit(api_url)
        except ValueError:
            parts = ours = urlsplit("")
        if parts.hostname and parts.scheme in {"https", ours.scheme}:
            return url
    raise Upstream("gateway.answer", transient=False)


@contextmanager
def done_or_not() -> Iterator[None]:
    """Around asking for a refund: an answer that cannot be read or believed does not say that it was refused.

    Raises:
        Upstream: ``gateway.unreachable`` (it may have been carried out: the same request again will tell).
    """
    try:
        yield
    except Upstream as fault:
        if fault.code == "gateway.answer":
            raise Upstream("gateway.unreachable", transient=True, why="answer") from fault
        raise


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
