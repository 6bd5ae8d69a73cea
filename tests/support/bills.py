"""A bill as an attempt makes it, for tests of gateways."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from backend.payments.ports import Bill, RawNotice

STARTED: Final = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)

_BILL: Final = Bill(
    code=1_234_567_890_123_456,
    amount=115_000,
    reference="H17.12-261122-0001",
    title="Cấp đổi giấy phép lái xe",
    return_url="https://app.example.vn/pay/return?order=ord_1",
    notice_url="https://app.example.vn/api/v1/gateways/payos/notice",
    started_at=STARTED,
    expires_at=STARTED + timedelta(minutes=15),
    source="203.0.113.7",
    lang="vi",
    procedure_code="3.000347",
    agency={"code": "H17.12", "name": "Sở Xây dựng"},
    lines=(
        {"key": "fee", "name": {"vi": "Lệ phí cấp giấy phép", "en": "Licence fee"}, "listed": 135_000, "due": 115_000},
        {"key": "copy", "name": {"vi": "Bản sao", "en": "Copy"}, "listed": 5_000, "due": 0},
    ),
)


def a_bill(**changes: Any) -> Bill:
    return replace(_BILL, **changes)


def posted(body: bytes, **headers: str) -> RawNotice:
    """A notice by POST; ``X_Bank_Time="1"`` is the header ``X-Bank-Time``."""
    return RawNotice("POST", (), {name.replace("_", "-"): value for name, value in headers.items()}, body)
