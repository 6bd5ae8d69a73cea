"""A fingerprint that people can read to each other: ``lusab-babad-gutih-tugad-kadan`` and the whole SHA-256.

The words are proquints (D. S. Wilkerson, "A Proposal for Proquints: Identifiers that are Readable, Spellable, and
Pronounceable", arXiv:0901.4016): sixteen bits each, consonant and vowel in turn. Five of them are 80 bits, more than
anybody can search while a ceremony lasts.
"""

import hashlib
from typing import Final

_CONSONANTS: Final = "bdfghjklmnprstvz"
_VOWELS: Final = "aiou"
_WORDS: Final = 5


def words_of(content: bytes) -> str:
    """Five words for the content."""
    digest = hashlib.sha256(content).digest()
    return "-".join(_word(digest[2 * at] << 8 | digest[2 * at + 1]) for at in range(_WORDS))


def sha256_of(content: bytes) -> str:
    """The whole digest in groups of eight digits, to be compared by eye."""
    digest = hashlib.sha256(content).hexdigest()
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _word(value: int) -> str:
    letters = (_CONSONANTS[value >> 12], _VOWELS[value >> 10 & 3], _CONSONANTS[value >> 6 & 15])
    return "".join((*letters, _VOWELS[value >> 4 & 3], _CONSONANTS[value & 15]))
