"""Words that people can read to each other."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from backend.infra.fingerprint import _word, sha256_of, words_of

CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aiou"


def test_words_are_those_of_the_proposal() -> None:
    """127.0.0.1 is lusab-babad there, 63.84.220.193 is gutih-tugad (arXiv:0901.4016)."""
    assert [_word(value) for value in (0x7F00, 0x0001, 0x3F54, 0xDCC1)] == ["lusab", "babad", "gutih", "tugad"]


@given(st.binary(max_size=300))
def test_words_can_be_read_back(content: bytes) -> None:
    bits = 0
    for letter in words_of(content).replace("-", ""):
        alphabet = CONSONANTS if letter in CONSONANTS else VOWELS
        bits = bits * len(alphabet) + alphabet.index(letter)
    assert bits.to_bytes(10, "big") == hashlib.sha256(content).digest()[:10]
    assert sha256_of(content).replace(" ", "") == hashlib.sha256(content).hexdigest()
