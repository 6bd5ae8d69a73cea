"""What phones and pages load before they trust anything: the city's name, its root key, and the signed trust list.

Three files in ``CONGDAN_PUBLIC_DIR``: ``trust-root.<hash>.json``, ``city.json`` and ``trust-list.cwt``, and one
``root-handover.<hash>.cwt`` for each root that handed over to the next. The built app itself carries no key (house.md,
decision 15). `congdan keys publish` signs and writes in one step, where the root lies on this machine; the ceremony
with an offline root (`backend/infra/trust_ceremony.py`) does the same in three.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from backend.infra.key_files import only_one, write_atomically
from backend.infra.key_making import CITY_NAME, VAPID_FILE
from backend.infra.key_ring import KeyRecord as RingRecord
from backend.infra.key_ring import KeyRing, KeyRole
from backend.infra.signer import FileSigner, load_private_key, public_half
from backend.infra.verify import run_checks
from shared_models.clock import to_epoch_s
from shared_models.credential.keys import PublicKey
from shared_models.credential.trust_list import (
    IssuerInfo,
    KeyRecord,
    TrustList,
    accept_trust_list,
    make_trust_list,
    parse_trust_list,
)
from shared_models.credential.trust_list import KeyRole as ListRole
from shared_models.errors import Invalid
from shared_models.schemas.wire import to_base64url

CITY_FILE: Final = "city.json"
TRUST_LIST_FILE: Final = "trust-list.cwt"
HANDOVER_FILES: Final = "handover.*.cwt"
"""In the keys folder, one for each change of the root, in the order of their names."""

LIST_LIFE: Final = timedelta(days=90)
"""How long a phone that hears of no newer list goes on with this one."""

_PUBLIC: Final = 0o644
_ROLES: Final = {KeyRole.LICENCE: ListRole.LICENCE, KeyRole.STATUS: ListRole.STATUS}


@dataclass(frozen=True, slots=True)
class City:
    """What differs from city to city. ``old_hosts``: addresses that stand on paper sheets printed in the past."""

    public_url: str
    status_uri_base: str
    environment: str
    old_hosts: tuple[str, ...] = ()

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((urlsplit(self.public_url).netloc, *self.old_hosts)))


def publish(keys_dir: Path, public_dir: Path, city: City, now: datetime) -> TrustList:
    """Signs what has changed, writes the files and returns the trust list. Without a change, the list stays as it is.

    Raises:
        FileNotFoundError: no keys yet, or the root is not on this machine.
        ValueError: no root key among them.
    """
    with only_one(keys_dir):
        ring = KeyRing.load(keys_dir)
        root = root_of(ring)
        signer = FileSigner(keys_dir, ring)
        held = held_list(public_dir, keys_dir, ring)
        wanted = wanted_list(ring, signer, city.hosts, now)
        if held is not None and held.root == root.kid and _still_says(held.trust, wanted, now):
            write_public_files(keys_dir, public_dir, city, held.token)
            return held.trust
        trust = replace(wanted, version=held.trust.version + 1 if held else 1)
        token = make_trust_list(trust, signer.public_key(root.kid), lambda message: signer.sign(root.kid, message))
        write_public_files(keys_dir, public_dir, city, token)
        return trust


@dataclass(frozen=True, slots=True)
class HeldList:
    """The list that was published last, and the kid of the root that signed it."""

    trust: TrustList
    token: bytes
    root: bytes


def root_of(ring: KeyRing) -> RingRecord:
    """The record of the root that signs now.

    Raises:
        ValueError: no root key in the ring.
    """
    record = ring.root_key()
    if record is None:
        raise ValueError("the key ring has no root")
    return record


def root_public(keys_dir: Path, ring: KeyRing) -> PublicKey:
    """The public half of the root that signs now. Raises as `root_of`."""
    return FileSigner(keys_dir, ring).public_key(root_of(ring).kid)


def wanted_list(ring: KeyRing, signer: FileSigner, hosts: tuple[str, ...], now: datetime) -> TrustList:
    """What the list should say as of ``now``; its version is still to be given."""
    now_s = to_epoch_s(now)
    return TrustList(
        version=0,
        issued_at_s=now_s,
        expires_at_s=to_epoch_s(now + LIST_LIFE),
        keys=tuple(
            KeyRecord(
                kid=record.kid,
                key=signer.public_key(record.kid),
                role=_ROLES[record.role],
                issuer=IssuerInfo(record.issuer_code, record.issuer_name),
                type_codes=record.types,
                not_before_s=record.nbf,
                expires_at_s=record.exp,
                compromised_at_s=record.compromised_at if record.is_announced(now_s) else None,
            )
            for record in ring.records
            if record.role in _ROLES
        ),
        hosts=hosts,
    )


def held_list(public_dir: Path, keys_dir: Path, ring: KeyRing) -> HeldList | None:
    """The list that was published last, if a root of ours signed it: its version must not be fallen behind."""
    try:
        token = (public_dir / TRUST_LIST_FILE).read_bytes()
    except FileNotFoundError:
        return None
    signer = FileSigner(keys_dir, ring)
    for root in reversed(ring.of_role(KeyRole.ROOT)):
        if (trust := _verified(token, signer.public_key(root.kid))) is not None:
            return HeldList(trust, token, root.kid)
    return None


def write_public_files(keys_dir: Path, public_dir: Path, city: City, token: bytes) -> None:
    """Writes the trust list first and the page that names its root last: who reads in between keeps what it has."""
    public_dir.mkdir(parents=True, exist_ok=True)
    ring = KeyRing.load(keys_dir)
    root = root_of(ring)
    held = public_dir / TRUST_LIST_FILE
    if not held.exists() or held.read_bytes() != token:
        write_atomically(held, token, _PUBLIC)
    named: dict[str, Any] = {
        "url": f"/{_write_root(public_dir, root.kid, root_public(keys_dir, ring))}",
        "kid": root.kid.hex(),
    }
    if handovers := [_write_handover(public_dir, file) for file in sorted(keys_dir.glob(HANDOVER_FILES))]:
        named["handovers"] = handovers
    _write_city(keys_dir, public_dir, city, named)


def _verified(token: bytes, root: PublicKey) -> TrustList | None:
    try:
        draft = parse_trust_list(token, root)
        return accept_trust_list(draft, run_checks([draft.check]), None)
    except Invalid:
        return None


def _still_says(held: TrustList, wanted: TrustList, now: datetime) -> bool:
    """Whether the held list says the same and lasts for another half of its life."""
    lasts = held.expires_at_s - to_epoch_s(now) > LIST_LIFE.total_seconds() / 2
    return lasts and (held.keys, held.hosts) == (wanted.keys, wanted.hosts)


def _write_root(public_dir: Path, kid: bytes, root: PublicKey) -> str:
    content = _json({"kid": kid.hex(), "x": root.x.hex(), "y": root.y.hex()})
    name = f"trust-root.{hashlib.sha256(content).hexdigest()[:16]}.json"
    write_atomically(public_dir / name, content, _PUBLIC)
    return name


def _write_handover(public_dir: Path, file: Path) -> str:
    content = file.read_bytes()
    name = f"root-handover.{hashlib.sha256(content).hexdigest()[:16]}.cwt"
    write_atomically(public_dir / name, content, _PUBLIC)
    return f"/{name}"


def _write_city(keys_dir: Path, public_dir: Path, city: City, trust_root: dict[str, Any]) -> None:
    vapid = public_half(load_private_key(keys_dir / VAPID_FILE))
    content = {
        "name": CITY_NAME,
        "public_url": city.public_url,
        "trust_root": trust_root,
        "vapid_public_key": to_base64url(b"\x04" + vapid.x + vapid.y),
        "status_uri_base": city.status_uri_base,
        "environment": city.environment,
    }
    write_atomically(public_dir / CITY_FILE, _json(content), _PUBLIC)


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
