"""The key by which lists are ordered and paged: time first, unique within a moment."""

from datetime import UTC, datetime, timedelta
from typing import Final

ORDER_RANDOM_BYTES: Final = 6

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def order_key(at: datetime, random: bytes) -> str:
    """A text that sorts by time: 12 hex digits of milliseconds since 1970, then the random bytes in hex."""
    return f"{(at - _EPOCH) // timedelta(milliseconds=1):012x}{random.hex()}"
