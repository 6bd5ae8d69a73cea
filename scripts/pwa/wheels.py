"""The Python packages that go into the browser: downloaded by hash, unpacked, without what a phone never needs."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from pwa.cache import Cache, digest_files

# Pyodide 314 is Python 3.14; its binary wheels carry this platform tag (PEP 783).
PLATFORM = ["--platform", "pyemscripten_2026_0_wasm32", "--python-version", "3.14", "--implementation", "cp"]
# Type stubs, test drivers, command line and desktop transports of flet.
LEFT_OUT = (
    "flet/testing/",
    "flet/fastapi/",
    "flet/cli.py",
    "flet/pytest_plugin.py",
    "flet/messaging/flet_socket_server.py",
    "flet/messaging/flet_dart_bridge_server.py",
    "flet/utils/griffe_deprecations.py",
)
LICENCE_NAMES = ("license", "licence", "copying", "notice", "authors")


def unpack(lock: Path, cache: Cache) -> Path:
    """Return a folder with the packages of a lock file, as `site-packages` would have them."""
    folder = cache.folder("packages", digest_files([lock, Path(__file__)]))
    if not folder.is_dir():
        with cache.fresh(folder) as fresh:
            wheels = fresh / "wheels"
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
            command += ["--only-binary=:all:", "--no-deps", "--require-hashes", *PLATFORM]
            subprocess.run([*command, "--dest", str(wheels), "--requirement", str(lock)], check=True)
            for wheel in sorted(wheels.glob("*.whl")):
                _unpack_wheel(wheel, fresh)
            shutil.rmtree(wheels)
    return folder


def _unpack_wheel(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if _belongs(name):
                archive.extract(name, folder)


def _belongs(name: str) -> bool:
    if ".dist-info/" in name:
        return name.rsplit("/", 1)[-1].lower().startswith(LICENCE_NAMES)
    return not name.startswith(LEFT_OUT) and not name.endswith((".pyi", "/", "py.typed"))
