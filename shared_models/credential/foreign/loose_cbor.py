"""Well-formed CBOR (RFC 8949) as other people write it: any order of keys, floats, tags, indefinite lengths.

Bounded in size and depth. Refused are ill-formed input, repeated map keys, text that is not UTF-8, and bytes left over.
"""

import math
import re
import struct
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from shared_models.credential.cbor import CborError

MAX_BYTES: Final = 1 << 16
MAX_DEPTH: Final = 16

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_INDEFINITE: Final = 31
_BREAK: Final = 0xFF
_SMALLEST: Final = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
_PLAIN_SIMPLE: Final = {20: False, 21: True, 22: None}
_BIGNUMS: Final = (2, 3)
_MAX_BIGNUM_BYTES: Final = 64
_DIGITS: Final = re.compile(r"-?[0-9]+")


class Tag(NamedTuple):
    """A tagged item; bignums of up to 64 bytes are integers instead."""

    number: int
    value: Any


class Simple(NamedTuple):
    """A simple value other than false, true and null; 23 is ``undefined``."""

    value: int


class OtherKey(NamedTuple):
    """A map key that is neither an integer nor a text, by its own bytes."""

    encoded: bytes


def decode(data: bytes, *, preferred: bool = False) -> Any:
    """The item that ``data`` encodes, one and no more, of at most 64 KB.

    Args:
        data: the input.
        preferred: refuse indefinite lengths and heads longer than needed (RFC 8949 4.1), as RFC 9052 9 wants them.

    Raises:
        CborError: ill-formed, too deep, too long, or a map with a key twice.
    """
    if len(data) > MAX_BYTES:
        raise CborError("too long")
    reader = _Reader(data, preferred)
    try:
        item = reader.item(0)
    except UnicodeDecodeError as fault:
        raise CborError("not UTF-8") from fault
    if reader.at != len(data):
        raise CborError("bytes left over")
    return item


class _Reader:
    def __init__(self, data: bytes, preferred: bool) -> None:
        self.data = data
        self.preferred = preferred
        self.at = 0

    def item(self, depth: int) -> Any:
        major, info = self._initial()
        if major == _SIMPLE:
            return self._simple(info)
        if major in (_BYTES, _TEXT):
            return self._string(major, info)
        if major in (_ARRAY, _MAP, _TAG) and depth == MAX_DEPTH:
            raise CborError("too deep")
        if major == _ARRAY:
            return self._array(info, depth + 1)
        if major == _MAP:
            return self._map(info, depth + 1)
        argument = self._argument(info)
        if major == _TAG:
            return _tagged(argument, self.item(depth + 1))
        return argument if major == _UNSIGNED else -1 - argument

    def _initial(self) -> tuple[int, int]:
        first = self._take(1)[0]
        return first >> 5, first & 31

    def _take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.data):
            raise CborError("truncated")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def _argument(self, info: int) -> int:
        if info < 24:
            return info
        if info not in _SMALLEST:
            raise CborError("reserved or indefinite head")
        argument = int.from_bytes(self._take(1 << (info - 24)), "big")
        if self.preferred and argument < _SMALLEST[info]:
            raise CborError("head longer than needed")
        return argument

    def _is_indefinite(self, info: int) -> bool:
        if info == _INDEFINITE and self.preferred:
            raise CborError("indefinite length")
        return info == _INDEFINITE

    def _at_break(self) -> bool:
        if self.at < len(self.data) and self.data[self.at] == _BREAK:
            self.at += 1
            return True
        return False

    def _simple(self, info: int) -> Any:
        if info in _FLOATS:
            return struct.unpack(_FLOATS[info], self._take(1 << (info - 24)))[0]
        if info > 24:
            raise CborError("break outside of an item, or a reserved head")
        value = info if info < 24 else self._take(1)[0]
        if info == 24 and value < 32:
            raise CborError("simple value in two bytes")
        return _PLAIN_SIMPLE[value] if value in _PLAIN_SIMPLE else Simple(value)

    def _string(self, major: int, info: int) -> bytes | str:
        if not self._is_indefinite(info):
            content = self._take(self._argument(info))
            return content.decode("utf-8") if major == _TEXT else content
        chunks = []
        while not self._at_break():
            chunk_major, chunk_info = self._initial()
            if chunk_major != major:
                raise CborError("a chunk of another type")
            chunk = self._take(self._argument(chunk_info))
            if major == _TEXT:
                chunk.decode("utf-8")  # each chunk is UTF-8 by itself (RFC 8949 3.2.3)
            chunks.append(chunk)
        content = b"".join(chunks)
        return content.decode("utf-8") if major == _TEXT else content

    def _array(self, info: int, depth: int) -> list[Any]:
        items = []
        if self._is_indefinite(info):
            while not self._at_break():
                items.append(self.item(depth))
            return items
        # Each item takes at least a byte: a count beyond the input ends in "truncated" before it costs memory.
        for _ in range(self._argument(info)):
            items.append(self.item(depth))  # noqa: PERF401  as above; a comprehension hides the bound
        return items

    def _map(self, info: int, depth: int) -> dict[Any, Any]:
        entries: dict[Any, Any] = {}
        if self._is_indefinite(info):
            while not self._at_break():
                self._entry(entries, depth)
            return entries
        for _ in range(self._argument(info)):
            self._entry(entries, depth)
        return entries

    def _entry(self, entries: dict[Any, Any], depth: int) -> None:
        start = self.at
        key = self.item(depth)
        if type(key) not in (int, str):
            key = OtherKey(self.data[start : self.at])
        if key in entries:
            raise CborError("a key twice")
        entries[key] = self.item(depth)


def _tagged(number: int, value: Any) -> Any:
    if number in _BIGNUMS and type(value) is bytes and len(value) <= _MAX_BIGNUM_BYTES:
        magnitude = int.from_bytes(value, "big")
        return magnitude if number == _BIGNUMS[0] else -1 - magnitude
    return Tag(number, value)


def to_plain(item: Any) -> Any:
    """The item as JSON can say it: byte strings in hexadecimal, tags and simple values by name, keys as texts."""
    say = _PLAIN.get(type(item))
    return say(item) if say is not None else item


def _plain_key(key: int | str | OtherKey) -> str:
    """Texts of digits in quotes, so that 1 and "1" stay two keys."""
    if isinstance(key, OtherKey):
        return f"h'{key.encoded.hex()}'"
    if isinstance(key, str):
        return f'"{key}"' if _DIGITS.fullmatch(key) else key
    return str(key)


_PLAIN: Final[dict[type, Callable[[Any], Any]]] = {
    Tag: lambda tag: {"tag": tag.number, "value": to_plain(tag.value)},
    Simple: lambda simple: f"simple({simple.value})",
    bytes: bytes.hex,
    float: lambda number: number if math.isfinite(number) else str(number),
    list: lambda items: [to_plain(item) for item in items],
    dict: lambda entries: {_plain_key(key): to_plain(value) for key, value in entries.items()},
}
