"""Making an installation's keys, once: what is there already is left as it is (`congdan keys init`).

A real city makes the root on a machine without a network, keeps `root.pem` there, and names its agencies in a file;
without one, a demonstration's three agencies are used and the ring is marked as a demonstration's.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backend.infra.key_files import PRIVATE, create, only_one, private_pem, write_ring
from backend.infra.key_ring import RECORDS_FILE, KeyRecord, KeyRing, KeyRole
from backend.infra.signer import load_private_key, public_half
from backend.infra.system import RandomBytes
from shared_models.clock import to_epoch_s
from shared_models.credential.keys import kid_of

CITY_CODE: Final = "H17"
CITY_NAME: Final = "Thành phố Đà Nẵng"
SESSION_KEY_FILE: Final = "session.key"
SESSION_KEY_BYTES: Final = 32
VAPID_FILE: Final = "vapid.pem"

SANDBOX_SECRET_PREFIX: Final = "sandbox-"  # noqa: S105 - the mark of a made-up secret, not one
"""What a demonstration's VNeID client secret begins with, so that production knows it for one."""

KEY_LIFE: Final = timedelta(days=10 * 365)
"""A credential's key must still be known when the credential is checked, up to five years after it was signed."""

DEMO_PAST: Final = timedelta(days=5 * 365)
"""A demonstration also shows licences that were issued years ago, under keys that were valid then."""

_RSA_BITS: Final = 3072
_RSA_EXPONENT: Final = 65_537


@dataclass(frozen=True, slots=True)
class Issuer:
    """An agency that signs licences of these type codes (shared_models/credential/types.py)."""

    code: str
    name: str
    types: tuple[int, ...]


DEMO_ISSUERS: Final = (
    Issuer("H17.08", "Ban Quản lý An toàn thực phẩm", (1,)),
    Issuer("H17.05", "Sở Xây dựng", (2,)),
    Issuer("H17.12", "Công an thành phố", (3,)),
    Issuer("H17.30.05", "Ủy ban nhân dân phường Hải Châu", (4, 5, 6)),
    Issuer("H17.30.08", "Ủy ban nhân dân phường Sơn Trà", (4, 5, 6)),
)


def read_issuers(path: Path) -> tuple[Issuer, ...]:
    """A JSON list of at least one ``{"code", "name", "types": [int]}``.

    Raises:
        ValueError: anything else.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(rows, list) or not rows:
            raise TypeError("not a list")  # noqa: TRY301 - the same answer as for every other fault
        return tuple(Issuer(str(row["code"]), str(row["name"]), tuple(map(int, row["types"]))) for row in rows)
    except (KeyError, TypeError, ValueError) as malformed:
        raise ValueError(f"{path.name}: a list of code, name and types is wanted") from malformed


def make_keys(keys_dir: Path, issuers: Iterable[Issuer] | None, now: datetime, random_bytes: RandomBytes) -> list[str]:
    """Makes every key that is missing and returns the names of the files made. ``issuers`` None: a demonstration.

    Files are readable by their owner only (0600), their folder too (0700).
    """
    keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_one(keys_dir):
        return _make_missing(keys_dir, issuers, now, random_bytes)


def _make_missing(
    keys_dir: Path, issuers: Iterable[Issuer] | None, now: datetime, random_bytes: RandomBytes
) -> list[str]:
    made: list[str] = []
    is_demo = issuers is None
    ring = KeyRing.load(keys_dir) if (keys_dir / RECORDS_FILE).exists() else KeyRing((), is_demo)
    records = [_with_public(keys_dir, record) for record in ring.records]
    for wanted in _wanted(DEMO_ISSUERS if issuers is None else issuers, now - DEMO_PAST if is_demo else now, now):
        if not any(_is_same(record, wanted) for record in records):
            _make_file(keys_dir / wanted.file, _new_p256, made)
            public = public_half(load_private_key(keys_dir / wanted.file))
            records.append(replace(wanted, kid=kid_of(public), public=public))
    write_ring(keys_dir, KeyRing(tuple(records), ring.is_demo))
    _make_file(keys_dir / SESSION_KEY_FILE, lambda: random_bytes(SESSION_KEY_BYTES), made)
    _make_file(keys_dir / VAPID_FILE, _new_p256, made)
    _make_file(keys_dir / "vneid.pem", _new_rsa, made)
    if is_demo:
        secret = f"{SANDBOX_SECRET_PREFIX}{random_bytes(24).hex()}"
        _make_file(keys_dir / "vneid-client.secret", secret.encode, made)
    return made


def _with_public(keys_dir: Path, record: KeyRecord) -> KeyRecord:
    """The record with its public half: older rings had it in the private key's file only."""
    if record.public is not None or not (keys_dir / record.file).is_file():
        return record
    public = public_half(load_private_key(keys_dir / record.file))
    return replace(record, public=public) if kid_of(public) == record.kid else record


def _wanted(issuers: Iterable[Issuer], not_before: datetime, now: datetime) -> Iterable[KeyRecord]:
    def record(role: KeyRole, file: str, issuer: Issuer) -> KeyRecord:
        window = (to_epoch_s(not_before), to_epoch_s(now + KEY_LIFE))
        return KeyRecord(b"", file, role, issuer.code, issuer.name, issuer.types, *window)

    city = Issuer(CITY_CODE, CITY_NAME, ())
    yield record(KeyRole.ROOT, "root.pem", city)
    yield record(KeyRole.STATUS, "status.pem", city)
    for issuer in issuers:
        yield record(KeyRole.LICENCE, f"licence-{issuer.code}.pem", issuer)


def _is_same(record: KeyRecord, wanted: KeyRecord) -> bool:
    if wanted.role is KeyRole.ROOT:
        # a root that was made elsewhere has no file here
        return record.role is KeyRole.ROOT
    return (record.role, record.file) == (wanted.role, wanted.file)


def _make_file(path: Path, content: Callable[[], bytes], made: list[str]) -> None:
    if not path.exists():
        create(path, content(), PRIVATE)
        made.append(path.name)


def _new_p256() -> bytes:
    return private_pem(ec.generate_private_key(ec.SECP256R1()))


def _new_rsa() -> bytes:
    key = rsa.generate_private_key(public_exponent=_RSA_EXPONENT, key_size=_RSA_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
