"""Every code that is made is read back, and what is read is what the national pattern takes."""

import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared_models.dossier import dossier_code, parse_agency_code, parse_dossier_code
from shared_models.errors import Invalid

NATIONAL = re.compile(
    r"(?:\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.\d{2,3}){0,4})-\d{6}(?:\d{2})?-\d{3,8}", re.ASCII
)
AGENCIES = st.from_regex(re.compile(r"[A-Z]\d{2}(?:\.\d{2,3}){0,4}", re.ASCII), fullmatch=True)
OLD_AGENCIES = st.from_regex(re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}", re.ASCII), fullmatch=True)
MALFORMED = r"^dossier\.code_malformed$"
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NUMBERS = st.integers(1, 99_999_999)


@given(AGENCIES, DAYS, NUMBERS)
def test_made_codes_are_read_back_and_are_national(agency, day, number):
    code = dossier_code(agency, day, number)
    assert parse_dossier_code(code) == (agency, day, number)
    assert NATIONAL.fullmatch(code)


@given(AGENCIES, DAYS, st.lists(NUMBERS, min_size=2, max_size=2, unique=True))
def test_two_dossiers_never_share_a_code(agency, day, numbers):
    assert dossier_code(agency, day, numbers[0]) != dossier_code(agency, day, numbers[1])


@given(st.from_regex(NATIONAL, fullmatch=True))
def test_all_that_the_national_pattern_takes_is_read_unless_the_day_cannot_be(text):
    digits = text.split("-")[1]
    try:
        day = date.fromisoformat(digits if len(digits) == 8 else f"20{digits}")
    except ValueError:
        with pytest.raises(Invalid, match=MALFORMED):
            parse_dossier_code(text)
        return
    assert parse_dossier_code(text)[1:] == (day, int(text.split("-")[2]))


@given(st.text() | st.text(alphabet="H17.-0129 ", max_size=30))
def test_nothing_else_is_read_and_nothing_is_a_fault(text):
    assume(NATIONAL.fullmatch(text.strip().upper()) is None)
    with pytest.raises(Invalid, match=MALFORMED):
        parse_dossier_code(text)


@given(OLD_AGENCIES)
def test_old_agency_codes_become_new_ones_that_stay(text):
    code = parse_agency_code(text)
    assert parse_agency_code(code) == code
    third, second, first, root = text.split(".")
    padded = [*code.split("."), "00", "00", "000"][:4]
    assert [root, first, second] == padded[:3]
    assert int(padded[3]) == int(third)
