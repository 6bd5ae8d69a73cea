"""What VNPAY 2.1.0 signs of each message, under HMAC-SHA512, and how it writes times (GMT+7)."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote_plus

from backend.payments.adapters.told import city_moment, is_same
from shared_models.clock import CITY_ZONE

VERSION: Final = "2.1.0"
HASH: Final = "vnp_SecureHash"
UNSIGNED: Final = frozenset({HASH, "vnp_SecureHashType"})

QUERY_FIELDS: Final = (
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_TransactionDate",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
)
REFUND_FIELDS: Final = (
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TransactionType",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_TransactionNo",
    "vnp_TransactionDate",
    "vnp_CreateBy",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
)
REFUND_ANSWER_FIELDS: Final = (
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
)
QUERY_ANSWER_FIELDS: Final = (*REFUND_ANSWER_FIELDS, "vnp_PromotionCode", "vnp_PromotionAmount")
"""The orders in which values are joined to be signed."""

_TIME: Final = "%Y%m%d%H%M%S"


def sign_string(pairs: Iterable[tuple[str, str]]) -> str:
    """What is signed of a URL's parameters: without the hash and empty values, sorted, quoted as in a form."""
    signed = sorted((name, value) for name, value in pairs if name not in UNSIGNED and value)
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in signed)


def joined(fields: Sequence[str], content: Mapping[str, Any]) -> str:
    """What is signed of a JSON message: the values in this order; what is absent or null is empty."""
    values = (content.get(name) for name in fields)
    return "|".join("" if value is None else str(value) for value in values)


def signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def holds(secret: str, text: str, given: object) -> bool:
    return is_same(signature(secret, text), given)


def to_time(moment: datetime) -> str:
    return moment.astimezone(CITY_ZONE).strftime(_TIME)


def from_time(text: str) -> datetime | None:
    try:
        return city_moment(text, _TIME)
    except ValueError:
        return None
