"""The first rows of a list by an `order_key`, without reading the whole list.

The embedded server reads every row within a query's bounds before it sorts and cuts (a real mongod walks the index and
stops), so a list of thousands of rows would cost as much as all of them for each page of twenty. Here the upper bound
is guessed: close, from where the page ended the last time, and further away when too few rows lie below it. A guess
decides how fast an answer is, never what it is.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from backend.infra.mongo import Database, Document
from backend.infra.order import ORDER_RANDOM_BYTES, order_key

_DIGITS: Final = 12 + 2 * ORDER_RANDOM_BYTES
_END: Final = 16**_DIGITS
_HOUR: Final = 3_600_000 << (8 * ORDER_RANDOM_BYTES)
_FROM_NOW: Final = (-1536, -384, -96, -24, 0, 24, 96, 384, 1536)
_FROM_AFTER: Final = (1, 4, 16, 64, 256, 1024, 4096)
"""Hours: how far to look when nobody has looked before, or when what was known no longer holds enough rows."""

_MOST_KNOWN: Final = 4_096

_Name = tuple[Any, ...]


class OrderedPages:
    """``field`` holds order keys, and an index begins with the equalities of the lists and goes on with it."""

    def __init__(self, database: Database, collection: str, field: str) -> None:
        self._database: Final = database
        self._collection: Final = collection
        self._field: Final = field
        self._known: dict[_Name, int | None] = {}

    def first(
        self, wanted: Mapping[str, Any], after: str | None, size: int, now: datetime, shown: Mapping[str, Any]
    ) -> list[Document]:
        """The ``size`` rows with the lowest keys above ``after``, in order; fewer when there are no more.

        ``wanted``: equalities only. ``shown``: the projection, with the field in it.
        """
        origin, rows = _number(after), self._database.collection(self._collection)
        name = (*sorted(wanted.items()), after is None)
        for far in self._guesses(name, after, origin, now):
            bounds = {**({} if after is None else {"$gt": after}), **({} if far is None else {"$lt": f"{far:024x}"})}
            query = {**wanted, self._field: bounds} if bounds else dict(wanted)
            found = list(rows.find(query, shown).sort(self._field, 1).limit(size))
            if far is None or len(found) == size:
                break
        self._learn(name, found, size, origin if after is not None else 0)
        return found

    def _guesses(self, name: _Name, after: str | None, origin: int | None, now: datetime) -> Iterator[int | None]:
        if origin is None:
            yield None
            return
        steps = _FROM_NOW if after is None else _FROM_AFTER
        start = (_number(order_key(now, b"")) or 0) if after is None else origin
        known, least = self._known.get(name, -1), 0
        if known != -1:
            least = _END if known is None else known + (0 if after is None else origin)
            if least < _END:
                yield least
        yield from (far for far in (start + hours * _HOUR for hours in steps) if least < far < _END)
        yield None

    def _learn(self, name: _Name, found: list[Document], size: int, origin: int | None) -> None:
        """Next time a little further than this page went: as far again as its second half is long."""
        if origin is None:
            return
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[name] = None
        if found and len(found) == size:
            middle, last = (_number(found[place][self._field]) or 0 for place in (size // 2, size - 1))
            self._known[name] = 2 * last - middle + 1 - origin


def _number(key: str | None) -> int | None:
    """The key as a number; 0 for the beginning, None for what is no key: it bounds a query all the same."""
    if key is None:
        return 0
    try:
        return int(key[:_DIGITS].ljust(_DIGITS, "0"), 16)
    except ValueError:
        return None
