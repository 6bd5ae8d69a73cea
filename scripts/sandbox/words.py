"""The city's answers in an official's words. Codes are those of the API; an unknown one is shown as it is."""

from scripts.sandbox.machine_client import ApiRefused

CODES = {
    "result.unsigned": "Tệp chưa có chữ ký số.",
    "result.altered": "Tệp đã bị sửa sau khi ký, hoặc chữ ký không phủ hết tệp.",
    "result.wrong_signer": "Chữ ký số không phải của cơ quan này.",
    "result.signed_in_future": "Giờ ký ở tương lai. Hãy kiểm tra đồng hồ máy ký.",
    "result.not_pdf": "Tệp không phải là PDF.",
    "result.encrypted": "Tệp PDF bị khóa bằng mật khẩu.",
    "result.hash_mismatch": "Tệp đã bị hỏng trên đường gửi: mã băm không khớp.",
    "result.transition_not_allowed": "Trạng thái hiện tại không cho phép việc này. Hãy tải lại trang.",
    "result.number_taken": "Số hiệu này đã được giao trước đó.",
    "result.unknown": "Không có kết quả này trong kho của cơ quan.",
    "delivery.id_reused": "Mã lần giao này đã dùng cho một nội dung khác.",
    "change.id_reused": "Mã quyết định này đã dùng cho một nội dung khác.",
    "access.scope_missing": "Phần mềm của cơ quan chưa được cấp quyền làm việc này.",
    "access.proof_stale": "Đồng hồ của máy này lệch với máy chủ quá một phút.",
    "machine.assertion_invalid": "Máy chủ không nhận ra phần mềm của cơ quan này.",
    "validation.failed": "Một vài mục chưa đúng.",
    "request.invalid": "Một vài mục chưa đúng.",
    "field.required": "cần điền",
    "field.length": "dài hoặc ngắn quá mức cho phép",
    "person.id_malformed": "số định danh phải có 12 chữ số",
    "person.id_in_future": "số định danh có năm sinh ở tương lai",
    "person.tax_code_malformed": "mã số thuế phải có 10 hoặc 12 chữ số",
    "person.name_malformed": "tên có ký tự không hợp lệ",
    "place.commune_malformed": "mã phường, xã gồm 5 chữ số",
}
FIELDS = {
    "number": "Số hiệu",
    "holder": "Người được cấp",
    "holder.name": "Tên người được cấp",
    "holder.personal_id": "Chủ ví",
    "holder.tax_code": "Mã số thuế",
    "activity": "Nội dung",
    "place": "Địa điểm",
    "place.address": "Địa chỉ",
    "valid_from": "Có hiệu lực từ",
    "valid_until": "Đến hết ngày",
    "document": "Tệp đã ký",
    "reason": "Lý do",
    "decision_number": "Số quyết định",
    "decision_date": "Ngày quyết định",
}
UNREACHABLE = "Chưa liên lạc được với máy chủ của thành phố. Bấm lại để gửi tiếp: kết quả chỉ được nhận một lần."
NOT_REGISTERED = "Phần mềm của cơ quan này chưa được đăng ký với thành phố."


def sentence(refusal: ApiRefused) -> str:
    """What went wrong, for the person at the desk."""
    if refusal.status >= 500:
        return f"Máy chủ của thành phố gặp lỗi. Mã tra cứu: {refusal.request_id or 'không có'}."
    return CODES.get(refusal.code, f"Máy chủ từ chối (mã {refusal.code}).")


def details(refusal: ApiRefused) -> list[str]:
    """One line for each field that was refused."""
    return [
        f"{FIELDS.get(field, field)}: {', '.join(CODES.get(code, code) for code in _flat(codes))}"
        for field, codes in _paths(refusal.errors)
        if _flat(codes) != [refusal.code]
    ]


def _paths(errors: object, prefix: str = "") -> list[tuple[str, object]]:
    if not isinstance(errors, dict):
        return [(prefix, errors)]
    found: list[tuple[str, object]] = []
    for name, inner in errors.items():
        found += _paths(inner, f"{prefix}.{name}" if prefix else str(name))
    return found


def _flat(codes: object) -> list[str]:
    return [str(code) for code in codes] if isinstance(codes, list) else [str(codes)]
