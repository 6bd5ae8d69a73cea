"""Cases of the verdict: keys, time, status, holder (docs/credential.md 4)."""

from collections.abc import Iterator
from typing import Any

from scripts.corpus.case import BOUND, GOOD_TEXT, PAYLOAD, Case, case
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims, write_claims
from shared_models.credential.qr_text import paper_text, screen_text
from tests.support.credentials import (
    DAY,
    ENTRIES,
    FOOD,
    FREE_INDEX,
    LAST_SECOND,
    LEAKED,
    NONCE,
    NOW,
    OTHER_PHONE,
    PHONE,
    POLICE,
    PUBLIC_URL,
    RETIRED,
    REVOKED_INDEX,
    STATUS,
    STRANGER,
    SUSPENDED_INDEX,
    T0,
    TWIN,
    WORKS,
    YEAR,
    Forge,
    Key,
    credential,
    driver,
    payload_with,
    presentation,
    restaurant,
    trench,
)

TTL = c.STATUS_TTL_S


def _paper(claims: Claims, key: Key = FOOD) -> str:
    return screen_text(credential(claims, key))


def good_ones() -> Iterator[Case]:
    """Every type, in every form that it can be shown in."""
    for name, claims, key in (
        ("food safety", restaurant, FOOD),
        ("road works", trench, WORKS),
        ("driving", driver, POLICE),
    ):
        cose, bound = credential(claims(), key), credential(claims(status_index=101, holder_key=PHONE.public), key)
        with_nonce = {c.AUDIENCE: c.KBT_AUDIENCE, c.ISSUED_AT: 0, c.CNONCE: NONCE}
        yield case(f"good: {name} printed", paper_text(cose, PUBLIC_URL), "holder.paper")
        yield case(f"good: {name} printed, shown on a screen", screen_text(cose), "holder.paper")
        yield case(f"good: {name} bound, bare", screen_text(bound), "holder.no_presentation")
        yield case(f"good: {name} presented", screen_text(presentation(bound)))
        yield case(f"good: {name} with nonce", screen_text(presentation(bound, payload=with_nonce)), nonce=NONCE)


def keys() -> Iterator[Case]:
    """Rows 2, 3 and 4."""
    yield case("key: unknown", _paper(restaurant(), STRANGER), "key.unknown holder.paper")
    for alg in (0, 5, -8, -35, -36, -37, -257, 1 << 40):
        text = Forge(PAYLOAD, cbor.encode({1: alg, 4: FOOD.kid})).text()
        yield case(f"key: alg {alg}", text, "key.wrong_alg holder.paper")
    yield case(
        "key: alg 0, unknown kid", Forge(PAYLOAD, cbor.encode({1: 0, 4: bytes(8)})).text(), "key.unknown holder.paper"
    )
    yield case(
        "key: kid of another agency",
        Forge(PAYLOAD, cbor.encode({1: -7, 4: WORKS.kid})).text(),
        "signature.invalid holder.paper",
    )
    yield case("key: another type", _paper(trench()), "key.wrong_type holder.paper")
    yield case("key: unknown type", _paper(restaurant(type_code=999)), "key.wrong_type holder.paper")
    yield case("key: of the status lists", _paper(restaurant(), STATUS), "key.wrong_role key.wrong_type holder.paper")
    yield case("key: compromised", _paper(restaurant(), LEAKED), "key.compromised holder.paper")
    yield case(
        "key: compromised, issued before",
        _paper(restaurant(issued_at_s=T0 - 30 * DAY), LEAKED),
        "key.compromised holder.paper",
    )
    yield case("key: retired", _paper(restaurant(), RETIRED), "key.outside_window holder.paper")
    yield case("key: on its last second", _paper(restaurant(issued_at_s=T0 - 1), RETIRED), "holder.paper")
    yield case("key: on its first second", _paper(restaurant(issued_at_s=T0 - YEAR)), "holder.paper")
    yield case(
        "key: before its first second", _paper(restaurant(issued_at_s=T0 - YEAR - 1)), "key.outside_window holder.paper"
    )
    yield case(
        "key: twin under the same kid",
        Forge(_encoded(trench()), cbor.encode({1: -7, 4: FOOD.kid}), TWIN).text(),
        "holder.paper",
    )
    text = _paper(trench(type_code=1, issued_at_s=T0 - 2 * YEAR, status_index=REVOKED_INDEX), LEAKED)
    yield case("key: many faults", text, "key.outside_window key.compromised status.revoked holder.paper")
    text = Forge(
        _encoded(restaurant(expires_at_s=NOW, status_index=REVOKED_INDEX)), cbor.encode({1: -7, 4: FOOD.kid}), STRANGER
    ).text()
    yield case("key: forged, expired and revoked", text, "signature.invalid time.expired status.revoked holder.paper")


