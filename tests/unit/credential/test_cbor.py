"""The strict decoder and its encoder (RFC 8949; the ill-formed corpus stands in tests/contract/vectors)."""

import pytest

from shared_models.credential import cbor
from shared_models.credential.constants import MAX_DEPTH, MAX_TOKEN_BYTES

ITEMS = {
    "00": 0,
    "17": 23,
    "1818": 24,
    "18ff": 255,
    "190100": 256,
    "19ffff": 65535,
    "1a00010000": 65536,
    "1b0000000100000000": 1 << 32,
    "1bffffffffffffffff": (1 << 64) - 1,
    "20": -1,
    "3863": -100,
    "3bffffffffffffffff": -(1 << 64),
    "40": b"",
    "4401020304": bytes((1, 2, 3, 4)),
    "60": "",
    "63e1baa3": "ả",
    "64f09f8d9c": "🍜",
    "80": [],
    "83010203": [1, 2, 3],
    "a0": {},
    "a3012003410061610a": {1: -1, 3: b"\0", "a": 10},
    "f4": False,
    "f5": True,
    "f6": None,
}


@pytest.mark.parametrize(("encoded", "item"), ITEMS.items(), ids=ITEMS)
def test_an_item_and_its_one_encoding(encoded: str, item: object) -> None:
    decoded = cbor.decode(bytes.fromhex(encoded))
    assert (decoded, type(decoded)) == (item, type(item))
    assert cbor.encode(item).hex() == encoded


REFUSED = {
    "nothing": "",
    "integer too long by one byte": "1817",
    "integer too long by two": "190017",
    "integer too long by four": "1a0000ffff",
    "integer too long by eight": "1b00000000ffffffff",
    "length too long": "5801ff",
    "negative too long": "3800",
    "reserved head": "1c",
    "indefinite bytes": "5f4100ff",
    "indefinite text": "7f6161ff",
    "indefinite array": "9f00ff",
    "indefinite map": "bf0000ff",
    "break": "ff",
    "half float": "f93c00",
    "single float": "fa47c35000",
    "double float": "fb3ff199999999999a",
    "undefined": "f7",
    "simple value 16": "f0",
    "simple value 20 in two bytes": "f814",
    "simple value 255": "f8ff",
    "tag": "d20000",
    "positive bignum": "c24101",
    "shared value": "d81c00",
    "not UTF-8": "62c328",
    "UTF-8 surrogate": "63eda080",
    "UTF-8 overlong": "62c080",
    "bytes cut": "4400",
    "text cut": "6261",
    "head cut": "19ff",
    "array cut": "8200",
    "map without value": "a100",
    "length of 2^64-1": "5bffffffffffffffff",
    "array of 2^64-1": "9bffffffffffffffff",
    "map of 2^64-1": "bbffffffffffffffff",
    "byte after": "0000",
    "keys unsorted": "a202000100",
    "keys twice": "a201000100",
    "longer key first": "a2616100" + "0100",
    "bytes as key": "a1410000",
    "array as key": "a18000",
    "map as key": "a1a000",
    "false as key": "a1f400",
}


@pytest.mark.parametrize("encoded", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(encoded: str) -> None:
    with pytest.raises(cbor.CborError):
        cbor.decode(bytes.fromhex(encoded))


def test_depth_ends_at_the_limit() -> None:
    assert cbor.decode(b"\x81" * (MAX_DEPTH - 1) + b"\x80") is not None
    with pytest.raises(cbor.CborError, match="deep"):
        cbor.decode(b"\x81" * MAX_DEPTH + b"\x80")
    with pytest.raises(cbor.CborError, match="deep"):
        cbor.decode(b"\xa1\x00" * MAX_DEPTH + b"\xa0")
    with pytest.raises(cbor.CborError):
        cbor.decode(b"\x81" * MAX_TOKEN_BYTES)


def test_size_ends_at_the_limit() -> None:
    longest = cbor.encode(bytes(MAX_TOKEN_BYTES - 3))
    assert len(longest) == MAX_TOKEN_BYTES
    assert cbor.decode(longest) == bytes(MAX_TOKEN_BYTES - 3)
    with pytest.raises(cbor.CborError, match="long"):
        cbor.decode(cbor.encode(bytes(MAX_TOKEN_BYTES - 2)))
    with pytest.raises(cbor.CborError, match="long"):
        cbor.decode(bytes(3), max_bytes=2)


def test_tag_18_stands_only_where_it_is_admitted() -> None:
    assert cbor.decode(b"\xd2\x00", tag_depth=0) == cbor.Tagged(0, b"\xd2\x00")
    assert cbor.decode(b"\xa1\x0d\xd2\x00", tag_depth=1) == {13: cbor.Tagged(0, b"\xd2\x00")}
    for encoded, depth in ((b"\xd2\x00", 1), (b"\x81\xd2\x00", 0), (b"\xd2\xd2\x00", 0), (b"\xd2\x81\xd2\x00", 0)):
        with pytest.raises(cbor.CborError, match="tag"):
            cbor.decode(encoded, tag_depth=depth)
    for encoded in (b"\xd8\x12\x00", b"\xd3\x00", b"\xd9\x00\x12\x00"):
        with pytest.raises(cbor.CborError):
            cbor.decode(encoded, tag_depth=0)


def test_tag_as_a_key_is_refused() -> None:
    with pytest.raises(cbor.CborError):
        cbor.decode(b"\xa1\xd2\x00\x00", tag_depth=1)


@pytest.mark.parametrize("item", [1.5, {1.5: 0}, {None: 0}, {True: 0}, {b"": 0}, object(), {1, 2}])
def test_what_has_no_encoding_is_refused(item: object) -> None:
    with pytest.raises(TypeError):
        cbor.encode(item)


@pytest.mark.parametrize("item", [1 << 64, -(1 << 64) - 1])
def test_an_integer_beyond_64_bits_is_refused(item: int) -> None:
    with pytest.raises(OverflowError):
        cbor.encode(item)
