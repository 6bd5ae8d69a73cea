"""Every error that a room can raise has its sentence in both languages."""

import ast
import json
from pathlib import Path

import pytest

from backend.http.problems import HTTP_CODES
from shared_models import errors

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("backend", "shared_models", "mobile")
CLASSES = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}


def _codes() -> set[str]:
    found: set[str] = {*HTTP_CODES.values(), "request.refused", "server.unavailable"}
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES:
                    found.update(arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))
    return found


def test_codes_of_the_http_layer_are_among_them():
    assert {"request.malformed", "server.fault", "request.too_large"} <= _codes()


def test_codes_are_found_at_all():
    assert {"result.already_delivered", "access.scope_missing"} <= _codes()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_error_code_has_a_sentence(language):
    catalogue = json.loads((ROOT / "mobile" / "i18n" / f"{language}.json").read_text("utf-8"))
    assert sorted(code for code in _codes() if f"error.{code}" not in catalogue) == []
