"""A receipt on A5, as it is handed over a counter. Lengths are in points; the same receipt gives the same bytes.

A short one is one page; many fees run over pages, each of which says which receipt it belongs to.
"""

import io
from typing import Any, Final
from xml.sax.saxutils import escape as escaped

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table

from backend.infra.printing.letter import DEMO
from backend.infra.printing.pen import INK, QUIET, Pen
from backend.infra.printing.symbol import draw_symbol, symbol_of
from backend.infra.printing.typeface import printable, use_font
from backend.payments.printed.receipt import PrintedReceipt, applied_rule, origin, standing, texts
from backend.payments.receipt_rules import receipt_series
from shared_models.money import vnd_text

_WIDTH, _HEIGHT = A5
_MARGIN: Final = 11 * mm
_BODY: Final = _WIDTH - 2 * _MARGIN
_HEAD: Final = 57 * mm
_LATER_HEAD: Final = 20 * mm
_FOOT: Final = 15 * mm
_RIGHT: Final = 42 * mm
_CODE_SIDE: Final = 21 * mm
_LABEL: Final = 27 * mm
_SIZES: Final = (9, 8, 7, 6)
_COLUMNS: Final = (8 * mm, _BODY - 60 * mm, 26 * mm, 26 * mm)
_LINE: Final = HexColor("#cfdbe2")
_PALE: Final = HexColor("#f2f6f9")
_ALARM: Final = HexColor("#b3261e")
_MARK: Final = HexColor("#b3261e2e", hasAlpha=True)
_WHITE: Final = HexColor("#ffffff")


def draw_receipt(printed: PrintedReceipt) -> bytes:
    """The PDF, not signed yet."""
    buffer = io.BytesIO()
    first = Frame(_MARGIN, _FOOT, _BODY, _HEIGHT - _FOOT - _HEAD, 0, 0, 0, 0, id="first")
    later = Frame(_MARGIN, _FOOT, _BODY, _HEIGHT - _FOOT - _LATER_HEAD, 0, 0, 0, 0, id="later")
    receipt = printed.receipt
    document = BaseDocTemplate(
        buffer,
        pagesize=A5,
        title=f"{texts()['title']} {receipt['series']} {printed.number}",
        author=receipt["agency"]["name"],
        lang="vi",
        invariant=1,
    )
    document.addPageTemplates(
        [
            PageTemplate("first", [first], onPage=lambda canvas, _document: _first_page(canvas, printed)),
            PageTemplate("later", [later], onPage=lambda canvas, _document: _every_page(canvas, printed)),
        ]
    )
    document.handle_nextPageTemplate("later")
    document.build(_story(printed))
    return buffer.getvalue()


def _first_page(canvas: Canvas, printed: PrintedReceipt) -> None:
    pen, words, receipt = Pen(canvas), texts(), printed.receipt
    agency, top = receipt["agency"], _HEIGHT - 16 * mm
    y = top
    size, named = _fitted(pen, agency["name"].upper(), _BODY - _RIGHT - 4 * mm, 4)
    for row in named:
        pen.write(_MARGIN, y, row, size, bold=True)
        y -= 4.2 * mm
    tax_code = agency.get("tax_code") or words["tax_code_missing"]
    pen.write(_MARGIN, y - 0.4 * mm, f"{words['tax_code']}: {tax_code}", 8.5, QUIET)
    x, y = _WIDTH - _MARGIN - _RIGHT, top
    for name, value in (("form", receipt["form"]), ("series", receipt["series"])):
        pen.write(x, y, words[name], 8.5, QUIET)
        pen.write(_WIDTH - _MARGIN - pen.width(value, 9), y, value, 9)
        y -= 4.6 * mm
    pen.write(x, y - 0.6 * mm, words["number"], 8.5, QUIET)
    pen.write(_WIDTH - _MARGIN - pen.width(printed.number, 13), y - 1.1 * mm, printed.number, 13, _ALARM, bold=True)
    middle, y = _WIDTH / 2, _HEIGHT - 41 * mm
    pen.centred(middle, y, words["title"], 15, bold=True)
    pen.centred(middle, y - 5.2 * mm, words["kind"], 8.5, QUIET)
    day = printed.day
    pen.centred(middle, y - 9.8 * mm, words["day"].format(day=day.day, month=day.month, year=day.year), 9)
    _every_page(canvas, printed)


def _fitted(pen: Pen, text: str, width: float, rows: int) -> tuple[float, list[str]]:
    """A size at which a text fits into so many rows, and these; what fits at none is cut where one can see it."""
    text = printable(text)
    for size in _SIZES:
        found = pen.split(text, size, width)
        if len(found) <= rows:
            return size, found
    return size, [*found[: rows - 1], f"{found[rows - 1]}…"]


def _every_page(canvas: Canvas, printed: PrintedReceipt) -> None:
    pen, words, receipt = Pen(canvas), texts(), printed.receipt
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, 12 * mm, _WIDTH - _MARGIN, 12 * mm)
    pen.write(_MARGIN, 8.4 * mm, words["foot"], 6.8, QUIET)
    page = f"{receipt['series']} · {printed.number} · {canvas.getPageNumber()}"
    pen.write(_WIDTH - _MARGIN - pen.width(page, 6.8), 8.4 * mm, page, 6.8, QUIET)
    if printed.is_demo:
        canvas.setFillColor(_ALARM)
        canvas.rect(0, _HEIGHT - 7 * mm, _WIDTH, 7 * mm, stroke=0, fill=1)
        pen.centred(_WIDTH / 2, _HEIGHT - 4.8 * mm, DEMO, 7.5, _WHITE, bold=True)
    if receipt["state"] in {"cancelled", "replaced"}:
        _mark(canvas, words[receipt["state"]])


