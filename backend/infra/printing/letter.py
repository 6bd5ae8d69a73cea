"""An administrative document on A4 (NĐ 30/2020/NĐ-CP, Phụ lục I): letterhead, title, body, who signs, and its code.

Only drawing is here: what stands in it comes ready in a `Letter`. Long ones run over pages; each page says whose
document it is and which. Lengths are in points.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Paragraph, Spacer, Table

from backend.infra.printing.pen import INK, QUIET, Pen
from backend.infra.printing.symbol import draw_symbol, symbol_of
from backend.infra.printing.typeface import use_font

_WIDTH, _HEIGHT = A4
_MARGIN: Final = 22 * mm
_BODY_WIDTH: Final = _WIDTH - 2 * _MARGIN
_HEAD: Final = 46 * mm
_CODE_SIDE: Final = 24 * mm
_LINE: Final = HexColor("#cfdbe2")
_PALE: Final = HexColor("#f2f6f9")
_ALARM: Final = HexColor("#b3261e")
DEMO: Final = "BẢN TRÌNH DIỄN (DEMO) · không có giá trị pháp lý"
"""What a demonstration's papers say on every page."""

_COUNTRY: Final = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str
    bold: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values under each other; rows without a value are left out."""

    rows: Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a heading that is repeated on every page; ``shares`` are the columns' parts of the width."""

    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[float]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: what they are, and their name (empty where a hand will write it)."""

    role: str
    name: str
    note: str = ""


Block = Words | Facts | Grid


@dataclass(frozen=True, slots=True)
class Letter:
    """``number`` is number and symbol of the document, ``code`` what its QR says, ``demo`` a warning or None.

    ``signatures`` stand beside each other at the end, the agency's on the right.
    """

    superior: str
    agency: str
    number: str
    place_and_date: str
    title: str
    subtitle: str
    blocks: Sequence[Block]
    signatures: Sequence[Signature]
    code: str
    foot: str
    demo: str | None = None


class _Bold(Paragraph):
    """Drawn as a fine outline: the typeface comes in one weight."""

    def draw(self) -> None:
        canvas: Canvas = self.canv
        canvas.saveState()
        mode = canvas.beginText()
        mode.setTextRenderMode(2)
        canvas.drawText(mode)
        canvas.setStrokeColor(self.style.textColor)
        canvas.setLineWidth(self.style.fontSize * 0.028)
        super().draw()
        canvas.restoreState()


def draw_letter(letter: Letter) -> bytes:
    """The document as a PDF; the same letter gives the same bytes."""
    buffer = io.BytesIO()
    first = Frame(_MARGIN, 20 * mm, _BODY_WIDTH, _HEIGHT - 20 * mm - _HEAD, 0, 0, 0, 0, id="first")
    later = Frame(_MARGIN, 20 * mm, _BODY_WIDTH, _HEIGHT - 40 * mm, 0, 0, 0, 0, id="later")
    document = BaseDocTemplate(
        buffer, pagesize=A4, title=f"{letter.title} {letter.number}", author=letter.agency, lang="vi", invariant=1
    )
    document.addPageTemplates(
        [
            PageTemplate("first", [first], onPage=lambda canvas, _document: _first_page(canvas, letter)),
            PageTemplate("later", [later], onPage=lambda canvas, _document: _every_page(canvas, letter)),
        ]
    )
    document.handle_nextPageTemplate("later")
    document.build(_story(letter))
    return buffer.getvalue()


def _first_page(canvas: Canvas, letter: Letter) -> None:
    pen = Pen(canvas)
    left, right, y = _MARGIN + 36 * mm, _WIDTH - _MARGIN - 38 * mm, _HEIGHT - 20 * mm
    if letter.superior:
        pen.centred(left, y, letter.superior.upper(), 9)
    agency_y = y - 4.6 * mm if letter.superior else y
    for row in pen.split(letter.agency.upper(), 9.5, 72 * mm)[:3]:
        pen.centred(left, agency_y, row, 9.5, bold=True)
        agency_y -= 4.4 * mm
    pen.centred(right, y, _COUNTRY[0], 9, bold=True)
    pen.centred(right, y - 4.8 * mm, _COUNTRY[1], 9.5, bold=True)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.6)
    canvas.line(left - 12 * mm, agency_y + 2.4 * mm, left + 12 * mm, agency_y + 2.4 * mm)
    canvas.line(right - 22 * mm, y - 6.6 * mm, right + 22 * mm, y - 6.6 * mm)
    pen.centred(left, agency_y - 3 * mm, f"Số: {letter.number}", 9)
    pen.centred(right, y - 13 * mm, letter.place_and_date, 9.5)
    _every_page(canvas, letter)


def _every_page(canvas: Canvas, letter: Letter) -> None:
    pen = Pen(canvas)
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, 15 * mm, _WIDTH - _MARGIN, 15 * mm)
    pen.write(_MARGIN, 11 * mm, f"{letter.agency} · {letter.number}", 7.5, QUIET)
    page = f"Trang {canvas.getPageNumber()}"
    pen.write(_WIDTH - _MARGIN - pen.width(page, 7.5), 11 * mm, page, 7.5, QUIET)
    pen.write(_MARGIN, 7.5 * mm, letter.foot, 7, QUIET)
    if letter.demo:
        canvas.setFillColor(_ALARM)
        canvas.rect(0, _HEIGHT - 8 * mm, _WIDTH, 8 * mm, stroke=0, fill=1)
        pen.centred(_WIDTH / 2, _HEIGHT - 5.6 * mm, letter.demo, 8.5, HexColor("#ffffff"), bold=True)


class _Code(Flowable):
    """The title, with the document's code beside it."""

    def __init__(self, letter: Letter) -> None:
        super().__init__()
        self._letter = letter

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        return available_width, _CODE_SIDE + 8 * mm

    def draw(self) -> None:
        pen, letter = Pen(self.canv), self._letter
        middle = (_BODY_WIDTH - _CODE_SIDE) / 2
        rows = pen.split(letter.title, 15, _BODY_WIDTH - 2 * _CODE_SIDE - 8 * mm)
        y = _CODE_SIDE - 1 * mm
        for row in rows:
            pen.centred(middle + _CODE_SIDE / 2, y, row, 15, bold=True)
            y -= 6.4 * mm
        for row in pen.split(letter.subtitle, 10, _BODY_WIDTH - 2 * _CODE_SIDE - 4 * mm):
            pen.centred(middle + _CODE_SIDE / 2, y, row, 10, QUIET)
            y -= 4.8 * mm
        draw_symbol(self.canv, symbol_of((letter.code,)), _BODY_WIDTH - _CODE_SIDE, 5 * mm, _CODE_SIDE)


