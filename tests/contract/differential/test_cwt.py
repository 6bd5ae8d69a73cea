"""The same tokens through `cwt`, the field's own library, and through ours.

Where it is laxer, ours refuses: each such difference has its name and our reason here, and a difference that appears or
vanishes fails. Where ours is laxer, it is by the specification.
"""

from collections.abc import Callable
from typing import Any

import cbor2
import cwt
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.infra.system import SystemClock
from backend.infra.verify import verify_text
from shared_models.clock import to_epoch_s
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import write_claims
from shared_models.credential.qr_text import screen_text
from shared_models.credential.reasons import Outcome
from tests.support.credentials import FOOD, STATUS_LISTS, STRANGER, T0, TRUST, Forge, Key, header, restaurant

# cwt asks the machine's clock; what depends on minutes is made when it is tried.
NOW = max(to_epoch_s(SystemClock().now()), T0)
FAR_S = NOW + 10 * 365 * 86400
CLAIMS = {**write_claims(restaurant()), c.EXPIRES: FAR_S, c.ISSUED_AT: T0}
PROTECTED = header(FOOD)
GOOD = Forge(cbor.encode(CLAIMS), PROTECTED)
KEY = cwt.COSEKey.new({1: 2, -1: 1, -2: FOOD.public.x, -3: FOOD.public.y, 3: c.ES256, 2: FOOD.kid})
ACCEPTED = (Outcome.VALID_HOLDER_NOT_PROVEN, Outcome.STATUS_UNKNOWN)


def theirs(token: bytes) -> bool:
    """Whether cwt accepts: signature and claims."""
    try:
        return isinstance(cwt.decode(token, KEY), dict)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, cwt.CWTError):
        return False


def ours(token: bytes, now_s: int = NOW) -> str:
    """`accepted`, or the reason of the refusal; that this test's list has aged is no refusal."""
    verdict = verify_text(screen_text(token), TRUST, STATUS_LISTS, now_s)
    return "accepted" if verdict.outcome in ACCEPTED else verdict.reasons[0]


def with_claims(**changes: Any) -> bytes:
    """A signed credential with claims changed; None takes one out."""
    labels = {
        "exp": c.EXPIRES,
        "nbf": c.NOT_BEFORE,
        "iat": c.ISSUED_AT,
        "other": -70999,
        "licence": c.LICENCE,
        "status": c.STATUS,
    }
    payload = CLAIMS | {labels[name]: value for name, value in changes.items()}
    kept = {label: value for label, value in payload.items() if value is not None}
    return signed(cbor2.dumps(kept, canonical=True))


def signed(payload: bytes, protected: bytes = PROTECTED, unprotected: bytes = b"\xa0", key: Key = FOOD) -> bytes:
    return Forge(payload, protected, key, unprotected).cose()


def resigned(change: Callable[[bytes], bytes]) -> bytes:
    """The good token with another signature."""
    token = GOOD.cose()
    return Forge(GOOD.payload, PROTECTED, signature=change(token[-64:])).cose()


