"""Which addresses and keys push may send to, and what replaces what on its way. Pure."""

import hashlib
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from shared_models.credential.keys import p256_key
from shared_models.errors import Invalid
from shared_models.outbox import is_push_host
from shared_models.schemas.wire import to_base64url

_HTTPS_PORT: Final = 443
_TOPIC_LENGTH: Final = 28


def check_endpoint(endpoint: str, extra_hosts: Sequence[str]) -> None:
    """Refuses an endpoint that is not a known push service: whoever chooses it chooses where our server connects to.

    Known hosts take https on its own port only; hosts added by setting (a test's push service) take any.

    Raises:
        Invalid: ``push.endpoint_not_allowed``.
    """
    refused = Invalid("push.endpoint_not_allowed", {"endpoint": ["push.endpoint_not_allowed"]})
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise refused from None
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise refused
    if host in extra_hosts and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https" or port not in {None, _HTTPS_PORT} or not is_push_host(host):
        raise refused


def check_browser_key(p256dh: bytes) -> None:
    """Refuses what is not an uncompressed point of P-256 (RFC 8291 2.1).

    Raises:
        Invalid: ``push.key_malformed``.
    """
    refused = Invalid("push.key_malformed", {"keys.p256dh": ["push.key_malformed"]})
    if len(p256dh) != 65 or p256dh[0] != 4:
        raise refused
    try:
        p256_key(p256dh[1:33], p256dh[33:])
    except ValueError:
        raise refused from None


def topic(kind: str, subject: str) -> str:
    """A push topic (RFC 8030 5.4): a later message of one kind about one thing replaces an undelivered one."""
    return to_base64url(hashlib.sha256(f"{kind}:{subject}".encode()).digest())[:_TOPIC_LENGTH]
