"""Numbers of receipts: the form of a series, and the year it belongs to."""

import re

import pytest

from backend.payments.receipt_rules import ReceiptSeries, Telling, counter_key, name_of, receipt_series, year_of_series
from shared_models.payment.receipt import MOST_NUMBER, SERIES_PATTERN, number_text, receipt_name, typed_name

SERIES = ReceiptSeries("EBL01", ("AA", "AB"), is_due_for_nothing=True)


def test_a_series_is_the_year_a_t_and_two_letters() -> None:
    assert SERIES.of_year(2026) == ("26TAA", "26TAB")
    assert SERIES.of_year(2105) == ("05TAA", "05TAB")


@pytest.mark.parametrize(
    ("series", "is_one"),
    [
        ("26TAA", True),
        ("26TYV", True),
        ("26TAF", False),
        ("26TOA", False),
        ("26CAA", False),
        ("26TA", False),
        ("26TAAA", False),
        ("26taa", False),
    ],
)
def test_the_twenty_letters_of_a_series(series: str, *, is_one: bool) -> None:
    assert (re.fullmatch(SERIES_PATTERN, series) is not None) is is_one


def test_what_is_declared_makes_series() -> None:
    declared = receipt_series()
    assert declared.form == "EBL01"
    assert declared.of_year(2026)[0] == "26TAA"
    assert all(re.fullmatch(SERIES_PATTERN, series) for series in declared.of_year(2030))
    assert (declared.number_on_pdf, declared.number_in_xml) == (Telling.MASKED, Telling.WHOLE)


def test_numbers_have_eight_digits_and_counters_a_key_of_their_own() -> None:
    assert number_text(1) == "00000001"
    assert number_text(MOST_NUMBER) == "99999999"
    assert year_of_series("26TAA") == 2026
    keys = {
        counter_key(*it) for it in (("H17.08", "26TAA", 2026), ("H17.08", "26TAB", 2026), ("H17.05", "26TAA", 2026))
    }
    assert len(keys) == 3


def test_a_receipt_has_one_name_whether_it_is_stored_or_told() -> None:
    assert receipt_name("26TAA", 42) == receipt_name("26TAA", "00000042") == "26TAA-00000042"
    assert name_of({"series": "26TAA", "number": MOST_NUMBER}) == "26TAA-99999999"


@pytest.mark.parametrize(
    "words", ["26TAA-00000042", "26taa-42", " 26TAA 42 ", "26TAA – 00000042", "26TAA00000042", "26TAA/42"]
)
def test_what_people_type_is_read_as_they_mean_it(words: str) -> None:
    assert typed_name(words) == ("26TAA", 42)


@pytest.mark.parametrize("words", ["", "42", "26TAA", "26TAA-0", "26TAA-123456789", "26TAF-1", "26TAA-4a", "26TAA-4 2"])
def test_what_names_no_receipt_is_told_apart(words: str) -> None:
    assert typed_name(words) is None
