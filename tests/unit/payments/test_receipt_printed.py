"""A receipt on paper and as XML: all that has to stand on it, the same each time, and its end across the page."""

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from lxml import etree

from backend.payments.printed.receipt import PrintedReceipt, texts
from backend.payments.printed.receipt_pdf import draw_receipt
from backend.payments.printed.receipt_xml import NAMESPACE, write_receipt
from backend.payments.receipt_rules import Telling
from shared_models.payment.order import GatewayKey
from tests.support.receipts import FREE, ISSUED_AT, LINES, a_receipt

NEW = a_receipt(_id="rct_" + "2" * 26, number=43)
CANCELLED = {"at": ISSUED_AT, "why": "Ghi sai tên người nộp", "by": {"id": "stf_x", "name": "Lan"}}


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def value(root: etree._Element, path: str) -> str | None:
    found = root.find("/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))
    return None if found is None else found.text


def test_the_page_says_what_a_receipt_has_to_say() -> None:
    (words,) = pages_of(draw_receipt(PrintedReceipt(a_receipt())))
    for given in (
        "EBL01",
        "26TAA",
        "00000042",
        "BAN QUẢN LÝ AN TOÀN THỰC PHẨM",
        "Mã số thuế: 0401234567",
        "Ngày 21 tháng 11 năm 2026",
        "Trần Thị Thu Trang",
        "H17.08-261121-0001",
        "ví MoMo",
        "Lệ phí cấp bản sao <&>",
        "8.000",
        "Căn cứ: NQ 66.22/2026/NQ-CP",
        "115.000",
        "Bằng chữ: Một trăm mười lăm nghìn đồng",
    ):
        assert given in words, given
    assert "DEMO" not in words
    assert "HỦY" not in words


def test_a_demonstration_says_so_and_a_missing_tax_code_too() -> None:
    agency = {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm"}
    (words,) = pages_of(draw_receipt(PrintedReceipt(a_receipt(agency=agency), is_demo=True)))
    assert "DEMO" in words
    assert "Mã số thuế: chưa khai báo" in words


def test_its_symbol_says_its_number() -> None:
    document = pypdfium2.PdfDocument(draw_receipt(PrintedReceipt(a_receipt())))
    (found,) = zxingcpp.read_barcodes(document[0].render(scale=4).to_pil())
    document.close()
    assert found.text == "H17.08 EBL01 26TAA 00000042"


def test_the_same_receipt_is_the_same_page() -> None:
    assert draw_receipt(PrintedReceipt(a_receipt())) == draw_receipt(PrintedReceipt(a_receipt()))
    assert draw_receipt(PrintedReceipt(a_receipt())) != draw_receipt(PrintedReceipt(a_receipt(number=43)))


def test_many_fees_go_on_and_every_page_says_which_receipt_it_is() -> None:
    lines = [{**LINES[0], "key": f"fee{n}", "name": {"vi": f"Khoản thu thứ {n:02}.", "en": ""}} for n in range(1, 61)]
    pages = pages_of(draw_receipt(PrintedReceipt(a_receipt(lines=lines))))
    assert len(pages) > 2
    assert all(f"26TAA · 00000042 · {at}" in page for at, page in enumerate(pages, start=1))
    assert all(any(f"Khoản thu thứ {n:02}." in page for page in pages) for n in range(1, 61))
    assert "Bằng chữ" in pages[-1]


def test_one_that_is_no_longer_in_force_says_why_and_what_took_its_place() -> None:
    cancelled = a_receipt(state="cancelled", cancelled=CANCELLED)
    (words,) = pages_of(draw_receipt(PrintedReceipt(cancelled)))
    assert "ĐÃ HỦY" in words
    assert "bị hủy ngày 21/11/2026. Lý do: Ghi sai tên người nộp" in words
    replaced = a_receipt(state="replaced", cancelled=CANCELLED, replaced_by=NEW["_id"])
    (words,) = pages_of(draw_receipt(PrintedReceipt(replaced, replaced_by=NEW)))
    assert "ĐÃ THAY THẾ" in words
    assert "thay bằng biên lai ký hiệu 26TAA số 00000043" in words
    (words,) = pages_of(draw_receipt(PrintedReceipt(NEW, replaces=a_receipt())))
    assert "Thay thế biên lai ký hiệu 26TAA số 00000042 ngày 21/11/2026" in words


PAYER = {"id": "per_x", "name": "Trần Thị Thu Trang", "personal_id": "048192900002", "address": "Phường Hải Châu"}


@pytest.mark.parametrize(
    ("telling", "told"),
    [(Telling.WHOLE, "048192900002"), (Telling.MASKED, "048•••••0002"), (Telling.LEFT_OUT, None)],
)
def test_a_payers_number_is_told_as_the_data_says(telling: Telling, told: str | None) -> None:
    assert PrintedReceipt(a_receipt(payer=PAYER)).payer_number(telling) == told
    assert PrintedReceipt(a_receipt()).payer_number(telling) is None, "not known"


TALL = "Phí thẩm định hồ sơ " * 200


@pytest.mark.parametrize(
    "changes",
    [
        {"payer": {**PAYER, "name": TALL}},
        {"title": {"vi": TALL, "en": ""}},
        {"lines": [{**LINES[0], "name": {"vi": TALL, "en": ""}}]},
        {"lines": [{**LINES[1], "considered": [{**FREE, "basis": TALL}]}]},
        {"lines": [{**LINES[0], "name": {"vi": "X" * 2000, "en": ""}}]},
        {"state": "cancelled", "cancelled": {**CANCELLED, "why": TALL}},
    ],
)
def test_what_is_taller_than_a_page_runs_over_several(changes: dict[str, Any]) -> None:
    pages = pages_of(draw_receipt(PrintedReceipt(a_receipt(**changes))))
    assert len(pages) > 1
    assert "CƠ QUAN THU" in pages[-1]


def test_a_long_name_of_an_agency_is_written_smaller_before_anything_of_it_is_cut() -> None:
    long = "Trung tâm Phục vụ hành chính công và Ban Quản lý An toàn thực phẩm thuộc Ủy ban nhân dân thành phố Đà Nẵng"
    (words,) = pages_of(draw_receipt(PrintedReceipt(a_receipt(agency={"code": "H17.08", "name": long}))))
    assert long.upper() in words
    assert long in words
    (words,) = pages_of(draw_receipt(PrintedReceipt(a_receipt(agency={"code": "H17.08", "name": long * 5}))))
    assert "…" in words


def test_letters_that_the_typeface_lacks_are_read_all_the_same() -> None:
    name = "Y Ƀlan Niê Ơ̆r\x07\n李"
    (words,) = pages_of(draw_receipt(PrintedReceipt(a_receipt(payer={**PAYER, "name": name}))))
    assert "Y Blan Niê Ơr �" in words
    assert (
        value(write_receipt(PrintedReceipt(a_receipt(payer={**PAYER, "name": "Ƀlan 李"}))), "NguoiNop/Ten") == "Ƀlan 李"
    )


@pytest.mark.parametrize("method", list(GatewayKey))
def test_every_way_to_pay_has_its_words(method: GatewayKey) -> None:
    (words,) = pages_of(draw_receipt(PrintedReceipt(a_receipt(method=method.value))))
    assert texts()["methods"][method.value] in words


def test_the_xml_says_the_same() -> None:
    root = write_receipt(PrintedReceipt(a_receipt()))
    for path, told in (
        ("ThongTinChung/MauSo", "EBL01"),
        ("ThongTinChung/KyHieu", "26TAA"),
        ("ThongTinChung/So", "00000042"),
        ("ThongTinChung/NgayLap", "2026-11-21"),
        ("ThongTinChung/ThoiDiemLap", "2026-11-21T09:30:00+07:00"),
        ("CoQuanThu/MaCoQuan", "H17.08"),
        ("CoQuanThu/MaSoThue", "0401234567"),
        ("NguoiNop/Ten", "Trần Thị Thu Trang"),
        ("HoSo/MaHoSo", "H17.08-261121-0001"),
        ("ThanhToan/TongTien", "115000"),
        ("ThanhToan/BangChu", "Một trăm mười lăm nghìn đồng"),
        ("ThanhToan/HinhThuc", "momo"),
        ("TrangThai/Ma", "issued"),
        ("TrangThai/LyDo", None),
        ("ThongTinChung/TrinhDien", None),
    ):
        assert value(root, path) == told, path
    items = root.findall(f".//{{{NAMESPACE}}}KhoanThu")
    assert [value(item, "PhaiNop") for item in items] == ["115000", "0"]
    assert [value(item, "MienGiam/CanCu") for item in items] == [None, "NQ 66.22/2026/NQ-CP"]


def test_the_xml_of_a_replaced_one_names_the_other() -> None:
    replaced = a_receipt(state="replaced", cancelled=CANCELLED, replaced_by=NEW["_id"])
    root = write_receipt(PrintedReceipt(replaced, replaced_by=NEW, is_demo=True))
    assert value(root, "TrangThai/DuocThayBang/So") == "00000043"
    assert value(root, "TrangThai/LyDo") == "Ghi sai tên người nộp"
    assert value(root, "ThongTinChung/TrinhDien") == "true"
    assert value(write_receipt(PrintedReceipt(NEW, replaces=a_receipt())), "TrangThai/ThayThe/So") == "00000042"


def test_a_name_that_xml_cannot_say_does_not_break_it() -> None:
    root = write_receipt(PrintedReceipt(a_receipt(payer={"id": "per_x", "name": "A\x00B\x0b<C> & \ud800D"})))
    again = etree.fromstring(etree.tostring(root))
    assert value(again, "NguoiNop/Ten") == "AB<C> & D"
