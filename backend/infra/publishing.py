"""What phones and pages load before they trust anything: the city's name, its root key, and the signed trust list.

`congdan keys publish` writes three files into ``CONGDAN_PUBLIC_DIR``: ``trust-root.<hash>.json``, ``city.json`` and
``trust-list.cwt``. The built app itself carries no key (house.md, decision 15). Only this step needs the root.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from backend.infra.key_making import CITY_NAME, VAPID_FILE, write_atomically
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

LIST_LIFE: Final = timedelta(days=90)
"""How long a phone that hears of no newer list goes on with this one."""

_ROLES: Final = {KeyRole.LICENCE: ListRole.LICENCE, KeyRole.STATUS: ListRole.STATUS}


@dataclass(frozen=True, slots=True)
class City:
    """What differs from city to city. ``old_hosts``: addresses that stand on paper sheets printed in the past."""

    public_url: str
    status_uri_base: str
    environment: str
    old_hosts: tuple[str, ...] = ()


def publish(keys_dir: Path, public_dir: Path, city: City, now: datetime) -> TrustList:
    """Writes the three files and returns the trust list. Without a change, the list that is there stays as it is.

    Raises:
        FileNotFoundError: no keys yet.
        ValueError: no root key among them.
    """
    public_dir.mkdir(parents=True, exist_ok=True)
    ring = KeyRing.load(keys_dir)
    signer = FileSigner(keys_dir, ring)
    roots = ring.of_role(KeyRole.ROOT)
    if not roots:
        raise ValueError("the key ring has no root")
    root_kid = roots[-1].kid
    root = signer.public_key(root_kid)
    held = _held_list(public_dir, root)
    wanted = _trust_list(ring, signer, city, now)
    if held is not None and _still_says(held, wanted, now):
        trust = held
    else:
        trust = replace(wanted, version=held.version + 1 if held else 1)
        token = make_trust_list(trust, root, lambda message: signer.sign(root_kid, message))
        write_atomically(public_dir / TRUST_LIST_FILE, token, 0o644)
    root_file = _write_root(public_dir, root_kid, root)
    _write_city(keys_dir, public_dir, city, {"url": f"/{root_file}", "kid": root_kid.hex()})
    return trust


def _trust_list(ring: KeyRing, signer: FileSigner, city: City, now: datetime) -> TrustList:
    hosts = dict.fromkeys((urlsplit(city.public_url).netloc, *city.old_hosts))
    return TrustList(
        version=0,
        issued_at_s=to_epoch_s(now),
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
                compromised_at_s=record.compromised_at,
            )
            for record in ring.records
            if record.role in _ROLES
        ),
        hosts=tuple(hosts),
    )


def _held_list(public_dir: Path, root: PublicKey) -> TrustList | None:
    """The list that was published last, if it is ours: its version must not be fallen behind."""
    try:
        draft = parse_trust_list((public_dir / TRUST_LIST_FILE).read_bytes(), root)
        return accept_trust_list(draft, run_checks([draft.check]), None)
    except (FileNotFoundError, Invalid):
        return None


def _still_says(held: TrustList, wanted: TrustList, now: datetime) -> bool:
    """Whether the held list says the same and lasts for another half of its life."""
    lasts = held.expires_at_s - to_epoch_s(now) > LIST_LIFE.total_seconds() / 2
    return lasts and (held.keys, held.hosts) == (wanted.keys, wanted.hosts)


def _write_root(public_dir: Path, kid: bytes, root: PublicKey) -> str:
    content = _json({"kid": kid.hex(), "x": root.x.hex(), "y": root.y.hex()})
    name = f"trust-root.{hashlib.sha256(content).hexdigest()[:16]}.json"
    write_atomically(public_dir / name, content, 0o644)
    return name


def _write_city(keys_dir: Path, public_dir: Path, city: City, trust_root: dict[str, str]) -> None:
    vapid = public_half(load_private_key(keys_dir / VAPID_FILE))
    content = {
        "name": CITY_NAME,
        "public_url": city.public_url,
        "trust_root": trust_root,
        "vapid_public_key": to_base64url(b"\x04" + vapid.x + vapid.y),
        "status_uri_base": city.status_uri_base,
        "environment": city.environment,
    }
    write_atomically(public_dir / CITY_FILE, _json(content), 0o644)


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
