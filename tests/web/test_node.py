"""Runs the JavaScript tests under Node; their report is this test's output."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "mobile" / "web"


def npm(*arguments: str) -> None:
    subprocess.run(["npm", *arguments], cwd=WEB, check=True, timeout=300)


def vendor() -> None:
    """Puts the locked npm packages where the pages import them from; writes nothing when they are there."""
    if not (WEB / "node_modules" / "uqr").is_dir():
        npm("ci")
    npm("run", "--silent", "vendor")


def test_javascript_passes_its_own_tests() -> None:
    node = shutil.which("node")
    assert node is not None, "Node 20 is needed"
    vendor()
    files = sorted(str(path) for path in Path(__file__).parent.glob("*.test.mjs"))
    run = subprocess.run(
        [node, "--test", "--test-reporter=spec", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    print(run.stdout[-8000:], run.stderr[-4000:])
    assert run.returncode == 0
