"""Logs are one JSON object a line, and say nothing about anybody."""

import json
import logging

import pytest

from backend.infra.telemetry import REQUEST_ID, JsonFormatter, Telemetry, start_logging


def line_of(record: logging.LogRecord) -> dict[str, object]:
    text = JsonFormatter("api").format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def test_a_line_has_its_time_level_process_and_extras() -> None:
    record = logging.LogRecord("backend.x", logging.WARNING, "x.py", 1, "đã %s", ("gửi",), None)
    record.job = "ledger.seal"
    found = line_of(record)
    assert str(found.pop("at")).endswith("+00:00")
    assert found == {
        "level": "warning",
        "process": "api",
        "logger": "backend.x",
        "message": "đã gửi",
        "job": "ledger.seal",
    }


def test_a_line_of_a_request_names_the_request_and_an_exception_its_trace() -> None:
    token = REQUEST_ID.set("req_1")
    fault = ZeroDivisionError("reason")
    info = (type(fault), fault, None)
    try:
        found = line_of(logging.LogRecord("x", logging.ERROR, "x.py", 1, "failed", (), info))
    finally:
        REQUEST_ID.reset(token)
    assert found["request_id"] == "req_1"
    assert "ZeroDivisionError: reason" in str(found["error"])


def test_a_request_id_ends_with_its_request() -> None:
    telemetry = Telemetry()
    telemetry.begin_request("req_1")
    assert REQUEST_ID.get() == "req_1"
    telemetry.end_request(method="GET", operation="wallet.read", status=200)
    assert REQUEST_ID.get() is None


def test_a_request_is_told_by_its_operation_and_never_by_its_path(caplog: pytest.LogCaptureFixture) -> None:
    telemetry = Telemetry()
    with caplog.at_level(logging.INFO):
        for status in (200, 404, 503, 500):
            telemetry.end_request(method="GET", operation="wallet.read", status=status)
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO", "INFO", "ERROR"]
    assert {record.message for record in caplog.records} == {"request"}


def test_logging_starts_once_however_often_it_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        start_logging("api", "INFO")
        start_logging("api", "INFO")
        logging.getLogger("x").info("one")
        logging.getLogger("x").debug("nothing")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "one"
