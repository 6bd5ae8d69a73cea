"""Deterministic CBOR (RFC 8949 4.2.1): a strict decoder and an encoder whose output it accepts.

Accepted are integers, byte strings, UTF-8 texts, arrays, maps, ``false``, ``true``, ``null``, and tag 18 where the
caller says. Refused are indefinite lengths, heads longer than needed, unsorted or repeated map keys, keys other than
integers and texts, floats, other simple values and tags, deep nesting, oversized input and bytes left over. Hence
``encode(decode(data)) == data`` for all that is accepted.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, NamedTuple

from shared_models.credential.constants import COSE_SIGN1, MAX_DEPTH, MAX_TOKEN_BYTES
from shared_models.credential.reasons import FormatError

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_KEYS: Final = (_UNSIGNED, _NEGATIVE, _TEXT)
_SIMPLE_VALUES: Final = {20: False, 21: True, 22: None}
_SMALLEST: Final = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}
_NO_TAG: Final = -1
_BYTE: Final = [bytes((value,)) for value in range(256)]

_Read = tuple[Any, int]


class CborError(FormatError):
    """Not the one deterministic encoding of an admitted item."""

    reason = "format.cbor"


class Tagged(NamedTuple):
    """A tag 18 item: what it holds, and its own bytes with the tag."""

    value: Any
    encoded: bytes


def decode(data: bytes, *, max_bytes: int = MAX_TOKEN_BYTES, tag_depth: int = _NO_TAG) -> Any:
    """The item that ``data`` encodes.

    Args:
        data: exactly one item.
        max_bytes: longer input is refused unread.
        tag_depth: the depth (0: the outermost item) at which tag 18 is admitted, as ``Tagged``; by default nowhere.

    Raises:
        CborError: anything the module does not admit.
    """
    if len(data) > max_bytes:
        raise CborError("too long")
    try:
        item, end = _item(data, 0, 0, tag_depth)
    except (IndexError, UnicodeDecodeError) as fault:
        raise CborError("truncated or not UTF-8") from fault
    if end != len(data):
        raise CborError("bytes left over")
    return item


def encode(item: Any) -> bytes:
    """The deterministic encoding.

    Raises:
        TypeError: a value or a map key that the module does not admit.
        OverflowError: an integer beyond 64 bits.
    """
    write = _WRITERS.get(type(item))
    if write is None:
        raise TypeError(f"no CBOR for {type(item).__name__}")
    return write(item)


def head(major: int, argument: int) -> bytes:
    """The shortest head of a major type (0-7) and its argument (0 ... 2^64-1)."""
    initial = major << 5
    if argument < 24:
        return _BYTE[initial | argument]
    if argument < 1 << 8:
        return _BYTE[initial | 24] + _BYTE[argument]
    if argument < 1 << 16:
        return _BYTE[initial | 25] + argument.to_bytes(2, "big")
    if argument < 1 << 32:
        return _BYTE[initial | 26] + argument.to_bytes(4, "big")
    return _BYTE[initial | 27] + argument.to_bytes(8, "big")


# Reading: each reader takes the input, the argument of the head, where the content starts, the depth of the item and
# the depth of an admitted tag, and gives the item and where it ends.


def _item(data: bytes, at: int, depth: int, tag_depth: int) -> _Read:
    initial = data[at]
    major, argument = initial >> 5, initial & 31
    at += 1
    if argument >= 24:
        if argument > 27 or major == _SIMPLE:
            raise CborError("indefinite length, reserved head, float or two-byte simple value")
        end = at + (1 << (argument - 24))
        if end > len(data):
            raise CborError("truncated")
        smallest = _SMALLEST[argument]
        argument = int.from_bytes(data[at:end], "big")
        if argument < smallest:
            raise CborError("head longer than needed")
        at = end
    return _READERS[major](data, argument, at, depth, tag_depth)


def _read_unsigned(_data: bytes, argument: int, at: int, _depth: int, _tag_depth: int) -> _Read:
    return argument, at


def _read_negative(_data: bytes, argument: int, at: int, _depth: int, _tag_depth: int) -> _Read:
    return -1 - argument, at


def _read_bytes(data: bytes, argument: int, at: int, _depth: int, _tag_depth: int) -> _Read:
    end = at + argument
    if end > len(data):
        raise CborError("truncated")
    return data[at:end], end


def _read_text(data: bytes, argument: int, at: int, depth: int, tag_depth: int) -> _Read:
    text, end = _read_bytes(data, argument, at, depth, tag_depth)
    return text.decode("utf-8"), end


def _read_array(data: bytes, argument: int, at: int, depth: int, tag_depth: int) -> _Read:
    if depth == MAX_DEPTH:
        raise CborError("too deep")
    # Each item takes at least a byte, so a count beyond the input ends in IndexError before it costs memory.
    items = []
    for _ in range(argument):
        item, at = _item(data, at, depth + 1, tag_depth)
        items.append(item)
    return items, at


def _read_map(data: bytes, argument: int, at: int, depth: int, tag_depth: int) -> _Read:
    if depth == MAX_DEPTH:
        raise CborError("too deep")
    entries: dict[int | str, Any] = {}
    previous = b""
    for _ in range(argument):
        if data[at] >> 5 not in _KEYS:
            raise CborError("map key is neither integer nor text")
        start = at
        key, at = _item(data, at, depth + 1, _NO_TAG)
        encoded = data[start:at]
        if encoded <= previous:
            raise CborError("map keys unsorted or repeated")
        previous = encoded
        entries[key], at = _item(data, at, depth + 1, tag_depth)
    return entries, at


def _read_tag(data: bytes, argument: int, at: int, depth: int, tag_depth: int) -> _Read:
    if argument != COSE_SIGN1 or depth != tag_depth:
        raise CborError("tag")
    start = at - 1  # the head of tag 18 is one byte
    value, end = _item(data, at, depth, _NO_TAG)
    return Tagged(value, data[start:end]), end


def _read_simple(_data: bytes, argument: int, at: int, _depth: int, _tag_depth: int) -> _Read:
    if argument not in _SIMPLE_VALUES:
        raise CborError("simple value")
    return _SIMPLE_VALUES[argument], at


_READERS: Final = (
    _read_unsigned,
    _read_negative,
    _read_bytes,
    _read_text,
    _read_array,
    _read_map,
    _read_tag,
    _read_simple,
)


def _write_integer(value: int) -> bytes:
    return head(_UNSIGNED, value) if value >= 0 else head(_NEGATIVE, -1 - value)


def _write_bytes(value: bytes) -> bytes:
    return head(_BYTES, len(value)) + value


def _write_text(value: str) -> bytes:
    data = value.encode()
    return head(_TEXT, len(data)) + data


def _write_array(values: list[Any] | tuple[Any, ...]) -> bytes:
    return head(_ARRAY, len(values)) + b"".join([encode(value) for value in values])


def _write_map(members: dict[int | str, Any]) -> bytes:
    # No key's encoding is the beginning of another's, so entries sort as their keys do.
    try:
        entries = sorted([_KEY_WRITERS[type(key)](key) + encode(value) for key, value in members.items()])
    except KeyError as fault:
        raise TypeError("a map key is an integer or a text") from fault
    return head(_MAP, len(entries)) + b"".join(entries)


def _write_simple(value: bool | None) -> bytes:
    return b"\xf6" if value is None else b"\xf5" if value else b"\xf4"


_KEY_WRITERS: Final[dict[type, Callable[[Any], bytes]]] = {int: _write_integer, str: _write_text}
_WRITERS: Final[dict[type, Callable[[Any], bytes]]] = {
    **_KEY_WRITERS,
    bytes: _write_bytes,
    list: _write_array,
    tuple: _write_array,
    dict: _write_map,
    bool: _write_simple,
    type(None): _write_simple,
    Tagged: attrgetter("encoded"),
}
