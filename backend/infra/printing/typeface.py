"""The typeface of everything printed: the Roboto of Flet's web client (Apache-2.0), which has every Vietnamese letter.

It is packed as WOFF2 for browsers; a PDF wants TrueType, so it is unpacked once in each process.
"""

import io
from functools import cache
from importlib.resources import files
from typing import Final

from fontTools.ttLib import TTFont as FontFile
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT: Final = "CongDanRoboto"

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
