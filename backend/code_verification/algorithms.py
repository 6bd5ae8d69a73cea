"""Signatures of other people's tokens, by `cryptography`: ES256, ES384, ES512, EdDSA (RFC 9053 2), PS256 (RFC 8230 2).

Used by the families HC1 and RAW alone; a credential of ours is checked by ``backend/infra/verify.py``.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from shared_models.credential.constants import ES256
from shared_models.credential.foreign.judge import ForeignKey
from shared_models.credential.foreign.sign1 import ForeignSign1
from shared_models.credential.profiles import EDDSA, ES384, ES512, PS256

Verify = Callable[[bytes, bytes], None]
"""Signature, message; raises InvalidSignature or ValueError."""

# RFC 9053 2.1 names the digest and leaves the curve to the key: the curves of each, the usual one first.
_P256, _P384, _P521 = ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()
_ECDSA: Final[dict[int, tuple[HashAlgorithm, tuple[ec.EllipticCurve, ...]]]] = {
    ES256: (SHA256(), (_P256, _P384, _P521)),
    ES384: (SHA384(), (_P384, _P256, _P521)),
    ES512: (SHA512(), (_P521, _P256, _P384)),
}
_EDWARDS: Final[dict[int, Any]] = {32: ed25519.Ed25519PublicKey, 57: ed448.Ed448PublicKey}
# RFC 8230 2: a salt as long as the digest, MGF1 with the same one; keys of 2,048 bits and more. Larger ones are slow.
_PSS: Final = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
_MIN_RSA_BITS, _MAX_RSA_BITS = 2048, 8192


def held_by(token: ForeignSign1, keys: Iterable[ForeignKey]) -> frozenset[ForeignKey]:
    """The keys whose signature the token has."""
    return frozenset(key for key in keys if _holds(token, key))


@lru_cache(maxsize=4096)
def load_key(key: ForeignKey) -> Verify | None:
    """What checks a signature with this key; None for an algorithm that we do not know.

    Raises:
        ValueError: the numbers are no key of the algorithm.
    """
    if key.alg in _ECDSA:
        return _ecdsa(key, *_ECDSA[key.alg])
    if key.alg == EDDSA:
        if len(key.x) not in _EDWARDS:
            raise ValueError("x has 32 bytes (Ed25519) or 57 (Ed448)")
        verify: Verify = _EDWARDS[len(key.x)].from_public_bytes(key.x).verify
        return verify
    return _rsa(key) if key.alg == PS256 else None


def _holds(token: ForeignSign1, key: ForeignKey) -> bool:
    verify = load_key(key)
    if verify is None:
        return False
    try:
        verify(token.signature, token.message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _ecdsa(key: ForeignKey, digest: HashAlgorithm, curves: Iterable[ec.EllipticCurve]) -> Verify:
    public = next(filter(None, (_point(key, curve) for curve in curves)), None)
    if public is None:
        raise ValueError("x and y are no point of P-256, P-384 or P-521")
    size = (public.curve.key_size + 7) // 8
    algorithm = ec.ECDSA(digest)

    def verify(signature: bytes, message: bytes) -> None:
        # RFC 9053 2.1: r and s, each as long as the field; anything else could be cut in two in many ways.
        if len(signature) != 2 * size:
            raise InvalidSignature
        r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        public.verify(encode_dss_signature(r, s), message, algorithm)

    return verify


def _point(key: ForeignKey, curve: ec.EllipticCurve) -> ec.EllipticCurvePublicKey | None:
    x, y = int.from_bytes(key.x, "big"), int.from_bytes(key.y, "big")
    try:
        return ec.EllipticCurvePublicNumbers(x, y, curve).public_key()
    except ValueError:
        return None


def _rsa(key: ForeignKey) -> Verify:
    n, e = int.from_bytes(key.n, "big"), int.from_bytes(key.e, "big")
    if not _MIN_RSA_BITS <= n.bit_length() <= _MAX_RSA_BITS:
        raise ValueError(f"n has {_MIN_RSA_BITS} to {_MAX_RSA_BITS} bits")
    public = rsa.RSAPublicNumbers(e, n).public_key()

    def verify(signature: bytes, message: bytes) -> None:
        public.verify(signature, message, _PSS, SHA256())

    return verify
