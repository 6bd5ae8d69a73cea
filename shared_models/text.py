"""Vietnamese text: normal form, search keys, and what may stand in a credential.

``đ`` and ``Đ`` do not decompose in Unicode, and both tone placements (hoà, hòa) are in use; a search key folds both.
"""

import unicodedata
from typing import Final

CREDENTIAL_TEXT_LIMIT: Final = 200
"""Characters. A longer text could push a verdict off an inspector's screen."""

_PUNCTUATION_LAST: Final = 0x7E


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def search_key(text: str) -> str:
    """Folds case, diacritics and spaces: ``"Đỗ  Hoà"`` and ``"do hòa"`` both give ``"do hoa"``."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join(bare.split())


def is_credential_text(text: str) -> bool:
    """Whether a text may stand in a credential: NFC, Latin letters, ASCII digits and punctuation, single spaces.

    Anything else (Greek or Cyrillic look-alikes, bidi overrides, zero-width marks, loose combining marks) is refused by
    the issuer and flagged by the verifier: docs/credential.md, attack 16.
    """
    if not text or len(text) > CREDENTIAL_TEXT_LIMIT or text != text.strip() or "  " in text:
        return False
    return nfc(text) == text and all(_is_credential_letter(letter) for letter in text)


def _is_credential_letter(letter: str) -> bool:
    if " " <= letter <= chr(_PUNCTUATION_LAST):
        return True
    return letter.isalpha() and unicodedata.name(letter, "").startswith("LATIN ")
