"""What holds for every request: problems, limits, headers, the site, health, OpenAPI."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from backend.app import create_app
from backend.bootstrap import Container
from backend.http import Blueprint, actor, bytes_response, decode_cursor, encode_cursor
from backend.http.api import Api
from shared_models.errors import Invalid, Unauthenticated
from tests.support.api import API, Cast, Folders, problem_of


def get(app: Flask, path: str, **options: Any) -> TestResponse:
    return app.test_client().get(path, **options)


def test_unknown_paths_and_methods_are_problems(app: Flask) -> None:
    assert problem_of(get(app, f"{API}/nothing")) == (404, "request.unknown_path")
    wrong = app.test_client().put(f"{API}/me")
    assert problem_of(wrong) == (405, "request.method_not_allowed")
    assert "GET" in wrong.headers["Allow"]


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "request.malformed"),
        (b"\xff\xfe", "application/json", 400, "request.malformed"),
        (b"[]", "application/json", 422, "request.invalid"),
        (b'"x"', "application/json", 422, "request.invalid"),
        (b"a=1", "application/x-www-form-urlencoded", 422, "request.invalid"),
        (b"", "application/json", 400, "request.malformed"),
        (b"[" * 100_000, "application/json", 400, "request.malformed"),
        (b'{"grant_type": ' + b"9" * 10_000 + b"}", "application/json", 400, "request.malformed"),
        (b'{"grant_type": NaN}', "application/json", 400, "request.malformed"),
        (rb'{"grant_type": "\ud800"}', "application/json", 400, "request.malformed"),
        (rb'{"grant_type": "\ud83d\ude00"}', "application/json", 422, "request.invalid"),
        ('{"grant_type": "x"}'.encode("utf-16"), "application/json", 400, "request.malformed"),
    ],
)
def test_a_body_that_is_not_the_json_wanted_is_refused(
    app: Flask,
    content: bytes,
    content_type: str,
    status: int,
    code: str,
) -> None:
    answer = app.test_client().post(f"{API}/auth/token", data=content, content_type=content_type)
    assert problem_of(answer) == (status, code)


def test_a_body_over_one_mebibyte_is_too_large(app: Flask) -> None:
    body = b'{"grant_type": "' + b"x" * (1024 * 1024) + b'"}'
    answer = app.test_client().post(f"{API}/auth/token", data=body, content_type="application/json")
    assert problem_of(answer) == (413, "request.too_large")


def test_what_an_operation_does_not_take_is_refused(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    answer = phone.get("/me?x=1")
    assert problem_of(answer) == (422, "request.invalid")
    assert answer.get_json()["errors"] == {"x": ["field.unknown"]}
    body = phone.get("/me", body={"x": 1})
    assert problem_of(body) == (422, "request.unexpected_body")


def test_a_fault_of_ours_is_an_opaque_500_with_a_request_id(
    sign_in: Cast,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone = sign_in.citizen()

    def break_down(*_arguments: Any) -> None:
        raise ZeroDivisionError("the secret reason")

    monkeypatch.setattr(phone.container.identity.people, "person", break_down)
    answer = phone.get("/me")
    assert problem_of(answer) == (500, "server.fault")
    assert "secret reason" not in answer.get_data(as_text=True)
    assert "ZeroDivisionError: the secret reason" in caplog.text


def test_every_answer_has_its_headers(sign_in: Cast) -> None:
    for answer in (sign_in.citizen().get("/me"), sign_in.nobody().get("/me"), sign_in.nobody().get("/nothing")):
        headers = answer.headers
        assert headers["X-Request-Id"].startswith("req_")
        assert headers["Date"] == "Sat, 21 Nov 2026 02:30:00 GMT"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Access-Control-Allow-Origin" not in headers
        assert "Set-Cookie" not in headers


def test_a_foreign_origin_gets_no_permission(app: Flask) -> None:
    preflight = app.test_client().options(
        f"{API}/auth/token",
        headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
    )
    assert not [name for name, _value in preflight.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Công Dân"),
        ("/q", "Kiểm tra"),
        ("/q/", "Kiểm tra"),
        ("/pay/return?order=ord_1&vnp_ResponseCode=00", "Kết quả nộp"),
        ("/pay/return/ord_1", "Kết quả nộp"),
        ("/licence/lic_1", "Công Dân"),
        ("/index.html", "Công Dân"),
    ],
)
def test_pages_come_with_their_policy(app: Flask, path: str, title: str) -> None:
    answer = get(app, path)
    assert answer.status_code == 200
    assert title in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"] == "default-src 'self'; object-src 'none'"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["ETag"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    answer.close()


def test_hashed_files_stay_for_ever_and_come_compressed(app: Flask) -> None:
    plain = get(app, "/app.0123456789abcdef.js")
    assert "immutable" in plain.headers["Cache-Control"]
    assert plain.headers["Content-Type"] == 'text/javascript; charset="utf-8"'
    packed = get(app, "/app.0123456789abcdef.js", headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert packed.get_data().startswith(b"not really brotli")
    again = get(app, "/app.0123456789abcdef.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304
    for answer in (plain, packed, again):
        answer.close()


@pytest.mark.parametrize(
    "path", ["/missing.js", "/q/missing.css", "/../keys/root.pem", "/%2e%2e/keys/root.pem", "/.env"]
)
def test_a_missing_file_is_a_404_and_never_a_page(app: Flask, path: str) -> None:
    assert problem_of(get(app, path)) == (404, "request.unknown_path")


def test_the_city_and_its_root_can_be_loaded(app: Flask, folders: Folders) -> None:
    answer = get(app, "/city.json")
    city = answer.get_json()
    root = get(app, city["trust_root"]["url"])
    assert root.get_json()["kid"] == city["trust_root"]["kid"]
    assert "immutable" in root.headers["Cache-Control"]
    assert get(app, "/city.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert (folders.public / "trust-list.cwt").is_file()


@pytest.mark.parametrize("name", ["/trust-root.0000000000000000.json", "/trust-root...json", "/trust-root.x%2Fy.json"])
def test_only_published_roots_can_be_loaded(app: Flask, name: str) -> None:
    assert problem_of(get(app, name)) == (404, "request.unknown_path")


def test_health_names_the_parts_that_are_down(container: Container, folders: Folders) -> None:
    app = create_app(container)
    down = get(app, "/healthz")
    assert down.status_code == 503
    assert down.get_json() == {
        "status": "down",
        "parts": {"database": True, "site": True, "push": False, "jobs": False},
    }
    container.heartbeats.beat("push")
    container.heartbeats.beat("jobs")
    up = get(app, "/healthz")
    assert (up.status_code, up.get_json()["status"]) == (200, "ok")
    container.settings = replace(container.settings, site_dir=folders.public)
    assert get(app, "/healthz").get_json()["parts"]["site"] is False


def test_without_a_build_pages_are_missing_and_the_api_works(container: Container, folders: Folders) -> None:
    container.settings = replace(container.settings, site_dir=folders.public / "none")
    app = create_app(container)
    assert problem_of(get(app, "/")) == (404, "request.unknown_path")
    assert problem_of(get(app, f"{API}/me")) == (401, "access.token_missing")


def test_openapi_says_who_may_call_what(app: Flask) -> None:
    document = get(app, f"{API}/openapi.json").get_json()
    assert document["info"]["title"] == "Công Dân"
    assert document["paths"][f"{API}/me"]["get"]["security"] == [{"DPoP": ["profile"]}]
    assert document["paths"][f"{API}/auth/token"]["post"]["security"] == []
    assert "DPoP" in document["components"]["securitySchemes"]
    default = document["components"]["responses"]["DEFAULT_ERROR"]
    assert default["content"]


def test_an_operation_that_does_not_say_who_may_call_it_stops_the_app(container: Container) -> None:
    blueprint = Blueprint("careless", __name__)

    @blueprint.route("/careless")
    @blueprint.response(200)
    def careless() -> dict[str, str]:
        return {}

    app = create_app(container)
    with pytest.raises(RuntimeError, match="GET careless"):
        next(iter_api(app)).register_blueprint(blueprint)


def iter_api(app: Flask) -> Any:
    yield app.extensions["flask-smorest"]["apis"][""]["ext_obj"]


def test_cursors_come_back_as_they_were_and_forged_ones_are_refused() -> None:
    assert decode_cursor(encode_cursor("a", 7), str, int) == ("a", 7)
    assert decode_cursor(None, str) is None
    for forged in ("x", "é", encode_cursor("a"), encode_cursor(7, 7), "bnVsbA", encode_cursor("a", 7) + "="):
        with pytest.raises(Invalid, match=r"request\.invalid"):
            decode_cursor(forged, str, int)


def test_bytes_have_an_etag_and_are_not_sent_twice(app: Flask) -> None:
    with app.test_request_context("/"):
        first = bytes_response(b"list", "application/statuslist+cwt", cache="no-cache")
    assert first.get_data() == b"list"
    with app.test_request_context("/", headers={"If-None-Match": first.headers["ETag"]}):
        assert bytes_response(b"list", "application/statuslist+cwt").status_code == 304
    with app.test_request_context("/"):
        named = bytes_response(b"pdf", "application/pdf", etag="v1", download_name="sheet.pdf")
    assert named.headers["ETag"] == '"v1"'
    assert named.headers["Content-Disposition"] == 'inline; filename="sheet.pdf"'


def test_there_is_no_actor_where_nobody_was_asked(app: Flask) -> None:
    with app.test_request_context("/"), pytest.raises(Unauthenticated):
        actor()


def test_the_house_api_is_the_one_in_use(app: Flask) -> None:
    assert isinstance(next(iter_api(app)), Api)
