"""The decimal form, and the frames around both forms."""

import pytest

from shared_models.credential.base45 import EncodingError, TooLongError
from shared_models.credential.qr_text import (
    Carrier,
    NotOursError,
    decimal_decode,
    decimal_encode,
    paper_text,
    screen_text,
    unframe,
    unwrap,
)
from shared_models.credential.reasons import FormatError


def test_digits_keep_leading_zero_bytes() -> None:
    assert decimal_encode(b"") == "1"
    assert decimal_encode(b"\0") == "256"
    assert decimal_decode("256") == b"\0"
    assert decimal_decode(decimal_encode(bytes(300))) == bytes(300)


def test_digits_of_the_longest_token() -> None:
    longest = decimal_encode(b"\xff" * 4096)
    assert len(longest) == 9865
    assert decimal_decode(longest) == b"\xff" * 4096


@pytest.mark.parametrize("digits", ["", "0", "01", "0256", "25６", "2 56", "256\n", "+256", "2_56", "0x100"])
def test_digits_refuse(digits: str) -> None:
    with pytest.raises(EncodingError):
        decimal_decode(digits)


def test_another_layout_is_not_ours() -> None:
    for digits in ("2", "255", "512", "131072"):
        with pytest.raises(NotOursError):
            decimal_decode(digits)


def test_frames() -> None:
    screen = unframe("VN1:BB8")
    assert (screen.carrier, screen.body, screen.host) == (Carrier.SCREEN, "BB8", None)
    paper = unframe("https://congdan.example/q#256")
    assert (paper.carrier, paper.body, paper.host) == (Carrier.PAPER, "256", "congdan.example")
    assert unframe("http://127.0.0.1:8000/q#256").host == "127.0.0.1:8000"
    assert unwrap(screen) == b"AB"
    assert unwrap(paper) == b"\0"


@pytest.mark.parametrize(
    "text",
    [
        *("", "VN1", "vn1:BB8", "VN2:BB8", " VN1:BB8", "HC1:BB8", "https://a/q", "https://a/Q#1", "https://a@b/q#1"),
        *("https:///q#1", "//a/q#1", "https://a/q/#1", "https://a:/q#1", "https://a:123456/q#1", "https://Á.vn/q#1"),
    ],
)
def test_other_texts_are_not_ours(text: str) -> None:
    with pytest.raises(NotOursError):
        unframe(text)


def test_tokens_of_more_than_4096_bytes_are_too_long() -> None:
    for text in (screen_text(bytes(4097)), paper_text(bytes(4097), "https://a"), "https://a/q#" + "9" * 9866):
        with pytest.raises(TooLongError):
            unwrap(unframe(text))
    assert len(unwrap(unframe(screen_text(bytes(4096))))) == 4096


def test_every_refusal_has_a_reason() -> None:
    for error in FormatError.__subclasses__():
        assert error.reason.startswith("format.")