def times() -> Iterator[Case]:
    """Row 6 on the clock, and row 21."""
    for name, now_s, reasons in (
        ("last second", LAST_SECOND - 1, ""),
        ("expired", LAST_SECOND, "time.expired"),
        ("long ago", LAST_SECOND + YEAR, "time.expired"),
    ):
        yield case(f"time: {name}", GOOD_TEXT, f"{reasons} holder.paper status.stale", now_s=now_s)
    for ahead, reasons in ((300, ""), (301, "time.not_yet_valid"), (YEAR, "time.not_yet_valid")):
        yield case(
            f"time: nbf {ahead} s ahead", _paper(restaurant(not_before_s=NOW + ahead)), f"{reasons} holder.paper"
        )
    for ahead, reasons in ((300, ""), (301, "time.issued_in_future")):
        yield case(f"time: iat {ahead} s ahead", _paper(restaurant(issued_at_s=NOW + ahead)), f"{reasons} holder.paper")
    short = _paper(restaurant(issued_at_s=T0 - DAY, expires_at_s=T0 - 1))
    yield case("time: clock turned back before the list", short, "time.expired holder.paper", now_s=T0 - 3600)
    short = _paper(restaurant(expires_at_s=T0 + 20 * DAY))
    reasons = "time.expired status.stale holder.paper"
    yield case("time: clock turned back before the trust list", short, reasons, now_s=T0, world="later trust list")
    yield case(
        "time: suspended and not yet valid",
        _paper(restaurant(not_before_s=NOW + DAY, status_index=SUSPENDED_INDEX)),
        "time.not_yet_valid status.suspended holder.paper",
    )
    yield case(
        "time: suspended and expired",
        _paper(restaurant(expires_at_s=NOW, status_index=SUSPENDED_INDEX)),
        "time.expired status.suspended holder.paper",
    )
    yield case("time: the end of time", _paper(restaurant(expires_at_s=c.MAX_TIME_S)), "holder.paper")


def statuses() -> Iterator[Case]:
    """Rows 5 and 11."""
    revoked, suspended = (
        _paper(restaurant(status_index=REVOKED_INDEX)),
        _paper(restaurant(status_index=SUSPENDED_INDEX)),
    )
    free = _paper(restaurant(status_index=FREE_INDEX))
    fresh = _paper(restaurant(status_index=FREE_INDEX, issued_at_s=T0 + 1))
    yield case("status: revoked", revoked, "status.revoked holder.paper")
    yield case("status: suspended", suspended, "status.suspended holder.paper")
    yield case("status: never issued", free, "status.not_issued holder.paper")
    yield case("status: newer than the list", fresh, "status.newer_than_list holder.paper")
    yield case("status: last entry", _paper(restaurant(status_index=ENTRIES - 1)), "status.not_issued holder.paper")
    for index in (ENTRIES, 1 << 20, (1 << 32) - 1):
        yield case(f"status: index {index}", _paper(restaurant(status_index=index)), "status.out_of_range holder.paper")
    yield case(
        "status: another list", _paper(restaurant(status_uri=f"{PUBLIC_URL}/s/2")), "status.no_list holder.paper"
    )
    yield case(
        "status: the list's name in another spelling",
        _paper(restaurant(status_uri=f"{PUBLIC_URL}/s/1/")),
        "status.no_list holder.paper",
    )
    presented = screen_text(presentation(BOUND, payload={3: "inspector", 6: T0 + TTL + 1}))
    for name, text, reasons in (
        ("paper", GOOD_TEXT, "holder.paper"),
        ("revoked", revoked, "status.revoked holder.paper"),
    ):
        yield case(f"status: fresh to the last second, {name}", text, reasons, now_s=T0 + TTL)
        ageing = "" if name == "revoked" else "status.ageing"
        yield case(f"status: ageing, {name}", text, f"{reasons} {ageing}", now_s=T0 + TTL + 1)
        yield case(f"status: ageing to the last second, {name}", text, f"{reasons} {ageing}", now_s=T0 + 7 * DAY)
        yield case(f"status: stale, {name}", text, f"{reasons} status.stale", now_s=T0 + 7 * DAY + 1)
    yield case("status: ageing, presented", presented, "status.ageing", now_s=T0 + TTL + 1)
    for name, text, reasons in (
        ("revoked", revoked, "status.revoked"),
        ("suspended", suspended, "status.suspended"),
        ("good", GOOD_TEXT, ""),
    ):
        yield case(f"status: old list, {name}", text, f"{reasons} status.stale holder.paper", world="old status list")
        yield case(f"status: no list, {name}", text, "status.no_list holder.paper", world="no status list")
        yield case(
            f"status: old trust list, {name}", text, f"{reasons} status.stale holder.paper", world="old trust list"
        )
    yield case(
        "status: never issued, old list",
        free,
        "status.newer_than_list status.stale holder.paper",
        world="old status list",
    )


