"""A disk of its own for the embedded database, small enough to be filled: a tmpfs in a mount namespace (``unshare``).

Needs no right that a user of Linux does not have where user namespaces are on; the files are reached from outside
through ``/proc/<pid>/root``. The namespace outlives the database, so what it wrote is there when it starts again.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.supervise.city import City

BLOCK = b"\0" * 65_536


class SmallDisk:
    """``size`` as ``mount`` takes it, such as ``96M``; mounted at ``folder``."""

    def __init__(self, folder: Path, size: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        mount = f'mount -t tmpfs -o size={size} none "$0" && echo ready && exec sleep infinity'
        self._holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "ready\n", "user namespaces are off: this test needs `unshare -rm`"
        self.folder = Path(f"/proc/{self._holder.pid}/root{folder}")
        self._ballast = self.folder / "ballast"

    def put(self, city: City) -> None:
        """Let the city's database live on this disk; before it starts."""
        inside = ["nsenter", f"--target={self._holder.pid}", "--user", "--mount", "--preserve-credentials", "--"]
        city._database.command = [*inside, *city._database.command]

    def free_bytes(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def fill(self) -> None:
        """To the last byte."""
        with self._ballast.open("ab", buffering=0) as file:
            while self.free_bytes() > 0:
                file.write(BLOCK)

    def make_room(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        assert self._holder.stdout is not None
        self._holder.stdout.close()
        self._holder.kill()
        self._holder.wait()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    disk = SmallDisk(folder, size)
    try:
        yield disk
    finally:
        disk.close()
