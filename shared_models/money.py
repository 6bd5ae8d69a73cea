"""Whole VND as people read them: in groups of three, and in words as a receipt says them (domain, part 5)."""

from typing import Final

MOST_IN_WORDS: Final = 10**15
"""``Một triệu tỷ đồng``: far above every amount of a public service; more is a mistake."""

_DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION: Final = 10**9
_GROUPS: Final = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))


def vnd_text(amount: int) -> str:
    """``115.000``; the unit is the screen's."""
    return f"{amount:,}".replace(",", ".")


def amount_in_words(vnd: int) -> str:
    """``Một trăm mười lăm nghìn đồng`` for 115000, from 0 to 10^15 VND.

    Raises:
        ValueError: less, or more, or not a whole number.
    """
    if isinstance(vnd, bool) or not isinstance(vnd, int) or not 0 <= vnd <= MOST_IN_WORDS:
        raise ValueError("an amount in words is a whole number from 0 to 10^15")
    billions, rest = divmod(vnd, _BILLION)
    words = [*_below_billion(billions, follows=False), "tỷ"] if billions else []
    words += _below_billion(rest, follows=billions > 0)
    said = " ".join(words or [_DIGITS[0]])
    return f"{said[0].upper()}{said[1:]} đồng"


def _below_billion(number: int, *, follows: bool) -> list[str]:
    """``follows``: behind larger groups, so that hundreds are said even where there are none (*không trăm*)."""
    words: list[str] = []
    for size, name in _GROUPS:
        group, number = divmod(number, size)
        if group:
            words += _group(group, is_full=follows or bool(words))
            words += [name] if name else []
    return words


def _group(number: int, *, is_full: bool) -> list[str]:
    """One to three digits, not all of them 0; ``is_full`` says the hundreds also where they are 0."""
    hundreds, rest = divmod(number, 100)
    says_hundreds = is_full or hundreds > 0
    words = [_DIGITS[hundreds], "trăm"] if says_hundreds else []
    tens, ones = divmod(rest, 10)
    if tens > 1:
        words += [_DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif ones and says_hundreds:
        words.append("lẻ")
    return [*words, _ones(tens, ones)] if ones else words


def _ones(tens: int, ones: int) -> str:
    """``mốt`` after twenty and more, ``lăm`` after ten and more."""
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 and tens else _DIGITS[ones]
