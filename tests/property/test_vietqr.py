"""A code means what was written into it, and no changed character gives another meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.errors import Invalid
from shared_models.payment.banks import BANKS
from shared_models.payment.vietqr import MOST_AMOUNT, MOST_PURPOSE, VietQr, folded_purpose, parse_vietqr, vietqr_text

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
PURPOSES = (
    st.lists(st.text(LETTERS + DIGITS + ".-", min_size=1, max_size=8), min_size=1, max_size=4)
    .map(" ".join)
    .filter(lambda text: len(text) <= MOST_PURPOSE)
)
BILLS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=25)
AMOUNTS = st.integers(1, MOST_AMOUNT) | st.integers(1, 10**6)
ANY_TEXT = st.text(max_size=60) | st.text("Đđơ ưệÁ-./:_ab1", max_size=60)


@st.composite
def transfers(draw: st.DrawFn) -> VietQr:
    is_card = draw(st.booleans())
    return VietQr(
        bank_bin=draw(st.sampled_from(sorted(BANKS))),
        account=draw(
            st.text(DIGITS, min_size=8, max_size=19) if is_card else st.text(DIGITS + LETTERS, min_size=1, max_size=19)
        ),
        amount=draw(st.none() | AMOUNTS),
        bill=draw(st.none() | BILLS),
        purpose=draw(st.none() | PURPOSES),
        is_card=is_card,
    )


@given(transfers())
def test_what_is_written_is_read(transfer: VietQr):
    text = vietqr_text(transfer)
    assert parse_vietqr(text) == transfer
    assert vietqr_text(parse_vietqr(text)) == text


@given(transfers(), st.data())
def test_one_changed_character_is_refused(transfer: VietQr, data: st.DataObject):
    text = vietqr_text(transfer)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=1, max_codepoint=0x1FFF).filter(lambda one: one != text[place]))
    changed = text[:place] + other + text[place + 1 :]
    if changed.upper() == text.upper() and place >= len(text) - 4 and other.isascii():
        assert parse_vietqr(changed) == transfer  # only the checksum's letters may be small
        return
    with pytest.raises(Invalid):
        parse_vietqr(changed)


@given(transfers(), st.data())
def test_a_cut_code_is_refused(transfer: VietQr, data: st.DataObject):
    text = vietqr_text(transfer)
    with pytest.raises(Invalid):
        parse_vietqr(text[: data.draw(st.integers(0, len(text) - 1))])


@given(st.text(max_size=120) | st.text("0123456789", max_size=120).map("000201".__add__))
def test_any_text_is_read_or_refused(text: str):
    try:
        transfer = parse_vietqr(text)
    except Invalid:
        return
    assert parse_vietqr(vietqr_text(transfer)).account == transfer.account


@given(ANY_TEXT)
def test_a_folded_purpose_is_taken_as_it_is(text: str):
    try:
        folded = folded_purpose(text)
    except Invalid:
        assert not any(one.isascii() and one.isalnum() for one in text)
        return
    assert len(folded) <= MOST_PURPOSE
    assert folded_purpose(folded) == folded
    assert set(folded) <= set(LETTERS[:26] + DIGITS + " .-")
