"""Codes of dossiers and agencies, in the style of today and in older ones."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from shared_models.dossier import DossierCode, dossier_code, parse_agency_code, parse_dossier_code
from shared_models.errors import Invalid

DOMAIN_PATTERN = re.compile(
    r"^(?:\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.\d{2,3}){0,4})-\d{6}(?:\d{2})?-\d{3,8}$", re.ASCII
)


@pytest.mark.parametrize(
    ("agency", "day", "number", "code"),
    [
        ("H17.30.05", date(2026, 11, 22), 1, "H17.30.05-261122-0001"),
        ("H17.12", date(2026, 11, 21), 1, "H17.12-261121-0001"),
        ("H17", date(2026, 1, 1), 9999, "H17-260101-9999"),
        ("H17.12", date(2026, 1, 1), 10_000, "H17.12-260101-10000"),
    ],
)
def test_codes_that_are_made(agency, day, number, code):
    assert dossier_code(agency, day, number) == code
    assert parse_dossier_code(code) == DossierCode(agency, day, number)


@pytest.mark.parametrize(
    ("agency", "day", "number"),
    [
        ("000.00.12.H17", date(2026, 11, 22), 1),
        ("h17.12", date(2026, 11, 22), 1),
        ("", date(2026, 11, 22), 1),
        ("H17.12", date(1999, 12, 31), 1),
        ("H17.12", date(2100, 1, 1), 1),
        ("H17.12", date(2026, 11, 22), 0),
        ("H17.12", date(2026, 11, 22), 100_000_000),
    ],
)
def test_codes_that_cannot_be_made(agency, day, number):
    with pytest.raises(ValueError, match="code"):
        dossier_code(agency, day, number)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("H15.50.05.13-261008-0975", ("H15.50.05.13", date(2026, 10, 8), 975), id="provincial"),
        pytest.param("G09.20-20260609-0092637", ("G09.20", date(2026, 6, 9), 92637), id="ministry"),
        pytest.param("000.00.12.H17-261121-0001", ("H17.12", date(2026, 11, 21), 1), id="old agency"),
        pytest.param("H17.30.05.001-261121-123", ("H17.30.05.001", date(2026, 11, 21), 123), id="three digits"),
        pytest.param("  h17.12-261121-0001\n", ("H17.12", date(2026, 11, 21), 1), id="as people type it"),
    ],
)
def test_codes_that_are_read(text, parts):
    assert DOMAIN_PATTERN.match(text.strip().upper())
    assert parse_dossier_code(text) == DossierCode(*parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H17.12-261121-01",
        "H17.12-261121-123456789",
        "H17.12-2611211-0001",
        "H17.12-261131-0001",
        "H17.12-20261301-0001",
        "H17.1-261121-0001",
        "H17.12.13.14.15.16-261121-0001",
        "17H-261121-0001",
        "00.00.12.H17-261121-0001",
        "H17.12-261121-0001 x",
        "H17.12-26112١-0001",
        "ſ17.12-261121-0001",
        "H17.12 261121 0001",
    ],
)
def test_codes_that_are_not_codes(text):
    with pytest.raises(Invalid) as refused:
        parse_dossier_code(text)
    assert refused.value.code == "dossier.code_malformed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("H17", "H17"),
        ("H17.12.34", "H17.12.34"),
        ("000.00.12.H17", "H17.12"),
        ("000.34.12.H17", "H17.12.34"),
        ("001.34.12.H17", "H17.12.34.001"),
        ("000.00.00.G09", "G09"),
        (" h17.30.05 ", "H17.30.05"),
    ],
)
def test_agency_codes_of_both_styles(text, code):
    assert parse_agency_code(text) == code


@pytest.mark.parametrize("text", ["", "17", "H17.", "H17.1", "H171", "12.00.H17", "ſ17", "H17.12.34.56.78.90"])
def test_agency_codes_that_cannot_be(text):
    with pytest.raises(Invalid) as refused:
        parse_agency_code(text)
    assert refused.value.code == "agency.code_malformed"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "code", ["agency.code_malformed", "calendar.unknown_year", "dossier.code_malformed", "dossier.move_not_allowed"]
)
def test_each_refusal_has_its_sentence(language, code):
    catalogue = json.loads((Path(__file__).parents[3] / "mobile" / "i18n" / f"{language}.json").read_text("utf-8"))
    assert catalogue[f"error.{code}"]
    if code == "calendar.unknown_year":
        assert "{year}" in catalogue[f"error.{code}"]
