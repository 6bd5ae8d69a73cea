"""A QR symbol as black rectangles: exact at any size, made by `qrcode` and drawn by us."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData
from reportlab.pdfgen.canvas import Canvas

QUIET_ZONE: Final = 4
"""Modules of white around the symbol (ISO/IEC 18004, 9.1)."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of ``size`` x ``size`` modules. ``runs`` are black: ``(column, row, length)``, row 0 on top."""

    version: int
    size: int
    runs: tuple[tuple[int, int, int], ...]


def symbol_of(segments: Sequence[QRData | str]) -> Symbol:
    """The smallest symbol at level M that holds these segments one after the other.

    Raises:
        qrcode.exceptions.DataOverflowError: more than version 40 holds.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    for segment in segments:
        code.add_data(segment, optimize=0)
    code.make(fit=True)
    rows: list[list[bool | None]] = code.modules
    runs = tuple((start, y, length) for y, row in enumerate(rows) for start, length in _black_runs(row))
    return Symbol(code.version, len(rows), runs)


def draw_symbol(canvas: Canvas, symbol: Symbol, x: float, y: float, side: float) -> None:
    """In black from the lower left corner (``x``, ``y``), ``side`` points wide without its quiet zone."""
    module = side / symbol.size
    # One path, so that no viewer leaves hairlines between the rectangles.
    path = canvas.beginPath()
    for column, row, length in symbol.runs:
        path.rect(x + column * module, y + (symbol.size - 1 - row) * module, length * module, module)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def _black_runs(row: list[bool | None]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for x, module in enumerate([*row, False]):
        if module and start is None:
            start = x
        elif not module and start is not None:
            yield start, x - start
            start = None
