"""A licence as the agency's software would print and sign it: a real PDF with two real signatures (PAdES B-B).

`backend/infra/printing/seal.py` signs it, as it signs the city's own. Every page says DEMO.
"""

import io
from datetime import date
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from backend.infra.printing.typeface import use_font

TITLES = {
    "food_safety": "GIẤY CHỨNG NHẬN\nCƠ SỞ ĐỦ ĐIỀU KIỆN AN TOÀN THỰC PHẨM",
    "road_works": "GIẤY PHÉP\nTHI CÔNG CÔNG TRÌNH TRÊN ĐƯỜNG BỘ ĐANG KHAI THÁC",
    "driving_licence": "GIẤY PHÉP LÁI XE",
    "construction_permit": "GIẤY PHÉP XÂY DỰNG",
    "business_household": "GIẤY CHỨNG NHẬN\nĐĂNG KÝ HỘ KINH DOANH",
    "travel_pass": "GIẤY ĐI ĐƯỜNG",
}
MARGIN = 64
WIDTH = A4[0] - 2 * MARGIN


def day(value: date | None) -> str:
    return value.strftime("%d/%m/%Y") if value else "không thời hạn"


def draw(licence: dict[str, Any], agency_name: str, signer_name: str, made_on: date) -> bytes:
    """The unsigned page. ``licence`` has the fields of a delivery: type, number, holder, activity, place, dates."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, lang="vi-VN")
    title = TITLES[licence["type"]].replace("\n", " ")
    canvas.setTitle(f"{title} {licence['number']} (DEMO)")
    canvas.setAuthor(agency_name)
    _watermark(canvas)
    y = _heading(canvas, licence, agency_name)
    place = licence.get("place")
    rows = [
        ("Cấp cho", licence["holder"]["name"]),
        ("Mã số thuế", licence["holder"].get("tax_code")),
        ("Nội dung", licence.get("activity")),
        ("Địa điểm", place["address"] if place else None),
        ("Có hiệu lực từ", day(date.fromisoformat(licence["valid_from"]))),
        ("Đến hết ngày", day(date.fromisoformat(licence["valid_until"]) if licence["valid_until"] else None)),
    ]
    for label, value in rows:
        if value:
            y = _row(canvas, y, label, value)
    _closing(canvas, y, agency_name, signer_name, made_on)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _watermark(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillColor(Color(0.7, 0.15, 0.12, alpha=0.10))
    canvas.setFont(use_font(), 120)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(35)
    canvas.drawCentredString(0, -40, "BẢN MẪU")
    canvas.restoreState()


def _heading(canvas: Canvas, licence: dict[str, Any], agency_name: str) -> float:
    font = use_font()
    top = A4[1] - 64
    canvas.setFont(font, 10)
    for number, line in enumerate(simpleSplit(agency_name.upper(), font, 10, 200)):
        canvas.drawCentredString(MARGIN + 90, top - 14 * number, line)
    canvas.drawCentredString(MARGIN + 90, top - 44, f"Số: {licence['number']}")
    canvas.drawCentredString(A4[0] - MARGIN - 120, top, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    canvas.drawCentredString(A4[0] - MARGIN - 120, top - 14, "Độc lập – Tự do – Hạnh phúc")
    canvas.line(A4[0] - MARGIN - 190, top - 20, A4[0] - MARGIN - 50, top - 20)
    y = top - 110
    canvas.setFillColor(HexColor("#0B5C9E"))
    canvas.setFont(font, 16)
    for line in TITLES[licence["type"]].split("\n"):
        canvas.drawCentredString(A4[0] / 2, y, line)
        y -= 24
    canvas.setFillColor(HexColor("#B3261E"))
    canvas.setFont(font, 10)
    canvas.drawCentredString(A4[0] / 2, y - 4, "BẢN MẪU (DEMO) – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ")
    canvas.setFillColor(HexColor("#000000"))
    return y - 44


def _row(canvas: Canvas, y: float, label: str, value: str) -> float:
    font = use_font()
    canvas.setFont(font, 11)
    canvas.setFillColor(HexColor("#5B6470"))
    canvas.drawString(MARGIN, y, label)
    canvas.setFillColor(HexColor("#000000"))
    canvas.setFont(font, 13)
    for line in simpleSplit(value, font, 13, WIDTH - 120):
        canvas.drawString(MARGIN + 120, y, line)
        y -= 19
    return y - 9


def _closing(canvas: Canvas, y: float, agency_name: str, signer_name: str, made_on: date) -> None:
    font = use_font()
    middle = A4[0] - MARGIN - 120
    canvas.setFont(font, 11)
    canvas.drawCentredString(middle, y - 20, f"Đà Nẵng, ngày {made_on:%d} tháng {made_on:%m} năm {made_on:%Y}")
    for number, line in enumerate(simpleSplit(agency_name, font, 11, 230)):
        canvas.drawCentredString(middle, y - 40 - 15 * number, line)
    canvas.setFont(font, 12)
    canvas.drawCentredString(middle, y - 110, signer_name)
    canvas.setFillColor(HexColor("#5B6470"))
    canvas.setFont(font, 9)
    canvas.drawString(MARGIN, 52, "Văn bản điện tử, ký số bởi người có thẩm quyền và cơ quan ban hành.")
