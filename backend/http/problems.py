"""Every error as ``application/problem+json`` (RFC 9457), and the one table from `DomainError` to HTTP.

A fault of the server is a 500 with a request id and nothing else, never dressed as the client's.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from shared_models.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    RateLimited,
    Stale,
    TooLarge,
    Unauthenticated,
    Upstream,
)

STATUSES: Final[Mapping[type[DomainError], int]] = {
    Invalid: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Gone: 410,
    Conflict: 409,
    Stale: 412,
    TooLarge: 413,
    RateLimited: 429,
    Upstream: 502,
}
"""HTTP status by class; an `Upstream` that may work again later is a 503."""

PROBLEM_TYPE: Final = "application/problem+json"

HTTP_CODES: Final = {
    400: "request.malformed",
    401: "access.token_missing",
    403: "access.forbidden",
    404: "request.unknown_path",
    405: "request.method_not_allowed",
    406: "request.not_acceptable",
    408: "request.timeout",
    413: "request.too_large",
    415: "request.unsupported_media_type",
    416: "request.range_not_satisfiable",
    422: "request.invalid",
    500: "server.fault",
}

RETRY_AFTER_S: Final = 5
"""When to come back while the database is away: a restart takes seconds."""

_MARSHMALLOW_CODES: Final = {
    "Missing data for required field.": "field.required",
    "Field may not be null.": "field.null",
    "Unknown field.": "field.unknown",
}
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", re.ASCII)

_log = logging.getLogger(__name__)


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error, by the nearest class in `STATUSES`.

    Raises:
        LookupError: a class that the table does not know: a fault of ours, answered as 500.
    """
    if isinstance(error, Upstream) and error.transient:
        return 503
    for kind in type(error).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    raise LookupError(f"{type(error).__name__} has no HTTP status")


def problem(
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> Response:
    """An answer of the shape `shared_models.schemas.problems.ProblemSchema`."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "params": dict(params or {}),
    }
    if errors:
        body["errors"] = errors
    body["request_id"] = g.get("request_id", "")
    text = json.dumps(body, ensure_ascii=False, default=str)
    return Response(text, status=status, content_type=PROBLEM_TYPE)


def answer_domain_error(error: DomainError) -> Response:
    try:
        status = status_of(error)
    except LookupError:
        return answer_fault(error)
    answer = problem(status, error.code, error.params, error.fields if isinstance(error, Invalid) else None)
    if isinstance(error, RateLimited):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, Unauthenticated):
        # RFC 9449 7.1: the scheme that is wanted, and the algorithm of its proofs.
        answer.headers["WWW-Authenticate"] = 'DPoP algs="ES256"'
    return answer


def answer_http_exception(error: HTTPException) -> Response:
    """Werkzeug's and webargs' own errors: bad JSON, validation, unknown paths, wrong methods, oversized bodies."""
    status = error.code or 500
    if status < 400:
        # A redirect of the router's own is an answer, not an error.
        return Response(status=status, headers=[*error.get_headers()])
    data = getattr(error, "data", None) or {}
    messages = data.get("messages") or {}
    code = HTTP_CODES.get(status, "request.refused" if status < 500 else "server.fault")
    answer = problem(status, code, errors=dict(_field_codes(messages)) if status == 422 else None)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def answer_fault(error: BaseException) -> Response:
    """Anything that was not foreseen."""
    original = getattr(error, "original_exception", None) or error
    _log.error("request failed", exc_info=(type(original), original, original.__traceback__))
    return problem(500, "server.fault")


def answer_unavailable(error: BaseException) -> Response:
    """Something that the server needs is away or has no room: the same request is worth another try."""
    _log.error(
        "the database cannot work now", extra={"fault": type(error).__name__, "code": getattr(error, "code", None)}
    )
    answer = problem(503, "server.unavailable")
    answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def register_problem_handlers(app: Flask) -> None:
    app.register_error_handler(DomainError, answer_domain_error)
    app.register_error_handler(Exception, answer_fault)


def _field_codes(messages: Any) -> Iterator[tuple[str, list[str]]]:
    """The ``{location: {field: {...: [message]}}}`` of webargs as ``{"holder.name": [code]}``."""
    if not isinstance(messages, Mapping):
        yield "", _codes(messages)
        return
    for inner in messages.values():
        yield from _walk(inner, "")


def _walk(messages: Any, path: str) -> Iterator[tuple[str, list[str]]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else str(name)
            yield from _walk(inner, ".".join(part for part in (path, step) if part))
    else:
        yield path, _codes(messages)


def _codes(messages: Any) -> list[str]:
    texts = messages if isinstance(messages, list) else [messages]
    return [_code(str(text)) for text in texts]


def _code(text: str) -> str:
    if _CODE.fullmatch(text):
        return text
    return _MARSHMALLOW_CODES.get(text, "field.invalid")
