"""People's text on screen: only letters that the bundled Roboto has.

A glyph outside the font starts an endless search of Flutter for fallback fonts, which without a CDN never ends
(Flet 1.0.5, measured: 486 requests in 9 s for one tick mark).
"""

import unicodedata

# Ranges that roboto.woff2 of flet-web 1.0.5 covers without a gap; tests/unit/mobile compares them with the font.
RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x01A0, 0x01A1),
    (0x01AF, 0x01B0),
    # Marks that stand alone: Windows' Vietnamese keyboard types them after the letter.
    (0x0300, 0x0301),
    (0x0303, 0x0303),
    (0x0309, 0x0309),
    (0x0323, 0x0323),
    (0x1EA0, 0x1EF9),
    (0x2013, 0x2015),
    (0x2017, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203A),
    (0x20AB, 0x20AC),
)
# What a keyboard puts in place of characters the font has.
SUBSTITUTES = {0x2010: "-", 0x2011: "-", 0x2012: "–", 0x2212: "-", 0x202F: " ", 0x2009: " ", 0x00D7: "x"}


# The same as a pattern of one character, for fields that must not take others even while they are typed into.
TYPEABLE = "[" + "".join(f"\\u{first:04X}-\\u{last:04X}" for first, last in RANGES) + "\\n]"


def is_shown(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in RANGES)


def safe(text: str) -> str:
    """Return the text with known substitutes, and without what the font cannot draw (line breaks stay)."""
    composed = unicodedata.normalize("NFC", text)
    kept = (SUBSTITUTES.get(ord(character), character) for character in composed)
    return "".join(character for character in kept if character == "\n" or is_shown(character))
