"""The family HC1: what is tolerated, what is refused, and that nothing of it reaches VN1."""

import json
import math
import struct
import tracemalloc
import zlib
from typing import Any

import pytest

from backend.code_verification.foreign import foreign_verdicts
from backend.code_verification.keys_file import read_keys
from shared_models.credential import base45, cbor
from shared_models.credential.decode import decode
from shared_models.credential.foreign.decode import MAX_INFLATED_BYTES
from shared_models.credential.profiles import HC1
from tests.support.credentials import NOW
from tests.support.foreign import CERTIFICATE, CWT, ED25519, P256, P384, RsaKey, hc1, health_certificate, sign1

RSA = RsaKey()
PAYLOAD = cbor.encode(CWT)


def verdict(text: str, *rows: dict[str, Any], now_s: int = NOW) -> dict[str, Any]:
    keys = read_keys(json.dumps(rows or (P256.row, RSA.row)).encode())
    [found] = foreign_verdicts([text], HC1, keys, b"", now_s)
    return found


def reasons(text: str, *rows: dict[str, Any], now_s: int = NOW) -> list[str]:
    found = verdict(text, *rows, now_s=now_s)
    told: list[str] = found["reasons"]
    return told


@pytest.mark.parametrize("key", [P256, RSA], ids=["ES256", "PS256"])
def test_a_certificate_holds_and_proves_no_holder(key: Any) -> None:
    found = verdict(health_certificate(key))
    assert (found["outcome"], found["reasons"]) == ("VALID_HOLDER_NOT_PROVEN", ["holder.paper"])
    assert found["claims"] == {"1": "VN", "4": NOW + 3600, "6": NOW - 3600, "-260": {"1": CERTIFICATE}}
    assert (found["kind"], found["issuer"]) == ("PAPER", {"code": key.kid.hex(), "name": key.kid.hex()})
    assert (found["freshness"], found["status_as_of_s"], found["holder_signed_at_s"]) == ("NONE", None, None)


@pytest.mark.parametrize(
    ("protected", "unprotected", "told"),
    [
        ({1: -7, 4: P256.kid}, {}, "holder.paper"),
        ({1: -7}, {4: P256.kid}, "holder.paper"),
        ({1: -7, 4: P256.kid}, {4: b"another"}, "holder.paper"),
        ({4: P256.kid}, {1: -7}, "holder.paper"),
        ({1: -7, 4: b"another"}, {4: P256.kid}, "key.unknown"),
        ({1: -7}, {}, "key.unknown"),
        ({1: -37, 4: P256.kid}, {}, "key.wrong_alg"),
        ({1: 5, 4: P256.kid}, {}, "key.wrong_alg"),
        ({4: P256.kid}, {}, "format.cose"),
        ({1: -7, 4: "text"}, {}, "format.cose"),
        ({1: -7, 4: P256.kid, 2: [99], 99: 1}, {}, "format.cose"),
        ({1: -7, 4: P256.kid, 2: []}, {}, "format.cose"),
        ({1: -7, 4: P256.kid, 2: [3]}, {}, "format.cose"),
        ({1: -7, 4: P256.kid, 2: [3], 3: 0}, {}, "holder.paper"),
        ({1: -7, 4: P256.kid}, {2: [4]}, "format.cose"),
        ({1: -7, 4: P256.kid, 5: b"iv"}, {6: b"partial"}, "format.cose"),
    ],
)
def test_headers(protected: dict[int, Any], unprotected: dict[int, Any], told: str) -> None:
    assert reasons(hc1(sign1(P256, PAYLOAD, protected=protected, unprotected=unprotected))) == [told]


def test_a_key_without_a_name_is_tried_with_every_token() -> None:
    assert reasons(health_certificate(), {**P256.row, "kid": ""}) == ["holder.paper"]


def test_algorithms_of_another_family_are_nobodys() -> None:
    for key in (P384, ED25519):
        assert reasons(hc1(sign1(key, PAYLOAD)), key.row) == ["key.wrong_alg"]


@pytest.mark.parametrize("wrap", [b"", b"\xd8\x3d\xd2", b"\xd2"], ids=["untagged", "a CWT's tag too", "tagged"])
def test_tags_around_the_token(wrap: bytes) -> None:
    assert reasons(hc1(wrap + sign1(P256, PAYLOAD)[1:])) == ["holder.paper"]


@pytest.mark.parametrize("wrap", [b"\xd8\x3d\xd8\x3d\xd2", b"\xd8\x3d", b"\xd1"], ids=["61 twice", "61 alone", "MAC0"])
def test_other_tags_are_refused(wrap: bytes) -> None:
    assert reasons(hc1(wrap + sign1(P256, PAYLOAD)[1:])) == ["format.cose"]


