"""Whatever the issuer mints is VALID, and no single change of it ever is."""

import unicodedata
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.infra.verify import verify_text
from shared_models.clock import end_of_day_s
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims
from shared_models.credential.judge import time_floor
from shared_models.credential.keys import decompress, is_odd
from shared_models.credential.mint import mint
from shared_models.credential.presentation import present
from shared_models.credential.qr_text import paper_text, screen_text
from shared_models.credential.reasons import AGEING, REASONS, Outcome
from shared_models.credential.types import BY_CODE, LICENCE_TYPES, Presence
from shared_models.text import is_credential_text, nfc
from tests.support.credentials import (
    FOOD,
    NOW,
    OTHER_PHONE,
    PHONE,
    POLICE,
    PUBLIC_URL,
    STATUS_LISTS,
    T0,
    TRUST,
    URI,
    VALID_INDEX,
    WARD,
    WORKS,
    driver,
    house,
    household,
    restaurant,
    traveller,
    trench,
)

SIGNERS = {1: FOOD, 2: WORKS, 3: POLICE, 4: WARD, 5: WARD, 6: WARD}
VALID = (Outcome.VALID_HOLDER_PRESENT, Outcome.VALID_HOLDER_NOT_PROVEN)
LETTERS = "".join(
    map(chr, (*range(0x21, 0x7F), *range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x250), *range(0x1E00, 0x1F00)))
)
# Twelve letters of three bytes in each of four texts still fit the code of a phone.
words = st.text(alphabet="aăâđeêioôơuưyÁẬỆỖỬỲ 0B/-.,", min_size=1, max_size=12).map(lambda text: " ".join(text.split()))
texts = words.filter(bool)


@st.composite
def claims(draw: st.DrawFn) -> Claims:
    licence_type = draw(st.sampled_from(LICENCE_TYPES))

    def optional(rule: Presence, values: st.SearchStrategy[str]) -> str | None:
        drawn = {Presence.REQUIRED: values, Presence.FORBIDDEN: st.none(), Presence.OPTIONAL: st.none() | values}
        return draw(drawn[rule])

    issued_at_s = draw(st.integers(T0 - 300 * 86400, NOW + 300))
    undated = {Presence.REQUIRED: False, Presence.FORBIDDEN: True}.get(licence_type.end_date, draw(st.booleans()))
    last_day = draw(st.dates(date(2026, 12, 31), date(2040, 1, 1)))
    return Claims(
        number=draw(texts),
        holder=draw(texts),
        type_code=licence_type.code,
        issued_at_s=issued_at_s,
        expires_at_s=issued_at_s + c.UNDATED_TERM_S if undated else end_of_day_s(last_day),
        status_index=draw(st.integers(0, 1999)),
        status_uri=URI,
        activity=optional(licence_type.activity, texts),
        place=optional(licence_type.place, texts),
        geohash=optional(
            licence_type.geohash, st.text(alphabet="0123456789bcdefghjkmnpqrstuvwxyz", min_size=6, max_size=6)
        ),
        not_before_s=draw(st.none() | st.integers(0, NOW + 300)),
        undated=undated,
        holder_key=draw(st.sampled_from([None, PHONE.public, OTHER_PHONE.public])),
    )


def outcome(text: str, now_s: int = NOW) -> Outcome:
    return verify_text(text, TRUST, STATUS_LISTS, now_s).outcome


@given(claims())
def test_every_licence_that_is_minted_is_valid(made: Claims) -> None:
    key = SIGNERS[made.type_code]
    cose = mint(made, key.kid, key.sign)
    for text in (screen_text(cose), paper_text(cose, PUBLIC_URL)):
        verdict = verify_text(text, TRUST, STATUS_LISTS, NOW)
        assert verdict.outcome is Outcome.VALID_HOLDER_NOT_PROVEN, verdict.reasons
        assert verdict.claims == made
        assert verdict.issuer is not None
    if made.holder_key is not None:
        phone = PHONE if made.holder_key == PHONE.public else OTHER_PHONE
        assert outcome(present(cose, NOW, phone.sign)) is Outcome.VALID_HOLDER_PRESENT


