"""Cases of CBOR and COSE (docs/credential.md 3, steps 3 and 5)."""

import zlib
from collections.abc import Iterator
from typing import Any

from scripts.corpus.case import GOOD, PAYLOAD, Case, case
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import write_claims
from shared_models.credential.keys import is_odd
from shared_models.credential.qr_text import screen_text
from tests.support.credentials import FOOD, PHONE, WORKS, Forge, header, restaurant, signed


def _nested(levels: int) -> bytes:
    """An unknown claim of arrays in arrays, in the payload (which is itself the first level)."""
    return b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + b"\x81" * (levels - 1) + b"\x00"


_EXPIRY = cbor.encode({c.EXPIRES: 1889888399})[1:]
assert PAYLOAD[1 : 1 + len(_EXPIRY)] == _EXPIRY
_REST = PAYLOAD[1 + len(_EXPIRY) :]
_KID = cbor.encode(FOOD.kid)
_NUMBER = cbor.encode({c.NUMBER: restaurant().number})[1:]
_BOUND = cbor.encode(write_claims(restaurant(holder_key=PHONE.public)))
_X = cbor.encode({c.X: PHONE.public.x})[1:]
_KEY = cbor.encode({c.KTY: c.KTY_EC2, c.CRV: c.CRV_P256, c.X: PHONE.public.x, c.Y: is_odd(PHONE.public)})[1:]
_CNF = cbor.encode({c.CONFIRMATION: {c.CNF_COSE_KEY: {}}})[1:-1] + b"\xa4" + _KEY
assert PAYLOAD.count(b"\xa5" + _NUMBER) == _BOUND.count(b"\xa4" + _KEY) == 1
assert (_BOUND[0], _BOUND[13 : 13 + len(_CNF)], _KEY[4 : 4 + len(_X)]) == (0xA5, _CNF, _X)
_OUTER = {
    "empty": b"",
    "cut": GOOD[:-1],
    "cut in the head": GOOD[:3],
    "byte after": GOOD + b"\x00",
    "item twice": GOOD + GOOD,
    "indefinite array": b"\xd2\x9f" + GOOD[2:] + b"\xff",
    "long array head": b"\xd2\x98\x04" + GOOD[2:],
    "long tag head": b"\xd8\x12" + GOOD[1:],
    "tag twice": b"\xd2" + GOOD,
    "tag 61": b"\xd8\x3d" + GOOD,
    "tag 61 fifty times": b"\xd8\x3d" * 50 + GOOD,
    "tag 98": b"\xd8\x62" + GOOD[1:],
    "self-described": b"\xd9\xd9\xf7" + GOOD,
    "array of 2^64-1": b"\xd2\x9b" + b"\xff" * 8,
    "bytes of 2^64-1": b"\xd2\x84\x5b" + b"\xff" * 8,
    "map of 2^32-1": b"\xd2\x84\x40\xba" + b"\xff" * 4,
    "unprotected map with a repeated key": GOOD.replace(b"\xa0\x58", b"\xa2\x01\x26\x01\x26\x58", 1),
    "arrays without end": b"\x81" * 4000,
    "break alone": b"\xff",
}
_PAYLOADS = {
    "expiry twice": b"\xa5" + _EXPIRY + PAYLOAD[1:],
    "expiry twice, apart": b"\xa5" + PAYLOAD[1:] + _EXPIRY,
    "number twice": PAYLOAD.replace(b"\xa5" + _NUMBER, b"\xa6" + _NUMBER * 2),
    "cnf twice": b"\xa6" + _BOUND[1:7] + _BOUND[7:13] + _CNF * 2 + _BOUND[13 + len(_CNF) :],
    "x of cnf twice": _BOUND.replace(b"\xa4" + _KEY, b"\xa5" + _KEY[:4] + _X * 2 + _KEY[4 + len(_X) :]),
    "unsorted": PAYLOAD[:1] + _REST[:6] + _EXPIRY + _REST[6:],
    "indefinite map": b"\xbf" + PAYLOAD[1:] + b"\xff",
    "indefinite text": PAYLOAD.replace(b"\x63idx", b"\x7f\x63idx\xff"),
    "long integer": b"\xa4\x04\x1b\x00\x00\x00\x00" + PAYLOAD[3:],
    "expiry is a float": b"\xa4\x04\xfa\x4e\xe1\x4b\x46" + _REST,
    "expiry is a double": b"\xa4\x04\xfb\x41\xdc\x29\x5a\x23\xc0\x00\x00\x00" + _REST,
    "expiry is a bignum": b"\xa4\x04\xc2\x44\x70\xa5\x68\x8f" + _REST,
    "bignum of 3,000 bytes": b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + b"\xc2" + cbor.encode(b"\xff" * 3000),
    "shared reference": b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + b"\xd8\x1c\x81\xd8\x1d\x00",
    "tag 18 inside": b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + GOOD,
    "nine deep": _nested(9),
    "key is bytes": b"\xa5\x41\x00\x00" + PAYLOAD[1:],
    "key is an array": b"\xa5" + PAYLOAD[1:] + b"\x80\x00",
    "key is false": b"\xa5" + PAYLOAD[1:] + b"\xf4\x00",
    "undefined": b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + b"\xf7",
    "simple value 16": b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + b"\xf0",
    "simple value 255": b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + b"\xf8\xff",
    "not UTF-8": PAYLOAD.replace("Ì".encode(), b"\xc3\x28"),
    "UTF-8 surrogate": PAYLOAD.replace("ả".encode(), b"\xed\xa0\x80"),
    "UTF-8 too long": PAYLOAD.replace("Ì".encode(), b"\xc0\xaf"),
    "nothing": b"",
    "byte after": PAYLOAD + b"\x00",
}
_PROTECTED = {
    "alg twice": b"\xa3\x01\x26\x01\x26\x04" + _KID,
    "unsorted": b"\xa2\x04" + _KID + b"\x01\x26",
    "byte after": header(FOOD) + b"\x00",
    "nothing": b"",
}


