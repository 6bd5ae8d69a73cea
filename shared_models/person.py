"""Persons: the personal identification number, names, and how a name is shown to strangers.

The number (số định danh cá nhân, 12 digits ``PPP C YY RRRRRR``) has no check digit: province or country of birth
registration, century and sex, year of birth, six random digits (Luật Căn cước 26/2023/QH15; NĐ 70/2024/NĐ-CP).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shared_models.errors import Invalid
from shared_models.text import nfc, search_key

_PERSONAL_ID = re.compile(r"[0-9]{12}", re.ASCII)
_LONG_NUMBER = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])", re.ASCII)
_TAX_CODE = re.compile(r"[0-9]{10}(-[0-9]{3})?|[0-9]{12}", re.ASCII)
_NAME = re.compile(r"[^\W\d_]+(?:[ '’\-][^\W\d_]+)*")

PROVINCE_CODES: Final = frozenset(
    f"{code:03}"
    for code in (
        *(1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42),
        *(44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84),
        *(86, 87, 89, 91, 92, 93, 94, 95, 96),
    )
)
"""The 63 codes from before the 2025 mergers; they stay valid. Others stand for countries of birth registration."""


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class PersonalId:
    """What a personal id says of its bearer. ``needs_manual_check``: registered abroad, outside the province table."""

    number: str
    birth_year: int
    sex: Sex
    needs_manual_check: bool

    @classmethod
    def parse(cls, number: str, today: date) -> "PersonalId":
        """Reads and checks a number for a person living on ``today``.

        Raises:
            Invalid: ``person.id_malformed``, or ``person.id_in_future`` when its year of birth has not come yet.
        """
        if _PERSONAL_ID.fullmatch(number) is None:
            raise Invalid("person.id_malformed")
        century, sex = divmod(int(number[3]), 2)
        birth_year = 1900 + 100 * century + int(number[4:6])
        if birth_year > today.year:
            raise Invalid("person.id_in_future")
        return cls(number, birth_year, (Sex.MALE, Sex.FEMALE)[sex], number[:3] not in PROVINCE_CODES)


def is_tax_code(text: str) -> bool:
    return _TAX_CODE.fullmatch(text) is not None


def clean_name(text: str) -> str:
    """A person's full name in normal form.

    Raises:
        Invalid: ``person.name_malformed`` for digits, stray punctuation, an empty or overlong name.
    """
    name = " ".join(nfc(text).split())
    if len(name) > 100 or _NAME.fullmatch(name) is None:
        raise Invalid("person.name_malformed")
    return name


def same_name(one: str, other: str) -> bool:
    return search_key(one) == search_key(other)


def mask_name(full_name: str) -> str:
    """A natural person's name for strangers: ``Trần Thị Thu Trang`` → ``Trần T. T. T.``."""
    first, *rest = full_name.split()
    return " ".join([first, *(f"{part[0]}." for part in rest)])


def mask_personal_id(number: str) -> str:
    """``048192900002`` → ``048•••••0002``: enough to recognise one's own."""
    return f"{number[:3]}{'•' * 5}{number[-4:]}"


def hide_personal_ids(text: str) -> str:
    """A text in which every number that could be a personal id is masked."""
    return _LONG_NUMBER.sub(lambda found: mask_personal_id(found.group()), text)
