"""The verification sheet on A4: who, what, where, until when, and the code that anybody's phone can check.

Only drawing is here: what stands on the sheet comes ready in a `SheetContent`. Lengths are in points from the lower
left corner, as reportlab has them.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from backend.infra.printing.pen import INK, QUIET, Pen
from backend.infra.printing.symbol import QUIET_ZONE, Symbol, draw_symbol

QR_SIDE: Final = 56 * mm
"""Side of the symbol without its quiet zone; the specification asks for 35 mm at least."""

_WIDTH, _HEIGHT = A4
_MARGIN: Final = 20 * mm
_RIGHT: Final = _WIDTH - _MARGIN
_ACCENT: Final = HexColor("#005a8c")
_PALE: Final = HexColor("#e8f1f6")
_LINE: Final = HexColor("#cfdbe2")
_ALARM: Final = HexColor("#b3261e")
_GOOD: Final = HexColor("#1b6e3c")
_SCALES: Final = (1.0, 0.92, 0.84, 0.76, 0.68)
_FIELD_WIDTH: Final = _RIGHT - _MARGIN - QR_SIDE - 22 * mm


Pair = tuple[str, str]
"""A text in Vietnamese and in English; the second may be empty."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the sheet. ``is_large`` makes the value the largest text: the place, or the number."""

    label: Pair
    value: str
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class SheetContent:
    """Everything that stands on the sheet, as text. ``hash_rows`` are the SHA-256 in groups, ``demo`` None if real."""

    committee: str
    agency: str
    country: str
    motto: str
    title: Pair
    type_name: Pair
    lines: Sequence[Line]
    status_label: Pair
    status: Pair
    is_in_force: bool
    printed_at: str
    caption: Pair
    how_title: Pair
    steps: Sequence[Pair]
    privacy: Pair
    legal: Pair
    hash_rows: Sequence[str]
    demo: tuple[Pair, Pair] | None
    symbol: Symbol


def draw_sheet(content: SheetContent) -> bytes:
    """The sheet as a PDF of one page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True, lang="vi")
    canvas.setTitle(f"{content.title[0]} {content.lines[0].value}")
    canvas.setSubject(content.type_name[0])
    pen = Pen(canvas)
    if content.demo is not None:
        _draw_demo(pen, content.demo)
    _draw_head(pen, content)
    top = _draw_title(pen, content)
    _draw_code(pen, content, top)
    lowest = _draw_foot(pen, content) + _help_height(pen, content) + 10 * mm
    bottom = _draw_fields(pen, content.lines, top, _scale_of(pen, content.lines, top - lowest))
    qr_bottom = top - QR_SIDE - 24 * mm
    _draw_help(pen, content, min(bottom, qr_bottom) - 4 * mm)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_demo(pen: Pen, demo: tuple[Pair, Pair]) -> None:
    canvas = pen.canvas
    canvas.saveState()
    canvas.translate(_WIDTH / 2, _HEIGHT / 2 - 20 * mm)
    canvas.rotate(52)
    pen.centred(0, 0, f"{demo[0][0]} · {demo[0][1]}", 58, HexColor("#f7e4e2"), bold=True)
    canvas.restoreState()
    canvas.setFillColor(_ALARM)
    canvas.rect(0, _HEIGHT - 9 * mm, _WIDTH, 9 * mm, stroke=0, fill=1)
    banner = f"{demo[0][0]} ({demo[0][1]}) · {demo[1][0]} · {demo[1][1]}"
    pen.centred(_WIDTH / 2, _HEIGHT - 6.2 * mm, banner, 9, HexColor("#ffffff"), bold=True)


def _draw_head(pen: Pen, content: SheetContent) -> None:
    """Agency on the left, country on the right, as on every administrative document (NĐ 30/2020, Phụ lục I).

    The committee above the agency is left out where it is empty.
    """
    y = _HEIGHT - 22 * mm
    left, right = _MARGIN + 38 * mm, _RIGHT - 42 * mm
    pen.centred(left, y, content.committee, 9.5, INK)
    agency_y = y - 5 * mm if content.committee else y
    for row in pen.split(content.agency.upper(), 10, 76 * mm)[:2]:
        pen.centred(left, agency_y, row, 10, INK, bold=True)
        agency_y -= 4.4 * mm
    pen.centred(right, y, content.country, 9.5, INK, bold=True)
    pen.centred(right, y - 5 * mm, content.motto, 10, INK, bold=True)
    pen.canvas.setStrokeColor(INK)
    pen.canvas.setLineWidth(0.7)
    pen.canvas.line(left - 12 * mm, agency_y + 2.2 * mm, left + 12 * mm, agency_y + 2.2 * mm)
    pen.canvas.line(right - 24 * mm, y - 7.2 * mm, right + 24 * mm, y - 7.2 * mm)


def _draw_title(pen: Pen, content: SheetContent) -> float:
    """Returns the height at which the body begins."""
    y = _HEIGHT - 50 * mm
    pen.centred(_WIDTH / 2, y, content.title[0], 21, _ACCENT, bold=True)
    pen.centred(_WIDTH / 2, y - 6 * mm, content.title[1], 10, QUIET)
    y -= 15 * mm
    for row in pen.split(content.type_name[0], 13.5, _RIGHT - _MARGIN)[:2]:
        pen.centred(_WIDTH / 2, y, row, 13.5, INK, bold=True)
        y -= 6 * mm
    pen.centred(_WIDTH / 2, y + 0.6 * mm, content.type_name[1], 9.5, QUIET)
    y -= 5 * mm
    pen.canvas.setStrokeColor(_ACCENT)
    pen.canvas.setLineWidth(1.4)
    pen.canvas.line(_MARGIN, y, _RIGHT, y)
    return float(y - 9 * mm)


def _draw_code(pen: Pen, content: SheetContent, top: float) -> None:
    """The symbol in its white field, framed, with the status under it."""
    canvas, symbol = pen.canvas, content.symbol
    module = QR_SIDE / symbol.size
    frame = QR_SIDE + 2 * QUIET_ZONE * module
    left, bottom = _RIGHT - frame, top + 3 * mm - frame
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.8)
    canvas.roundRect(left, bottom, frame, frame, 2 * mm, stroke=1, fill=1)
    draw_symbol(canvas, symbol, left + QUIET_ZONE * module, bottom + QUIET_ZONE * module, QR_SIDE)
    middle = left + frame / 2
    pen.centred(middle, bottom - 5 * mm, content.caption[0], 10.5, _ACCENT, bold=True)
    pen.centred(middle, bottom - 9 * mm, content.caption[1], 8, QUIET)
    color = _GOOD if content.is_in_force else _ALARM
    pen.centred(middle, bottom - 16 * mm, content.status[0], 12, color, bold=True)
    note = f"{content.status_label[0]}, {content.printed_at}"
    pen.centred(middle, bottom - 20.5 * mm, note, 7.5, QUIET)


def _line_sizes(line: Line, scale: float) -> tuple[float, float]:
    """Size of a field's value, and the distance of its rows."""
    return (16 * scale, 6.6 * scale * mm) if line.is_large else (12 * scale, 5.3 * scale * mm)


