"""The family RAW: every algorithm, externally supplied data, and the strictness of the envelope."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from backend.code_verification.foreign import foreign_verdicts
from backend.code_verification.keys_file import read_keys
from shared_models.credential import cbor
from shared_models.credential.profiles import RAW
from tests.support.credentials import NOW
from tests.support.foreign import CWT, ED448, ED25519, ES512, P256, P384, P521, PointKey, RsaKey, sign1

CONTENT = b"This is the content."
MIXED = PointKey(ES512, "P-256")
KEYS = {"ES256": P256, "ES384": P384, "ES512": P521, "ES512 on P-256": MIXED, "Ed25519": ED25519, "Ed448": ED448}


def verdict(token: bytes | str, *rows: dict[str, Any], aad: bytes = b"", now_s: int | None = None) -> dict[str, Any]:
    keys = read_keys(json.dumps(rows or (P256.row,)).encode())
    text = token if isinstance(token, str) else token.hex()
    [found] = foreign_verdicts([text], RAW, keys, aad, now_s)
    return found


def reasons(token: bytes | str, *rows: dict[str, Any], aad: bytes = b"", now_s: int | None = None) -> list[str]:
    told: list[str] = verdict(token, *rows, aad=aad, now_s=now_s)["reasons"]
    return told


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_every_algorithm(key: Any) -> None:
    token = sign1(key, CONTENT)
    rows = [each.row for each in KEYS.values()]
    found = verdict(token, *rows)
    assert (found["outcome"], found["kind"], found["claims"]) == ("VALID_HOLDER_NOT_PROVEN", "NONE", None)
    assert reasons(token.hex().upper(), *rows) == ["holder.paper"]
    assert reasons(token[:-1] + bytes([token[-1] ^ 1]), *rows) == ["signature.invalid"]
    assert reasons(token.replace(b"content.", b"content,"), *rows) == ["signature.invalid"]


def test_an_algorithm_of_another_family_is_nobodys() -> None:
    key = RsaKey()
    assert reasons(sign1(key, CONTENT), key.row) == ["key.wrong_alg"]


def test_external_data_is_signed_along() -> None:
    token = sign1(P256, CONTENT, aad=b"\x11\xaa")
    assert reasons(token, aad=b"\x11\xaa") == ["holder.paper"]
    assert reasons(token) == reasons(token, aad=b"\x11\xab") == ["signature.invalid"]
    assert reasons(sign1(P256, CONTENT), aad=b"\x11\xaa") == ["signature.invalid"]


@pytest.mark.parametrize(
    ("protected", "unprotected", "told"),
    [
        ({1: -7}, {}, "holder.paper"),
        ({1: -7}, {4: P256.kid}, "holder.paper"),
        ({1: -7, 3: 0}, {"else": 1}, "holder.paper"),
        ({1: -7}, {4: b"11"}, "key.unknown"),
        ({}, {1: -7, 4: P256.kid}, "format.cose"),
        ({1: "ES256"}, {}, "format.cose"),
        ({1: -999}, {}, "key.wrong_alg"),
        ({1: -35}, {}, "key.wrong_alg"),
        ({1: -7, 4: P256.kid}, {4: P256.kid}, "format.cose"),
        ({1: -7}, {4: "11"}, "format.cose"),
    ],
)
def test_headers(protected: dict[int, Any], unprotected: dict[Any, Any], told: str) -> None:
    assert reasons(sign1(P256, CONTENT, protected=protected, unprotected=unprotected)) == [told]


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[1:],
        lambda token: b"\xd1" + token[1:],
        lambda token: b"\xd9\x03\xe6" + token[1:],
        lambda token: b"\xd2\x85" + token[2:] + b"\x00",
        lambda token: b"\xd2" + cbor.encode([{1: -7}, {}, CONTENT, b"0" * 64]),
        lambda token: b"\xd2" + cbor.encode([b"\x01", {}, CONTENT, b"0" * 64]),
        lambda token: b"\xd2" + cbor.encode([b"\xa1\x01\x26", [], CONTENT, b"0" * 64]),
        lambda token: b"\xd2" + cbor.encode([b"\xa1\x01\x26", {}, None, b"0" * 64]),
        lambda token: b"\xd2" + cbor.encode([b"\xa1\x01\x26", {}, CONTENT, "0" * 64]),
    ],
    ids=["untagged", "MAC0", "998", "five", "bare header", "no map", "no map either", "detached", "text"],
)
def test_other_structures(change: Any) -> None:
    assert reasons(change(sign1(P256, CONTENT))) == ["format.cose"]


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token + b"\0",
        lambda token: token[:-1],
        lambda token: b"\xd2\x9f" + token[2:] + b"\xff",
        lambda token: b"\xd8\x12" + token[1:],
        lambda token: b"\xd2" + cbor.encode([b"\xa2\x01\x26\x01\x26", {}, CONTENT, b"0" * 64]),
        lambda token: b"\xd2" + cbor.encode([b"\xa1\x18\x01\x26", {}, CONTENT, b"0" * 64]),
        lambda token: b"\xd2\x84\x43\xa1\x01\x26\xa2\x04\x41\x31\x04\x41\x31" + cbor.encode(CONTENT) + b"\x40",
    ],
    ids=["longer", "cut", "indefinite", "long head", "alg twice", "long label", "kid twice"],
)
def test_other_spellings_of_the_envelope(change: Any) -> None:
    assert reasons(change(sign1(P256, CONTENT))) == ["format.cbor"]


def test_signatures_of_another_form_are_none() -> None:
    token = sign1(P256, CONTENT)
    signature = token[-64:]
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    for other in (encode_dss_signature(r, s), signature[:-1], signature + b"\0", b"", bytes(64)):
        assert reasons(token[:-66] + cbor.encode(other)) == ["signature.invalid"]


@pytest.mark.parametrize("text", ["", "d", "0x" + "d2", "d2 84", "d2\n", "xyz", "\uff44\uff12"])
def test_what_is_not_hexadecimal(text: str) -> None:
    assert reasons(text) == ["format.encoding"]


def test_a_text_beyond_64_kilobytes() -> None:
    assert reasons("00" * ((1 << 16) + 1)) == ["format.too_long"]


def test_times_are_judged_when_a_time_is_given() -> None:
    token = sign1(P256, cbor.encode(CWT))
    assert reasons(token) == reasons(token, now_s=NOW) == ["holder.paper"]
    assert reasons(token, now_s=NOW + 3600) == ["time.expired"]
    assert verdict(token)["claims"]["1"] == "VN"
    odd = sign1(P256, cbor.encode({4: "tomorrow"}))
    assert reasons(odd) == ["holder.paper"]
    assert reasons(odd, now_s=NOW) == ["format.claims"]
    assert reasons(sign1(P256, b"\xa1\x04"), now_s=NOW) == ["format.cbor"]
    assert reasons(sign1(P256, CONTENT), now_s=NOW) == ["holder.paper"]
