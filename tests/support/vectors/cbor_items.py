"""cbor/test-vectors: each item as an unknown claim of a code that is otherwise good, through VN1 and HC1."""

import json
from typing import Any

from shared_models.credential import cbor
from shared_models.credential.claims import write_claims
from tests.support.credentials import FOOD, NOW, Forge, header, public, restaurant
from tests.support.foreign import P256, hc1, sign1
from tests.support.vectors.case import Case, Vectors, congdan_verify, is_accepted, told

_KEYS = [P256.row, {**public(FOOD.public), "alg": -7, "types": None}]
_UNKNOWN_CLAIM = -70999  # sorts behind all of ours


def ill_formed(vectors: Vectors, profile: str) -> list[Case]:
    """fail.json: none of these may be read."""
    items = [test["hex"] for test in vectors("cbor/fail.json")]
    return [
        Case(item, verdict["reasons"][0] == "format.cbor", told(verdict))
        for item, verdict in zip(items, _verdicts(items, profile), strict=True)
    ]


def examples(vectors: Vectors, profile: str) -> list[Case]:
    """appendix_a.json: all are well-formed; where the suite says what is encoded, that must have been read."""
    tests = vectors("cbor/appendix_a.json")
    verdicts = _verdicts([test["hex"] for test in tests], profile)
    return [
        Case(test["hex"], _is_read(test, verdict, profile), told(verdict))
        for test, verdict in zip(tests, verdicts, strict=True)
    ]


def _is_read(test: dict[str, Any], verdict: dict[str, Any], profile: str) -> bool:
    if profile == "VN1":  # an unknown claim is ignored once it was read
        return bool(verdict["outcome"] == "STATUS_UNKNOWN")
    if not is_accepted(verdict):
        return False
    return "decoded" not in test or bool(verdict["claims"]["1"] == json.loads(json.dumps(test["decoded"])))


def _verdicts(items: list[str], profile: str) -> list[dict[str, Any]]:
    make = _ours if profile == "VN1" else _theirs
    return congdan_verify([make(bytes.fromhex(item)) for item in items], profile, _KEYS, "--now", str(NOW))


def _theirs(item: bytes) -> str:
    return hc1(sign1(P256, b"\xa1\x01" + item))


def _ours(item: bytes) -> str:
    claims = cbor.encode(write_claims(restaurant()))
    payload = bytes([claims[0] + 1]) + claims[1:] + cbor.encode(_UNKNOWN_CLAIM) + item
    return Forge(payload, header(FOOD), FOOD).text()
