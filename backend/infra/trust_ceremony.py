"""The trust list in three steps, so that the root never touches a machine with a network (docs/operations.md, keys).

Export, on the server: what the list should say, as the bytes that the root will sign, and the same in words. Sign, on
the machine of the root, which needs no settings and no database: it reads the words out of the bytes themselves, never
from a file beside them. Import, on the server again: nothing is published that the known root did not sign, that is
older than what phones hold, or that says something else than the ring.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from backend.infra.fingerprint import sha256_of, words_of
from backend.infra.key_files import only_one
from backend.infra.key_ring import KeyRing
from backend.infra.publishing import City, held_list, root_public, wanted_list, write_public_files
from backend.infra.signer import FileSigner, load_private_key, public_half, sign_es256
from backend.infra.verify import run_checks
from shared_models.clock import CITY_ZONE, from_epoch_s, to_epoch_s, to_wire
from shared_models.credential.keys import kid_of
from shared_models.credential.trust_list import (
    KeyRecord,
    KeyRole,
    TrustList,
    accept_trust_list,
    parse_trust_list,
    read_trust_payload,
    sign_trust_payload,
    trust_payload,
)
from shared_models.errors import Invalid

CLOCKS_DIFFER: Final = timedelta(minutes=5)

_ROLE_NAMES: Final = {KeyRole.LICENCE: "licence", KeyRole.STATUS: "status"}


def export_trust(
    keys_dir: Path, public_dir: Path, city: City, now: datetime, *, as_of: datetime | None = None, skip: int = 0
) -> bytes:
    """What the root is to sign: the list as of a moment (now, if not given), one version above the published one.

    ``skip``: how many versions are left free for lists that are signed in the same ceremony and published before.

    Raises:
        ValueError: a moment in the past, a ring without a root. FileNotFoundError: no keys yet.
    """
    if as_of is not None and as_of < now:
        raise ValueError("--at lies in the past")
    ring = KeyRing.load(keys_dir)
    held = held_list(public_dir, keys_dir, ring)
    wanted = wanted_list(ring, FileSigner(keys_dir, ring), city.hosts, as_of or now)
    return trust_payload(replace(wanted, version=(held.trust.version if held else 0) + 1 + skip))


def summary(payload: bytes) -> Iterator[str]:
    """What the bytes say, in lines for people, and their fingerprint.

    Raises:
        ValueError: they are no trust list.
    """
    trust = _read(payload)
    yield f"Trust list version {trust.version}"
    yield f"  signed for   {_time(trust.issued_at_s)}"
    yield f"  good until   {_time(trust.expires_at_s)}"
    yield f"  paper hosts  {', '.join(trust.hosts)}"
    yield f"  {len(trust.keys)} keys:"
    for record in trust.keys:
        yield f"    {_line(record)}"
    yield f"  SHA-256      {sha256_of(payload)}"
    yield f"  words        {words_of(payload)}"


def sign_trust(payload: bytes, root_file: Path) -> bytes:
    """The signed list.

    Raises:
        ValueError: no trust list, or no P-256 key.
    """
    _read(payload)
    root = load_private_key(root_file)
    return sign_trust_payload(payload, public_half(root), lambda message: sign_es256(root, message))


def import_trust(keys_dir: Path, public_dir: Path, city: City, token: bytes, now: datetime) -> TrustList:
    """Publishes a list that came back from the root; the published one again changes nothing.

    Raises:
        ValueError: one sentence: not signed by the known root, not newer than the published one, for a time to come or
            past, or of another content than `keys.json` has by now.
    """
    with only_one(keys_dir):
        ring = KeyRing.load(keys_dir)
        root = root_public(keys_dir, ring)
        try:
            draft = parse_trust_list(token, root)
            trust = accept_trust_list(draft, run_checks([draft.check]), None)
        except Invalid as refusal:
            raise ValueError(f"{refusal.code}: the root {kid_of(root).hex()} did not sign this") from refusal
        held = held_list(public_dir, keys_dir, ring)
        if held is not None and held.token != token:
            _require_newer(trust, held.trust)
        _require_present(trust, now)
        signer = FileSigner(keys_dir, ring)
        if trust.keys != wanted_list(ring, signer, trust.hosts, from_epoch_s(trust.issued_at_s)).keys:
            raise ValueError("keys.json has changed since this list was exported: export it again")
        if city.hosts[0] not in trust.hosts:
            raise ValueError(f"the list does not know the host {city.hosts[0]}: export it again with this address")
        write_public_files(keys_dir, public_dir, city, token)
        return trust


def _require_newer(trust: TrustList, held: TrustList) -> None:
    if trust.version <= held.version or trust.issued_at_s < held.issued_at_s:
        raise ValueError(
            f"version {trust.version} of {_time(trust.issued_at_s)} is not newer than the published "
            f"{held.version} of {_time(held.issued_at_s)}"
        )


def _require_present(trust: TrustList, now: datetime) -> None:
    """A list from the future would put every phone's clock forward."""
    if trust.issued_at_s > to_epoch_s(now + CLOCKS_DIFFER):
        raise ValueError(f"this list is for {_time(trust.issued_at_s)}: import it then")
    if trust.expires_at_s <= to_epoch_s(now):
        raise ValueError(f"this list ended at {_time(trust.expires_at_s)}")


def _read(payload: bytes) -> TrustList:
    try:
        return read_trust_payload(payload)
    except Invalid as refusal:
        raise ValueError("this file is no exported trust list") from refusal


def _line(record: KeyRecord) -> str:
    role = _ROLE_NAMES.get(KeyRole(record.role), "?") if record.role in set(KeyRole) else f"role {record.role}"
    types = ",".join(map(str, record.type_codes)) or "-"
    window = f"{_day(record.not_before_s)} to {_day(record.expires_at_s)}"
    lost = f", LOST since {_time(record.compromised_at_s)}" if record.compromised_at_s is not None else ""
    return f"{record.kid.hex()}  {role}  {record.issuer.code} {record.issuer.name}, types {types}, {window}{lost}"


def _time(seconds: int) -> str:
    return to_wire(from_epoch_s(seconds))


def _day(seconds: int) -> str:
    return from_epoch_s(seconds).astimezone(CITY_ZONE).date().isoformat()