def test_other_spellings_of_the_payload_are_read() -> None:
    spelt = b"\xbf\x06\xfa" + b"\x4e\xd6\x00\x00" + b"\x04\xc1\x1b" + (NOW + 5).to_bytes(8, "big") + b"\xff"
    found = verdict(hc1(sign1(P256, spelt)))
    assert found["reasons"] == ["holder.paper"]
    assert found["claims"]["4"] == {"tag": 1, "value": NOW + 5}


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"exp": None, "iat": None, "hcert": None}, "holder.paper"),
        ({"exp": NOW}, "time.expired"),
        ({"iat": NOW + 300}, "holder.paper"),
        ({"iat": NOW + 301}, "time.issued_in_future"),
        ({"nbf": NOW + 301}, "time.not_yet_valid"),
        ({"exp": "2030-01-01"}, "format.claims"),
        ({"exp": (NOW + 3600) * 1000}, "format.claims"),
        ({"exp": -1}, "format.claims"),
        ({"exp": True}, "format.claims"),
        ({"hcert": b"none"}, "format.claims"),
        ({"hcert": {1: b"none"}}, "format.claims"),
    ],
)
def test_claims(claims: dict[str, Any], told: str) -> None:
    assert reasons(health_certificate(P256, **claims)) == [told]


@pytest.mark.parametrize(
    ("exp", "told"),
    [
        (NOW + 0.5, "holder.paper"),
        (NOW - 0.5, "time.expired"),
        (math.inf, "format.claims"),
        (math.nan, "format.claims"),
    ],
)
def test_a_time_may_be_a_float(exp: float, told: str) -> None:
    assert reasons(hc1(sign1(P256, b"\xa1\x04\xfb" + struct.pack(">d", exp)))) == [told]


@pytest.mark.parametrize(
    ("kind", "types", "told"),
    [
        ("v", [2], "holder.paper"),
        ("t", [1, 3], "holder.paper"),
        ("r", [1, 2], "key.wrong_type"),
        ("v", [], "key.wrong_type"),
    ],
)
def test_a_key_signs_only_its_kinds(kind: str, types: list[int], told: str) -> None:
    text = health_certificate(P256, hcert={1: {"ver": "1.3.0", kind: [{}], "t" if kind == "v" else "v": []}})
    assert reasons(text, {**P256.row, "types": types}) == [told]


def test_a_key_signs_only_in_its_window() -> None:
    row = {**P256.row, "nbf": NOW - 3600, "exp": NOW - 3600}
    assert reasons(health_certificate(), row) == ["holder.paper"]
    assert reasons(health_certificate(), {**row, "nbf": NOW - 3599}) == ["key.outside_window"]


def test_all_keys_of_a_name_are_tried() -> None:
    twin = {**RSA.row, "kid": P256.kid.hex()}
    other = {**P384.row, "kid": P256.kid.hex(), "alg": -7}
    assert reasons(health_certificate(), twin, other, P256.row) == ["holder.paper"]


@pytest.mark.parametrize("text", ["", "HC1", "HC2:6BF", "hc1:6BF", " HC1:6BF", "VN1:6BF", "6BF"])
def test_another_prefix_is_not_this_family(text: str) -> None:
    assert reasons(text) == ["format.not_ours"]


@pytest.mark.parametrize("cut", ["6B", "6b", "6BF\n", "::"])
def test_what_is_not_base45_or_not_zlib_is_refused(cut: str) -> None:
    assert reasons("HC1:" + cut) == ["format.encoding"]


def test_one_whole_stream_and_nothing_more() -> None:
    compressed = zlib.compress(sign1(P256, PAYLOAD))
    for changed in (compressed[:-1], compressed + b"\0", compressed[:-1] + b"\0", compressed * 2):
        assert reasons("HC1:" + base45.encode(changed)) == ["format.encoding"]


def test_a_bomb_costs_64_kilobytes() -> None:
    bomb = "HC1:" + base45.encode(zlib.compress(bytes(3_900_000), 9))
    assert len(bomb) < 6000
    tracemalloc.start()
    try:
        assert reasons(bomb) == ["format.too_long"]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MAX_INFLATED_BYTES


def test_nothing_of_this_family_is_one_of_ours() -> None:
    assert decode(health_certificate()).problems == ("format.not_ours",)
    loose = b"\xd2" + cbor.encode([b"", {}, b"", b""])
    assert decode("VN1:" + base45.encode(loose[:1] + b"\x9f" + loose[2:] + b"\xff")).problems == ("format.cbor",)
