"""The desk says every refusal in words: no official is shown a code."""

import re
from pathlib import Path

from scripts.sandbox import words
from scripts.sandbox.machine_client import ApiRefused

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r'"((?:result|place|person|credential)\.[a-z_]+)"')
# Not refusals of a delivery or a decision, or codes that a delivery cannot cause: the server sets those claims itself.
NOT_SHOWN = {
    *("result.management", "place.lat", "place.address", "place.commune_code"),
    *("credential.unknown_type", "credential.undated_term", "credential.not_end_of_day"),
    *("credential.expires_before_issue", "result.not_replaceable"),
}


def test_every_refusal_of_the_store_has_a_sentence() -> None:
    sources = [*(ROOT / "backend/results").rglob("*.py"), ROOT / "shared_models/credential/mint.py"]
    raised = {code for file in sources for code in CODE.findall(file.read_text("utf-8"))}
    assert {"result.unsigned", "result.already_delivered", "credential.too_large"} <= raised
    assert raised - NOT_SHOWN <= words.CODES.keys()


def test_fields_are_named_as_on_the_form() -> None:
    refusal = ApiRefused(
        422, {"code": "request.invalid", "errors": {"holder": {"tax_code": ["person.tax_code_malformed"]}}}
    )
    assert words.sentence(refusal) == "Một vài mục chưa đúng."
    assert words.details(refusal) == ["Mã số thuế: mã số thuế phải có 10 hoặc 12 chữ số"]


def test_a_server_fault_is_told_with_what_to_ask_for() -> None:
    assert "req_abc" in words.sentence(ApiRefused(500, {"code": "server.fault", "request_id": "req_abc"}))


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert "new.code" in words.sentence(ApiRefused(409, {"code": "new.code"}))
