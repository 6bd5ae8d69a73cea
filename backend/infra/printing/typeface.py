"""The typeface of everything printed: the Roboto of Flet's web client (Apache-2.0), which has every Vietnamese letter.

It is packed as WOFF2 for browsers; a PDF wants TrueType, so it is unpacked once in each process.
"""

import io
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from fontTools.ttLib import TTFont as FontFile
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT: Final = "CongDanRoboto"

_BARRED: Final[Mapping[str, str]] = MappingProxyType({"ƀ": "b", "Ƀ": "B"})
"""Letters of Ba Na and Ê Đê names that Unicode does not take apart."""

_FONT_FILE: Final = "web/assets/fonts/roboto.woff2"


@cache
def use_font() -> str:
    """Registers the typeface with reportlab and returns its name there."""
    packed = files("flet_web").joinpath(_FONT_FILE).read_bytes()
    font = FontFile(io.BytesIO(packed))
    font.flavor = None
    unpacked = io.BytesIO()
    font.save(unpacked)
    unpacked.seek(0)
    pdfmetrics.registerFont(TTFont(FONT, unpacked))
    return FONT


def can_print(text: str) -> bool:
    """Whether the typeface has a glyph for every character of a text."""
    face = pdfmetrics.getFont(use_font()).face
    return all(ord(letter) in face.charToGlyph for letter in text)


def printable(text: str) -> str:
    """A text as the typeface can write it: a letter that it lacks without its mark, a sign of control as a blank.

    ``Ƀlan Ơ̆r`` becomes ``Blan Ơr``: a name that can be read. A letter of another script becomes ``�``: the typeface
    would draw nothing at all, and nobody would see that something is missing.
    """
    return "".join(_printable(letter) for letter in unicodedata.normalize("NFC", text))


def _printable(letter: str) -> str:
    if unicodedata.category(letter) in {"Cc", "Cs"}:
        return " "
    if can_print(letter):
        return letter
    if unicodedata.combining(letter):
        return ""
    base = _BARRED.get(letter) or unicodedata.normalize("NFD", letter)[0]
    return base if can_print(base) else "�"
