"""Where fuzzing starts: inputs that are read, and the corpus that grew from them."""

import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from shared_models.credential import base45, cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import write_claims
from shared_models.credential.qr_text import decimal_encode, paper_text, screen_text
from shared_models.credential.status_list import StatusArray, make_status_list
from shared_models.credential.trust_list import TrustList, make_trust_list
from tests.support.credentials import (
    PHONE,
    PUBLIC_URL,
    ROOT,
    STATUS,
    STATUS_LIST,
    TRUST,
    credential,
    driver,
    presentation,
    restaurant,
    trench,
)
from tests.support.foreign import CWT, P256, hc1, health_certificate, sign1

CORPUS = Path(__file__).resolve().parents[2] / "fuzz" / "corpus"

_PAPER = credential(restaurant())
_BOUND = credential(trench(holder_key=PHONE.public))
_SHOWN = presentation(credential(restaurant(holder_key=PHONE.public)))
_NONCE = presentation(_BOUND, payload={c.AUDIENCE: c.KBT_AUDIENCE, c.ISSUED_AT: 1_795_228_200, c.CNONCE: bytes(8)})
_TOKENS = [_PAPER, _BOUND, credential(driver()), _SHOWN, _NONCE]
_CWTS = [sign1(P256, cbor.encode(CWT)), sign1(P256, b"content", unprotected={4: P256.kid}, protected={1: -7})]
_ITEMS = [cbor.encode(item) for item in ([1, -1, 1 << 40], {"a": b"b", 1: None}, "chữ", [True, False, [[]], 2**64 - 1])]
_NESTED = [b"\x81" * depth + b"\x00" for depth in (8, 9, 16, 17, 4000)] + [
    b"\xa1\x00" * depth + b"\x00" for depth in (8, 9)
]
_HUGE = [bytes((major << 5 | 27,)) + b"\xff" * 8 for major in range(7)] + [
    b"\xd8\x3d" * 50 + b"\x00",
    b"\xd8\x1c\x81\xd8\x1d\x00",
]
_LOOSE = [b"\x9f\x01\xff", b"\xbf\x61a\xf9\x3c\x00\xff", b"\x5f\x41a\x41b\xff", b"\xc1\x1a\x51\x4b\x67\xb0", b"\xf7"]


def _trust_list(trust: TrustList) -> bytes:
    return make_trust_list(trust, ROOT.public, ROOT.sign)


def _status_list(data: bytes) -> bytes:
    """Signed by the status key, whatever its size."""
    return make_status_list(replace(STATUS_LIST, entries=StatusArray(2, data)), STATUS.kid, STATUS.sign)


SEEDS: dict[str, list[bytes]] = {
    "cbor": [*_TOKENS, *_ITEMS, *_NESTED, *_HUGE],
    "base45": [b"", b"QED8WEX0", base45.encode(_PAPER).encode()],
    "digits": [b"1", decimal_encode(b"").encode(), decimal_encode(_PAPER).encode()],
    "cose": [*_TOKENS, *_CWTS],
    "claims": [
        cbor.encode(write_claims(claims)) for claims in (restaurant(), trench(holder_key=PHONE.public), driver())
    ],
    "code": [
        *(screen_text(token).encode() for token in _TOKENS),
        *(paper_text(token, PUBLIC_URL).encode() for token in _TOKENS[:2]),
    ],
    "trust_list": [_trust_list(TRUST), _trust_list(replace(TRUST, keys=TRUST.keys[5:6]))],
    "status_list": [_status_list(STATUS_LIST.entries.data), _status_list(b"\x1b")],
    "loose_cbor": [*_TOKENS[:1], *_ITEMS, *_LOOSE, *_NESTED, *_HUGE],
    "hc1": [
        health_certificate().encode(),
        hc1(_CWTS[1]).encode(),
        b"HC1:" + base45.encode(zlib.compress(b"x")).encode(),
    ],
    "raw": [token.hex().encode() for token in (*_CWTS, _PAPER)],
    "keys_file": [b"[" + str(P256.row).replace("'", '"').replace("None", "null").encode() + b"]", b"[]"],
}

GIANTS: dict[str, list[bytes]] = {
    "trust_list": [b"\xd2" * 1_100_000],
    "status_list": [_status_list(bytes(64 << 20))],
    "hc1": [hc1(bytes(3_900_000)).encode()],
    "code": [b"VN1:" + b"0" * 1_000_001, b"https://a.vn/q#" + b"9" * 1_000_000],
    "raw": [b"d2" * 600_000],
}
"""Bombs and what is too long to be looked at: tried as they are, never the start of others."""


def corpus_files(target: str) -> list[Path]:
    """The kept inputs of a target, in the order of their names."""
    return sorted((CORPUS / target).glob("*"))


@cache
def starts(target: str) -> tuple[bytes, ...]:
    """Seeds and corpus of a target."""
    return (*SEEDS[target], *(path.read_bytes() for path in corpus_files(target)))
