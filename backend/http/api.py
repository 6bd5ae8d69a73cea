"""The house's Api and Blueprint: problem+json, strict arguments, and no operation that does not say who may call it."""

import json
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import flask_smorest  # type: ignore[import-untyped]
from flask import Flask, Request, Response
from marshmallow import RAISE
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError, RequestEntityTooLarge

from backend.http.dumping import quickened
from backend.http.problems import PROBLEM_TYPE, answer_fault, answer_http_exception
from backend.http.security import SECURITY_SCHEME, is_declared, operation
from shared_models.schemas.problems import ProblemSchema

API_PREFIX: Final = "/api/v1"

_SECURITY_SCHEME: Final = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "`Authorization: DPoP <access token>` with a `DPoP` proof of the token's key (RFC 9449).",
}


_ABOUT: Final = """How agencies' systems and the phone app speak to the city.

A request carries `Authorization: DPoP <access token>` and a `DPoP` proof signed with the token's key (RFC 9449); \
`POST /auth/token` gives tokens. Errors are `application/problem+json` with a `code` that does not change and a \
`request_id` to ask us about. Ids that a caller makes (`delivery_id`, `change_id`, `scn_…`, `ins_…`) make every retry \
harmless: the same id with the same content is answered as before."""


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


class StrictParser(FlaskParser):
    """Refuses unknown names in queries and forms too, where webargs would drop them."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - the library reads a plain dict
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "json": RAISE,
        "form": RAISE,
        "query": RAISE,
        "querystring": RAISE,
        "files": RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        """JSON in UTF-8 (RFC 8259 8.1) that can be kept: no NaN, no half surrogates, nothing too deep or too long."""
        if not req.is_json:
            return missing
        content = req.get_data(cache=True)
        if req.content_length is None and len(content) >= (req.max_content_length or 0):
            # Without a length, werkzeug cuts the body off at the limit instead of refusing it.
            raise RequestEntityTooLarge
        try:
            body = json.loads(content.decode(), parse_constant=_refuse_constant)
            if b"\\ud" in content.lower():
                json.dumps(body, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as fault:
            raise BadRequest from fault
        return body


class Blueprint(flask_smorest.Blueprint):
    """A capability's views. Its paths are relative to ``/api/v1``."""

    ARGUMENTS_PARSER = StrictParser()

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Any:
        """As the library's; the answer is dumped by `backend/http/dumping.py`."""
        return super().response(status_code, quickened(schema), **options)

    def register_views_in_doc(self, api: "Api", *args: Any, **named: Any) -> None:
        """Leaves the writing of the document to whoever first asks for it."""
        api.unwritten.append(partial(super().register_views_in_doc, api, *args, **named))

    def undeclared_operations(self, app: Flask) -> list[str]:
        """Operations that say neither `secured` nor `public`, as ``GET endpoint``."""
        found = []
        for endpoint, documented in self._docs.items():
            view = app.view_functions[f"{self.name}.{endpoint}"]
            methods = [method for method in documented if method != "parameters"]
            found += [f"{method.upper()} {endpoint}" for method in methods if not is_declared(operation(view, method))]
        return found


class Api(flask_smorest.Api):
    """The OpenAPI document and the error answers of one app.

    The document is written when it is first asked for: that takes longer than all the rest of a process's start.
    """

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask) -> None:
        self.unwritten: deque[Callable[[], None]] = deque()
        self._writing: Final = threading.Lock()
        app.config.update(
            API_TITLE="Công Dân",
            API_VERSION="v1",
            OPENAPI_VERSION="3.0.3",
            OPENAPI_URL_PREFIX=API_PREFIX,
            OPENAPI_JSON_PATH="openapi.json",
            API_SPEC_OPTIONS={"info": {"description": _ABOUT}},
        )
        super().__init__(app)
        self.spec.components.security_scheme(SECURITY_SCHEME, _SECURITY_SCHEME)

    def _register_responses(self) -> None:
        """Errors are problem documents (RFC 9457), where the library says plain JSON."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def register_blueprint(self, blp: Blueprint, *, parameters: Any = None, **options: Any) -> None:
        """Adds a capability's views under ``/api/v1``.

        Raises:
            RuntimeError: an operation does not say who may call it.
        """
        options["url_prefix"] = API_PREFIX + (blp.url_prefix or "")
        super().register_blueprint(blp, parameters=parameters, **options)
        undeclared = blp.undeclared_operations(self._app)
        if undeclared:
            raise RuntimeError(f"neither secured nor public: {', '.join(undeclared)}")

    def document(self) -> dict[str, Any]:
        """The OpenAPI document."""
        with self._writing:
            while self.unwritten:
                self.unwritten[0]()
                self.unwritten.popleft()
            found: dict[str, Any] = self.spec.to_dict()
        return found

    def _openapi_json(self) -> Response:
        return self._app.response_class(json.dumps(self.document(), indent=2), mimetype="application/json")

    def handle_http_exception(self, error: HTTPException) -> Response:
        if isinstance(error, InternalServerError):
            return answer_fault(error)
        return answer_http_exception(error)


def openapi_of(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an app."""
    api: Api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.document()
