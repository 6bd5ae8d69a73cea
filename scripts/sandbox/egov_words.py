"""The one-stop software's page in an official's words."""

from datetime import datetime
from typing import Any

from scripts.sandbox.egov_store import Case
from shared_models.clock import CITY_ZONE, from_wire

STATUSES = {
    1: "Mới đăng ký",
    2: "Được tiếp nhận",
    3: "Không được tiếp nhận",
    4: "Đang xử lý",
    5: "Yêu cầu bổ sung giấy tờ",
    6: "Yêu cầu thực hiện nghĩa vụ tài chính",
    7: "Công dân yêu cầu rút hồ sơ",
    8: "Dừng xử lý",
    9: "Đã xử lý xong",
    10: "Đã trả kết quả",
}
"""The ten national statuses (docs/exchange.md)."""

REFUSALS = {
    "exchange.move_not_allowed": "Trạng thái bên thành phố không chuyển được sang trạng thái này.",
    "exchange.in_future": "Giờ của máy này đi trước giờ của thành phố.",
    "exchange.incomplete": "Còn thiếu thông tin mà trạng thái này cần có.",
    "exchange.code_taken": "Mã hồ sơ này đã được cấp cho một hồ sơ khác.",
    "exchange.code_differs": "Thành phố đã cấp mã khác cho hồ sơ này.",
    "procedure.unknown": "Thành phố chưa có thủ tục này.",
    "agency.not_receiving": "Cơ quan này không tiếp nhận thủ tục này.",
    "supplement.already_held": "Thành phố đã có giấy tờ này nên không được yêu cầu lại.",
    "supplement.not_in_list": "Giấy tờ này không có trong danh mục công bố.",
    "person.name_differs": "Tên không khớp với số định danh.",
}


def state_of(case: Case) -> tuple[str, str]:
    """How a dossier stands to the city's copy: a colour and words."""
    sync = (case.city or {}).get("sync") or (case.answer or {}).get("sync")
    if case.is_refused and case.answer is not None:
        code = case.answer["code"]
        return "revoked", REFUSALS.get(code, f"Bị từ chối ({code})")
    if case.is_unsent:
        return "suspended", "Chưa gửi"
    if case.answer is not None and case.answer["state"] == "clash":
        return "revoked", "Hai bên khác nhau"
    if sync == "clash":
        return "revoked", "Hai bên khác nhau"
    return "valid", "Đã khớp"


STATES = {"stored": "đã ghi", "unchanged": "không có gì mới", "clash": "hai bên khác nhau", "refused": "từ chối"}


def answer_in_words(answer: dict[str, Any]) -> str:
    """What became of the last push, in a sentence."""
    if answer["state"] == "stored":
        return "Lần gửi cuối: thành phố đã ghi."
    if answer["state"] == "unchanged":
        return "Lần gửi cuối: thành phố đã có rồi, không có gì thay đổi."
    if answer["state"] == "clash":
        return "Thành phố cũng đã đổi hồ sơ này. Cả hai bản được giữ lại, cán bộ sẽ chọn bản đúng trong ứng dụng."
    return f"Lần gửi cuối bị từ chối: {REFUSALS.get(answer['code'], answer['code'])}"


def moment(text: str | None) -> str:
    """``2026-11-22T02:00:00Z`` as a clock in the city shows it."""
    if not text:
        return "–"
    at: datetime = from_wire(text)
    return f"{at.astimezone(CITY_ZONE):%H:%M %d/%m/%Y}"
