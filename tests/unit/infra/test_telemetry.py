"""Logs are one JSON object a line, and say nothing about anybody."""

import json
import logging
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.infra.telemetry import REQUEST_ID, Telemetry, start_logging
from shared_models.log_line import JsonFormatter
from shared_models.version import VERSION


def line_of(record: logging.LogRecord) -> dict[str, Any]:
    text = JsonFormatter("api", lambda: {"request_id": "req_1"}).format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def record_of(fault: BaseException | None = None, name: str = "backend.x", text: str = "failed") -> logging.LogRecord:
    info = (type(fault), fault, fault.__traceback__) if fault else None
    return logging.LogRecord(name, logging.ERROR, "/srv/lib/site-packages/other/x.py", 7, text, (), info, "work")


def test_a_line_has_its_time_level_process_context_and_extras() -> None:
    record = logging.LogRecord("backend.x", logging.WARNING, "x.py", 1, "đã %s", ("gửi",), None)
    record.job = "ledger.seal"
    found = line_of(record)
    assert found.pop("at").endswith("+00:00")
    assert found == {
        "level": "warning",
        "process": "api",
        "logger": "backend.x",
        "message": "đã gửi",
        "request_id": "req_1",
        "job": "ledger.seal",
    }


def read_person(number: str) -> None:
    raise KeyError(number)


def test_an_exception_is_told_by_type_and_place_and_never_by_its_values() -> None:
    try:
        try:
            read_person("048192900002")
        except KeyError as inner:
            raise ValueError("Trần Thị Thu Trang") from inner
    except ValueError as fault:
        found = line_of(record_of(fault))
    assert [told["type"] for told in found["error"]] == ["ValueError", "KeyError"]
    assert found["error"][1]["places"][-1].endswith(" read_person")
    assert "test_telemetry.py:" in found["error"][1]["places"][-1]
    text = json.dumps(found, ensure_ascii=False)
    assert "048192900002" not in text
    assert "Trang" not in text


def test_a_cause_that_was_hidden_stays_hidden() -> None:
    hidden = ValueError()
    hidden.__context__, hidden.__suppress_context__ = KeyError("x"), True
    assert [told["type"] for told in line_of(record_of(hidden))["error"]] == ["ValueError"]


def test_the_words_of_other_packages_are_told_by_their_place() -> None:
    record = record_of(name="pyhanko.sign", text="certificate of Nguyễn Văn An")
    record.subject = "Nguyễn Văn An"
    found = line_of(record)
    assert found["message"] == "another package's words"
    assert found["place"] == "site-packages/other/x.py:7 work"
    assert "An" not in json.dumps(found, ensure_ascii=False)
    assert line_of(record_of(name="_granian", text="worker 1 ended"))["message"] == "worker 1 ended"


def test_what_json_cannot_say_is_told_by_its_type() -> None:
    record = record_of()
    record.odd, record.when = {1, 2}, datetime(2026, 11, 21, tzinfo=UTC)
    found = line_of(record)
    assert (found["odd"], found["when"]) == ("<set>", "2026-11-21T00:00:00+00:00")


def test_a_request_id_ends_with_its_request() -> None:
    telemetry = Telemetry()
    telemetry.begin_request("req_1")
    assert REQUEST_ID.get() == "req_1"
    telemetry.end_request(method="GET", operation="wallet.read", route="/licences/<licence_id>", status=200)
    assert REQUEST_ID.get() is None


def test_a_request_is_told_by_its_route_and_how_long_it_took(caplog: pytest.LogCaptureFixture) -> None:
    seconds = iter([10.0, 10.25, 11.0, 12.0, 12.0, 12.0, 12.0])
    telemetry = Telemetry(lambda: next(seconds))
    with caplog.at_level(logging.INFO):
        for status in (200, 404, 503, 500):
            if status == 200:
                telemetry.begin_request("req_1")
            telemetry.end_request(method="GET", operation="wallet.read", route="/x/<id>", status=status)
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO", "INFO", "ERROR"]
    assert {record.message for record in caplog.records} == {"request"}
    first = caplog.records[0].__dict__
    assert (first["route"], first["duration_ms"], first["status"]) == ("/x/<id>", 250.0, 200)


def test_the_version_is_that_of_the_package() -> None:
    settings = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text("utf-8"))
    assert settings["project"]["version"] == VERSION


def test_logging_starts_once_however_often_it_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        start_logging("api", "INFO")
        start_logging("api", "INFO")
        logging.getLogger("congdan.x").info("one")
        logging.getLogger("congdan.x").debug("nothing")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "one"
