"""What every model codebase broke exactly where nothing checked it: sizes, names, and writes outside transactions."""

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("shared_models", "backend", "push", "mobile")
CODE = sorted(
    path
    for room in (*ROOMS, "scripts", "tests")
    for path in (ROOT / room).rglob("*.py")
    if "node_modules" not in path.parts
)
PRODUCT = [path for path in CODE if path.relative_to(ROOT).parts[0] in ROOMS]
PAGE = sorted(
    path for path in (ROOT / "mobile" / "web").rglob("*.js") if not {"node_modules", "vendor"} & set(path.parts)
)
"""``vendor`` is filled by the build and not part of the repository."""

WRITTEN_BY_HAND = {".py", ".js", ".mjs", ".css", ".html", ".sh"}
"""Endings of source; data, catalogues and lock files may be as long as they must. Scripts without one begin with #!."""

MADE = {"build", "data", "node_modules", "vendor", "__pycache__"}
"""Folders that the build, a run or a test fills; git ignores them."""

VECTORS = ROOT / "tests" / "contract" / "vectors" / "conftest.py"
"""Other people's test data has licences of its own: without it those tests, and only those, are skipped and counted."""

MOST_FILE_LINES = 300
MOST_FUNCTION_LINES = 50
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_there_is_code_to_check() -> None:
    assert len(PRODUCT) > 100
    assert len(PAGE) > 10
    found = {path.suffix for path in sources()}
    assert found == {*WRITTEN_BY_HAND, ""}


def test_no_file_has_300_lines() -> None:
    """Of product and tests alike: a long file of tests hides what it is about, as any long file does."""
    long = {
        named(path): count
        for path in sources()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) >= MOST_FILE_LINES
    }
    assert not long


def sources() -> Iterator[Path]:
    """Everything written by hand, wherever it lies."""
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in MADE and (name[0] != "." or name == ".ci")]
        for path in (Path(folder, name) for name in names):
            if path.suffix in WRITTEN_BY_HAND or (not path.suffix and is_script(path)):
                yield path


def is_script(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def test_no_function_has_50_lines() -> None:
    long = [
        f"{named(path)}:{function.lineno} {function.name} {lines_of(function)}"
        for path in CODE
        # The story is one test that is read from top to bottom.
        if not named(path).startswith("tests/e2e/")
        for function in functions_of(path)
        if lines_of(function) >= MOST_FUNCTION_LINES
    ]
    assert not long


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of its own: what is defined inside (a component's handlers) is measured by itself."""
    nested = [
        inner
        for statement in ast.walk(function)
        for inner in ast.iter_child_nodes(statement)
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    outer = [one for one in nested if not any(one is not other and is_within(one, other) for other in nested)]
    return span(function) - sum(map(span, outer))


def is_within(one: ast.AST, other: ast.AST) -> bool:
    return any(one is node for node in ast.walk(other))


def span(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_nothing_has_a_vague_name() -> None:
    vague = [named(path) for path in (*CODE, *PAGE) if VAGUE_NAMES & set(re.split(r"[_.\-]", path.stem.lower()))]
    vague += [named(path) for path in CODE if VAGUE_NAMES & {part.lower() for part in path.relative_to(ROOT).parts}]
    assert not vague


def test_nothing_is_saved_outside_the_transaction_at_hand() -> None:
    """`Document.save()` knows no session: inside a transaction it writes outside it, without an error."""
    saves = [
        f"{named(path)}:{node.lineno}"
        for path in (ROOT / "backend").rglob("*.py")
        if not draws_paper(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "save"
    ]
    assert not saves


def draws_paper(path: Path) -> bool:
    """Sheets and typefaces are saved too; whoever makes those does not touch the database."""
    text = path.read_text(encoding="utf-8")
    return ("reportlab" in text or "fontTools" in text) and "pymongo" not in text and "mongoengine" not in text


def test_documents_make_no_indexes_by_themselves() -> None:
    for path in (ROOT / "backend").rglob("documents.py"):
        text = path.read_text(encoding="utf-8")
        assert text.count("(Document):") == text.count("**DOCUMENT_META"), named(path)


@pytest.mark.parametrize("word", ["mock.patch", "@patch", "pytest.skip", "NotImplementedError"])
def test_nothing_is_patched_skipped_or_left_out(word: str) -> None:
    allowed = {Path(__file__), VECTORS}
    assert not [named(path) for path in CODE if path not in allowed and word in path.read_text(encoding="utf-8")]


def test_no_fault_is_swallowed() -> None:
    swallowed = [
        f"{named(path)}:{node.lineno}"
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(step, ast.Pass) for step in node.body)
    ]
    assert not swallowed


def test_packages_have_no_code_but_their_doors() -> None:
    doors = {"backend/http/__init__.py", "backend/infra/migrations/__init__.py", "push/channels/__init__.py"}
    heavy = [
        named(path)
        for path in PRODUCT
        if path.name == "__init__.py" and named(path) not in doors and len(functions_in(path)) > 0
    ]
    assert not heavy


def functions_in(path: Path) -> list[str]:
    return [function.name for function in functions_of(path)]
