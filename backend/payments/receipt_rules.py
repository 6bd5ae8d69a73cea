"""Numbers of electronic receipts: form, series, number (NĐ 254/2026/NĐ-CP, TT 91/2026/TT-BTC). Pure.

A series is five characters: the year's last two digits, ``T``, and two letters. Its numbers begin at 1 on 1 January in
the city and go up by one. What is not settled by a text that somebody could read is data in `receipt_series.json`.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

MOST_NUMBER: Final = 99_999_999
"""Eight digits."""

KEPT_FREE: Final = 10_000
"""Numbers that are left for payments under way when no new one is begun any more."""

_FILE: Final = Path(__file__).with_name("receipt_series.json")
_LETTERS: Final = "ABCDEGHKLMNPQRSTUVXY"
SERIES_PATTERN: Final = rf"[0-9]{{2}}T[{_LETTERS}]{{2}}"
_SERIES: Final = re.compile(SERIES_PATTERN, re.ASCII)


@dataclass(frozen=True, slots=True)
class ReceiptSeries:
    """``form`` of receipts without a face value; ``letters`` of the series that a year has, used one after the other.

    ``is_due_for_nothing``: an order of 0 VND gets a receipt.
    """

    form: str
    letters: tuple[str, ...]
    is_due_for_nothing: bool

    def of_year(self, year: int) -> tuple[str, ...]:
        """``("26TAA",)`` for 2026."""
        return tuple(f"{year % 100:02}T{letters}" for letters in self.letters)


@cache
def receipt_series() -> ReceiptSeries:
    """The series as they are declared.

    Raises:
        ValueError: letters that no series may have.
    """
    told = json.loads(_FILE.read_text("utf-8"))
    series = ReceiptSeries(told["form"], tuple(told["letters"]), told["zero_vnd"]["is_due"])
    for name in series.of_year(2026):
        if _SERIES.fullmatch(name) is None:
            raise ValueError(f"{name} is no series of receipts")
    return series


def year_of_series(series: str) -> int:
    """2026 for ``26TAA``: electronic receipts are of this century."""
    return 2000 + int(series[:2])


def number_text(number: int) -> str:
    """``00000042``."""
    return f"{number:08}"


def counter_key(agency_code: str, series: str, year: int) -> str:
    return f"{agency_code}:{series}:{year}"
