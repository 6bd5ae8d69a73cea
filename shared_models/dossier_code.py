"""Codes of dossiers and agencies.

A dossier's code is ``<agency code>-YYMMDD-XXXX``, its number counting per agency and day (TT 01/2018/TT-VPCP). Codes in
use elsewhere have longer numbers, eight-digit days, or the agency in the style of before QĐ 20/2020/QĐ-TTg
(``000.00.12.H17``, reversed and padded); all are read, only the first is made.
"""

import re
from datetime import date
from typing import Final, NamedTuple

from shared_models.errors import Invalid

OLD_AGENCY_CODE: Final = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}", re.ASCII)
NEW_AGENCY_CODE: Final = re.compile(r"[A-Z]\d{2}(?:\.\d{2,3}){0,4}", re.ASCII)
AGENCY_CODE: Final = re.compile(rf"(?:{OLD_AGENCY_CODE.pattern}|{NEW_AGENCY_CODE.pattern})", re.ASCII)
DOSSIER_CODE: Final = re.compile(rf"({AGENCY_CODE.pattern})-(\d{{6}}(?:\d{{2}})?)-(\d{{3,8}})", re.ASCII)
"""For ``fullmatch``: agency, day, number."""

MOST_DOSSIERS_A_DAY: Final = 99_999_999
_CENTURY: Final = range(2000, 2100)


class DossierCode(NamedTuple):
    """``agency_code`` in the style of today."""

    agency_code: str
    day: date
    number: int


def dossier_code(agency_code: str, day: date, number: int) -> str:
    """``H17.30.05-261122-0001``: the agency's ``number``-th dossier of that day in the city.

    Raises:
        ValueError: not an agency code of today's style, a year outside this century, or a number below 1 or too large.
    """
    if NEW_AGENCY_CODE.fullmatch(agency_code) is None:
        raise ValueError(f"not an agency code: {agency_code!r}")
    if day.year not in _CENTURY or not 1 <= number <= MOST_DOSSIERS_A_DAY:
        raise ValueError("no dossier code for this day and number")
    return f"{agency_code}-{day:%y%m%d}-{number:04}"


def parse_dossier_code(text: str) -> DossierCode:
    """The parts of a code in any style; blanks around it and small letters are forgiven.

    Raises:
        Invalid: ``dossier.code_malformed``.
    """
    found = DOSSIER_CODE.fullmatch(text.strip().upper())
    # Some letters of other alphabets have capitals of ours.
    if found is None or not text.isascii():
        raise Invalid("dossier.code_malformed")
    agency, day, number = found.groups()
    try:
        filed = date.fromisoformat(day if len(day) == 8 else f"20{day}")
    except ValueError:
        raise Invalid("dossier.code_malformed") from None
    return DossierCode(parse_agency_code(agency), filed, int(number))


def parse_agency_code(text: str) -> str:
    """An agency's code in the style of today: ``000.00.12.H17`` is ``H17.12``.

    Raises:
        Invalid: ``agency.code_malformed``.
    """
    code = text.strip().upper() if text.isascii() else ""
    if NEW_AGENCY_CODE.fullmatch(code) is not None:
        return code
    if OLD_AGENCY_CODE.fullmatch(code) is None:
        raise Invalid("agency.code_malformed")
    root, *levels = reversed(code.split("."))
    while levels and not int(levels[-1]):
        levels.pop()
    return ".".join([root, *levels])