def _style(size: float = 10.5, **more: Any) -> ParagraphStyle:
    return ParagraphStyle("body", fontName=use_font(), fontSize=size, leading=size * 1.45, textColor=INK, **more)


def _story(letter: Letter) -> list[Flowable]:
    story: list[Flowable] = [_Code(letter)]
    for block in letter.blocks:
        story += [_drawn(block), Spacer(0, 3 * mm)]
    if letter.signatures:
        story.append(KeepTogether([Spacer(0, 4 * mm), _signatures(letter.signatures)]))
    return story


def _drawn(block: Block) -> Flowable:
    if isinstance(block, Words):
        style = _style(alignment=TA_CENTER if block.centred else TA_JUSTIFY)
        return (_Bold if block.bold else Paragraph)(escape(block.text), style)
    return _facts(block) if isinstance(block, Facts) else _grid(block)


def _facts(block: Facts) -> Flowable:
    label = _style(9.5)
    label.textColor = QUIET
    rows = [[Paragraph(escape(name), label), Paragraph(escape(value), _style())] for name, value in block.rows if value]
    looks = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    return KeepTogether([Table(rows, colWidths=[48 * mm, _BODY_WIDTH - 48 * mm], style=looks)])


def _grid(block: Grid) -> Flowable:
    heading = [_Bold(escape(text), _style(9)) for text in block.heading]
    body = [[Paragraph(escape(text), _style(9.5)) for text in row] for row in block.rows]
    widths = [_BODY_WIDTH * share / sum(block.shares) for share in block.shares]
    looks = [
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
        ("BACKGROUND", (0, 0), (-1, 0), _PALE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Table([heading, *body], colWidths=widths, repeatRows=1, style=looks)


def _signatures(signatures: Sequence[Signature]) -> Flowable:
    centred, quiet = _style(10, alignment=TA_CENTER), _style(8.5, alignment=TA_CENTER)
    quiet.textColor = QUIET
    cells = [
        [
            _Bold(escape(one.role), centred),
            Paragraph(escape(one.note), quiet),
            Spacer(0, 16 * mm),
            _Bold(escape(one.name), centred),
        ]
        for one in signatures
    ]
    columns = [[], *cells] if len(cells) == 1 else cells
    return Table(
        [columns], colWidths=[_BODY_WIDTH / len(columns)] * len(columns), style=[("VALIGN", (0, 0), (-1, -1), "TOP")]
    )
