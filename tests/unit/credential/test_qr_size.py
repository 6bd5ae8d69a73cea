"""Capacities of QR codes, against the tables of an independent encoder."""

import pytest
import qrcode
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from shared_models.credential.qr_size import (
    MAX_VERSION,
    PAPER_ADDRESS_BYTES,
    max_paper_bytes,
    max_screen_bytes,
    paper_version,
    screen_version,
)
from shared_models.credential.qr_text import decimal_encode, screen_text


def their_version(level: int, *segments: QRData) -> int:
    code = qrcode.QRCode(error_correction=level)
    for segment in segments:
        code.add_data(segment)
    return code.best_fit(start=1)


@pytest.mark.parametrize("characters", [4, 25, 26, 47, 48, 224, 335, 366, 367, 395, 396, 445, 578, 579, 661, 757, 758])
def test_screen_versions_are_those_of_the_encoder(characters: int) -> None:
    assert screen_version(characters) == their_version(qrcode.ERROR_CORRECT_L, QRData("A" * characters))


@pytest.mark.parametrize("digits", [1, 2, 3, 150, 151, 299, 300, 301, 413, 500, 640, 709, 710, 800, 870])
@pytest.mark.parametrize("address", [20, 26, 48])
def test_paper_versions_are_those_of_the_encoder(address: int, digits: int) -> None:
    segments = QRData(b"a" * address, MODE_8BIT_BYTE), QRData(b"1" * digits, MODE_NUMBER)
    assert paper_version(address, digits) == their_version(qrcode.ERROR_CORRECT_M, *segments)


def test_what_needs_more_is_none() -> None:
    assert screen_version(758) == MAX_VERSION
    assert screen_version(759) is None
    assert paper_version(PAPER_ADDRESS_BYTES, 870) == MAX_VERSION
    assert paper_version(PAPER_ADDRESS_BYTES, 871) is None


def test_limits_in_bytes_are_exact() -> None:
    size = max_screen_bytes()
    assert screen_version(len(screen_text(bytes(size)))) == MAX_VERSION
    assert screen_version(len(screen_text(bytes(size + 1)))) is None
    size = max_paper_bytes()
    assert paper_version(PAPER_ADDRESS_BYTES, len(decimal_encode(b"\xff" * size))) == MAX_VERSION
    assert paper_version(PAPER_ADDRESS_BYTES, len(decimal_encode(b"\xff" * (size + 1)))) is None
