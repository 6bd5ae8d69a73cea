"""Our own scripts, style sheets and JSON without what only people read, each file by itself.

Nothing is bundled: file names, imports and exports stay, and with them the policy and the service worker's list. There
are no source maps: a map for each file would double what is served for the few who read it, and the source is open.
A trace names the file and the place in it; ``mobile/web`` has that file in full, and the browser tests serve it so.
"""

import json
import shutil
import subprocess
from pathlib import Path

from pwa import node
from pwa.cache import Cache, digest

SCRIPT = Path(__file__).with_suffix(".mjs")
LOADERS = {".js": "js", ".css": "css"}


def minify_files(files: list[Path], modules: Path, cache: Cache) -> None:
    """Rewrite ``.js``, ``.css`` and ``.json`` files in place; others stay. Only what changed is minified anew.

    ``modules`` is a ``node_modules`` with esbuild. Raises SystemExit with esbuild's words for what it cannot read.
    """
    tool = f"{node.package_version(modules, 'esbuild')} {digest(SCRIPT.read_bytes())}"
    keys = {
        file: digest(f"{tool} {file.suffix}\0".encode() + file.read_bytes()) for file in files if file.suffix in LOADERS
    }
    missing = [file for file, key in keys.items() if not cache.file("minified", key).is_file()]
    if missing:
        for file, text in zip(missing, _minified(missing, modules), strict=True):
            cache.write(cache.file("minified", keys[file]), text.encode())
    for file, key in keys.items():
        shutil.copyfile(cache.file("minified", key), file)
    for file in files:
        if file.suffix == ".json":
            file.write_text(compact(file.read_text(encoding="utf-8")), encoding="utf-8")


def compact(text: str) -> str:
    """JSON of the same value without spaces between its parts."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def _minified(files: list[Path], modules: Path) -> list[str]:
    jobs = [
        {"name": file.name, "loader": LOADERS[file.suffix], "text": file.read_text(encoding="utf-8")} for file in files
    ]
    command = [*node.find_node(), str(SCRIPT), str((modules / "esbuild").resolve())]
    run = subprocess.run(command, input=json.dumps(jobs), capture_output=True, encoding="utf-8", check=False)
    if run.returncode:
        raise SystemExit(f"esbuild cannot minify the page: {run.stderr.strip()}")
    texts: list[str] = json.loads(run.stdout)
    return texts
