"""What can happen to a signing key after the first day: another is made, one takes over, one ends, one is lost.

Every change is one replacement of ``keys.json`` under the folder's lock; a refused one changes nothing. What the city's
verifiers know changes only with the next signed trust list (`backend/infra/publishing.py`), and running servers follow
``keys.json`` by themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from backend.infra.key_files import PRIVATE, create, only_one, private_pem, write_ring
from backend.infra.key_making import KEY_LIFE, Issuer
from backend.infra.key_ring import KeyRecord, KeyRing, KeyRole, KeyState
from backend.infra.signer import public_half
from shared_models.clock import from_epoch_s, to_epoch_s, to_wire
from shared_models.credential.constants import STATUS_LIFETIME_S
from shared_models.credential.keys import kid_of
from shared_models.credential.types import BY_CODE
from shared_models.text import is_credential_text

TAKE_OVER_AFTER: Final = timedelta(seconds=STATUS_LIFETIME_S)
"""How long a new key is published before it signs.

A phone that has not heard of the city for longer than a status list lives can confirm nothing any more; one that has,
holds the new key. So no genuine licence is ever called "signed by an unknown key".
"""

GRACE: Final = timedelta(days=7)
"""How long the codes that a lost key signed stay good while their owners' phones fetch new ones."""

_BACKDATED: Final = timedelta(minutes=1)
"""A status list says that it is half a minute older than its signing: a key that begins now must have begun then."""

_ISSUER_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rotation:
    """The key that takes over, when, and those that it takes over from. ``is_made``: its file is new."""

    key: KeyRecord
    starts_at: datetime
    replaced: tuple[KeyRecord, ...]
    is_made: bool


def make_key(
    keys_dir: Path, issuer: Issuer, now: datetime, not_before: datetime | None = None, *, is_standby: bool = False
) -> KeyRecord:
    """Makes a licence key for an agency that has none for these types, or one to keep in reserve.

    Raises:
        ValueError: one sentence about what is wrong.
    """
    _check(issuer)
    with only_one(keys_dir):
        ring = KeyRing.load(keys_dir)
        for record in ring.records:
            if record.issuer_code == issuer.code and record.issuer_name != issuer.name:
                raise ValueError(f"{issuer.code} is called {record.issuer_name!r} here, not {issuer.name!r}")
        wanted = _draft(KeyRole.LICENCE, issuer, not_before or now)
        same = [record for record in ring.records if record.does_the_same_as(wanted)]
        if is_standby and any(ring.state(one, to_epoch_s(now)) is KeyState.STANDBY for one in same):
            raise ValueError(f"{issuer.code} has a key in reserve for these types already")
        taken = sorted({code for code in issuer.types if ring.licence_key(issuer.code, code, to_epoch_s(now))})
        if taken and not is_standby:
            raise ValueError(
                f"{issuer.code} has a key for type {_listed(taken)}: "
                f"`congdan keys rotate --issuer {issuer.code}` replaces it"
            )
        record = _with_new_key(keys_dir, replace(wanted, standby=is_standby))
        write_ring(keys_dir, KeyRing((*ring.records, record), ring.is_demo))
        return record


def rotate(
    keys_dir: Path, which: str, now: datetime, starts_at: datetime | None = None, *, is_kid: bool = False
) -> Rotation:
    """Lets a new key take over from the one named (by kid, or by issuer when that has one set of types).

    A key in reserve is taken where there is one, else a key is made. Without ``starts_at`` it begins to sign once it
    has been known for `TAKE_OVER_AFTER`, or at once where nobody else can sign.

    Raises:
        ValueError: one sentence about what is wrong.
    """
    now_s = to_epoch_s(now)
    with only_one(keys_dir):
        ring = KeyRing.load(keys_dir)
        old = named_key(ring, which) if is_kid else _only_key_of(ring, which)
        if old.role is KeyRole.ROOT:
            raise ValueError("a root is changed in a ceremony: docs/operations.md, keys")
        group = [record for record in ring.records if record.does_the_same_as(old)]
        waiting = next((one for one in group if ring.state(one, now_s) is KeyState.WAITING), None)
        if waiting is not None and starts_at is None:
            takes_over = to_wire(from_epoch_s(waiting.takes_over_at))
            raise ValueError(f"{waiting.kid.hex()} takes over at {takes_over}; --from says another time")
        reserve = next((one for one in group if ring.state(one, now_s) is KeyState.STANDBY), None)
        new = waiting or reserve or _with_new_key(keys_dir, _draft(old.role, _issuer(old), now - _BACKDATED))
        if not (keys_dir / new.file).is_file():
            raise ValueError(f"bring {new.file} back to {keys_dir} first: it is the key in reserve")
        signing = tuple(one for one in group if one.is_usable(now_s))
        if not signing:
            starts_at = max(now, from_epoch_s(new.nbf))
        elif starts_at is None:
            starts_at = max(now, from_epoch_s(new.nbf) + TAKE_OVER_AFTER)
        new = replace(new, standby=False, signs_from=to_epoch_s(starts_at) if signing else None)
        _replace(keys_dir, ring, new)
        return Rotation(new, starts_at, signing, is_made=new.kid not in {one.kid for one in group})


