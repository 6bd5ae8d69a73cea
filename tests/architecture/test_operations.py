"""Every operation of the API: who may call it is said, and what may be called by anybody is listed here."""

from typing import Any

import pytest
from flask import Flask

from backend.app import BLUEPRINTS, create_app
from backend.bootstrap import Container
from backend.http.api import API_PREFIX, openapi_of
from backend.http.problems import STATUSES, status_of
from backend.http.security import is_declared, operation
from mobile.services.api_client import BY_STATUS
from shared_models.access import Role, Scope
from shared_models.errors import DomainError, Invalid, RateLimited, Upstream
from tests.support.api import clock, container, folders, provider
from tests.support.database import database, module_database, mongo_server

__all__ = ["clock", "container", "database", "folders", "module_database", "mongo_server", "provider"]

OF_BYTES = {"PATCH /api/v1/uploads/{upload_id}"}
"""Operations whose body is a piece of a file."""

PUBLIC = {
    "GET /api/v1/auth/vneid/start",
    "GET /api/v1/auth/vneid/callback",
    "POST /api/v1/auth/token",
    "POST /api/v1/auth/revoke",
    "GET /api/v1/trust",
    "GET /api/v1/trust/keys",
    "GET /api/v1/status/{list_n}",
    "GET /api/v1/procedures",
    "GET /api/v1/procedures/{code}",
    "GET /api/v1/procedures/changes",
    "GET /api/v1/forms/{form_id}",
    "GET /api/v1/calendar/{year}",
    "GET /api/v1/communes",
    "POST /api/v1/dossier-lookups",
    "GET /api/v1/gateways/{key}/notice",
    "POST /api/v1/gateways/{key}/notice",
}
"""Adding a line here is a decision: anybody on earth may call it."""

OUTSIDE_THE_API = {"healthz", "livez", "city", "trust_root", "root_handover", "api-docs.openapi_json"}


@pytest.fixture
def app(container: Container) -> Flask:
    return create_app(container)


def operations(app: Flask) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": said
        for path, methods in openapi_of(app)["paths"].items()
        for method, said in methods.items()
        if method != "parameters"
    }


def test_every_route_is_secured_or_declared_public(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OUTSIDE_THE_API:
            continue
        assert rule.rule.startswith(API_PREFIX), rule
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert is_declared(operation(app.view_functions[rule.endpoint], method)), f"{method} {rule.rule}"


def test_only_what_is_listed_is_public(app: Flask) -> None:
    assert {name for name, said in operations(app).items() if said["security"] == []} == PUBLIC


def test_scopes_are_known(app: Flask) -> None:
    for name, said in operations(app).items():
        for requirement in said["security"]:
            assert list(requirement) == ["DPoP"], name
            assert {Scope(scope) for scope in requirement["DPoP"]} or name, name


def test_every_operation_says_in_words_who_may_call_it(app: Flask) -> None:
    """The API's page shows no locks, and nobody reads scopes out of JSON."""
    for name, said in operations(app).items():
        scopes = [scope for requirement in said["security"] for scope in requirement["DPoP"]]
        told = said["description"]
        assert (told == "For anybody, without a token.") is (name in PUBLIC), name
        if not told.startswith("For everybody who has signed in"):
            assert [scope for scope in scopes if f"`{scope}`" in told] == scopes, name
            assert name in PUBLIC or [role for role in Role if role.value in told.partition(": ")[2]], name


def test_every_operation_has_a_summary_and_an_answer(app: Flask) -> None:
    for name, said in operations(app).items():
        assert said.get("summary"), name
        assert [status for status in said["responses"] if status[0] in "23"], name


def test_every_capability_has_its_views_in_the_app() -> None:
    assert [blueprint.name for blueprint in BLUEPRINTS] == [
        "identity",
        "catalogue",
        "notices",
        "wallet",
        "results",
        "dossiers",
        "desk",
        "exchange",
        "inspections",
        "payments",
        "receipts",
        "payments_desk",
    ]


def test_schemas_refuse_what_they_do_not_know(app: Flask) -> None:
    for name, said in operations(app).items():
        body = said.get("requestBody")
        if body:
            if name in OF_BYTES:
                assert list(body["content"]) == ["application/octet-stream"], name
                continue
            assert list(body["content"]) == ["application/json"], name


def subclasses(kind: type[DomainError]) -> set[type[DomainError]]:
    below = set(kind.__subclasses__())
    return below.union(*(subclasses(one) for one in below), set())


def test_every_domain_error_has_a_status() -> None:
    named = {kind for kind in subclasses(DomainError) if kind.__module__ == "shared_models.errors"}
    assert named == set(STATUSES)
    assert status_of(Upstream("x.y", transient=True)) == 503
    assert status_of(Upstream("x.y", transient=False)) == 502
    for kind in subclasses(DomainError):
        assert [base for base in kind.__mro__ if base in STATUSES], kind
    with pytest.raises(LookupError):
        status_of(DomainError("x.y"))


def test_the_phone_reads_the_statuses_that_the_server_writes() -> None:
    apart = {Invalid: 422, RateLimited: 429, Upstream: 502}  # classes with fields of their own
    assert {kind: status for status, kind in BY_STATUS.items()} | apart == STATUSES
