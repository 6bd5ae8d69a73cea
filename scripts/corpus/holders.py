"""Cases of the holder's presentation (docs/credential.md 3, steps 4 and 6, and the holder in 4)."""

from collections.abc import Iterator
from typing import Any

from scripts.corpus.case import BOUND, Case, case
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import write_claims
from shared_models.credential.qr_text import screen_text
from tests.support.credentials import (
    DAY,
    FOOD,
    NONCE,
    NOW,
    OTHER_PHONE,
    PHONE,
    REVOKED_INDEX,
    STRANGER,
    T0,
    Forge,
    credential,
    payload_with,
    presentation,
    restaurant,
)

CLAIMS: dict[int, Any] = {c.AUDIENCE: c.KBT_AUDIENCE, c.ISSUED_AT: NOW}


def _shown(name: str, reasons: str, cose: bytes = BOUND, nonce: bytes | None = None, **parts: Any) -> Case:
    return case(f"holder: {name}", screen_text(presentation(cose, **parts)), reasons, nonce=nonce)


def windows_and_nonces() -> Iterator[Case]:
    """Row 7: when a presentation counts as made just now."""
    for age, reasons in (
        (90, ""),
        (91, "holder.too_old"),
        (DAY, "holder.too_old"),
        (-30, ""),
        (-31, "holder.in_future"),
        (-DAY, "holder.in_future"),
    ):
        yield _shown(f"signed {age} s ago", reasons, payload=CLAIMS | {6: NOW - age})
    yield _shown("nonce asked for and given", "", nonce=NONCE, payload=CLAIMS | {39: NONCE})
    yield _shown("nonce given a day ago", "", nonce=NONCE, payload=CLAIMS | {39: NONCE, 6: NOW - DAY})
    yield _shown("nonce not given", "holder.nonce_mismatch", nonce=NONCE)
    yield _shown("another nonce", "holder.nonce_mismatch", nonce=NONCE, payload=CLAIMS | {39: bytes(8)})
    yield _shown("nonce given, none asked for", "", payload=CLAIMS | {39: NONCE})
    yield _shown("nonce given, none asked for, old", "holder.too_old", payload=CLAIMS | {39: NONCE, 6: NOW - 91})


def presentation_claims() -> Iterator[Case]:
    """The claims of a presentation in their types."""
    for nonce in (bytes(7), bytes(9), b"", "12345678", 1, None):
        yield _shown(f"nonce {nonce!r}", "format.claims", payload=CLAIMS | {39: nonce})
    for iat in (None, -1, "now", NOW * 1000, True):
        yield _shown(f"iat {iat!r}", "format.claims", payload=CLAIMS | {6: iat})
    yield _shown("without iat", "format.claims", payload={3: "inspector"})
    yield _shown("payload a list", "format.claims", payload=["inspector", NOW])
    yield _shown("without audience", "holder.wrong_audience", payload={6: NOW})
    for audience in ("Inspector", "bank", "", ["inspector"], 1, None):
        yield _shown(f"audience {audience!r}", "holder.wrong_audience", payload=CLAIMS | {3: audience})
    yield _shown("unknown claim", "", payload=CLAIMS | {99: 1})


def forgeries() -> Iterator[Case]:
    """Row 8: presentations by other keys and around other licences."""
    yield _shown("another phone", "holder.signature_invalid", phone=OTHER_PHONE)
    yield _shown("the issuer itself", "holder.signature_invalid", phone=FOOD)
    yield _shown(
        "another phone, old, wrong audience",
        "holder.signature_invalid holder.too_old holder.wrong_audience",
        phone=OTHER_PHONE,
        payload={6: T0},
    )
    other = credential(restaurant(status_index=102, holder_key=OTHER_PHONE.public))
    yield _shown("around somebody else's licence", "holder.signature_invalid", cose=other)
    grafted = presentation(BOUND)[-64:]
    yield _shown(
        "signature from another presentation",
        "holder.signature_invalid",
        payload=CLAIMS | {6: NOW - 1},
        signature=grafted,
    )
    swapped = cbor.encode(
        payload_with(
            c.CONFIRMATION, 1, value={1: 2, -1: 1, -2: OTHER_PHONE.public.x, -3: bool(OTHER_PHONE.public.y[-1] & 1)}
        )
    )
    forged = Forge(swapped, cbor.encode({1: -7, 4: FOOD.kid}), signature=BOUND[-64:]).cose()
    yield _shown("cnf swapped", "signature.invalid", cose=forged, phone=OTHER_PHONE)
    yield _shown("around a paper credential", "holder.signature_invalid", cose=credential(restaurant()))
    yield _shown("nested", "format.cbor", cose=presentation(BOUND))
    for name, signature in (
        ("empty", b""),
        ("63 bytes", grafted[:63]),
        ("65 bytes", grafted + b"\0"),
        ("zero", bytes(64)),
        ("all ones", b"\xff" * 64),
    ):
        yield _shown(f"signature {name}", "holder.signature_invalid", signature=signature)


def presentation_forms() -> Iterator[Case]:
    """COSE of another shape around a good credential, and around none."""
    for name, headers in (
        ("no type", {16: ...}),
        ("another type", {16: 293}),
        ("alg 0", {1: 0}),
        ("alg EdDSA", {1: -8}),
        ("crit", {2: [16]}),
    ):
        yield _shown(f"header {name}", "format.cose", headers=headers)
    yield _shown("header unknown", "", headers={99: 1})
    yield _shown("two tagged headers", "format.cose", headers={14: cbor.Tagged(None, BOUND)})
    yield _shown("around nothing", "format.cose", cose=b"\xd2\x80")
    yield _shown("around no tag", "format.cose", headers={13: [b"", {}, b"", b""]})
    yield _shown("unprotected kid", "format.cose", unprotected=b"\xa1\x04\x40")


def inner_credentials() -> Iterator[Case]:
    """A good presentation mends nothing of what is in it."""
    yield _shown(
        "inner signature malformed",
        "signature.malformed",
        cose=Forge(
            cbor.encode(write_claims(restaurant(holder_key=PHONE.public))),
            cbor.encode({1: -7, 4: FOOD.kid}),
            signature=bytes(64),
        ).cose(),
    )
    yield _shown(
        "inner expired", "time.expired", cose=credential(restaurant(expires_at_s=NOW, holder_key=PHONE.public))
    )
    yield _shown(
        "inner revoked",
        "status.revoked",
        cose=credential(restaurant(status_index=REVOKED_INDEX, holder_key=PHONE.public)),
    )
    yield _shown("inner of a stranger", "key.unknown", cose=credential(restaurant(holder_key=PHONE.public), STRANGER))