def _fields_height(pen: Pen, lines: Sequence[Line], scale: float) -> float:
    height = 0.0
    for line in lines:
        size, step = _line_sizes(line, scale)
        height += step * (1 + len(pen.split(line.value, size, _FIELD_WIDTH))) + 3.2 * mm * scale
    return height


def _scale_of(pen: Pen, lines: Sequence[Line], room: float) -> float:
    """The largest scale at which the fields fit; long names and addresses make the whole column smaller."""
    return next((scale for scale in _SCALES if _fields_height(pen, lines, scale) <= room), _SCALES[-1])


def _draw_fields(pen: Pen, lines: Sequence[Line], top: float, scale: float) -> float:
    """Labels and values down the left side; returns where they end."""
    y = top
    for line in lines:
        label = " · ".join(part for part in line.label if part)
        pen.write(_MARGIN, y, label, 8.5 * scale, QUIET)
        size, step = _line_sizes(line, scale)
        y -= step
        for row in pen.split(line.value, size, _FIELD_WIDTH):
            pen.write(_MARGIN, y, row, size, INK, bold=line.is_large)
            y -= step
        y -= 3.2 * mm * scale
    return y


def _help_rows(pen: Pen, content: SheetContent) -> list[tuple[list[str], list[str]]]:
    return [(pen.split(step[0], 10.5, 150 * mm), pen.split(step[1], 8, 150 * mm)) for step in content.steps]


def _help_height(pen: Pen, content: SheetContent) -> float:
    rows = _help_rows(pen, content)
    return float(sum(len(vi) * 4.8 + len(en) * 3.8 + 3 for vi, en in rows) * mm + 14 * mm)


def _draw_help(pen: Pen, content: SheetContent, top: float) -> None:
    canvas = pen.canvas
    rows, height = _help_rows(pen, content), _help_height(pen, content)
    canvas.setFillColor(_PALE)
    canvas.roundRect(_MARGIN, top - height, _RIGHT - _MARGIN, height, 3 * mm, stroke=0, fill=1)
    y = top - 8 * mm
    pen.write(_MARGIN + 6 * mm, y, content.how_title[0], 12, _ACCENT, bold=True)
    offset = pen.width(content.how_title[0], 12) + 9 * mm
    pen.write(_MARGIN + offset, y, content.how_title[1], 8.5, QUIET)
    y -= 8 * mm
    for number, (vietnamese, english) in enumerate(rows, start=1):
        canvas.setFillColor(_ACCENT)
        canvas.circle(_MARGIN + 9 * mm, y + 1.2 * mm, 3 * mm, stroke=0, fill=1)
        pen.centred(_MARGIN + 9 * mm, y, str(number), 10, HexColor("#ffffff"), bold=True)
        for row in vietnamese:
            pen.write(_MARGIN + 15 * mm, y, row, 10.5)
            y -= 4.8 * mm
        for row in english:
            pen.write(_MARGIN + 15 * mm, y + 0.6 * mm, row, 8, QUIET)
            y -= 3.8 * mm
        y -= 3 * mm


def _draw_foot(pen: Pen, content: SheetContent) -> float:
    """Privacy, legal value and the file's hash at the bottom; returns the height at which they begin."""
    width = _RIGHT - _MARGIN
    rows = [(row, 8.5, INK) for row in pen.split(content.privacy[0], 8.5, width)]
    rows += [(row, 7, QUIET) for row in pen.split(content.privacy[1], 7, width)]
    rows += [(row, 8.5, INK) for row in pen.split(content.legal[0], 8.5, width)]
    rows += [(row, 7, QUIET) for row in pen.split(content.legal[1], 7, width)]
    rows += [(row, 8.5, INK) for row in content.hash_rows]
    y = 12 * mm + (len(rows) - 1) * 3.9 * mm
    top = y + 6 * mm
    pen.canvas.setStrokeColor(_LINE)
    pen.canvas.setLineWidth(0.8)
    pen.canvas.line(_MARGIN, top, _RIGHT, top)
    for row, size, color in rows:
        pen.write(_MARGIN, y, row, size, color)
        y -= 3.9 * mm
    return float(top)
