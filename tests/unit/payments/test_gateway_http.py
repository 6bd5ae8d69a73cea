"""The one way in which gateways are called, against servers that misbehave."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest
from flask import Flask, Response, redirect, request

from backend.payments.adapters.http import Http
from shared_models.errors import Upstream
from tests.support.gateway_town import served


def answering(answer: Callable[[], Any]) -> Flask:
    app = Flask("gateway")
    app.add_url_rule("/", "answer", answer, methods=["GET", "POST"])
    return app


def refused(url: str, answer_s: float = 5) -> str:
    with pytest.raises(Upstream) as fault:
        Http(answer_s=answer_s).call("POST", url, content={})
    assert fault.value.transient == (fault.value.code == "gateway.unreachable")
    return fault.value.code


def test_json_goes_out_and_comes_back_whatever_the_status_under_500() -> None:
    def echo() -> Any:
        return {"said": request.get_json(silent=True), "key": request.headers.get("x-api-key")}, 400

    with served(answering(echo)) as url:
        said = Http().call("POST", url, content={"a": 1}, headers={"x-api-key": "k"})
        assert (said.status, said.content) == (400, {"said": {"a": 1}, "key": "k"})
        assert Http().call("GET", url).content["said"] is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: ({"resultCode": 0}, 500), "gateway.unreachable"),
        (lambda: ("busy", 503), "gateway.unreachable"),
        (lambda: redirect("https://elsewhere.invalid/"), "gateway.answer"),
        (lambda: "<html>", "gateway.answer"),
        (lambda: Response(b"[]", content_type="application/json"), "gateway.answer"),
        (lambda: Response(b"\xff"), "gateway.answer"),
        (lambda: Response(b"[" * 200_000), "gateway.answer"),
        (lambda: Response(b'{"resultCode": 0, "resultCode": 1}'), "gateway.answer"),
        (lambda: Response(b'{"why": "\\ud800"}'), "gateway.answer"),
        (lambda: Response(b" " * 300_000 + b"{}"), "gateway.answer"),
    ],
)
def test_what_is_no_answer(answer: Callable[[], Any], code: str) -> None:
    with served(answering(answer)) as url:
        assert refused(url) == code


def test_nobody_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert refused(f"http://127.0.0.1:{taken.getsockname()[1]}/") == "gateway.unreachable"


@contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[str]:
    """A server whose answer comes byte by byte and never ends; each byte within any time-out."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            visitor, _ = server.accept()
            with visitor:
                visitor.recv(65536)
                visitor.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
                while not ended.wait(0.05):
                    try:
                        visitor.sendall(drop)
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        ended.set()
        thread.join()


@pytest.mark.parametrize(
    ("head", "drop"), [(b"Transfer-Encoding: chunked", b"1\r\n \r\n"), (b"Content-Length: 100000", b" ")]
)
def test_an_answer_that_drips_has_an_end(head: bytes, drop: bytes) -> None:
    with dripping(head, drop) as url:
        began = monotonic()
        assert refused(url, answer_s=0.3) == "gateway.unreachable"
        assert monotonic() - began < 3


def test_an_answer_that_breaks_off_is_unreachable_and_a_large_one_is_read_whole() -> None:
    with served(answering(lambda: Response(b"{", headers={"Content-Length": "10"}))) as url:
        assert refused(url) in {"gateway.unreachable", "gateway.answer"}
    with served(answering(lambda: {"text": "x" * 200_000})) as url:
        assert len(Http().call("GET", url).content["text"]) == 200_000


def test_a_gateway_with_a_strangers_certificate_is_unreachable() -> None:
    with served(answering(dict)) as url:
        assert refused(url.replace("http://", "https://")) == "gateway.unreachable"
