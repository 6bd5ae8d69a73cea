"""Status lists: bits, bounds, and what a phone accepts in place of the list it holds."""

import zlib
from dataclasses import replace

import pytest

from backend.infra.verify import run_checks
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.members import ClaimsError
from shared_models.credential.status_list import (
    Status,
    StatusArray,
    StatusList,
    accept_status_list,
    inflate,
    make_status_list,
    pack,
    parse_status_list,
    read_entries,
    status_list_checks,
)
from shared_models.credential.trust_list import TrustList
from shared_models.errors import Invalid
from tests.support.credentials import DAY, FOOD, STATUS, STATUS_LIST, STRANGER, T0, TRUST, URI, Forge, Key, statuses


def token(key: Key = STATUS, **changes: object) -> bytes:
    return make_status_list(replace(STATUS_LIST, **changes), key.kid, key.sign)


def accepted(data: bytes, trust: TrustList = TRUST, held: StatusList | None = None, uri: str = URI) -> StatusList:
    draft = parse_status_list(data, uri)
    return accept_status_list(draft, trust, run_checks(status_list_checks(draft, trust)), held)


def refusal(*args: object, **kwargs: object) -> str:
    with pytest.raises(Invalid) as refused:
        accepted(*args, **kwargs)
    return refused.value.code


def forged(payload: dict, headers: dict | None = None, key: Key = STATUS) -> bytes:
    protected = {c.ALG: c.ES256, c.KID: key.kid, c.TYP: c.STATUS_LIST_TYPE} | (headers or {})
    return Forge(cbor.encode(payload), cbor.encode(protected), key).cose()


def payload(**changes: object) -> dict:
    entries = {"bits": 2, "lst": zlib.compress(STATUS_LIST.entries.data)}
    members = {"uri": URI, "exp": T0 + DAY, "iat": T0, "lst": entries, "ttl": 60} | changes
    labels = {"uri": c.SUBJECT, "exp": c.EXPIRES, "iat": c.ISSUED_AT, "lst": c.STATUS_LIST, "ttl": c.TIME_TO_LIVE}
    return {labels[name]: value for name, value in members.items() if value is not ...}


def test_a_list_comes_back_as_it_was() -> None:
    assert accepted(token()) == STATUS_LIST
    assert [STATUS_LIST.entries[index] for index in range(len(STATUS_LIST.entries))] == list(statuses())


def test_the_first_entry_is_in_the_lowest_bits() -> None:
    """The two-bit example of the draft, section 4.1: 1 2 0 3 0 1 0 1 1 2 3 3 gives c9 44 f9."""
    values = bytes((1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3))
    assert pack(values).hex() == "c944f9"
    assert bytes(StatusArray(2, bytes.fromhex("c944f9"))[index] for index in range(12)) == values
    one_bit = StatusArray(1, bytes.fromhex("b9a3"))
    assert [one_bit[index] for index in range(16)] == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]


def test_a_list_is_filled_with_not_issued() -> None:
    entries = StatusArray(2, pack(b"\0\0\0\0\0"))
    assert len(entries) == 8
    assert [entries[index] for index in range(4, 8)] == [0, Status.NOT_ISSUED, Status.NOT_ISSUED, Status.NOT_ISSUED]


@pytest.mark.parametrize("index", [-1, 4096, 1 << 20, 1 << 64])
def test_an_index_outside_has_no_status(index: int) -> None:
    with pytest.raises(IndexError):
        STATUS_LIST.entries[index]


def test_inflating_is_bounded_by_the_size_of_a_list() -> None:
    assert inflate(zlib.compress(bytes(1000)), 1000) == bytes(1000)
    bomb = zlib.compress(bytes(64 << 20), 9)
    for compressed in (
        zlib.compress(bytes(1001)),
        bomb,
        zlib.compress(bytes(10)) + b"x",
        zlib.compress(bytes(10))[:-1],
        b"",
        b"x",
    ):
        with pytest.raises(ClaimsError):
            inflate(compressed, 1000)


