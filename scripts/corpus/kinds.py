"""Cases of the licence types (docs/credential.md 2 and 3): what the issuer must keep to, the verifier only reads.

A verifier that knew a type's rules would refuse the licences of the day on which a rule changes. So an undated licence
is told by claim 7 alone, and a field that its type forbids is shown like any other.
"""

from collections.abc import Iterator

from scripts.corpus.case import Case, case
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims, write_claims
from shared_models.credential.qr_text import paper_text, screen_text
from tests.support.credentials import (
    DAY,
    LAST_SECOND,
    NOW,
    PHONE,
    POLICE,
    PUBLIC_URL,
    T0,
    WARD,
    Key,
    credential,
    driver,
    house,
    household,
    presentation,
    signed,
    traveller,
)


def _paper(claims: Claims, key: Key = WARD) -> str:
    return paper_text(credential(claims, key), PUBLIC_URL)


def undated() -> Iterator[Case]:
    """No end date is printed: the code has one all the same, five years after it was minted."""
    end = T0 + c.UNDATED_TERM_S
    payload = write_claims(household())
    without = {label: value for label, value in payload.items() if label != c.EXPIRES}
    yield case("undated: without exp", screen_text(signed(without, WARD)), "format.claims")
    yield case("undated: exp null", screen_text(signed({**payload, c.EXPIRES: None}, WARD)), "format.claims")
    yield case("undated: exp at the end of a day", _paper(household(expires_at_s=LAST_SECOND)), "holder.paper")
    stale = "holder.paper status.stale"
    yield case("undated: the last second of its five years", _paper(household()), stale, now_s=end - 1)
    yield case("undated: after its five years", _paper(household()), f"time.expired {stale}", now_s=end)
    minted_again = household(
        issued_at_s=NOW - DAY, expires_at_s=NOW - DAY + c.UNDATED_TERM_S, not_before_s=T0 - 900 * DAY
    )
    yield case("undated: minted again, first day long ago", _paper(minted_again), "holder.paper")
    bound = credential(household(status_index=101, holder_key=PHONE.public, not_before_s=T0), WARD)
    yield case("undated: presented", screen_text(presentation(bound)))
    yield case("undated: claim 7 on a dated type", _paper(traveller(undated=True)), "holder.paper")
    dated = household(undated=False, expires_at_s=LAST_SECOND)
    yield case("undated: the type's end date, without claim 7", _paper(dated), "holder.paper")


def fields() -> Iterator[Case]:
    """A field that the type forbids, or lacks."""
    for name, claims, key in (
        ("travel pass with a place", traveller(place="44 Lê Đình Dương"), WARD),
        ("travel pass with a geohash", traveller(geohash="w6ugq3"), WARD),
        ("driving licence with a place and a geohash", driver(place="Hải Châu", geohash="w6ugq3"), POLICE),
        ("travel pass without purpose and route", traveller(activity=None), WARD),
        ("construction permit without a site", house(place=None, geohash=None), WARD),
        ("business household without an office", household(place=None), WARD),
        ("business household under a number of twelve digits", household(number="048192900002"), WARD),
    ):
        yield case(f"fields: {name}", _paper(claims, key), "holder.paper")
    for field, label in (("activity", c.ACTIVITY), ("place", c.PLACE), ("geohash", c.GEOHASH)):
        payload = write_claims(house())
        licence = payload[c.LICENCE]
        payload[c.LICENCE] = {**licence, label: None}
        text = screen_text(signed(cbor.encode(payload), WARD))
        yield case(f"fields: construction permit, {field} null", text, "format.claims")
