"""Numbers of electronic receipts: form, series, counters (NĐ 254/2026/NĐ-CP, TT 91/2026/TT-BTC). Pure.

Numbers of a series begin at 1 on 1 January in the city and go up by one. What is not settled by a text that somebody
could read is data in `receipt_series.json`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared_models.payment.receipt import SERIES_PATTERN, receipt_name

KEPT_FREE: Final = 10_000
"""Numbers that are left for payments under way when no new one is begun any more."""

_FILE: Final = Path(__file__).with_name("receipt_series.json")
_SERIES: Final = re.compile(SERIES_PATTERN, re.ASCII)


class Telling(StrEnum):
    """How much of a payer's personal number stands on a paper."""

    WHOLE = "whole"
    MASKED = "masked"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class ReceiptSeries:
    """``form`` of receipts without a face value; ``letters`` of the series that a year has, used one after the other.

    ``is_due_for_nothing``: an order of 0 VND gets a receipt. ``number_on_pdf``, ``number_in_xml``: the payer's.
    """

    form: str
    letters: tuple[str, ...]
    is_due_for_nothing: bool
    number_on_pdf: Telling = Telling.MASKED
    number_in_xml: Telling = Telling.WHOLE

    def of_year(self, year: int) -> tuple[str, ...]:
        """``("26TAA",)`` for 2026."""
        return tuple(f"{year % 100:02}T{letters}" for letters in self.letters)


@cache
def receipt_series() -> ReceiptSeries:
    """The series as they are declared.

    Raises:
        ValueError: letters that no series may have, or the same twice; a way to tell a number that there is not.
    """
    told = json.loads(_FILE.read_text("utf-8"))
    telling = told["payer_number"]
    series = ReceiptSeries(
        told["form"],
        tuple(told["letters"]),
        told["zero_vnd"]["is_due"],
        Telling(telling["pdf"]),
        Telling(telling["xml"]),
    )
    names = series.of_year(2026)
    for name in names:
        if _SERIES.fullmatch(name) is None:
            raise ValueError(f"{name} is no series of receipts")
    if not names or len(set(names)) != len(names):
        raise ValueError("each series of receipts is declared once")
    return series


def year_of_series(series: str) -> int:
    """2026 for ``26TAA``: electronic receipts are of this century."""
    return 2000 + int(series[:2])


def name_of(receipt: Mapping[str, Any]) -> str:
    """A stored receipt as people name it: ``26TAA-00000042``."""
    return receipt_name(receipt["series"], receipt["number"])


def counter_key(agency_code: str, series: str, year: int) -> str:
    return f"{agency_code}:{series}:{year}"
