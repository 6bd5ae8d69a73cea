"""Cases of signatures and claims (docs/credential.md 3, step 5)."""

from collections.abc import Iterator

from scripts.corpus.case import GOOD, PAYLOAD, Case, case
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.keys import ORDER, decompress
from shared_models.credential.qr_text import screen_text
from tests.support.credentials import (
    FOOD,
    PHONE,
    STRANGER,
    TWIN,
    Forge,
    credential,
    header,
    payload_with,
    restaurant,
    signed,
)


def _is_x(x: bytes) -> bool:
    try:
        decompress(x, y_is_odd=False)
    except ValueError:
        return False
    return True


_STATUS, _LICENCE, _CNF = (c.STATUS, "status_list"), (c.LICENCE,), (c.CONFIRMATION, c.CNF_COSE_KEY)
_KEY = {1: 2, -1: 1, -2: PHONE.public.x, -3: bool(PHONE.public.y[-1] & 1)}
_NO_POINT = next(bytes(31) + bytes((x,)) for x in range(256) if not _is_x(bytes(31) + bytes((x,))))
_PAYLOADS = {
    **{f"{label} missing": payload_with(label, value=...) for label in (4, 6, c.STATUS, c.LICENCE)},
    **{f"exp {value!r}": payload_with(4, value=value) for value in (-1, "soon", None, True, 1889888399000, b"\x00")},
    **{f"iat {value!r}": payload_with(6, value=value) for value in (-1, "now", None, False, 1795222800000)},
    **{f"nbf {value!r}": payload_with(5, value=value) for value in (None, "now", -1, 1889888399)},
    "iat is exp": payload_with(6, value=1889888399),
    "iat after exp": payload_with(6, value=1889888400),
    "undated false": payload_with(7, value=False),
    "undated one": payload_with(7, value=1),
    "undated null": payload_with(7, value=None),
    "status null": payload_with(c.STATUS, value=None),
    "status list missing": payload_with(c.STATUS, value={}),
    **{
        f"idx {value!r}": payload_with(*_STATUS, "idx", value=value)
        for value in (-1, 1 << 32, 1 << 63, "1", None, True)
    },
    "idx missing": payload_with(*_STATUS, "idx", value=...),
    **{
        f"uri {value!r}": payload_with(*_STATUS, "uri", value=value)
        for value in ("", "s/1", "ftp://x", "https://x y", 1)
    },
    "uri of 201 characters": payload_with(*_STATUS, "uri", value="https://" + "x" * 193),
    "uri missing": payload_with(*_STATUS, "uri", value=...),
    **{f"licence member {label} missing": payload_with(*_LICENCE, label, value=...) for label in (1, 2, 3)},
    **{f"licence member {label} a number": payload_with(*_LICENCE, label, value=1) for label in (1, 2, 4, 5, 6)},
    **{f"licence member {label} null": payload_with(*_LICENCE, label, value=None) for label in (4, 5, 6)},
    **{f"type {value!r}": payload_with(*_LICENCE, 3, value=value) for value in (0, -1, 65536, "1", True, None)},
    **{
        f"geohash {value!r}": payload_with(*_LICENCE, 6, value=value)
        for value in ("w6ugq", "w6ugq3x", "W6UGQ3", "w6ugqa")
    },
    "cnf null": payload_with(c.CONFIRMATION, value=None),
    "cnf empty": payload_with(c.CONFIRMATION, value={}),
    "cnf a thumbprint": payload_with(c.CONFIRMATION, value={5: bytes(32)}),
    "cnf with two members": payload_with(c.CONFIRMATION, value={1: _KEY, 3: b"kid"}),
    "cnf without x": payload_with(*_CNF, value={1: 2, -1: 1, -3: True}),
    "cnf with a private key": payload_with(*_CNF, value=_KEY | {-4: bytes(32)}),
    "cnf uncompressed": payload_with(*_CNF, value=_KEY | {-3: PHONE.public.y}),
    "cnf kty OKP": payload_with(*_CNF, value=_KEY | {1: 1}),
    "cnf on P-384": payload_with(*_CNF, value=_KEY | {-1: 2}),
    "cnf crv true": payload_with(*_CNF, value=_KEY | {-1: True}),
    "cnf sign a number": payload_with(*_CNF, value=_KEY | {-3: 1}),
    "cnf x of 31 bytes": payload_with(*_CNF, value=_KEY | {-2: bytes(31)}),
    "cnf x beyond the field": payload_with(*_CNF, value=_KEY | {-2: b"\xff" * 32}),
    "cnf x of no point": payload_with(*_CNF, value=_KEY | {-2: _NO_POINT}),
}


