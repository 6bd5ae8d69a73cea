"""The issuer's rules: each refusal names its field, and nothing is signed."""

from dataclasses import replace
from datetime import date

import pytest

from shared_models.clock import end_of_day_s
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims
from shared_models.credential.decode import decode
from shared_models.credential.keys import PublicKey
from shared_models.credential.mint import mint
from shared_models.credential.presentation import longest_presentation, present
from shared_models.credential.qr_size import MAX_VERSION, PAPER_ADDRESS_BYTES, paper_version, screen_version
from shared_models.credential.qr_text import PAPER_MARK, paper_text, screen_text
from shared_models.errors import Invalid
from tests.support.credentials import (
    FOOD,
    LAST_SECOND,
    NONCE,
    PHONE,
    T0,
    driver,
    house,
    household,
    restaurant,
    traveller,
    trench,
)


def never(_message: bytes) -> bytes:
    raise AssertionError("signed what was to be refused")


@pytest.mark.parametrize("claims", [restaurant(), trench(), driver(), restaurant(holder_key=PHONE.public)])
def test_what_obeys_the_rules_is_minted_and_read_back(claims: Claims) -> None:
    decoded = decode(screen_text(mint(claims, FOOD.kid, FOOD.sign)))
    assert (decoded.claims, decoded.problems) == (claims, ())


OTHER_CURVE = PublicKey(-7, bytes(32), bytes(32))
REFUSED = {
    "type unknown": (restaurant(type_code=9), "type_code", "credential.unknown_type"),
    "no number": (restaurant(number=""), "number", "credential.required"),
    "no holder": (restaurant(holder=""), "holder", "credential.required"),
    "no place": (restaurant(place=None), "place", "credential.required"),
    "no class": (driver(activity=None), "activity", "credential.required"),
    "empty class": (driver(activity=""), "activity", "credential.required"),
    "driver with an address": (driver(place="Hải Châu"), "place", "credential.not_allowed"),
    "traveller with an address": (traveller(place="Hải Châu"), "place", "credential.not_allowed"),
    "traveller without purpose": (traveller(activity=None), "activity", "credential.required"),
    "undated traveller": (
        traveller(undated=True, expires_at_s=T0 + c.UNDATED_TERM_S),
        "expires_at_s",
        "credential.required",
    ),
    "house without a site": (house(place=None), "place", "credential.required"),
    "household without an office": (household(place=None), "place", "credential.required"),
    "household with an end": (
        household(undated=False, expires_at_s=LAST_SECOND),
        "expires_at_s",
        "credential.not_allowed",
    ),
    "household under its owner's personal id": (household(number="048192900002"), "number", "credential.personal_id"),
    "driver with a geohash": (driver(geohash="w6ugq3"), "geohash", "credential.not_allowed"),
    "geohash too short": (trench(geohash="w6ugq"), "geohash", "credential.malformed"),
    "Cyrillic": (restaurant(holder="QUÁN \u0410"), "holder", "credential.not_latin"),
    "Greek number": (restaurant(number="48/\u039d"), "number", "credential.not_latin"),
    "decomposed": (restaurant(place="Ha\u0309i Chau"), "place", "credential.not_latin"),
    "right-to-left override": (restaurant(activity="a\u202eb"), "activity", "credential.not_latin"),
    "zero width": (restaurant(holder="a\u200bb"), "holder", "credential.not_latin"),
    "two spaces": (restaurant(holder="a  b"), "holder", "credential.not_latin"),
    "201 characters": (restaurant(holder="Á" * 201), "holder", "credential.text_too_long"),
    "personal id in the holder": (restaurant(holder="Bà 048123456789"), "holder", "credential.personal_id"),
    "personal id in the activity": (driver(activity="B, 048123456789"), "activity", "credential.personal_id"),
    "personal id in the place": (restaurant(place="(048123456789)"), "place", "credential.personal_id"),
    "expires when issued": (restaurant(issued_at_s=LAST_SECOND), "expires_at_s", "credential.expires_before_issue"),
    "begins when expired": (restaurant(not_before_s=LAST_SECOND), "expires_at_s", "credential.expires_before_issue"),
    "a second early": (restaurant(expires_at_s=LAST_SECOND - 1), "expires_at_s", "credential.not_end_of_day"),
    "midnight": (restaurant(expires_at_s=LAST_SECOND + 1), "expires_at_s", "credential.not_end_of_day"),
    "undated a day short": (driver(expires_at_s=T0 + c.UNDATED_TERM_S - 1), "expires_at_s", "credential.undated_term"),
    "undated at the end of a day": (driver(expires_at_s=LAST_SECOND), "expires_at_s", "credential.undated_term"),
    "negative time": (restaurant(issued_at_s=-1), "issued_at_s", "credential.malformed"),
    "milliseconds": (restaurant(expires_at_s=LAST_SECOND * 1000), "expires_at_s", "credential.malformed"),
    "negative begin": (restaurant(not_before_s=-1), "not_before_s", "credential.malformed"),
    "negative index": (restaurant(status_index=-1), "status_index", "credential.out_of_range"),
    "index beyond the list": (restaurant(status_index=1 << 20), "status_index", "credential.out_of_range"),
    "no uri": (restaurant(status_uri="s/1"), "status_uri", "credential.malformed"),
    "holder key no point": (restaurant(holder_key=OTHER_CURVE), "holder_key", "credential.malformed"),
    "holder key of another algorithm": (
        restaurant(holder_key=replace(PHONE.public, alg=-8)),
        "holder_key",
        "credential.malformed",
    ),
}


