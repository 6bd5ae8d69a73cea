"""The browser's build has neither marshmallow nor the schemas: every module of the app has to do without them."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ONLY_IN_A_BROWSER = re.compile(r"^(?:from|import) (?:js|pyodide|congdan_web|mobile\.services\.browser_)", re.MULTILINE)
IMPORT_ALL = """
import importlib, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] == 'marshmallow' or name.startswith('shared_models.schemas'):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_every_module_of_the_app_is_imported_without_schemas() -> None:
    files = [file for file in (ROOT / "mobile").rglob("*.py") if not ONLY_IN_A_BROWSER.search(file.read_text("utf-8"))]
    assert len(files) > 200
    names = {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files}
    told = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *sorted(names)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-1500:]