def holders() -> Iterator[Case]:
    """Rows 7 and 8."""

    def shown(name: str, reasons: str, cose: bytes = BOUND, nonce: bytes | None = None, **parts: Any) -> Case:
        return case(f"holder: {name}", screen_text(presentation(cose, **parts)), reasons, nonce=nonce)

    claims = {c.AUDIENCE: c.KBT_AUDIENCE, c.ISSUED_AT: NOW}
    for age, reasons in (
        (90, ""),
        (91, "holder.too_old"),
        (DAY, "holder.too_old"),
        (-30, ""),
        (-31, "holder.in_future"),
        (-DAY, "holder.in_future"),
    ):
        yield shown(f"signed {age} s ago", reasons, payload=claims | {6: NOW - age})
    yield shown("nonce asked for and given", "", nonce=NONCE, payload=claims | {39: NONCE})
    yield shown("nonce given a day ago", "", nonce=NONCE, payload=claims | {39: NONCE, 6: NOW - DAY})
    yield shown("nonce not given", "holder.nonce_mismatch", nonce=NONCE)
    yield shown("another nonce", "holder.nonce_mismatch", nonce=NONCE, payload=claims | {39: bytes(8)})
    yield shown("nonce given, none asked for", "", payload=claims | {39: NONCE})
    yield shown("nonce given, none asked for, old", "holder.too_old", payload=claims | {39: NONCE, 6: NOW - 91})
    for nonce in (bytes(7), bytes(9), b"", "12345678", 1, None):
        yield shown(f"nonce {nonce!r}", "format.claims", payload=claims | {39: nonce})
    for iat in (None, -1, "now", NOW * 1000, True):
        yield shown(f"iat {iat!r}", "format.claims", payload=claims | {6: iat})
    yield shown("without iat", "format.claims", payload={3: "inspector"})
    yield shown("payload a list", "format.claims", payload=["inspector", NOW])
    yield shown("without audience", "holder.wrong_audience", payload={6: NOW})
    for audience in ("Inspector", "bank", "", ["inspector"], 1, None):
        yield shown(f"audience {audience!r}", "holder.wrong_audience", payload=claims | {3: audience})
    yield shown("unknown claim", "", payload=claims | {99: 1})
    yield shown("another phone", "holder.signature_invalid", phone=OTHER_PHONE)
    yield shown("the issuer itself", "holder.signature_invalid", phone=FOOD)
    yield shown(
        "another phone, old, wrong audience",
        "holder.signature_invalid holder.too_old holder.wrong_audience",
        phone=OTHER_PHONE,
        payload={6: T0},
    )
    other = credential(restaurant(status_index=102, holder_key=OTHER_PHONE.public))
    yield shown("around somebody else's licence", "holder.signature_invalid", cose=other)
    grafted = presentation(BOUND)[-64:]
    yield shown(
        "signature from another presentation",
        "holder.signature_invalid",
        payload=claims | {6: NOW - 1},
        signature=grafted,
    )
    swapped = cbor.encode(
        payload_with(
            c.CONFIRMATION, 1, value={1: 2, -1: 1, -2: OTHER_PHONE.public.x, -3: bool(OTHER_PHONE.public.y[-1] & 1)}
        )
    )
    forged = Forge(swapped, cbor.encode({1: -7, 4: FOOD.kid}), signature=BOUND[-64:]).cose()
    yield shown("cnf swapped", "signature.invalid", cose=forged, phone=OTHER_PHONE)
    yield shown("around a paper credential", "holder.signature_invalid", cose=credential(restaurant()))
    yield shown("nested", "format.cbor", cose=presentation(BOUND))
    for name, signature in (
        ("empty", b""),
        ("63 bytes", grafted[:63]),
        ("65 bytes", grafted + b"\0"),
        ("zero", bytes(64)),
        ("all ones", b"\xff" * 64),
    ):
        yield shown(f"signature {name}", "holder.signature_invalid", signature=signature)
    for name, headers in (
        ("no type", {16: ...}),
        ("another type", {16: 293}),
        ("alg 0", {1: 0}),
        ("alg EdDSA", {1: -8}),
        ("crit", {2: [16]}),
    ):
        yield shown(f"header {name}", "format.cose", headers=headers)
    yield shown("header unknown", "", headers={99: 1})
    yield shown("two tagged headers", "format.cose", headers={14: cbor.Tagged(None, BOUND)})
    yield shown("around nothing", "format.cose", cose=b"\xd2\x80")
    yield shown("around no tag", "format.cose", headers={13: [b"", {}, b"", b""]})
    yield shown("unprotected kid", "format.cose", unprotected=b"\xa1\x04\x40")
    yield shown(
        "inner signature malformed",
        "signature.malformed",
        cose=Forge(
            _encoded(restaurant(holder_key=PHONE.public)), cbor.encode({1: -7, 4: FOOD.kid}), signature=bytes(64)
        ).cose(),
    )
    yield shown("inner expired", "time.expired", cose=credential(restaurant(expires_at_s=NOW, holder_key=PHONE.public)))
    yield shown(
        "inner revoked",
        "status.revoked",
        cose=credential(restaurant(status_index=REVOKED_INDEX, holder_key=PHONE.public)),
    )
    yield shown("inner of a stranger", "key.unknown", cose=credential(restaurant(holder_key=PHONE.public), STRANGER))


def _encoded(claims: Claims) -> bytes:
    return cbor.encode(write_claims(claims))
