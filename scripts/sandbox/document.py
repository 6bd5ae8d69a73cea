"""A licence as the agency's software would print and sign it: a real PDF with two real signatures (PAdES B-B).

First the authorised person signs, then the agency over everything (NĐ 30/2020/NĐ-CP, Phụ lục I). Every page says DEMO.
"""

import io
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import flet_web
from fontTools.ttLib import TTFont as FontFile
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "Roboto"
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


@dataclass(frozen=True)
class Seal:
    """The two signers of an agency, opened from its p12 files."""

    person: signers.SimpleSigner
    agency: signers.SimpleSigner
    agency_name: str

    @classmethod
    def open(cls, folder: Path, agency_name: str) -> "Seal":
        """Raises ValueError when a file is missing or its password is wrong."""
        opened = []
        for name in ("person", "signer"):
            password = (folder / f"{name}.password").read_bytes()
            signer = signers.SimpleSigner.load_pkcs12(str(folder / f"{name}.p12"), passphrase=password)
            if signer is None:
                raise ValueError(f"{folder / name}.p12 cannot be opened")
            opened.append(signer)
        return cls(opened[0], opened[1], agency_name)

    def sign(self, document: bytes, signer_name: str, at: datetime) -> bytes:
        """The document with the person's and then the agency's signature, each an incremental update made ``at``."""
        once = _sign(document, self.person, ("NguoiKy", signer_name), at)
        return _sign(once, self.agency, ("CoQuan", self.agency_name), at)


class _DatedSigner(signers.PdfSigner):
    """Signs at a moment that it is given: the seed signs licences of past years."""

    at: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def _sign(document: bytes, signer: signers.SimpleSigner, field_and_name: tuple[str, str], at: datetime) -> bytes:
    field, name = field_and_name
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=name, location="Đà Nẵng"
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    dated = _DatedSigner(metadata, signer=signer)
    dated.at = at
    signed: io.BytesIO = dated.sign_pdf(writer)
    return signed.getvalue()


@cache
def _font() -> str:
    """Register Roboto, which the app ships and which has every Vietnamese letter. reportlab wants it unpacked."""
    packed = FontFile(Path(flet_web.__file__).parent / "web/assets/fonts/roboto.woff2")
    packed.flavor = None
    plain = io.BytesIO()
    packed.save(plain)
    plain.seek(0)
    pdfmetrics.registerFont(TTFont(FONT, plain))
    return FONT


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
    canvas.setFont(_font(), 120)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(35)
    canvas.drawCentredString(0, -40, "BẢN MẪU")
    canvas.restoreState()


def _heading(canvas: Canvas, licence: dict[str, Any], agency_name: str) -> float:
    font = _font()
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
    font = _font()
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
    font = _font()
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
