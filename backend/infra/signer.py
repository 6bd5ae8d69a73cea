"""Signing with keys that never leave their place: a file here, a hardware module elsewhere behind the same port."""

from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from backend.infra.key_ring import KeyRecord
from shared_models.credential.keys import PublicKey, kid_of, p256_key

_COORDINATE_BYTES: Final = 32


class Signer(Protocol):
    """ES256 (RFC 9053 2.1) under a named key."""

    def sign(self, kid: bytes, message: bytes) -> bytes:
        """The 64 bytes ``r || s`` over ``message`` (hashed with SHA-256 inside).

        Raises:
            KeyError: no such key here.
        """
        ...

    def public_key(self, kid: bytes) -> PublicKey:
        """The public half of a key.

        Raises:
            KeyError: no such key here.
        """
        ...


class Records(Protocol):
    """Where a signer looks a kid up: a `KeyRing`, or a `LiveKeyRing` that changes while the process runs."""

    def record(self, kid: bytes) -> KeyRecord | None: ...


class FileSigner:
    """Keys in PEM files beside ``keys.json``; each is read when first used and kept in memory."""

    def __init__(self, keys_dir: Path, ring: Records) -> None:
        self._keys_dir: Final = keys_dir
        self._ring: Final = ring
        self._keys: dict[bytes, ec.EllipticCurvePrivateKey] = {}

    def sign(self, kid: bytes, message: bytes) -> bytes:
        return sign_es256(self._key(kid), message)

    def public_key(self, kid: bytes) -> PublicKey:
        # of a key whose private half is elsewhere, or was destroyed, keys.json still has the public one
        return self._record(kid).public or public_half(self._key(kid))

    def _key(self, kid: bytes) -> ec.EllipticCurvePrivateKey:
        key = self._keys.get(kid)
        if key is None:
            file = self._record(kid).file
            if not file:
                raise FileNotFoundError(f"the private half of {kid.hex()} is not on this machine")
            key = load_private_key(self._keys_dir / file)
            if kid_of(public_half(key)) != kid:
                raise ValueError(f"{file} is not the key that keys.json names")
            self._keys[kid] = key
        return key

    def _record(self, kid: bytes) -> KeyRecord:
        record = self._ring.record(kid)
        if record is None:
            raise KeyError(kid.hex())
        return record


def sign_es256(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """The 64 bytes ``r || s`` over ``message``."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")


def load_private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """A P-256 private key in unencrypted PKCS#8 PEM.

    Raises:
        ValueError: another kind of key.
    """
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path.name} is not a P-256 key")  # noqa: TRY004 - the file's content, not its type
    return key


def public_half(key: ec.EllipticCurvePrivateKey) -> PublicKey:
    numbers = key.public_key().public_numbers()
    return p256_key(numbers.x.to_bytes(_COORDINATE_BYTES, "big"), numbers.y.to_bytes(_COORDINATE_BYTES, "big"))
