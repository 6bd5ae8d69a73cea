"""The loose decoder: whatever is well-formed and bounded is read, nothing else (RFC 8949)."""

import json
import math

import pytest

from shared_models.credential import cbor
from shared_models.credential.foreign import loose_cbor
from shared_models.credential.foreign.loose_cbor import OtherKey, Simple, Tag, to_plain


@pytest.mark.parametrize(
    ("encoded", "item"),
    [
        ("1800", 0),
        ("3bffffffffffffffff", -(2**64)),
        ("f93c00", 1.0),
        ("fa47c35000", 100000.0),
        ("fb3ff199999999999a", 1.1),
        ("f7", Simple(23)),
        ("f8ff", Simple(255)),
        ("5f42010243030405ff", b"\1\2\3\4\5"),
        ("7f657374726561646d696e67ff", "streaming"),
        ("9f01820203ff", [1, [2, 3]]),
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
        ("c249010000000000000000", 2**64),
        ("c349010000000000000000", -(2**64) - 1),
        ("c11a514b67b0", Tag(1, 1363896240)),
        ("a2010226f6", {1: 2, -7: None}),
        ("a1f502", {OtherKey(b"\xf5"): 2}),
        ("a2010141010a", {1: 1, OtherKey(b"\x41\x01"): 10}),
    ],
)
def test_what_is_well_formed_is_read(encoded: str, item: object) -> None:
    assert loose_cbor.decode(bytes.fromhex(encoded)) == item


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "18",
        "1c",
        "ff",
        "f800",
        "f81f",
        "5f4101",
        "5f6161ff",
        "5f5f4101ffff",
        "7f61c361a9ff",
        "61ff",
        "a20101180102",
        "a1",
        "bf01ff",
        "0000",
        "9bffffffffffffffff",
        "bbffffffffffffffff",
        "5bffffffffffffffff",
        "81" * 17 + "00",
        "d83d" * 17 + "00",
        "c2",
    ],
)
def test_what_is_not_is_refused(encoded: str) -> None:
    with pytest.raises(cbor.CborError):
        loose_cbor.decode(bytes.fromhex(encoded))


@pytest.mark.parametrize("encoded", ["1800", "5f4101ff", "7f6161ff", "9f01ff", "bf0102ff", "a1180102"])
def test_preferred_serialization_can_be_asked_for(encoded: str) -> None:
    data = bytes.fromhex(encoded)
    loose_cbor.decode(data)
    with pytest.raises(cbor.CborError):
        loose_cbor.decode(data, preferred=True)


def test_keys_need_no_order_but_are_unique_whatever_their_head() -> None:
    assert loose_cbor.decode(bytes.fromhex("a2020201f6"), preferred=True) == {2: 2, 1: None}
    for twice in ("a2010101f6", "a201011801f6", "a2f501f502", "bf6161016161f6ff", "a2c240010001"):
        with pytest.raises(cbor.CborError, match="twice"):
            loose_cbor.decode(bytes.fromhex(twice))


def test_size_is_bounded_before_content() -> None:
    assert loose_cbor.decode(cbor.head(2, loose_cbor.MAX_BYTES - 3) + bytes(loose_cbor.MAX_BYTES - 3))
    with pytest.raises(cbor.CborError, match="too long"):
        loose_cbor.decode(bytes(loose_cbor.MAX_BYTES + 1))


def test_everything_read_can_be_said_in_json() -> None:
    item = {
        1: [math.nan, math.inf, 1.5, b"\xff", None, True],
        "1": Tag(24, b"x"),
        OtherKey(b"\xf5"): Simple(23),
        -260: {"đ": 2**80},
    }
    told = json.loads(json.dumps(to_plain(item), allow_nan=False))
    assert told == {
        "1": ["nan", "inf", 1.5, "ff", None, True],
        '"1"': {"tag": 24, "value": "78"},
        "h'f5'": "simple(23)",
        "-260": {"đ": 2**80},
    }
