"""When a gateway is asked about an attempt: soon while somebody waits, ever more rarely afterwards, and then no more.

Pure. A notice may be lost, and what was paid may be confirmed long after the page has closed, so an attempt is asked
about for a week after its time: fewer than twenty questions for one that nobody paid.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

PATIENCE: Final = timedelta(minutes=2)
"""How long a gateway that tells by itself is waited for before it is asked."""

GRACE: Final = timedelta(minutes=5)
"""How long after its time an attempt may still turn out to be paid before it is called over."""

ASKED_ON: Final = timedelta(days=7)
"""How long after its time an attempt is asked about: what was held for a check is decided by then."""

_SOONEST: Final = timedelta(seconds=2)
_LATEST_OPEN: Final = timedelta(minutes=1)
_LATEST: Final = timedelta(days=1)


def first_question(started_at: datetime, *, sends_notices: bool) -> datetime:
    return started_at + PATIENCE if sends_notices else started_at


def next_question(attempt: Mapping[str, Any], now: datetime, *, is_page: bool) -> datetime | None:
    """After the one of now; None when it was the last.

    On a gateway's page somebody waits: again after a tenth of the time since it began, every minute at last. A
    transfer, and a page whose time is over, is asked about after half as long again as it has waited, daily at last.
    """
    waited: timedelta = now - attempt["started_at"]
    until: datetime = attempt["expires_at"]
    if is_page and now < until + GRACE:
        return now + min(max(waited / 10, _SOONEST), _LATEST_OPEN)
    later = now + min(max(waited / 2, _LATEST_OPEN), _LATEST)
    return later if later <= until + ASKED_ON else None
