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
    "result.grants_no_licence": "Văn bản này không phải giấy phép nên không tạm đình chỉ hay thu hồi ở đây.",
    "result.transition_not_allowed": "Trạng thái hiện tại không cho phép việc này. Hãy tải lại trang.",
    "result.already_delivered": "Số hiệu hoặc tệp này đã được giao trước đó.",
    "result.id_reused": "Lần gửi này trùng mã với một lần gửi khác nội dung. Hãy làm lại từ đầu.",
    "result.type_not_allowed": "Cơ quan này không được cấp loại giấy phép đó.",
    "result.type_unknown": "Thành phố chưa nhận loại giấy phép này.",
    "result.dates_impossible": "Ngày hiệu lực không thể có.",
    "result.decision_in_future": "Ngày quyết định ở tương lai.",
    "result.unknown": "Không có kết quả này trong kho của cơ quan.",
    "access.scope_missing": "Phần mềm của cơ quan chưa được cấp quyền làm việc này.",
    "access.forbidden": "Phần mềm của cơ quan không có quyền làm việc này.",
    "access.proof_stale": "Đồng hồ của máy này lệch với máy chủ quá một phút.",
    "machine.assertion_invalid": "Máy chủ không nhận ra phần mềm của cơ quan này.",
    "request.invalid": "Một vài mục chưa đúng.",
    "request.too_large": "Tệp quá lớn: nhiều nhất 12 MB.",
    "server.busy": "Máy chủ của thành phố đang bận. Bấm lại sau ít giây.",
    "credential.invalid": "Một vài mục chưa đúng.",
    "credential.too_large": "Nội dung quá dài để in thành mã QR. Hãy viết ngắn tên, nội dung hoặc địa chỉ.",
    "credential.no_key": "Cơ quan này chưa có khóa ký giấy phép.",
    "credential.not_latin": "có ký tự không in được vào mã QR (chỉ chữ Việt, số và dấu câu thường)",
    "credential.text_too_long": "dài quá mức cho phép",
    "credential.personal_id": "không được chứa số định danh cá nhân (12 chữ số liền nhau)",
    "credential.required": "cần điền",
    "credential.not_allowed": "loại giấy phép này không có mục này",
    "credential.malformed": "chưa đúng",
    "credential.out_of_range": "ngoài giới hạn",
    "field.required": "cần điền",
    "field.null": "cần điền",
    "field.length": "dài hoặc ngắn quá mức cho phép",
    "field.invalid": "chưa đúng",
    "field.out_of_range": "ngoài giới hạn",
    "field.not_a_choice": "không có trong danh sách",
    "person.id_malformed": "số định danh phải có 12 chữ số",
    "person.id_in_future": "số định danh có năm sinh ở tương lai",
    "person.tax_code_malformed": "mã số thuế phải có 10 hoặc 12 chữ số",
    "person.name_malformed": "tên có ký tự không hợp lệ",
    "place.commune_malformed": "mã phường, xã gồm 5 chữ số",
    "place.commune_unknown": "không có phường, xã này",
    "place.half_a_point": "cần cả vĩ độ và kinh độ",
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
    "place.commune_code": "Phường, xã",
    "place.lat": "Vĩ độ",
    "place.lon": "Kinh độ",
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
