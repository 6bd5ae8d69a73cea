"""The keys of a run: a JSON list ``[{"kid": hex, "alg": int, ...}]``.

Members by algorithm: ``x`` and ``y`` (ES256, ES384, ES512), ``x`` (EdDSA), ``n`` and ``e`` (PS256), all hexadecimal,
big endian, leading zeros or not. ``types`` (null: everything), ``nbf`` and ``exp`` limit what it may have signed. Other
members are ignored; a key of an algorithm that we do not know may stand there and allows nothing.
"""

import json
import math
from collections.abc import Callable
from typing import Any, Final

from backend.code_verification.algorithms import load_key
from shared_models.credential.foreign.judge import ForeignKey

FOR_EVER: Final = 2**33
_NUMBERS: Final = ("x", "y", "n", "e")


class KeysFileError(ValueError):
    """The file is not such a list; the message names entry and member."""


def is_signed_list(content: bytes) -> bool:
    """Whether the file is meant as a signed trust list, which begins with the byte of tag 18 and is no text."""
    return content[:1] == b"\xd2"


def read_keys(content: bytes) -> tuple[ForeignKey, ...]:
    """The keys of a JSON list, each of them one that its algorithm can use.

    Raises:
        KeysFileError: see there.
    """
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise KeysFileError(f"keys: not JSON: {fault}") from fault
    if not isinstance(rows, list):
        raise KeysFileError("keys: a list of keys is expected")
    return tuple(_key(row, f"keys: entry {number}") for number, row in enumerate(rows, 1))


def _key(row: Any, where: str) -> ForeignKey:
    if not isinstance(row, dict):
        raise KeysFileError(f"{where}: an object is expected")
    for member in ("kid", "alg"):
        if member not in row:
            raise KeysFileError(f"{where}: {member} is missing")
    x, y, n, e = (_hexadecimal(row, member, where) for member in _NUMBERS)
    key = ForeignKey(
        kid=_hexadecimal(row, "kid", where),
        alg=_one(row, "alg", _is_integer, "an integer", where),
        x=x,
        y=y,
        n=n,
        e=e,
        type_codes=_type_codes(row.get("types"), where),
        not_before_s=_one(row, "nbf", _is_number, "a number", where) if row.get("nbf") is not None else 0,
        expires_at_s=_one(row, "exp", _is_number, "a number", where) if row.get("exp") is not None else FOR_EVER,
    )
    try:
        load_key(key)
    except ValueError as fault:
        raise KeysFileError(f"{where}: {fault}") from fault
    return key


def _hexadecimal(row: dict[str, Any], member: str, where: str) -> bytes:
    text = row.get(member)
    if text is None:
        return b""
    if not isinstance(text, str) or not text.isascii():
        raise KeysFileError(f"{where}: {member} is not a text of hexadecimal digits")
    try:
        return bytes.fromhex(text)
    except ValueError as fault:
        raise KeysFileError(f"{where}: {member} is not hexadecimal") from fault


def _one(row: dict[str, Any], member: str, rule: Callable[[Any], bool], what: str, where: str) -> Any:
    if not rule(row[member]):
        raise KeysFileError(f"{where}: {member} is not {what}")
    return row[member]


def _type_codes(types: Any, where: str) -> frozenset[int] | None:
    if types is None:
        return None
    if not isinstance(types, list) or not all(map(_is_integer, types)):
        raise KeysFileError(f"{where}: types is neither null nor a list of integers")
    return frozenset(types)


def _is_integer(value: Any) -> bool:
    return type(value) is int


def _is_number(value: Any) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))
