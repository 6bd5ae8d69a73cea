"""Cursors: opaque to the client, a few plain values to us. Lists page on (equality…, id), never by offset."""

import json
from typing import Any

from shared_models.errors import Invalid
from shared_models.schemas.wire import PageQuerySchema, from_base64url, page_of, to_base64url

__all__ = ["PageQuerySchema", "decode_cursor", "encode_cursor", "page_of"]


def encode_cursor(*values: str | int) -> str:
    return to_base64url(json.dumps(list(values), separators=(",", ":")).encode())


def decode_cursor(cursor: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The values of a cursor, each of the kind given; None for no cursor.

    Raises:
        Invalid: ``request.invalid`` naming ``cursor``: not one of ours.
    """
    if cursor is None:
        return None
    try:
        values = json.loads(from_base64url(cursor))
    except ValueError as malformed:
        raise Invalid("request.invalid", {"cursor": ["field.cursor_malformed"]}) from malformed
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise Invalid("request.invalid", {"cursor": ["field.cursor_malformed"]})
    return tuple(values)
