"""How a receipt is called: its series and number (NĐ 254/2026/NĐ-CP, TT 91/2026/TT-BTC). Pure.

A series is five characters: the year's last two digits, ``T``, and two letters of twenty. A number has eight digits.
"""

import re
from typing import Final

MOST_NUMBER: Final = 99_999_999
"""Eight digits."""

SHORTEST_WHY: Final = 5
"""Characters of the reason for which one is cancelled; blanks at its ends are none."""

LETTERS: Final = "ABCDEGHKLMNPQRSTUVXY"
SERIES_PATTERN: Final = rf"[0-9]{{2}}T[{LETTERS}]{{2}}"

_TYPED: Final = re.compile(rf"({SERIES_PATTERN})[\s.:/–—-]*([0-9]{{1,8}})", re.ASCII)


def number_text(number: int) -> str:
    """``00000042``."""
    return f"{number:08}"


def receipt_name(series: str, number: int | str) -> str:
    """A receipt as people name it, everywhere: ``26TAA-00000042``. ``number``: also as it is told on the wire."""
    return f"{series}-{number_text(int(number))}"


def typed_name(words: str) -> tuple[str, int] | None:
    """Series and number of what somebody typed: ``26TAA-00000042``, ``26taa 42``. None: no receipt is called so."""
    found = _TYPED.fullmatch(words.strip().upper())
    if found is None or not int(found[2]):
        return None
    return found[1], int(found[2])