@pytest.mark.parametrize(("claims", "field", "code"), REFUSED.values(), ids=REFUSED)
def test_what_breaks_a_rule_is_refused_by_name(claims: Claims, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        mint(claims, FOOD.kid, never)
    assert refused.value.code == "credential.invalid"
    assert refused.value.fields == {field: [code]}


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        mint(restaurant(number="", holder="\u0410", status_index=-1), b"short", never)
    assert set(refused.value.fields) == {"number", "holder", "status_index", "kid"}


@pytest.mark.parametrize("digits", ["48123456789", "0481234567890", "0400123456-789"])
def test_other_runs_of_digits_are_no_personal_ids(digits: str) -> None:
    assert mint(restaurant(holder=f"CÔNG TY {digits}"), FOOD.kid, FOOD.sign)


def test_the_last_day_is_the_citys() -> None:
    claims = restaurant(expires_at_s=end_of_day_s(date(2029, 11, 20)))
    assert claims.expires_at_s == LAST_SECOND
    assert mint(claims, FOOD.kid, FOOD.sign)


def test_a_signer_that_breaks_its_word_is_no_fault_of_the_claims() -> None:
    for signature in (b"", bytes(64), b"\x30" * 70):
        with pytest.raises(ValueError, match="signer"):
            mint(restaurant(), FOOD.kid, lambda _message, made=signature: made)


def longest(**changes: object) -> Claims:
    """The restaurant with the longest activity that still fits."""
    fitting = None
    for size in range(1, 200):
        claims = restaurant(activity="x" * size, **changes)
        try:
            mint(claims, FOOD.kid, FOOD.sign)
        except Invalid as refused:
            assert refused.code == "credential.too_large"  # noqa: PT017  # which one is the question
            break
        fitting = claims
    assert fitting is not None
    return fitting


def test_paper_fits_version_15_beside_any_address_of_the_reserved_length() -> None:
    claims = longest()
    address = "https://" + "a" * (PAPER_ADDRESS_BYTES - len("https://") - len(PAPER_MARK))

    def version(fitted: Claims) -> int | None:
        text = paper_text(mint(fitted, FOOD.kid, FOOD.sign), address)
        digits = text.removeprefix(address + PAPER_MARK)
        return paper_version(len(address + PAPER_MARK), len(digits))

    assert version(claims) == MAX_VERSION
    with pytest.raises(Invalid, match="too_large"):
        mint(replace(claims, activity=f"{claims.activity}x"), FOOD.kid, never)


def test_bound_fits_version_15_with_all_that_a_presentation_adds() -> None:
    cose = mint(longest(holder_key=PHONE.public), FOOD.kid, FOOD.sign)
    text = present(cose, (1 << 32) - 1, PHONE.sign, NONCE)
    assert screen_version(len(text)) == MAX_VERSION
    assert len(text) == len(screen_text(bytes(longest_presentation(cose))))
