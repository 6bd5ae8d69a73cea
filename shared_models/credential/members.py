"""Typed members of decoded CBOR maps: what is there has its type and range, or the reading ends."""

from collections.abc import Callable
from typing import Any, Final

from shared_models.credential.constants import COORDINATE_BYTES, KID_BYTES, MAX_TEXT_CHARACTERS, MAX_TIME_S, NONCE_BYTES
from shared_models.credential.reasons import FormatError

_MAX_COUNT: Final = (1 << 32) - 1


class ClaimsError(FormatError):
    """A claim is missing, or has another type or range."""

    reason = "format.claims"


def as_map(value: Any) -> dict[int | str, Any]:
    """The value, if it is a map.

    Raises:
        ClaimsError: it is not.
    """
    if type(value) is not dict:
        raise ClaimsError("not a map")
    return value


def as_list(value: Any) -> list[Any]:
    """The value, if it is an array.

    Raises:
        ClaimsError: it is not.
    """
    if type(value) is not list:
        raise ClaimsError("not an array")
    return value


def need(rule: Callable[[Any], bool], members: dict[int | str, Any], label: int | str) -> Any:
    """The member, which must be there and obey the rule.

    Raises:
        ClaimsError: it is not, or does not.
    """
    value = members.get(label)
    if not rule(value):
        raise ClaimsError(f"member {label}: {rule.__name__}")
    return value


def may(rule: Callable[[Any], bool], members: dict[int | str, Any], label: int | str) -> Any:
    """The member, which obeys the rule if it is there, else None. A null is not absence.

    Raises:
        ClaimsError: it does not.
    """
    return need(rule, members, label) if label in members else None


def is_text(value: Any) -> bool:
    return type(value) is str


def is_short_text(value: Any) -> bool:
    return type(value) is str and 1 <= len(value) <= MAX_TEXT_CHARACTERS


def is_integer(value: Any) -> bool:
    return type(value) is int


def is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MAX_COUNT


def is_time(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_TIME_S


def is_bytes(value: Any) -> bool:
    return type(value) is bytes


def is_kid(value: Any) -> bool:
    return type(value) is bytes and len(value) == KID_BYTES


def is_coordinate(value: Any) -> bool:
    return type(value) is bytes and len(value) == COORDINATE_BYTES


def is_nonce(value: Any) -> bool:
    return type(value) is bytes and len(value) == NONCE_BYTES


def is_boolean(value: Any) -> bool:
    return type(value) is bool
