"""The embedded database: SecantusDB, a separate program that speaks MongoDB's wire protocol (docs: DECISIONS 6)."""

import sys
from pathlib import Path

from scripts.supervise.child import Child
from scripts.supervise.ports import LOOPBACK

WARNING = (
    "The embedded database (SecantusDB) is beta software: fine for trying things out and for development.\n"
    "For a city's real data run MongoDB as a replica set and name it in MONGODB_URI."
)


def embedded_uri(port: int, name: str = "congdan") -> str:
    return f"mongodb://{LOOPBACK}:{port}/{name}?replicaSet=secantus"


def embedded_database(storage: Path, port: int, log: Path) -> Child:
    """The server's process, not yet started.

    ``--sync-on-commit``: without it, a kill -9 loses about one acknowledged write in a hundred.
    """
    storage.mkdir(parents=True, exist_ok=True)
    return Child(
        name="database",
        command=[
            str(Path(sys.executable).parent / "secantusd-py"),
            *("--host", LOOPBACK, "--port", str(port)),
            *("--storage-path", str(storage)),
            *("--cache-size", "256M", "--log-level", "WARNING"),
            "--sync-on-commit",
        ],
        # It needs nothing of ours; an empty HOME keeps it from reading settings of another SecantusDB.
        env={"PATH": "/usr/bin:/bin", "HOME": str(storage), "LANG": "C.UTF-8"},
        log=log,
        cwd=storage,
    )
