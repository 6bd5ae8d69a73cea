"""A receipt as XML, for software that books it.

No schema of TT 91/2026/TT-BTC could be read in its primary source, so names and namespace are this project's
(docs/payments.md, section 4: `needs_review`); another schema is another function of this shape.
"""

from typing import Any, Final

from lxml import etree

from backend.payments.printed.receipt import PrintedReceipt, applied_rule
from backend.payments.receipt_rules import receipt_series
from shared_models.clock import CITY_ZONE, city_date
from shared_models.payment.receipt import number_text

NAMESPACE: Final = "urn:congdan:bien-lai:1"


def write_receipt(printed: PrintedReceipt) -> Any:
    """The root element, not signed yet; the same receipt gives the same element."""
    receipt = printed.receipt
    root = etree.Element(_name("BienLai"), nsmap={None: NAMESPACE})
    head = _under(root, "ThongTinChung")
    _texts(
        head,
        ("MauSo", receipt["form"]),
        ("KyHieu", receipt["series"]),
        ("So", printed.number),
        ("NgayLap", printed.day.isoformat()),
        ("ThoiDiemLap", receipt["issued_at"].astimezone(CITY_ZONE).isoformat(timespec="seconds")),
        ("LoaiTien", "VND"),
        ("TrinhDien", "true" if printed.is_demo else None),
    )
    agency = receipt["agency"]
    collector = _under(root, "CoQuanThu")
    _texts(collector, ("MaCoQuan", agency["code"]), ("Ten", agency["name"]), ("MaSoThue", agency.get("tax_code")))
    payer, number = receipt["payer"], printed.payer_number(receipt_series().number_in_xml)
    _texts(_under(root, "NguoiNop"), ("Ten", payer["name"]), ("SoDinhDanh", number), ("DiaChi", payer.get("address")))
    _texts(_under(root, "HoSo"), ("MaHoSo", receipt["reference"]), ("NoiDung", receipt["title"]["vi"]))
    _lines(root, receipt["lines"])
    _texts(
        _under(root, "ThanhToan"),
        ("TongTien", str(receipt["amount"])),
        ("BangChu", receipt["words"]),
        ("HinhThuc", receipt["method"]),
    )
    _standing(root, printed)
    return root


def _lines(root: Any, lines: Any) -> None:
    listed = _under(root, "DanhSachKhoanThu")
    for place, line in enumerate(lines, start=1):
        item, rule = _under(listed, "KhoanThu"), applied_rule(line)
        _texts(
            item,
            ("STT", str(place)),
            ("MaKhoan", line["key"]),
            ("Ten", line["name"]["vi"]),
            ("MucThu", str(line["listed"])),
            ("PhaiNop", str(line["due"])),
        )
        if rule is not None:
            named = (("Ma", rule["rule_id"]), ("Ten", rule["name"]["vi"]), ("CanCu", rule["basis"]))
            _texts(_under(item, "MienGiam"), *named)


def _standing(root: Any, printed: PrintedReceipt) -> None:
    cancelled = printed.receipt.get("cancelled")
    part = _under(root, "TrangThai")
    _texts(part, ("Ma", printed.receipt["state"]))
    if cancelled is not None:
        _texts(part, ("Ngay", city_date(cancelled["at"]).isoformat()), ("LyDo", cancelled["why"]))
    for name, other in (("ThayThe", printed.replaces), ("DuocThayBang", printed.replaced_by)):
        if other is not None:
            _texts(_under(part, name), ("KyHieu", other["series"]), ("So", number_text(other["number"])))


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _under(parent: Any, name: str) -> Any:
    return etree.SubElement(parent, _name(name))


def _texts(parent: Any, *values: tuple[str, str | None]) -> None:
    """Elements of text; those without a value are left out. What XML 1.0 cannot say is left out of it, too."""
    for name, value in values:
        if value is not None:
            _under(parent, name).text = "".join(letter for letter in value if _is_sayable(letter))


def _is_sayable(letter: str) -> bool:
    """The characters of XML 1.0, 2.2."""
    code = ord(letter)
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
