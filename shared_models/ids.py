"""Prefixed ids: ``lic_`` and 26 characters of Crockford base32.

130 random bits and a prefix, so that one cannot be guessed, mistaken for another kind of thing, or misread aloud.
"""

import re
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_BODY_LENGTH: Final = 26
_BODY = re.compile(rf"[{_ALPHABET}]{{{_BODY_LENGTH}}}", re.ASCII)
RANDOM_BYTES: Final = 17

PREFIXES: Final = {
    "per": "person",
    "stf": "staff",
    "cli": "machine client",
    "ses": "session",
    "dev": "device",
    "res": "result",
    "lic": "licence",
    "crd": "credential",
    "scn": "scan",
    "ins": "inspection",
    "ntc": "notice",
    "sub": "push subscription",
    "msg": "outbox message",
    "req": "request",
    "evt": "event",
    "chg": "change",
    "dlv": "delivery",
    "dos": "dossier",
    "act": "action on a dossier",
    "upl": "upload",
    "ord": "order",
    "att": "attempt to pay",
    "pev": "line of an order's history",
    "tsk": "task of reconciliation",
    "stm": "statement",
    "rfd": "refund",
    "rct": "receipt",
}


def new_id(prefix: str, random_bytes: bytes) -> str:
    """An id of the kind ``prefix`` out of 17 random bytes.

    Raises:
        ValueError: unknown prefix, or too few bytes.
    """
    if prefix not in PREFIXES:
        raise ValueError(f"unknown id prefix {prefix!r}")
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"an id takes {RANDOM_BYTES} random bytes")
    number = int.from_bytes(random_bytes, "big")
    body = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(_BODY_LENGTH))
    return f"{prefix}_{body}"


def is_id(text: str, prefix: str) -> bool:
    head, _, body = text.partition("_")
    return head == prefix and _BODY.fullmatch(body) is not None