def cbor_faults() -> Iterator[Case]:
    """Everything but the one deterministic encoding."""
    for name, token in _OUTER.items():
        yield case(f"outer CBOR: {name}", screen_text(token), "format.cbor")
    for name, payload in _PAYLOADS.items():
        yield case(f"payload CBOR: {name}", screen_text(signed(payload)), "format.cbor")
    for name, protected in _PROTECTED.items():
        yield case(f"protected CBOR: {name}", Forge(PAYLOAD, protected).text(), "format.cbor")
    yield case("unknown claim eight deep", screen_text(signed(_nested(8))), "holder.paper")


def compressed() -> Iterator[Case]:
    """Row 12: nothing of a code is ever inflated, so nothing can burst."""
    token, bomb = zlib.compress(GOOD, 9), zlib.compress(bytes(2 << 20), 9)
    yield case("compressed: a credential", screen_text(token), "format.cbor")
    yield case("compressed: two megabytes of zeros", screen_text(bomb), "format.cbor")
    yield case("compressed: two megabytes of zeros for a payload", screen_text(signed(bomb)), "format.cbor")
    yield case("compressed: as HC1", "HC1:" + screen_text(bomb)[4:], "format.not_ours")


def cose_faults() -> Iterator[Case]:
    """Good CBOR of another structure."""
    parts = [header(FOOD), {}, PAYLOAD, GOOD[-64:]]

    def tagged(*items: Any) -> str:
        return screen_text(b"\xd2" + cbor.encode(list(items)))

    yield case("COSE: no tag", screen_text(GOOD[1:]), "format.cose")
    yield case("COSE: a number", screen_text(b"\x00"), "format.cose")
    yield case("COSE: a tagged map", screen_text(b"\xd2\xa0"), "format.cose")
    yield case("COSE: three parts", tagged(*parts[:3]), "format.cose")
    yield case("COSE: five parts", tagged(*parts, b""), "format.cose")
    yield case("COSE: payload detached", tagged(parts[0], {}, None, parts[3]), "format.cose")
    yield case("COSE: payload a map", tagged(parts[0], {}, {}, parts[3]), "format.cose")
    yield case("COSE: protected a map", tagged({}, {}, *parts[2:]), "format.cose")
    yield case("COSE: unprotected a list", tagged(parts[0], [], *parts[2:]), "format.cose")
    yield case("COSE: signature a text", tagged(*parts[:3], "x" * 64), "format.cose")
    for name, unprotected in {"alg": {1: -7}, "kid": {4: FOOD.kid}, "anything": {99: 0}, "crit": {2: [99]}}.items():
        yield case(f"COSE: {name} unprotected", tagged(parts[0], unprotected, *parts[2:]), "format.cose")
    headers: dict[str, Any] = {
        "no alg": {4: FOOD.kid},
        "alg a text": {1: "ES256", 4: FOOD.kid},
        "alg null": {1: None, 4: FOOD.kid},
        "crit": {1: -7, 2: [99], 4: FOOD.kid, 99: 1},
        "crit empty": {1: -7, 2: [], 4: FOOD.kid},
        "no kid": {1: -7},
        "kid a text": {1: -7, 4: "570b36b7"},
        "kid of seven bytes": {1: -7, 4: FOOD.kid[:7]},
        "kid of nine bytes": {1: -7, 4: FOOD.kid + b"\x00"},
        "type of a status list": {1: -7, 4: FOOD.kid, 16: c.STATUS_LIST_TYPE},
        "type of a presentation": {1: -7, 4: FOOD.kid, 16: c.KBT_TYPE},
        "header 13 null": {1: -7, 4: FOOD.kid, 13: None},
        "header 13 bytes": {1: -7, 13: GOOD, 16: c.KBT_TYPE},
        "a list": [1, -7],
        "a text": "x",
        "empty map": {},
    }
    for name, content in headers.items():
        yield case(f"COSE header: {name}", Forge(PAYLOAD, cbor.encode(content)).text(), "format.cose")
    for name, content, unprotected in (
        ("alg only unprotected", {4: FOOD.kid}, {1: -7}),
        ("kid only unprotected", {1: -7}, {4: FOOD.kid}),
        ("kid of another agency, ours unprotected", {1: -7, 4: WORKS.kid}, {4: FOOD.kid}),
    ):
        forged = Forge(PAYLOAD, cbor.encode(content), unprotected=cbor.encode(unprotected))
        yield case(f"COSE header: {name}", forged.text(), "format.cose")
    tagged = b"\xa3\x01\x26\x04" + cbor.encode(FOOD.kid) + b"\x0e" + GOOD
    yield case("COSE header: a tagged item under another label", Forge(PAYLOAD, tagged).text(), "format.cose")
    yield case(
        "COSE header: unknown one", Forge(PAYLOAD, cbor.encode({1: -7, 4: FOOD.kid, 99: 1})).text(), "holder.paper"
    )
