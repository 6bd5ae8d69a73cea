"""Signing with keys that never leave their place: a file here, a hardware module elsewhere behind the same port."""

from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from backend.infra.key_ring import KeyRing
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


class FileSigner:
    """Keys in PEM files beside ``keys.json``; each is read when first used and kept in memory."""

    def __init__(self, keys_dir: Path, ring: KeyRing) -> None:
        self._keys_dir: Final = keys_dir
        self._files: Final = {record.kid: record.file for record in ring.records}
        self._keys: dict[bytes, ec.EllipticCurvePrivateKey] = {}

    def sign(self, kid: bytes, message: bytes) -> bytes:
        der = self._key(kid).sign(message, ec.ECDSA(SHA256()))
        r, s = decode_dss_signature(der)
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")

    def public_key(self, kid: bytes) -> PublicKey:
        return public_half(self._key(kid))

    def _key(self, kid: bytes) -> ec.EllipticCurvePrivateKey:
        key = self._keys.get(kid)
        if key is None:
            key = load_private_key(self._keys_dir / self._files[kid])
            if kid_of(public_half(key)) != kid:
                raise ValueError(f"{self._files[kid]} is not the key that keys.json names")
            self._keys[kid] = key
        return key


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
