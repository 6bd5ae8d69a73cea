"""Who may import whom: the contracts in pyproject.toml, and the finer rules inside a capability."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CAPABILITIES = sorted(path.parent.name for path in (ROOT / "backend").glob("*/service.py"))
COMPOSITION = {"bootstrap.py", "app.py"}


def imports_of(path: Path) -> Iterator[str]:
    """Dotted names of the modules that a file imports, and of the names it takes from them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_rooms_keep_their_contracts() -> None:
    # In a process of its own: the linter configures logging for whoever it runs in.
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 kept, 0 broken" in done.stdout


def test_there_are_capabilities() -> None:
    assert {"identity", "notices", "wallet", "results", "inspections"} <= set(CAPABILITIES)


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_views_do_not_touch_documents_adapters_or_the_database(capability: str) -> None:
    names = set(imports_of(ROOT / "backend" / capability / "api.py"))
    forbidden = {name for name in names if ".documents" in name or ".adapters" in name or "pymongo" in name}
    forbidden |= {name for name in names if name.startswith("backend.infra")}
    assert not forbidden


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_only_services_are_imported_from_another_capability(capability: str) -> None:
    for path in (ROOT / "backend" / capability).rglob("*.py"):
        for name in imports_of(path):
            room, _, rest = name.removeprefix("backend.").partition(".")
            if name.startswith("backend.") and room in CAPABILITIES and room != capability:
                assert rest.startswith("service"), f"{path.name} imports {name}"


def test_adapters_are_named_in_the_composition_root_only() -> None:
    for path in (ROOT / "backend").rglob("*.py"):
        if path.name in COMPOSITION or "adapters" in path.parts:
            continue
        assert not [name for name in imports_of(path) if ".adapters" in name], path


def test_nothing_imports_tests_or_scripts() -> None:
    for room in ("shared_models", "backend", "push", "mobile"):
        for path in (ROOT / room).rglob("*.py"):
            foreign = [name for name in imports_of(path) if name.split(".", 1)[0] in {"tests", "scripts"}]
            assert not foreign, path