def signatures() -> Iterator[Case]:
    """Row 1 of the attack list."""
    r, s = GOOD[-64:-32], GOOD[-32:]
    n = ORDER.to_bytes(32, "big")
    der = b"\x30\x44\x02\x20" + r + b"\x02\x20" + s
    malformed = {
        "empty": b"",
        "63 bytes": GOOD[-64:-1],
        "65 bytes": GOOD[-64:] + b"\x00",
        "66 bytes": b"\x00" + r + b"\x00" + s,
        "DER": der,
        "zero": bytes(64),
        "r zero": bytes(32) + s,
        "s zero": r + bytes(32),
        "r is n": n + s,
        "s is n": r + n,
        "all ones": b"\xff" * 64,
        "128 bytes": GOOD[-64:] * 2,
    }
    for name, signature in malformed.items():
        text = Forge(PAYLOAD, header(FOOD), signature=signature).text()
        yield case(f"signature malformed: {name}", text, "signature.malformed holder.paper")
    one = (1).to_bytes(32, "big")
    wrong = {
        "halves swapped": s + r,
        "DER cut to 64 bytes": der[:64],
        "r is one": one + s,
        "r and s are one": one + one,
        "of another message": credential(restaurant(status_index=102))[-64:],
        "one bit": GOOD[-64:-1] + bytes((GOOD[-1] ^ 1,)),
        "of a stranger": signed(PAYLOAD, STRANGER)[-64:],
        "of the twin": Forge(PAYLOAD, header(FOOD), TWIN).cose()[-64:],
    }
    for name, signature in wrong.items():
        text = Forge(PAYLOAD, header(FOOD), signature=signature).text()
        reasons = "key.wrong_type" if name == "of the twin" else "signature.invalid"
        yield case(f"signature wrong: {name}", text, f"{reasons} holder.paper")
    other_s = (ORDER - int.from_bytes(s)).to_bytes(32, "big")
    # ECDSA has two signatures for each message; revocation goes by index, so the second one is no way around it.
    yield case("signature: the other s", Forge(PAYLOAD, header(FOOD), signature=r + other_s).text(), "holder.paper")


def claim_faults() -> Iterator[Case]:
    """Row 6, and the types and ranges of every claim."""
    yield from [
        case(f"claims: {name}", screen_text(signed(payload)), "format.claims") for name, payload in _PAYLOADS.items()
    ]
    for name, data in {"a list": cbor.encode([1]), "a number": b"\x00", "null": b"\xf6"}.items():
        yield case(f"claims: {name}", screen_text(signed(data)), "format.claims")
    yield case(
        "claims: unknown ones", screen_text(signed(payload_with(-70099, value=[None, {"x": False}]))), "holder.paper"
    )
    yield case(
        "claims: unknown in the licence", screen_text(signed(payload_with(*_LICENCE, 7, value=1))), "holder.paper"
    )
    yield case(
        "claims: unknown in the status", screen_text(signed(payload_with(*_STATUS, "x", value=1))), "holder.paper"
    )
    yield case("claims: iss is no claim of ours", screen_text(signed(payload_with(1, value="Sở X"))), "holder.paper")