TOKENS = [
    mint(made, SIGNERS[made.type_code].kid, SIGNERS[made.type_code].sign)
    for made in (restaurant(), trench(holder_key=PHONE.public), driver(), house(), traveller(), household())
]


@given(st.sampled_from(TOKENS), st.data())
@settings(max_examples=300)
def test_no_changed_byte_is_ever_valid(token: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(token) - 1))
    changed = token[:at] + bytes((token[at] ^ data.draw(st.integers(1, 255)),)) + token[at + 1 :]
    assert outcome(screen_text(changed)) not in VALID
    assert outcome(paper_text(changed, PUBLIC_URL)) not in VALID


PRESENTED = present(mint(restaurant(holder_key=PHONE.public), FOOD.kid, FOOD.sign), NOW, PHONE.sign)


@given(st.data())
@settings(max_examples=300)
def test_no_changed_character_of_a_presentation_is_ever_valid(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PRESENTED) - 1))
    mark = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda mark: mark != PRESENTED[at]))
    assert outcome(PRESENTED[:at] + mark + PRESENTED[at + 1 :]) not in VALID


@given(st.sampled_from(TOKENS), st.integers(0, 600), st.binary(max_size=3))
def test_no_cut_or_longer_token_is_ever_valid(token: bytes, cut: int, more: bytes) -> None:
    changed = token[: min(cut, len(token))] + more
    assert changed == token or outcome(screen_text(changed)) not in VALID


@given(
    st.text(max_size=60) | st.text(max_size=60).map(lambda body: "VN1:" + body) | st.from_regex(r"https?://a\.vn/q#.*")
)
def test_whatever_is_scanned_gets_a_verdict(text: str) -> None:
    verdict = verify_text(text, TRUST, STATUS_LISTS, NOW)
    assert verdict.outcome in (Outcome.NOT_OURS, Outcome.INVALID)
    assert set(verdict.reasons) <= REASONS.keys() | {AGEING}


@given(st.integers(0, 2 * NOW), st.integers(0, 2 * NOW), st.integers(0, 2 * NOW))
def test_time_never_runs_before_what_was_signed(now_s: int, trust_s: int, list_s: int) -> None:
    lists = {URI: replace(STATUS_LISTS[URI], issued_at_s=list_s)}
    floor = time_floor(now_s, replace(TRUST, issued_at_s=trust_s), lists)
    assert floor == max(now_s, trust_s, list_s)
    assert time_floor(now_s, replace(TRUST, issued_at_s=trust_s), {}) == max(now_s, trust_s)


@given(st.binary(min_size=32, max_size=32), st.booleans())
def test_decompressed_points_compress_back(x: bytes, odd: bool) -> None:
    try:
        key = decompress(x, y_is_odd=odd)
    except ValueError:
        return
    assert (key.x, is_odd(key)) == (x, odd)


@given(st.text(max_size=30))
def test_no_text_passes_that_has_a_letter_of_another_script(text: str) -> None:
    assert not is_credential_text(text) or _is_latin(text)


@given(st.text(alphabet=LETTERS, min_size=1, max_size=30))
def test_letters_of_the_rule_are_in_normal_form_in_any_order(text: str) -> None:
    assert is_credential_text(text)
    assert nfc(text) == text
    assert _is_latin(text)


def _is_latin(text: str) -> bool:
    """The rule by Unicode names: slow and obvious."""
    letters = (letter for letter in text if not " " <= letter <= "~")
    return all(letter.isalpha() and unicodedata.name(letter).startswith("LATIN ") for letter in letters)


def test_the_status_index_of_the_examples_was_issued() -> None:
    assert STATUS_LISTS[URI].entries[VALID_INDEX] == 0
    assert BY_CODE.keys() == SIGNERS.keys()