def der(signature: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


PAYLOAD, TOKEN = GOOD.payload, GOOD.cose()
ENTRY = cbor.encode(c.EXPIRES) + cbor.encode(FAR_S)

AGREED = {
    "good": (TOKEN, "accepted"),
    "unknown claim": (with_claims(other="x"), "accepted"),
    "not before, passed": (with_claims(nbf=T0), "accepted"),
    "expired": (with_claims(exp=NOW - 3600), "time.expired"),
    "not before, in an hour": (with_claims(nbf=NOW + 3600), "time.not_yet_valid"),
    "exp a text": (with_claims(exp="2099"), "format.claims"),
    "nbf a text": (with_claims(nbf="2026"), "format.claims"),
    "another key under this name": (signed(PAYLOAD, key=STRANGER), "signature.invalid"),
    "payload changed": (TOKEN.replace(b"44 L", b"45 L"), "signature.invalid"),
    "signature of zeros": (resigned(lambda _: bytes(64)), "signature.malformed"),
    "signature in DER": (resigned(der), "signature.malformed"),
    "63 bytes": (resigned(lambda signature: signature[:-1]), "signature.malformed"),
    "66 bytes": (resigned(lambda signature: b"\0" + signature[:32] + b"\0" + signature[32:]), "signature.malformed"),
    "no signature": (resigned(lambda _: b""), "signature.malformed"),
    "payload no map": (signed(b"\x01"), "format.claims"),
    "payload cut": (signed(PAYLOAD[:-1]), "format.cbor"),
    "token cut": (TOKEN[:-1], "format.cbor"),
    "tag of MAC0": (b"\xd1" + TOKEN[1:], "format.cbor"),
    "empty": (b"", "format.cbor"),
    "no kid": (signed(PAYLOAD, cbor.encode({1: -7})), "format.cose"),
    "untagged": (TOKEN[1:], "format.cose"),
    "a date with its tag": (signed(PAYLOAD.replace(ENTRY, b"\x04\xc1" + ENTRY[1:])), "format.cbor"),
}
"""Cases in which both say the same: accepted, or refused with our reason."""

LAXER_THERE = {
    "iat a text": (with_claims(iat="2026"), "format.claims"),
    "alg of another curve": (signed(PAYLOAD, cbor.encode({1: -35, 4: FOOD.kid})), "key.wrong_alg"),
    "alg HMAC": (signed(PAYLOAD, cbor.encode({1: 5, 4: FOOD.kid})), "key.wrong_alg"),
    "no alg": (signed(PAYLOAD, cbor.encode({4: FOOD.kid})), "format.cose"),
    "exp twice": (signed(bytes([PAYLOAD[0] + 1]) + ENTRY + PAYLOAD[1:]), "format.cbor"),
    "indefinite map": (signed(b"\xbf" + PAYLOAD[1:] + b"\xff"), "format.cbor"),
    "long head": (signed(b"\xb8" + bytes([PAYLOAD[0] & 31]) + PAYLOAD[1:]), "format.cbor"),
    "unsorted keys": (signed(cbor2.dumps(dict(reversed(CLAIMS.items())))), "format.cbor"),
    "bytes after the payload's map": (signed(PAYLOAD + b"\0"), "format.cbor"),
    "bytes after the token": (TOKEN + b"\0", "format.cbor"),
    "exp a float": (with_claims(exp=float(FAR_S)), "format.cbor"),
    "exp a bignum": (signed(PAYLOAD.replace(ENTRY, b"\x04\xc2\x45\x01" + FAR_S.to_bytes(4, "big"))), "format.cbor"),
    "exp in milliseconds": (with_claims(exp=FAR_S * 1000), "format.claims"),
    "no exp": (with_claims(exp=None), "format.claims"),
    "no iat": (with_claims(iat=None), "format.claims"),
    "iat tomorrow": (with_claims(iat=NOW + 86400), "time.issued_in_future"),
    "iat after exp": (with_claims(iat=FAR_S + 1), "format.claims"),
    "unknown crit": (signed(PAYLOAD, cbor.encode({1: -7, 2: [99], 4: FOOD.kid, 99: 1})), "format.cose"),
    "alg unprotected": (signed(PAYLOAD, cbor.encode({4: FOOD.kid}), cbor.encode({1: -7})), "format.cose"),
    "kid unprotected": (signed(PAYLOAD, cbor.encode({1: -7}), cbor.encode({4: FOOD.kid})), "format.cose"),
    "something else unprotected": (signed(PAYLOAD, unprotected=cbor.encode({99: 1})), "format.cose"),
    "alg twice": (signed(PAYLOAD, b"\xa3\x01\x26\x01\x26" + PROTECTED[3:]), "format.cbor"),
    "tag 61 around it": (b"\xd8\x3d" + TOKEN, "format.cbor"),
    "deep": (with_claims(other=[[[[[[[[[1]]]]]]]]]), "format.cbor"),
    "undefined": (with_claims(other=cbor2.undefined), "format.cbor"),
    "a shared reference": (
        signed(bytes([PAYLOAD[0] + 1]) + PAYLOAD[1:] + b"\x3a\x00\x01\x15\x56\xd8\x1c\x80"),
        "format.cbor",
    ),
    "no licence": (signed(cbor.encode({c.EXPIRES: FAR_S, c.ISSUED_AT: T0})), "format.claims"),
    "a letter of another alphabet": (with_claims(licence={1: "48", 2: "QU\u0410N", 3: 1}), "format.text"),
    "a personal status list": (
        with_claims(status={"status_list": {"idx": -1, "uri": "https://a.vn"}}),
        "format.claims",
    ),
}
"""Cases that cwt accepts and ours refuses, with our reason."""


@pytest.mark.parametrize(("token", "expected"), AGREED.values(), ids=AGREED)
def test_both_say_the_same(token: bytes, expected: str) -> None:
    assert (ours(token), theirs(token)) == (expected, expected == "accepted")


@pytest.mark.parametrize(("token", "expected"), LAXER_THERE.values(), ids=LAXER_THERE)
def test_where_cwt_is_laxer_ours_refuses(token: bytes, expected: str) -> None:
    assert (ours(token), theirs(token)) == (expected, True)


def test_expired_for_half_a_minute_is_expired_here_and_not_there() -> None:
    now_s = to_epoch_s(SystemClock().now())
    token = with_claims(exp=now_s - 30)
    assert (ours(token, now_s), theirs(token)) == ("time.expired", True)


def test_valid_in_two_minutes_is_valid_here_and_not_there() -> None:
    """By rule: ``nbf`` may be up to 300 s ahead (docs/credential.md 4), for clocks that nobody sets."""
    now_s = to_epoch_s(SystemClock().now())
    token = with_claims(nbf=now_s + 120)
    assert (ours(token, now_s), theirs(token)) == ("accepted", False)


values = st.one_of(
    st.integers(-(2**64), 2**64 - 1),
    st.binary(max_size=8),
    st.text(max_size=8),
    st.booleans(),
    st.none(),
    st.floats(),
    st.lists(st.integers(0, 9), max_size=3),
)


@given(
    st.dictionaries(
        st.sampled_from([*CLAIMS, c.NOT_BEFORE, c.AUDIENCE, c.UNDATED, -70999, "more"]), values, max_size=3
    ),
    st.dictionaries(st.sampled_from([c.ALG, c.CRIT, c.KID, 3, 5, 99]), values, max_size=2),
    st.booleans(),
)
@settings(max_examples=400)
def test_whatever_is_signed_ours_never_accepts_what_cwt_refuses(
    claims: dict[Any, Any], headers: dict[Any, Any], canonical: bool
) -> None:
    payload = cbor2.dumps(CLAIMS | claims, canonical=canonical)
    protected = cbor2.dumps({c.ALG: c.ES256, c.KID: FOOD.kid} | headers, canonical=canonical)
    token = signed(payload, protected)
    begun = not isinstance(claims.get(c.NOT_BEFORE), int) or claims[c.NOT_BEFORE] <= NOW
    assert ours(token) != "accepted" or theirs(token) or not begun


@given(st.data())
@settings(max_examples=400)
def test_no_changed_byte_is_accepted(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TOKEN) - 1))
    changed = TOKEN[:at] + bytes((TOKEN[at] ^ data.draw(st.integers(1, 255)),)) + TOKEN[at + 1 :]
    assert ours(changed) != "accepted"
