"""The messages of the national payment platform as both sides write them: `national.py` says what is known of them."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from backend.payments.adapters.told import json_object
from shared_models.errors import Upstream

VERSION: Final = "1.0.6"
SIGNED_OF_INIT: Final = (
    "LoaiBanTin|PhienBan|MaDoiTac|MaThamChieu|SoTien|LoaiHinhThanhToan|MaKenhThanhToan|MaThietBi|NgonNgu|MaTienTe"
    "|MaNganHang|ThongTinGiaoDich|ThoiGianGD|Ip"
)
SIGNED_OF_QUESTION: Final = "LoaiBanTin|PhienBan|MaDoiTac|MaThamChieu|ThoiGianGD"
SIGNED_OF_CONFIRM: Final = (
    "LoaiBanTin|MaLoi|MaDoiTac|MaThamChieu|SoTien|MaTienTe|MaGiaoDich|MaNganHang|ThoiGianGD|ThongTinGiaoDich"
)
SIGNED_OF_INIT_ANSWER: Final = "MaLoi|MaDoiTac|MaThamChieu|UrlThanhToan|ThoiGianGD"
"""needs_review: ours until somebody has the contract."""

SIGNED_OF_QUERY_ANSWER: Final = f"{SIGNED_OF_CONFIRM}|TrangThaiGD"
"""needs_review: that of CONFIRM with the state, which would be worth nothing unsigned."""


def authentication_code(fields: Mapping[str, Any], order: str, secret: str) -> str:
    """``MaXacThuc`` over the fields that ``order`` names, joined by ``|``; missing and null ones are empty.

    Raises:
        ValueError: a value holds the separator, so that what is signed could be read in two ways.
    """
    values = ["" if fields.get(name) is None else str(fields[name]) for name in order.split("|")]
    if any("|" in value for value in values):
        raise ValueError("a value with the separator in it")
    return hashlib.sha256("|".join([*values, secret]).encode()).hexdigest()


def off_the_bus(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """A provincial service bus hands the platform's answer on as text."""
    if str(answer["error_code"]) != "0":
        raise Upstream("gateway.refused", transient=False, why=str(answer["error_code"]))
    try:
        return json_object(answer["message"])
    except (KeyError, TypeError, ValueError):
        raise Upstream("gateway.answer", transient=False) from None
