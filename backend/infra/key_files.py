"""The files of the keys folder: private ones, replaced in one step, changed by one command at a time."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backend.infra.key_ring import RECORDS_FILE, KeyRing

LOCK_FILE: Final = ".keys.lock"
PRIVATE: Final = 0o600


@contextmanager
def only_one(keys_dir: Path) -> Iterator[None]:
    """Keeps a second command that changes keys waiting until this one has ended; also when this one is killed."""
    descriptor = os.open(keys_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, PRIVATE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes, mode: int) -> None:
    """Replaces a file in one step: a reader sees the old one or the new one, and a crash leaves one of them."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    create(draft, content, mode)
    draft.replace(path)
    _keep_names(path.parent)


def create(path: Path, content: bytes, mode: int) -> None:
    """Makes a file that is on the disk when this returns.

    Raises:
        FileExistsError: it is there already; a key is never overwritten.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _keep_names(path.parent)


def write_ring(keys_dir: Path, ring: KeyRing) -> None:
    content: dict[str, Any] = {"demo": ring.is_demo, "keys": [record.to_json() for record in ring.records]}
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    write_atomically(keys_dir / RECORDS_FILE, text.encode(), PRIVATE)


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Unencrypted PKCS#8: the folder's rights protect it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _keep_names(folder: Path) -> None:
    """A new name is as durable as its content only once its folder is written too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
