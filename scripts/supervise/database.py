"""The embedded database: SecantusDB, a separate program that speaks MongoDB's wire protocol (docs: DECISIONS 6)."""

import sys
from pathlib import Path

import pymongo
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from scripts.supervise.child import Child
from scripts.supervise.ports import LOOPBACK

INTERNAL_ERROR = 1
STUCK_AFTER = 3
_CACHE = "1G"
"""The server's own default. With a quarter of it, 70,000 dossiers' indexes no longer fit, and it answers nobody for
minutes. It takes no more memory than there are data.
"""

_PROBE_S = 2.0

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
            *("--cache-size", _CACHE, "--log-level", "WARNING"),
            "--sync-on-commit",
        ],
        # It needs nothing of ours; an empty HOME keeps it from reading settings of another SecantusDB.
        env={"PATH": "/usr/bin:/bin", "HOME": str(storage), "LANG": "C.UTF-8"},
        log=log,
        cwd=storage,
    )


class Probe:
    """Notices an embedded server that runs and can do nothing any more.

    Once a write has failed for want of room, its storage engine answers every command with an internal error until the
    server is started again, also when there is room: nobody but its supervisor can mend that.
    """

    def __init__(self, port: int) -> None:
        self._client: MongoClient[dict[str, object]] = MongoClient(
            f"mongodb://{LOOPBACK}:{port}/", directConnection=True, serverSelectionTimeoutMS=500, connect=False
        )
        self._failures = 0

    def is_stuck(self) -> bool:
        """Asks once; True when the answer was an internal error for the `STUCK_AFTER`-th time in a row."""
        try:
            with pymongo.timeout(_PROBE_S):
                self._client["congdan"]["migrations"].find_one({}, {"_id": 1})
        except OperationFailure as fault:
            self._failures = self._failures + 1 if fault.code == INTERNAL_ERROR else 0
        except PyMongoError:
            # It is starting or ending: that is seen elsewhere.
            self._failures = 0
        else:
            self._failures = 0
        return self._failures >= STUCK_AFTER

    def close(self) -> None:
        self._client.close()
