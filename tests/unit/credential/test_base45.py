"""Base45 (RFC 9285): its examples, all its numbers, and what it refuses."""

import pytest

from shared_models.credential.base45 import EncodingError, TooLongError, decode, encode

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
# RFC 9285 4.3 and 4.4
RFC_9285 = {"AB": "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "ietf!": "QED8WEX0"}


@pytest.mark.parametrize(("plain", "encoded"), RFC_9285.items())
def test_examples_of_rfc_9285(plain: str, encoded: str) -> None:
    assert encode(plain.encode()) == encoded
    assert decode(encoded, 4096) == plain.encode()


@pytest.mark.parametrize("text", ["GGW", ":::", "::", "A", "ABCD", "bb8", "BB8\n", "BB8 \n", "BB_", "ＢB8", "BB8\0"])
def test_base45_refuses(text: str) -> None:
    with pytest.raises(EncodingError):
        decode(text, 4096)


def test_largest_numbers_of_base45() -> None:
    assert decode("FGW", 4096) == b"\xff\xff"
    assert decode("U5", 4096) == b"\xff"
    for text in ("GGW", "V5"):
        with pytest.raises(EncodingError):
            decode(text, 4096)


def plainly(number: int, characters: int) -> str:
    """RFC 9285 4.2 as it is written: digit by digit, the lowest first."""
    text = ""
    for _ in range(characters):
        number, digit = divmod(number, 45)
        text += ALPHABET[digit]
    return text


def test_every_number_of_two_bytes_and_of_one() -> None:
    data = b"".join(number.to_bytes(2, "big") for number in range(1 << 16))
    text = "".join(plainly(number, 3) for number in range(1 << 16))
    assert encode(data) == text
    assert decode(text, len(data)) == data
    for number in range(256):
        assert encode(bytes((number,))) == plainly(number, 2)
        assert decode(plainly(number, 2), 1) == bytes((number,))


def test_every_number_beyond_two_bytes_and_beyond_one_is_refused() -> None:
    for number in range(1 << 16, 45**3):
        with pytest.raises(EncodingError):
            decode("BB8" + plainly(number, 3) + "BB8", 6)
    for number in range(256, 45**2):
        with pytest.raises(EncodingError):
            decode("BB8" + plainly(number, 2), 3)


def test_the_limit_is_in_bytes() -> None:
    for size in (0, 1, 2, 7, 8):
        assert decode(encode(bytes(size)), size) == bytes(size)
        for more in (1, 2):
            with pytest.raises(TooLongError):
                decode(encode(bytes(size + more)), size)
