"""What MoMo v2 signs of each message: ``key=value`` pairs in alphabetical order, raw, under HMAC-SHA256."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

CREATE_FIELDS: Final = (
    "accessKey",
    "amount",
    "extraData",
    "ipnUrl",
    "orderId",
    "orderInfo",
    "partnerCode",
    "redirectUrl",
    "requestId",
    "requestType",
)
NOTICE_FIELDS: Final = (
    "accessKey",
    "amount",
    "extraData",
    "message",
    "orderId",
    "orderInfo",
    "orderType",
    "partnerCode",
    "payType",
    "requestId",
    "responseTime",
    "resultCode",
    "transId",
)
QUERY_FIELDS: Final = ("accessKey", "orderId", "partnerCode", "requestId")
REFUND_FIELDS: Final = (
    "accessKey",
    "amount",
    "description",
    "orderId",
    "partnerCode",
    "requestId",
    "transId",
)
"""What is signed of each message, in this order."""


def sign_string(fields: Sequence[str], content: Mapping[str, Any]) -> str:
    """The pairs as they are signed.

    Raises:
        ValueError: a value that is neither text nor a whole number nor absent.
    """
    return "&".join(f"{name}={_raw(content.get(name))}" for name in fields)


def signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _raw(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise ValueError("neither text nor a whole number")
