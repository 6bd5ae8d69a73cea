"""What a build need not do twice: finished folders and compressed files, named by the hash of their input."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def digest(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest_files(files: Iterable[Path], root: Path | None = None) -> str:
    """One digest over names (relative to `root`) and contents, in sorted order."""
    total = hashlib.sha256()
    for file in sorted(files):
        name = file.relative_to(root).as_posix() if root else file.name
        total.update(f"{name}\0{digest(file.read_bytes())}\0".encode())
    return total.hexdigest()


def digest_tree(folder: Path) -> str:
    return digest_files((file for file in folder.rglob("*") if file.is_file()), folder)


class Cache:
    """Folders under `build/cache`; a folder is there complete or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, kind: str, key: str) -> Path:
        return self.root / kind / key[:20]

    def file(self, kind: str, key: str) -> Path:
        return self.root / kind / key[:2] / key

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[Path]:
        """Give an empty folder to fill; it takes its name only when nothing failed."""
        partial = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)

    def write(self, file: Path, data: bytes) -> None:
        """Write a cached file in one step, so that a killed build leaves no half of it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f"{file.name}.partial")
        partial.write_bytes(data)
        partial.rename(file)