def retire(keys_dir: Path, kid: str, now: datetime, *, is_last_allowed: bool = False) -> KeyRecord:
    """Ends a key's window now: it signs nothing more; what it signed stays good.

    Raises:
        ValueError: one sentence about what is wrong; also that nobody else could sign, unless that is allowed.
    """
    now_s = to_epoch_s(now)
    with only_one(keys_dir):
        ring = KeyRing.load(keys_dir)
        record = named_key(ring, kid)
        _require_alive(ring, record, now_s)
        if left := unsigned_without(ring, record, now_s):
            if record.role is KeyRole.STATUS:
                raise ValueError("no other key signs the status lists: `congdan keys rotate` first")
            if not is_last_allowed:
                raise ValueError(f"nobody else signs type {_listed(left)} of {record.issuer_code}: say --yes")
        ended = replace(record, exp=max(now_s, record.nbf + 1), standby=False)
        _replace(keys_dir, ring, ended)
        return ended


def mark_compromised(keys_dir: Path, kid: str, at: datetime, announce_at: datetime, now: datetime) -> KeyRecord:
    """Marks a key as in somebody else's hands since ``at``: from now on nothing is signed with it.

    Verifiers are told from ``announce_at`` on (the grace in which owners get new codes); a status key's loss they are
    told at once, because what it signs revokes and revives. Marking again moves ``announce_at``.

    Raises:
        ValueError: one sentence about what is wrong.
    """
    if at > now:
        raise ValueError("--at lies in the future")
    with only_one(keys_dir):
        ring = KeyRing.load(keys_dir)
        record = named_key(ring, kid)
        if record.role is KeyRole.ROOT:
            raise ValueError("a lost root is changed in a ceremony: docs/operations.md, keys")
        if record.role is KeyRole.STATUS:
            announce_at = now
        lost = replace(record, compromised_at=to_epoch_s(at), announce_at=to_epoch_s(announce_at))
        _replace(keys_dir, ring, lost)
        return lost


def named_key(ring: KeyRing, kid: str) -> KeyRecord:
    """The key with this kid, in hex.

    Raises:
        ValueError: there is none.
    """
    found = next((record for record in ring.records if record.kid.hex() == kid.strip().lower()), None)
    if found is None:
        raise ValueError(f"no key {kid}: `congdan keys list` names them")
    return found


def unsigned_without(ring: KeyRing, record: KeyRecord, now_s: int) -> list[int]:
    """The type codes that nobody of its issuer could sign without this key; [0] for status lists."""
    rest = KeyRing(tuple(one for one in ring.records if one != record), ring.is_demo)
    if record.role is KeyRole.STATUS:
        return [] if rest.status_key(now_s) else [0]
    if not record.is_usable(now_s):
        return []
    return [code for code in record.types if rest.licence_key(record.issuer_code, code, now_s) is None]


def _check(issuer: Issuer) -> None:
    if _ISSUER_CODE.fullmatch(issuer.code) is None:
        raise ValueError(f"{issuer.code!r} is no code of an agency: capitals, digits, dots and hyphens are")
    if not is_credential_text(issuer.name):
        raise ValueError(f"{issuer.name!r} is no name: Latin letters without a space at the ends, 200 at most")
    if not issuer.types or len(set(issuer.types)) != len(issuer.types):
        raise ValueError("each licence type is wanted once, and one at least")
    if unknown := [code for code in issuer.types if code not in BY_CODE]:
        raise ValueError(f"no licence type {_listed(unknown)}; there are {_listed(sorted(BY_CODE))}")


def _only_key_of(ring: KeyRing, issuer_code: str) -> KeyRecord:
    """The newest key of an issuer that signs one set of types only."""
    found = [one for one in ring.records if one.issuer_code == issuer_code and one.role is not KeyRole.ROOT]
    if not found:
        raise ValueError(f"no key of {issuer_code}: `congdan keys list` names them")
    if any(not one.does_the_same_as(found[0]) for one in found):
        raise ValueError(f"{issuer_code} has keys for several sets of types: name one with --kid")
    return found[-1]


def _require_alive(ring: KeyRing, record: KeyRecord, now_s: int) -> None:
    state = ring.state(record, now_s)
    if state is KeyState.COMPROMISED:
        raise ValueError(f"{record.kid.hex()} is marked compromised, which is more than retired")
    if state is KeyState.RETIRED:
        raise ValueError(f"{record.kid.hex()} was retired at {to_wire(from_epoch_s(record.exp))}")
    if record.role is KeyRole.ROOT:
        raise ValueError("a root is changed in a ceremony: docs/operations.md, keys")


def _issuer(record: KeyRecord) -> Issuer:
    return Issuer(record.issuer_code, record.issuer_name, record.types)


def _draft(role: KeyRole, issuer: Issuer, not_before: datetime) -> KeyRecord:
    window = (to_epoch_s(not_before), to_epoch_s(not_before + KEY_LIFE))
    return KeyRecord(b"", "", role, issuer.code, issuer.name, issuer.types, *window)


def _with_new_key(keys_dir: Path, record: KeyRecord) -> KeyRecord:
    """Makes the key and its file; the file comes first, so that a record never names a key that is not there."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = public_half(key)
    kid = kid_of(public)
    owner = f"-{record.issuer_code}" if record.role is KeyRole.LICENCE else ""
    file = f"{record.role.value}{owner}.{kid.hex()}.pem"
    create(keys_dir / file, private_pem(key), PRIVATE)
    return replace(record, kid=kid, file=file, public=public)


def _replace(keys_dir: Path, ring: KeyRing, record: KeyRecord) -> None:
    others = [one for one in ring.records if one.kid != record.kid]
    if len(others) == len(ring.records):
        kept: Sequence[KeyRecord] = (*ring.records, record)
    else:
        kept = [record if one.kid == record.kid else one for one in ring.records]
    write_ring(keys_dir, KeyRing(tuple(kept), ring.is_demo))


def _listed(codes: Sequence[int]) -> str:
    return ", ".join(map(str, codes))
