"""The root's own life: made where there is no network, named to the server by its public half, handed over to the next.

Phones follow a handover that the root they hold has signed. A root that is lost or stolen hands over to nobody any
more: then the city is set up anew on every phone (docs/operations.md, keys).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from backend.infra.key_files import PRIVATE, create, only_one, private_pem, write_ring
from backend.infra.key_making import CITY_CODE, CITY_NAME, KEY_LIFE
from backend.infra.key_ring import RECORDS_FILE, KeyRecord, KeyRing, KeyRole
from backend.infra.signer import FileSigner, load_private_key, public_half, sign_es256
from backend.infra.verify import run_checks
from shared_models.clock import to_epoch_s
from shared_models.credential.keys import PublicKey, kid_of, p256_key
from shared_models.credential.root_handover import make_handover, parse_handover

_HANDOVER_FILE: Final = "handover.{:03}.cwt"


@dataclass(frozen=True, slots=True)
class RootChange:
    """The root of before, if there was one, the present one, and whether phones follow by themselves."""

    old: bytes | None
    new: bytes
    is_followed: bool


def make_root(root_file: Path, public_file: Path) -> PublicKey:
    """Makes a root: its private half in one file, its public half, ``{kid, x, y}`` in hex, in another.

    Raises:
        FileExistsError: a root is never overwritten.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    public = public_half(key)
    create(root_file, private_pem(key), PRIVATE)
    content = {"kid": kid_of(public).hex(), "x": public.x.hex(), "y": public.y.hex()}
    create(public_file, (json.dumps(content, indent=2) + "\n").encode(), PRIVATE)
    return public


def read_root(public_file: Path) -> PublicKey:
    """The public half of a root as `make_root` wrote it.

    Raises:
        ValueError: something else.
    """
    try:
        content = json.loads(public_file.read_text(encoding="utf-8"))
        key = p256_key(bytes.fromhex(content["x"]), bytes.fromhex(content["y"]))
    except (KeyError, TypeError, ValueError) as malformed:
        raise ValueError(f"{public_file.name} is no public half of a root") from malformed
    if kid_of(key).hex() != content.get("kid"):
        raise ValueError(f"{public_file.name}: the kid is not that of the key")
    return key


def hand_over(root_file: Path, new: PublicKey, now: datetime) -> bytes:
    """The old root's word that the new one follows it. Raises ``ValueError`` when they are the same."""
    root = load_private_key(root_file)
    old = public_half(root)
    if kid_of(old) == kid_of(new):
        raise ValueError("a root cannot hand over to itself")
    return make_handover(old, new, to_epoch_s(now), lambda message: sign_es256(root, message))


def change_root(keys_dir: Path, new: PublicKey, handover: bytes | None, now: datetime) -> RootChange:
    """Names the root that signs from now on; in an empty folder, the first one.

    Raises:
        ValueError: it is the root already, or the handover is not by the present root to this one.
    """
    keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_one(keys_dir):
        ring = KeyRing.load(keys_dir) if (keys_dir / RECORDS_FILE).exists() else KeyRing((), is_demo=False)
        if ring.record(kid_of(new)) is not None:
            raise ValueError(f"{kid_of(new).hex()} is in keys.json already")
        old = ring.root_key()
        if handover is not None:
            if old is None:
                raise ValueError("there is no root that could hand over")
            _require_handover(handover, FileSigner(keys_dir, ring).public_key(old.kid), new)
            number = len(list(keys_dir.glob("handover.*.cwt"))) + 1
            create(keys_dir / _HANDOVER_FILE.format(number), handover, PRIVATE)
        window = (to_epoch_s(now), to_epoch_s(now + KEY_LIFE))
        record = KeyRecord(kid_of(new), "", KeyRole.ROOT, CITY_CODE, CITY_NAME, (), *window, public=new)
        write_ring(keys_dir, KeyRing((*ring.records, record), ring.is_demo))
        return RootChange(old.kid if old else None, kid_of(new), is_followed=old is None or handover is not None)


def _require_handover(token: bytes, old: PublicKey, new: PublicKey) -> None:
    handover = parse_handover(token, old)
    if not run_checks([handover.check])[handover.check]:
        raise ValueError(f"the signature is not by the root {kid_of(old).hex()}")
    if handover.new != new:
        raise ValueError(f"the handover is to {kid_of(handover.new).hex()}, not to {kid_of(new).hex()}")
