"""Python for the browser: the standard library and the app, compiled by Pyodide itself and zipped without compression.

Stored zips are read without inflating on the phone, and brotli on the wire packs them better than deflate inside would.
"""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import NamedTuple

from pwa import node
from pwa.cache import Cache, digest, digest_tree

HERE = Path(__file__).parent
# Modules of the standard library that no browser app can use: terminals, servers, sockets, debuggers, tests.
STDLIB_LEFT_OUT = (
    "_pyrepl/",
    "antigravity",
    "bdb",
    "cProfile",
    "compileall",
    "doctest",
    "ensurepip/",
    "ftplib",
    "idlelib/",
    "imaplib",
    "mailbox",
    "modulefinder",
    "pdb",
    "poplib",
    "profile",
    "pstats",
    "pydoc",
    "pydoc_data/",
    "smtplib",
    "sqlite3/",
    "tkinter/",
    "trace.",
    "turtle",
    "unittest/",
    "venv/",
    "wave",
    "wsgiref/",
    "xmlrpc/",
    "zipapp",
)
EPOCH = (1980, 1, 1, 0, 0, 0)


class Tree(NamedTuple):
    """A folder to compile: `optimize` as of compile(), 2 takes docstrings and asserts out."""

    name: str
    source: Path
    optimize: int


def unzip_stdlib(archive: Path, cache: Cache) -> Path:
    folder = cache.folder("stdlib", digest(archive.read_bytes() + repr(STDLIB_LEFT_OUT).encode()))
    if not folder.is_dir():
        with cache.fresh(folder) as fresh, zipfile.ZipFile(archive) as packed:
            kept = [name for name in packed.namelist() if not name.startswith(STDLIB_LEFT_OUT)]
            packed.extractall(fresh, kept)
    return folder


def compile_trees(trees: list[Tree], pyodide: Path, cache: Cache) -> list[Path]:
    """Compile folders with Pyodide; returns one folder of .pyc and data files for each, in the same order."""
    version = json.loads((pyodide / "package.json").read_text())["version"]
    script = digest((HERE / "compile.mjs").read_bytes())
    folders = []
    missing: list[tuple[Tree, Path]] = []
    for tree in trees:
        key = digest(f"{version} {script} {tree.optimize} {digest_tree(tree.source)}".encode())
        folder = cache.folder("compiled", key)
        folders.append(folder)
        if not folder.is_dir():
            missing.append((tree, folder))
    if missing:
        _compile(missing, pyodide)
    return folders


def _compile(missing: list[tuple[Tree, Path]], pyodide: Path) -> None:
    jobs = []
    for tree, folder in missing:
        partial = folder.with_name(f"{folder.name}.compiling")
        shutil.rmtree(partial, ignore_errors=True)
        ignore = shutil.ignore_patterns("*.py", "__pycache__")
        shutil.copytree(tree.source, partial, ignore=ignore)
        jobs.append({"name": tree.name, "from": str(tree.source), "to": str(partial), "optimize": tree.optimize})
    command = [*node.find_node(), str(HERE / "compile.mjs"), str(pyodide)]
    subprocess.run(command, input=json.dumps(jobs), text=True, check=True)
    for (_, folder), job in zip(missing, jobs, strict=True):
        Path(job["to"]).rename(folder)


def zip_stored(target: Path, parts: list[tuple[str, Path]]) -> None:
    """Zip folders under prefixes, without compression; the same input gives the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for prefix, folder in parts:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    name = f"{prefix}{file.relative_to(folder).as_posix()}"
                    archive.writestr(zipfile.ZipInfo(name, EPOCH), file.read_bytes())
