"""The inspector's question: a nonce in a QR code that the holder's phone scans and answers with a presentation.

With it the clocks of the two phones do not matter: what was signed with this nonce was signed after it was shown
(docs/credential.md, section 5).
"""

from typing import Final

from shared_models.credential import base45
from shared_models.credential.constants import NONCE_BYTES
from shared_models.credential.reasons import FormatError

QUESTION_PREFIX: Final = "VN1N:"


def question_text(nonce: bytes) -> str:
    """The text of a question's code, 17 characters: alphanumeric in QR terms, version 1 at any level up to M.

    Args:
        nonce: 8 bytes that nobody could foresee.

    Raises:
        ValueError: not 8 bytes.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
    return QUESTION_PREFIX + base45.encode(nonce)


def nonce_of(text: str) -> bytes | None:
    """The nonce that a scanned text asks with; None for every other text."""
    if not text.startswith(QUESTION_PREFIX):
        return None
    try:
        nonce = base45.decode(text[len(QUESTION_PREFIX) :], NONCE_BYTES)
    except FormatError:
        return None
    return nonce if len(nonce) == NONCE_BYTES else None