def _mark(canvas: Canvas, text: str) -> None:
    """Across the page, so that nobody takes a paper copy for one that is in force."""
    pen = Pen(canvas)
    canvas.saveState()
    canvas.translate(_WIDTH / 2, _HEIGHT * 0.45)
    canvas.rotate(35)
    size = min(60.0, 60.0 * (_WIDTH * 0.9) / pen.width(text, 60))
    pen.centred(0, 0, text, size, _MARK)
    canvas.restoreState()


def _story(printed: PrintedReceipt) -> list[Flowable]:
    story: list[Flowable] = []
    why = standing(printed)
    if why is not None:
        story += [_boxed(why), Spacer(0, 3 * mm)]
    story += [_facts(printed), Spacer(0, 3 * mm), _lines(printed), Spacer(0, 2.5 * mm), _in_words(printed)]
    return [*story, Spacer(0, 5 * mm), _Closing(printed)]


def _style(size: float = 9, **more: Any) -> ParagraphStyle:
    given = {"textColor": INK, "leading": size * 1.35} | more
    return ParagraphStyle("receipt", fontName=use_font(), fontSize=size, **given)


def _said(text: str, style: ParagraphStyle) -> Flowable:
    """Words as the typeface has them; whatever somebody typed stays words."""
    return Paragraph(escaped(printable(text)), style)


def _boxed(text: str) -> Flowable:
    looks = [("BOX", (0, 0), (-1, -1), 0.9, _ALARM), ("TOPPADDING", (0, 0), (-1, -1), 3)]
    return Table([[_said(text, _style(textColor=_ALARM))]], colWidths=[_BODY], style=looks, splitInRow=1)


def _facts(printed: PrintedReceipt) -> Flowable:
    receipt, words = printed.receipt, texts()
    rows = [
        (words["payer"], receipt["payer"]["name"]),
        (words["payer_number"], printed.payer_number(receipt_series().number_on_pdf)),
        (words["address"], receipt["payer"].get("address")),
        (words["reference"], receipt["reference"]),
        (words["about"], receipt["title"]["vi"]),
        (words["method"], words["methods"][receipt["method"]]),
        ("", origin(printed)),
    ]
    label = _style(8.5, textColor=QUIET, leading=9.5 * 1.35)
    drawn = [[_said(name, label), _said(value, _style(9.5))] for name, value in rows if value]
    looks = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
    return Table(drawn, colWidths=[_LABEL, _BODY - _LABEL], style=looks, splitInRow=1)


def _lines(printed: PrintedReceipt) -> Flowable:
    words, receipt = texts(), printed.receipt
    small, right = _style(8, textColor=QUIET), _style(9, alignment=2)
    heading = [_said(name, _style(8, alignment=1)) for name in words["columns"]]
    rows: list[list[Any]] = [heading]
    for place, line in enumerate(receipt["lines"], start=1):
        rule, named = applied_rule(line), [_said(line["name"]["vi"], _style())]
        if rule is not None:
            told = words["basis"].format(name=rule["name"]["vi"], basis=rule["basis"])
            named.append(_said(told, small))
        amounts = [Paragraph(vnd_text(line[name]), right) for name in ("listed", "due")]
        rows.append([Paragraph(str(place), _style(9, alignment=1)), named, *amounts])
    total = _said(words["total"], _style(9.5, alignment=2))
    rows.append([total, "", "", Paragraph(vnd_text(receipt["amount"]), _style(10.5, alignment=2))])
    looks = [
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
        ("BACKGROUND", (0, 0), (-1, 0), _PALE),
        ("BACKGROUND", (0, -1), (-1, -1), _PALE),
        ("SPAN", (0, -1), (2, -1)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, -1), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table(rows, colWidths=_COLUMNS, repeatRows=1, style=looks, splitInRow=1)


def _in_words(printed: PrintedReceipt) -> Flowable:
    return _said(f"{texts()['words']}: {printed.receipt['words']}.", _style(9.5))


class _Closing(Flowable):
    """The receipt's symbol on the left, who signs on the right."""

    def __init__(self, printed: PrintedReceipt) -> None:
        super().__init__()
        self._printed = printed

    def wrap(self, _available_width: float, _available_height: float) -> tuple[float, float]:
        return _BODY, _CODE_SIDE + 2 * mm

    def draw(self) -> None:
        pen, words, agency = Pen(self.canv), texts(), self._printed.receipt["agency"]
        draw_symbol(self.canv, symbol_of((self._printed.code,)), 1 * mm, 1 * mm, _CODE_SIDE)
        middle = _BODY - 36 * mm
        y = _CODE_SIDE - 1.5 * mm
        pen.centred(middle, y, words["signer"], 9, bold=True)
        pen.centred(middle, y - 4.6 * mm, words["signed"], 8, QUIET)
        y -= 11.5 * mm
        size, named = _fitted(pen, agency["name"], 70 * mm, 2)
        for row in named:
            pen.centred(middle, y, row, size, bold=True)
            y -= 4.4 * mm
