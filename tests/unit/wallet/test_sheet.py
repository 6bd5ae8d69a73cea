"""The verification sheet: its code is read by an independent reader, its letters are all there."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.reader import PdfFileReader
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from backend.infra.printing.pen import Pen
from backend.infra.printing.symbol import QUIET_ZONE, Symbol
from backend.infra.printing.typeface import can_print
from backend.wallet.paper_qr import paper_symbol
from backend.wallet.ports import WalletPorts
from backend.wallet.services.licences import Licences
from backend.wallet.services.sheet import Sheets
from backend.wallet.sheet_layout import QR_SIDE, _fields_height, _scale_of
from shared_models.credential.types import BY_KEY, LICENCE_TYPES, Presence
from shared_models.errors import Invalid

ADDRESS = "https://congdan.example"
DIGITS = "1919451457055749892031497064724419176071513838071809821463758216671144910414452998310113949205217377" * 7
NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
TEXTS = Path(__file__).parents[3] / "backend" / "wallet" / "sheet_texts.json"


def picture(symbol: Symbol, scale: int = 4) -> Image.Image:
    side = (symbol.size + 2 * QUIET_ZONE) * scale
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    for column, row, length in symbol.runs:
        left, top = (column + QUIET_ZONE) * scale, (row + QUIET_ZONE) * scale
        draw.rectangle((left, top, left + length * scale - 1, top + scale - 1), fill=0)
    return image


def test_the_symbol_says_exactly_the_text_at_level_m() -> None:
    text = f"{ADDRESS}/q#{DIGITS[:709]}"
    symbol = paper_symbol(text)
    assert (symbol.version, symbol.size) == (13, 69)
    (read,) = zxingcpp.read_barcodes(picture(symbol))
    assert read.text == text
    assert read.ec_level == "M"


def test_a_code_that_is_too_large_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        paper_symbol(f"{ADDRESS}/q#{DIGITS + DIGITS}")
    assert refused.value.code == "sheet.code_too_large"


def test_the_printed_symbol_is_large_enough_for_old_cameras() -> None:
    assert 35 * mm <= QR_SIDE


def test_every_vietnamese_letter_can_be_printed() -> None:
    vowels = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵ"
    assert can_print(vowels + vowels.upper() + "đĐ₫–·…“”")
    assert not can_print("中")


def test_every_text_of_the_sheet_can_be_printed_in_both_languages() -> None:
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    assert all(len(pair) == 2 and pair[0] and can_print("".join(pair)) for pair in texts.values())
    assert {f"type.{kind.key}" for kind in LICENCE_TYPES} <= texts.keys()


class OneLicence:
    """A licence that may be read."""

    def __init__(self, licence: dict[str, Any]) -> None:
        self._licence = licence

    def read_noted(self, *_arguments: Any) -> dict[str, Any]:
        return self._licence

    def paper_text(self, _licence: Any) -> str:
        return f"{ADDRESS}/q#{DIGITS[:709]}"


def a_licence(**changes: Any) -> dict[str, Any]:
    return {
        "number": "48/2026/ATTP-CNĐK",
        "holder_name": "QUÁN MÌ QUẢNG BÀ MUA",
        "type": "food_safety",
        "type_code": 1,
        "activity": "Kinh doanh dịch vụ ăn uống",
        "place": {"address": "44 Lê Đình Dương, phường Hải Châu, TP Đà Nẵng"},
        "issuer": {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm"},
        "valid_from": "2026-11-21",
        "valid_until": "2029-11-20",
        "status": "valid",
        "document_sha256": "0123456789abcdef" * 4,
    } | changes


def content_of(licence: dict[str, Any], folder: Path, *, is_demo: bool = True) -> Any:
    ports = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: NOW), public_url=ADDRESS, public_dir=folder, is_demo=is_demo
    )
    sheets = Sheets(cast("WalletPorts", ports), cast("Licences", OneLicence(licence)))
    return sheets._content(licence), sheets.sheet(cast("Any", None), "lic")


@pytest.mark.parametrize(
    ("changes", "status", "is_in_force"),
    [
        ({}, "Đang có hiệu lực", True),
        ({"status": "suspended"}, "Đang bị tạm đình chỉ", False),
        ({"status": "revoked"}, "Đã bị thu hồi", False),
        ({"valid_until": "2026-11-20"}, "Đã hết hạn", False),
        ({"valid_from": "2026-11-22"}, "Chưa đến ngày có hiệu lực", False),
        ({"valid_until": None}, "Đang có hiệu lực", True),
    ],
)
def test_the_sheet_says_the_status_when_it_was_printed(
    changes: dict[str, Any], status: str, is_in_force: bool, tmp_path: Path
) -> None:
    content, _pdf = content_of(a_licence(**changes), tmp_path)
    assert (content.status[0], content.is_in_force) == (status, is_in_force)
    assert content.printed_at == "21/11/2026 09:30"


def test_the_place_is_the_largest_text_where_a_licence_is_bound_to_one(tmp_path: Path) -> None:
    content, _pdf = content_of(a_licence(), tmp_path)
    assert [line.value for line in content.lines if line.is_large] == ["44 Lê Đình Dương, phường Hải Châu, TP Đà Nẵng"]
    driver = a_licence(type="driving_licence", type_code=3, place=None, holder_name="TRẦN THỊ THU TRANG", activity="B")
    content, _pdf = content_of(driver, tmp_path)
    assert [line.value for line in content.lines if line.is_large] == ["48/2026/ATTP-CNĐK"]
    assert [line.label[0] for line in content.lines][1:3] == ["Người được cấp", "Hạng"]


WARD = {"code": "H17.30.05", "name": "Ủy ban nhân dân phường Hải Châu"}
ROWS = {
    "construction_permit": ["Số hiệu", "Chủ đầu tư", "Địa điểm xây dựng", "Công trình"],
    "travel_pass": ["Số hiệu", "Người được cấp", "Mục đích, lộ trình, giờ đi lại"],
    "business_household": ["Số hiệu", "Hộ kinh doanh", "Trụ sở", "Ngành, nghề kinh doanh"],
}


@pytest.mark.parametrize("key", ROWS)
def test_a_type_calls_its_fields_by_their_names(key: str, tmp_path: Path) -> None:
    kind = BY_KEY[key]
    changes: dict[str, Any] = {"type": key, "type_code": kind.code, "issuer": WARD}
    if kind.place is Presence.FORBIDDEN:
        changes["place"] = None
    if kind.end_date is Presence.FORBIDDEN:
        changes["valid_until"] = None
    content, _pdf = content_of(a_licence(**changes), tmp_path)
    labels = [line.label[0] for line in content.lines]
    assert labels[: len(ROWS[key])] == ROWS[key]
    last = content.lines[-1]
    undated = kind.end_date is Presence.FORBIDDEN
    assert (last.label[0], last.value) == (
        ("Thời hạn", "Không thời hạn · No end date") if undated else ("Đến hết ngày", "20/11/2029")
    )


def test_a_communes_committee_heads_its_papers_alone(tmp_path: Path) -> None:
    (tmp_path / "city.json").write_text('{"name": "Thành phố Đà Nẵng"}', encoding="utf-8")
    content, pdf = content_of(a_licence(issuer=WARD), tmp_path)
    assert (content.committee, content.agency) == ("", WARD["name"])
    assert pdf.startswith(b"%PDF-")
    office = {"code": "H17.01", "name": "Văn phòng Ủy ban nhân dân thành phố"}
    assert content_of(a_licence(issuer=office), tmp_path)[0].committee == "ỦY BAN NHÂN DÂN THÀNH PHỐ ĐÀ NẴNG"


@pytest.mark.parametrize("length", [1, 40, 80, 120])
def test_long_names_and_addresses_make_room(length: int, tmp_path: Path) -> None:
    word = "Đường "
    licence = a_licence(
        holder_name=(word.upper() * length)[:length], place={"address": (word * length)[: length * 3 // 2]}
    )
    content, _pdf = content_of(licence, tmp_path)
    pen, room = Pen(Canvas(io.BytesIO())), 118 * mm
    scale = _scale_of(pen, content.lines, room)
    assert _fields_height(pen, content.lines, scale) <= room
    assert (scale == 1.0) is (_fields_height(pen, content.lines, 1.0) <= room)


def test_the_city_and_the_mark_of_a_demonstration_stand_on_it(tmp_path: Path) -> None:
    (tmp_path / "city.json").write_text('{"name": "Thành phố Đà Nẵng"}', encoding="utf-8")
    content, _pdf = content_of(a_licence(), tmp_path)
    assert content.committee == "ỦY BAN NHÂN DÂN THÀNH PHỐ ĐÀ NẴNG"
    assert content.demo is not None
    assert content_of(a_licence(), tmp_path, is_demo=False)[0].demo is None


def test_the_sheet_is_one_page_of_a4_with_its_font_inside(tmp_path: Path) -> None:
    _content, pdf = content_of(a_licence(), tmp_path)
    reader = PdfFileReader(io.BytesIO(pdf))
    assert reader.root["/Pages"]["/Count"] == 1
    page = reader.root["/Pages"]["/Kids"][0].get_object()
    width, height = (float(value) for value in list(page["/MediaBox"])[2:])
    assert (round(width / mm), round(height / mm)) == (210, 297)
    assert b"/FontFile2" in pdf
    assert content_of(a_licence(), tmp_path)[1] == pdf
