"""Forms 01 to 06: what TT 03/2025/TT-VPCP wants to read on each, from what is stored of a dossier."""

from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest

from backend.dossiers.printed.slips import NUMBERS, SlipSource, slip_of, texts
from backend.infra.printing.letter import draw_letter
from shared_models.dossier import DossierAction
from shared_models.errors import NotFound
from tests.unit.dossiers.test_printed_results import PROCEDURES

CODE = "H17.08-261122-0001"
BOARD = {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm"}
CLERK = {"id": "stf_1", "name": "Hồ Thị Mai Lan", "role": "officer"}
VERSION = next(version for key, version in PROCEDURES.items() if key.startswith("2.000591@"))
COMPONENT = VERSION.components[0]


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def event(action: str, day: int, note: str | None = None) -> dict[str, Any]:
    return {"action": action, "at": at(day, 2), "actor": CLERK, "agency": BOARD, "note": note, "status": 1}


def source(**changes: Any) -> SlipSource:
    dossier = {
        "code": CODE,
        "reference": "TN-1",
        "owner_name": "Trần Thị Thu Trang",
        "assisted_by": None,
        "receiving_agency": BOARD,
        "competent_agency": BOARD,
        "received_at": at(22, 1),
        "due_at": at(30, 10),
        "original_due_at": at(29, 10),
        "answer_by": at(28, 16),
        "fee": {"amount": 1_000_000},
        "contact": {"phone": "0905123456", "email": None},
        "return_to": {"way": "post", "address": "44 Lê Đình Dương"},
        "components": [{"key": COMPONENT.key}],
        "asks": {
            "kind": "supplement",
            "answer_by": at(28, 16),
            "items": [{"component": COMPONENT.key, "name": COMPONENT.name.to_json(), "reason": "Ảnh chụp bị mờ"}],
        },
        "apologies": [{"reason": "Lịch kiểm tra bị hoãn", "old_due_date": "2026-11-29", "new_due_date": "2026-12-03"}],
        "slips": list(NUMBERS),
        **changes,
    }
    events = [
        event("submit", 22),
        event("accept", 22),
        event("ask_supplement", 23, "Đơn: Ảnh chụp bị mờ"),
        event("extend", 24, "Lịch kiểm tra bị hoãn"),
        event("stop", 25, "Chờ bản án (Điều 5)"),
        event("refuse", 26, "Không thuộc thẩm quyền (Điều 7)"),
    ]
    return SlipSource(dossier, VERSION, events, None)


def words(number: str, given: SlipSource) -> str:
    document = pypdfium2.PdfDocument(draw_letter(slip_of(number, given)))
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (
            "01",
            ["Trần Thị Thu Trang", "0905123456", "44 Lê Đình Dương", "08:00 ngày 22/11/2026", "17:00 ngày 29/11/2026"],
        ),
        ("01", [COMPONENT.name.vi, "Bưu chính công ích", "1.000.000 đồng", "Hồ Thị Mai Lan", "NGƯỜI NỘP HỒ SƠ"]),
        ("02", [COMPONENT.name.vi, "Ảnh chụp bị mờ", "28/11/2026", "toàn bộ nội dung cần bổ sung"]),
        ("03", ["không tiếp nhận", "Không thuộc thẩm quyền (Điều 7)"]),
        ("04", ["xin lỗi", "Lịch kiểm tra bị hoãn", "29/11/2026", "03/12/2026"]),
        ("05", ["dừng giải quyết", "Chờ bản án (Điều 5)"]),
        ("06", ["Tiếp nhận", "Yêu cầu bổ sung", "Dừng giải quyết", "09:00 ngày 23/11/2026", "Hồ Thị Mai Lan"]),
    ],
)
def test_a_slip_says_what_its_form_asks_for(number: str, said: list[str]) -> None:
    found = words(number, source())
    assert [one for one in [*said, CODE, VERSION.name.vi, texts()[number]["title"]] if one not in found] == []


def test_the_promise_on_slip_01_is_the_first_one() -> None:
    assert "30/11/2026" not in words("01", source()), "a later day stands on slip 04"


def test_slip_02_is_there_again_after_the_answer() -> None:
    assert "Đơn: Ảnh chụp bị mờ" in words("02", source(asks=None, answer_by=None))


@pytest.mark.parametrize("number", ["01", "07", "../01"])
def test_a_slip_that_was_never_made_is_not_there(number: str) -> None:
    with pytest.raises(NotFound, match=r"slip\.unknown"):
        slip_of(number, source(slips=["02", "07"]))


def test_every_action_has_its_name_on_the_control_slip() -> None:
    assert {action.value for action in DossierAction} <= set(texts()["actions"])