@pytest.mark.parametrize("bits", [0, 3, 5, 16, -2, True, "2", None])
def test_other_widths_are_refused(bits: object) -> None:
    with pytest.raises(ClaimsError):
        read_entries({"bits": bits, "lst": zlib.compress(bytes(8))})
    assert refusal(forged(payload(lst={"bits": bits, "lst": zlib.compress(bytes(8))}))) == "status_list.malformed"


def test_a_list_of_one_bit_is_not_ours() -> None:
    assert refusal(forged(payload(lst={"bits": 1, "lst": zlib.compress(bytes(8))}))) == "status_list.malformed"


def test_a_full_list_fits_and_one_more_byte_does_not() -> None:
    full = bytes(c.STATUS_ENTRIES // 4)
    assert len(accepted(token(entries=StatusArray(2, full))).entries) == c.STATUS_ENTRIES
    assert refusal(token(entries=StatusArray(2, full + b"\0"))) == "status_list.malformed"


@pytest.mark.parametrize("name", ["uri", "exp", "iat", "lst", "ttl"])
@pytest.mark.parametrize("value", [..., None, -1, True, b""])
def test_each_claim_is_needed_in_its_type(name: str, value: object) -> None:
    assert accepted(forged(payload()))
    assert refusal(forged(payload(**{name: value}))) == "status_list.malformed"


@pytest.mark.parametrize(
    "headers",
    [{c.TYP: c.TRUST_LIST_TYPE}, {c.TYP: None}, {c.TYP: 1}, {c.KID: b"1"}, {c.KID: None}, {c.CRIT: []}, {c.ALG: "x"}],
    ids=str,
)
def test_each_header_is_needed(headers: dict) -> None:
    assert refusal(forged(payload(), headers)) == "status_list.malformed"


@pytest.mark.parametrize("alg", [0, 5, -8, -35])
def test_another_algorithm_finds_no_key(alg: int) -> None:
    assert refusal(forged(payload(), {c.ALG: alg})) == "status_list.signature_invalid"


def test_what_is_no_token_is_malformed() -> None:
    for data in (b"", b"\0", token()[:-1], token() + b"\0", token()[1:], Forge(b"\xf6", b"\xa0").cose()):
        assert refusal(data) == "status_list.malformed"
    malformed_signature = Forge(cbor.encode(payload()), token()[4:60], STATUS, signature=bytes(64)).cose()
    assert refusal(malformed_signature) == "status_list.malformed"


def test_a_newer_or_equal_list_replaces_the_one_held() -> None:
    for issued_at_s in (T0, T0 + 1):
        assert accepted(token(issued_at_s=issued_at_s), held=STATUS_LIST).issued_at_s == issued_at_s


def test_a_list_key_outside_its_window_is_refused() -> None:
    keys = tuple(replace(record, expires_at_s=T0 - 1) for record in TRUST.keys)
    assert refusal(token(), replace(TRUST, keys=keys)) == "status_list.signature_invalid"


def test_a_compromised_list_key_is_refused() -> None:
    keys = tuple(replace(record, compromised_at_s=T0) for record in TRUST.keys)
    assert refusal(token(), replace(TRUST, keys=keys)) == "status_list.signature_invalid"


def test_unknown_and_wrong_keys_are_refused() -> None:
    for key in (STRANGER, FOOD):
        assert refusal(token(key)) == "status_list.signature_invalid"


def test_a_million_entries_with_one_in_a_hundred_revoked_stay_small() -> None:
    values = bytearray(c.STATUS_ENTRIES)
    values[::100] = bytes([Status.REVOKED]) * len(values[::100])
    made = token(entries=StatusArray(2, pack(bytes(values))))
    assert len(made) < 20_000
    assert accepted(made).entries[100] == Status.REVOKED
