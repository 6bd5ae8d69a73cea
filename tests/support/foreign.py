"""Other people's tokens, made here: keys of every algorithm that HC1 and RAW have, and a bench for writing codes."""

import zlib
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512

from shared_models.credential import base45, cbor
from tests.support.credentials import NOW

ES256, ES384, ES512, EDDSA, PS256 = -7, -35, -36, -8, -37
_DIGESTS = {ES256: SHA256(), ES384: SHA384(), ES512: SHA512()}
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}


class PointKey:
    """An elliptic-curve key that its name gives, for one of the ES algorithms."""

    def __init__(self, alg: int, curve: str, name: str = "suite") -> None:
        self.alg, self.kid = alg, sha256(f"{name} {alg} {curve}".encode()).digest()[:8]
        self.private = ec.derive_private_key(int.from_bytes(sha256(name.encode()).digest(), "big") >> 1, CURVES[curve])
        self.size = (CURVES[curve].key_size + 7) // 8

    def sign(self, message: bytes) -> bytes:
        algorithm = ec.ECDSA(_DIGESTS[self.alg], deterministic_signing=True)
        r, s = decode_dss_signature(self.private.sign(message, algorithm))
        return r.to_bytes(self.size, "big") + s.to_bytes(self.size, "big")

    @property
    def row(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        x, y = (number.to_bytes(self.size, "big").hex() for number in (numbers.x, numbers.y))
        return {"kid": self.kid.hex(), "alg": self.alg, "x": x, "y": y, "types": None}


class EdwardsKey:
    """Ed25519 or Ed448."""

    alg = EDDSA

    def __init__(self, kind: type[ed25519.Ed25519PrivateKey] | type[ed448.Ed448PrivateKey], size: int) -> None:
        self.private = kind.from_private_bytes(bytes(range(size)))
        self.kid = b"edwards%d" % size

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)

    @property
    def row(self) -> dict[str, Any]:
        x = self.private.public_key().public_bytes_raw().hex()
        return {"kid": self.kid.hex(), "alg": self.alg, "x": x, "types": None}


class RsaKey:
    """RSA-PSS; made anew in each run, because there is no other way."""

    alg = PS256

    def __init__(self, bits: int = 2048) -> None:
        self.private = rsa.generate_private_key(65537, bits)
        self.kid = b"rsa"

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message, padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size), SHA256())

    @property
    def row(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        n = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big").hex()
        return {"kid": self.kid.hex(), "alg": self.alg, "n": n, "e": "010001", "types": None}


P256 = PointKey(ES256, "P-256")
P384 = PointKey(ES384, "P-384")
P521 = PointKey(ES512, "P-521")
ED25519 = EdwardsKey(ed25519.Ed25519PrivateKey, 32)
ED448 = EdwardsKey(ed448.Ed448PrivateKey, 57)
SuiteKey = PointKey | EdwardsKey | RsaKey

CERTIFICATE = {"ver": "1.3.0", "nam": {"fn": "Nguyễn"}, "v": [{"dn": 2, "sd": 2}]}
CWT = {1: "VN", 4: NOW + 3600, 6: NOW - 3600, -260: {1: CERTIFICATE}}


def sign1(
    key: SuiteKey,
    payload: bytes,
    *,
    protected: dict[Any, Any] | None = None,
    unprotected: dict[Any, Any] | None = None,
    aad: bytes = b"",
) -> bytes:
    """A tagged COSE_Sign1; by default algorithm and kid are protected."""
    header = cbor.encode({1: key.alg, 4: key.kid} if protected is None else protected)
    signature = key.sign(cbor.encode(["Signature1", header, aad, payload]))
    return b"\xd2" + cbor.encode([header, unprotected or {}, payload, signature])


def hc1(token: bytes) -> str:
    return "HC1:" + base45.encode(zlib.compress(token, 9))


def health_certificate(key: SuiteKey = P256, **changes: Any) -> str:
    """A code of the family HC1; ``changes`` are claims by name."""
    labels = {"exp": 4, "nbf": 5, "iat": 6, "hcert": -260}
    claims = CWT | {labels[name]: value for name, value in changes.items()}
    return hc1(sign1(key, cbor.encode({label: value for label, value in claims.items() if value is not None})))
