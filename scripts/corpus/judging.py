"""Cases of the verdict: keys, time, status, holder (docs/credential.md 4)."""

import hmac
from collections.abc import Iterator

from scripts.corpus.case import BOUND, GOOD_TEXT, PAYLOAD, Case, case
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims, write_claims
from shared_models.credential.cose import sig_structure
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
    WARD,
    WORKS,
    YEAR,
    Forge,
    Key,
    credential,
    driver,
    house,
    household,
    presentation,
    restaurant,
    traveller,
    trench,
)

TTL = c.STATUS_TTL_S


def _paper(claims: Claims, key: Key = FOOD) -> str:
    return screen_text(credential(claims, key))


REVOKED = _paper(restaurant(status_index=REVOKED_INDEX))
SUSPENDED = _paper(restaurant(status_index=SUSPENDED_INDEX))
FREE = _paper(restaurant(status_index=FREE_INDEX))


def good_ones() -> Iterator[Case]:
    """Every type, in every form that it can be shown in."""
    for name, claims, key in (
        ("food safety", restaurant, FOOD),
        ("road works", trench, WORKS),
        ("driving", driver, POLICE),
        ("construction", house, WARD),
        ("travel pass", traveller, WARD),
        ("business household", household, WARD),
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
    protected = cbor.encode({1: 7, 4: FOOD.kid})
    tag = hmac.digest(b"\x04" + FOOD.public.x + FOOD.public.y, sig_structure(protected, PAYLOAD), "sha512")
    yield case(
        "key: alg HS512 with the public key as secret",
        Forge(PAYLOAD, protected, signature=tag).text(),
        "key.wrong_alg holder.paper",
    )
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


def scopes() -> Iterator[Case]:
    """Row 4 among the agencies: each signs what another may."""
    for name, claims, key in (
        ("food safety signs a construction permit", house, FOOD),
        ("road works signs a construction permit", house, WORKS),
        ("police signs a travel pass", traveller, POLICE),
        ("ward signs a food safety certificate", restaurant, WARD),
        ("ward signs a driving licence", driver, WARD),
        ("food safety signs a business household", household, FOOD),
    ):
        yield case(f"key: another type, {name}", _paper(claims(), key), "key.wrong_type holder.paper")


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
    """Row 5, and the bounds of row 11."""
    fresh = _paper(restaurant(status_index=FREE_INDEX, issued_at_s=T0 + 1))
    yield case("status: revoked", REVOKED, "status.revoked holder.paper")
    yield case("status: suspended", SUSPENDED, "status.suspended holder.paper")
    yield case("status: never issued", FREE, "status.not_issued holder.paper")
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


def freshness() -> Iterator[Case]:
    """Row 11: how old a list may be, and what it still says."""
    presented = screen_text(presentation(BOUND, payload={3: "inspector", 6: T0 + TTL + 1}))
    for name, text, reasons in (
        ("paper", GOOD_TEXT, "holder.paper"),
        ("revoked", REVOKED, "status.revoked holder.paper"),
    ):
        yield case(f"status: fresh to the last second, {name}", text, reasons, now_s=T0 + TTL)
        ageing = "" if name == "revoked" else "status.ageing"
        yield case(f"status: ageing, {name}", text, f"{reasons} {ageing}", now_s=T0 + TTL + 1)
        yield case(f"status: ageing to the last second, {name}", text, f"{reasons} {ageing}", now_s=T0 + 7 * DAY)
        yield case(f"status: stale, {name}", text, f"{reasons} status.stale", now_s=T0 + 7 * DAY + 1)
    yield case("status: ageing, presented", presented, "status.ageing", now_s=T0 + TTL + 1)
    for name, text, reasons in (
        ("revoked", REVOKED, "status.revoked"),
        ("suspended", SUSPENDED, "status.suspended"),
        ("good", GOOD_TEXT, ""),
    ):
        yield case(f"status: old list, {name}", text, f"{reasons} status.stale holder.paper", world="old status list")
        yield case(f"status: no list, {name}", text, "status.no_list holder.paper", world="no status list")
        yield case(
            f"status: old trust list, {name}", text, f"{reasons} status.stale holder.paper", world="old trust list"
        )
    yield case(
        "status: never issued, old list",
        FREE,
        "status.newer_than_list status.stale holder.paper",
        world="old status list",
    )


def _encoded(claims: Claims) -> bytes:
    return cbor.encode(write_claims(claims))
