"""What every capability's views need: Api and Blueprint, who is asking, the composition root, pages."""

from backend.http.api import Api, Blueprint
from backend.http.app_parts import actor, container
from backend.http.bytes_response import bytes_response
from backend.http.limits import MIB, body_limit, takes_bytes
from backend.http.paging import PageQuerySchema, decode_cursor, encode_cursor, page_of
from backend.http.security import public, secured

__all__ = [
    "MIB",
    "Api",
    "Blueprint",
    "PageQuerySchema",
    "actor",
    "body_limit",
    "bytes_response",
    "container",
    "decode_cursor",
    "encode_cursor",
    "page_of",
    "public",
    "secured",
    "takes_bytes",
]
