"""The QR symbol of a paper credential as black rectangles: exact at any size, made by `qrcode` and drawn by us."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from shared_models.credential.qr_size import MAX_VERSION
from shared_models.credential.qr_text import PAPER_MARK
from shared_models.errors import Invalid

QUIET_ZONE: Final = 4
"""Modules of white around the symbol (ISO/IEC 18004, 9.1)."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of ``size`` x ``size`` modules. ``runs`` are black: ``(column, row, length)``, row 0 on top."""

    version: int
    size: int
    runs: tuple[tuple[int, int, int], ...]


def paper_symbol(text: str) -> Symbol:
    """The symbol of ``PUBLIC_URL/q#<digits>`` at level M: one byte segment for the address, one numeric for the digits.

    Raises:
        Invalid: ``sheet.code_too_large`` beyond version 15, which cheap cameras no longer read.
    """
    address, mark, digits = text.partition(PAPER_MARK)
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(QRData((address + mark).encode("ascii"), mode=MODE_8BIT_BYTE), optimize=0)
    code.add_data(QRData(digits.encode("ascii"), mode=MODE_NUMBER), optimize=0)
    code.make(fit=True)
    if code.version > MAX_VERSION:
        raise Invalid("sheet.code_too_large")
    rows: list[list[bool | None]] = code.modules
    runs = tuple((start, y, length) for y, row in enumerate(rows) for start, length in _black_runs(row))
    return Symbol(code.version, len(rows), runs)


def _black_runs(row: list[bool | None]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for x, module in enumerate([*row, False]):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x - start
            start = None
