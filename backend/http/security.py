"""Every operation says aloud who may call it: ``@secured(Scope.X)``, ``@secured()`` (anybody signed in), ``@public()``.

The decorators only mark the view and its OpenAPI ``security``; `admit` acts on the mark before anything of the request
is parsed, whatever the order of decorators, and `Api.register_blueprint` refuses a view without one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from flask import current_app, request
from flask.views import MethodView

from backend.http.app_parts import container, keep_actor
from shared_models.access import ROLE_SCOPES, Duty, Role, Scope, scopes_of

SECURITY_SCHEME: Final = "DPoP"

_ACCESS: Final = "_congdan_access"
_View = TypeVar("_View", bound=Callable[..., Any])


def secured(*scopes: Scope) -> Callable[[_View], _View]:
    """Only for the bearer of a valid token with all of ``scopes``; 401 or 403 otherwise. The service checks again."""
    return _marked(tuple(scopes))


def public() -> Callable[[_View], _View]:
    """For anybody."""
    return _marked(None)


def _marked(scopes: tuple[Scope, ...] | None) -> Callable[[_View], _View]:
    def decorate(view: _View) -> _View:
        @wraps(view)
        def marked(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        apidoc = dict(getattr(view, "_apidoc", {}))
        security = [] if scopes is None else [{SECURITY_SCHEME: [scope.value for scope in scopes]}]
        told = {"security": security, "description": _in_words(scopes)}
        apidoc["manual_doc"] = {**apidoc.get("manual_doc", {}), **told}
        setattr(marked, "_apidoc", apidoc)  # noqa: B010 - where flask-smorest collects what it documents
        setattr(marked, _ACCESS, scopes)
        return cast("_View", marked)

    return decorate


def _in_words(scopes: tuple[Scope, ...] | None) -> str:
    """For the document's readers: who has the scopes, as a new client of its role gets them."""
    if scopes is None:
        return "For anybody, without a token."
    roles = [role.value for role, held in ROLE_SCOPES.items() if held.issuperset(scopes)]
    duties = [duty.value for duty in Duty if scopes_of(Role.OFFICER, [duty]).issuperset(scopes)]
    if duties and Role.OFFICER.value not in roles:
        roles.append(f"{Role.OFFICER.value} (duty {', '.join(duties)})")
    if not scopes or len(roles) == len(ROLE_SCOPES):
        return "For everybody who has signed in."
    return f"Scope {', '.join(f'`{scope.value}`' for scope in scopes)}: {', '.join(roles)}."


def operation(view: Any, method: str) -> Any:
    """The function that answers ``method``: the view itself, or the method of its class."""
    if isinstance(view, type) and issubclass(view, MethodView):
        return getattr(view, method.lower(), None)
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        return view
    name = method.lower()
    return getattr(view_class, name, None) or (view_class.get if name == "head" else None)


def is_declared(function: Any) -> bool:
    """Whether an operation says who may call it."""
    return hasattr(function, _ACCESS)


def required_scopes(function: Any) -> tuple[Scope, ...] | None:
    """The scopes of a secured operation; None for a public one."""
    scopes: tuple[Scope, ...] | None = getattr(function, _ACCESS)
    return scopes


def admit() -> None:
    """Finds out who is asking and whether they may; runs before every request.

    Raises:
        Unauthenticated: no token, or one that does not hold, or no fresh proof of its key.
        Forbidden: ``access.scope_missing``.
    """
    if request.endpoint is None:
        return
    function = operation(current_app.view_functions[request.endpoint], request.method)
    if not is_declared(function):
        return
    scopes = required_scopes(function)
    if scopes is None:
        return
    actor = container().identity.authenticate(
        authorization=request.headers.get("Authorization"),
        proof=request.headers.get("DPoP"),
        method=request.method,
        url=request.base_url,
    )
    for scope in scopes:
        actor.require(scope)
    keep_actor(actor)
