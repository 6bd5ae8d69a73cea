"""Round trips of every codec of the credential, and that no second spelling is read."""

from hypothesis import assume, given
from hypothesis import strategies as st

from shared_models.credential import base45, cbor
from shared_models.credential.qr_text import (
    decimal_decode,
    decimal_encode,
    paper_text,
    screen_text,
    unframe,
    unwrap,
)
from shared_models.credential.reasons import FormatError
from shared_models.credential.status_list import StatusArray, deflate, inflate, pack

integers = st.integers(-(1 << 64), (1 << 64) - 1)
keys = st.one_of(integers, st.text(max_size=8))
leaves = st.one_of(integers, st.binary(max_size=40), st.text(max_size=40), st.booleans(), st.none())
items = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=12,
)


def depth(item: object) -> int:
    if isinstance(item, dict):
        return 1 + max(map(depth, item.values()), default=0)
    return 1 + max(map(depth, item), default=0) if isinstance(item, list) else 0


@given(items)
def test_cbor_reads_what_it_writes(item: object) -> None:
    encoded = cbor.encode(item)
    assume(len(encoded) <= 4096 and depth(item) <= 8)
    decoded = cbor.decode(encoded)
    assert decoded == item
    assert cbor.encode(decoded) == encoded


@given(st.binary(max_size=64))
def test_cbor_writes_what_it_reads(data: bytes) -> None:
    """Whatever bytes are read at all are the one encoding of what they hold."""
    try:
        item = cbor.decode(data)
    except cbor.CborError:
        return
    assert cbor.encode(item) == data


@given(items, st.data())
def test_cbor_mutations_are_refused_or_another_item(item: object, data: st.DataObject) -> None:
    encoded = cbor.encode(item)
    assume(len(encoded) <= 4096 and depth(item) <= 8)
    at = data.draw(st.integers(0, len(encoded) - 1))
    mutated = encoded[:at] + bytes((encoded[at] ^ data.draw(st.integers(1, 255)),)) + encoded[at + 1 :]
    try:
        other = cbor.decode(mutated, tag_depth=0)
    except cbor.CborError:
        return
    assert cbor.encode(other) == mutated != encoded


@given(st.dictionaries(keys, st.integers(0, 9), min_size=2, max_size=8), st.randoms())
def test_cbor_map_in_another_order_is_refused(members: dict, random) -> None:
    entries = [cbor.encode(key) + cbor.encode(value) for key, value in members.items()]
    shuffled = entries[:]
    random.shuffle(shuffled)
    assume(shuffled != sorted(entries))
    try:
        cbor.decode(cbor.head(5, len(entries)) + b"".join(shuffled))
    except cbor.CborError:
        return
    raise AssertionError("an unsorted map was read")


@given(st.binary(max_size=4096))
def test_base45_round_trip(data: bytes) -> None:
    assert base45.decode(base45.encode(data), len(data)) == data


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=40))
def test_base45_reads_one_spelling(text: str) -> None:
    try:
        data = base45.decode(text, 40)
    except base45.EncodingError:
        return
    assert base45.encode(data) == text


@given(st.binary(max_size=4096))
def test_decimal_round_trip(data: bytes) -> None:
    digits = decimal_encode(data)
    assert decimal_decode(digits) == data
    assert digits[0] != "0"


@given(st.integers(min_value=0, max_value=1 << 600))
def test_decimal_reads_one_spelling(number: int) -> None:
    try:
        data = decimal_decode(str(number))
    except FormatError:
        return
    assert decimal_encode(data) == str(number)


@given(st.binary(max_size=300))
def test_both_texts_hold_the_same_token(token: bytes) -> None:
    for text in (screen_text(token), paper_text(token, "https://congdan.example")):
        assert unwrap(unframe(text)) == token


@given(st.lists(st.integers(0, 3), max_size=300))
def test_status_bits(values: list[int]) -> None:
    data = pack(bytes(values))
    entries = StatusArray(2, inflate(deflate(data), len(data)))
    assert [entries[index] for index in range(len(values))] == values
    assert all(entries[index] == 3 for index in range(len(values), len(entries)))
