"""Patterns that a form may ask for: regular, the same in Python and in the browser, and quick on any text.

JSON Schema's ``pattern`` is an ECMA-262 expression that may match anywhere. Here it has to say both ends (``^…$``),
uses ASCII classes only, and repeats no group, so that no answer makes it run for long (CWE-1333).
"""

import re
from typing import Final

LONGEST_PATTERN: Final = 200
LONGEST_MATCHED: Final = 200
"""Characters of a text that a pattern looks at: with two unbounded repeats at most, its square is the work."""

_MOST_UNBOUNDED: Final = 2
_ESCAPES: Final = frozenset("dw.-/\\()[]{}+*?|^$")
_TOKEN: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\}|.", re.DOTALL)


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern for ``fullmatch``.

    Raises:
        ValueError: one that is not of this kind.
    """
    if not (pattern.startswith("^") and pattern.endswith("$") and len(pattern) <= LONGEST_PATTERN):
        raise ValueError("a pattern begins with ^, ends with $ and is short")
    if not pattern.isascii() or not pattern.isprintable():
        raise ValueError("a pattern is of visible ASCII")
    body = pattern[1:-1]
    _check(_TOKEN.findall(body))
    try:
        return re.compile(body, re.ASCII)
    except re.error as fault:
        raise ValueError("not a regular expression") from fault


def _check(signs: list[str]) -> None:
    depth = unbounded = 0
    before = ""
    for sign in signs:
        if sign[0] == "\\" and sign[1:] not in _ESCAPES:
            raise ValueError(f"{sign} is not the same everywhere")
        if sign[0] == "[" and (len(sign) == 1 or not _is_plain_class(sign)):
            raise ValueError("a class that is not closed, or not the same everywhere")
        repeats = sign in "*+?" or (sign[0] == "{" and len(sign) > 1)
        if repeats and before in ("", "(", "|", "repeat"):
            raise ValueError("a repeat of nothing, or of a group by its inner sign")
        if repeats and before == ")" and sign != "?":
            raise ValueError("a group may be left out but not repeated")
        unbounded += sign in "*+" or (sign[0] == "{" and sign.endswith(",}"))
        depth += (sign == "(") - (sign == ")")
        if depth < 0 or sign in ("^", "$", "{", "}", "]") or (sign == "|" and depth == 0):
            raise ValueError("ends, braces and choices belong inside a group or behind a backslash")
        before = "repeat" if repeats else sign
    if depth or unbounded > _MOST_UNBOUNDED:
        raise ValueError("a group that is not closed, or too many repeats without an end")


def _is_plain_class(token: str) -> bool:
    inner = token[2:-1] if token.startswith("[^") else token[1:-1]
    escapes = re.findall(r"\\(.)", inner)
    return bool(inner) and "[" not in inner and "^" not in inner and "&&" not in inner and set(escapes) <= _ESCAPES
