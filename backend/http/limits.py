"""How large a request may be, and what it may carry: nothing that its operation does not declare."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import current_app, request

from backend.http.security import operation
from shared_models.errors import Invalid

MIB: Final = 1024 * 1024
DEFAULT_BODY_LIMIT: Final = MIB

_LIMIT: Final = "_congdan_body_limit"
_BYTES: Final = "_congdan_body_bytes"
_BODY_LOCATIONS: Final = frozenset({"json", "form", "files"})
_QUERY_LOCATIONS: Final = frozenset({"query", "querystring"})
_View = TypeVar("_View", bound=Callable[..., Any])


def body_limit(size: int) -> Callable[[_View], _View]:
    """Lets this operation's body have ``size`` bytes instead of 1 MiB. Written directly under the route."""

    def decorate(view: _View) -> _View:
        setattr(view, _LIMIT, size)
        return view

    return decorate


def takes_bytes(view: _View) -> _View:
    """Lets this operation have a body of plain bytes, which the view reads itself. Written directly under the route."""
    setattr(view, _BYTES, True)
    return view


def bound_request() -> None:
    """Sets the limit of the body (413 past it) and refuses queries and bodies that the operation does not take.

    Raises:
        Invalid: ``request.invalid`` with every unexpected query argument, or ``request.unexpected_body``.
    """
    if request.endpoint is None:
        return
    function = operation(current_app.view_functions[request.endpoint], request.method)
    request.max_content_length = getattr(function, _LIMIT, DEFAULT_BODY_LIMIT)
    if "/api/" not in request.path or function is None:
        return
    locations = {parameter["in"] for parameter in _parameters(function)}
    if request.args and not locations & _QUERY_LOCATIONS:
        raise Invalid("request.invalid", {name: ["field.unknown"] for name in request.args})
    if (request.content_length or 0) > 0 and not locations & _BODY_LOCATIONS and not hasattr(function, _BYTES):
        raise Invalid("request.unexpected_body")


def _parameters(function: Any) -> list[dict[str, Any]]:
    arguments = getattr(function, "_apidoc", {}).get("arguments", {})
    return [parameter for parameter in arguments.get("parameters", []) if isinstance(parameter, dict)]
