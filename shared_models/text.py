"""Vietnamese text: normal form, search keys, and what may stand in a credential.

``đ`` and ``Đ`` do not decompose in Unicode, and both tone placements (hoà, hòa) are in use; a search key folds both.
"""

import re
import unicodedata
from typing import Final

CREDENTIAL_TEXT_LIMIT: Final = 200
"""Characters. A longer text could push a verdict off an inspector's screen."""

_WORD: Final = r"[!-~À-ÖØ-öø-ɏḀ-ỿ]+"
_CREDENTIAL_TEXT: Final = re.compile(rf"{_WORD}(?: {_WORD})*")


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def search_key(text: str) -> str:
    """Folds case, diacritics and spaces: ``"Đỗ  Hoà"`` and ``"do hòa"`` both give ``"do hoa"``."""
    return " ".join(without_marks(text.casefold()).split())


def without_marks(text: str) -> str:
    """Without diacritics, in the letters' own case: ``"Đỗ Hoà"`` gives ``"Do Hoa"``."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def is_credential_text(text: str) -> bool:
    """Whether a text may stand in a credential: Latin letters, ASCII digits and punctuation, single spaces, 1 to 200.

    Stated by code points, so that Python and the browser agree in every Unicode version. None of these letters
    combines with another, so the normal form (NFC) follows. Anything else (Greek or Cyrillic look-alikes, bidi
    overrides, zero-width marks, loose combining marks) is refused by the issuer and flagged by the verifier:
    docs/credential.md, attack 16.
    """
    return len(text) <= CREDENTIAL_TEXT_LIMIT and _CREDENTIAL_TEXT.fullmatch(text) is not None
