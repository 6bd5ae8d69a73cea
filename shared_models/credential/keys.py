"""P-256 public keys: the point on the curve, compressed coordinates, and the name (`kid`) of a key.

Only field arithmetic, needed to read a compressed point. Signatures are the platform's business.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from shared_models.credential import cbor
from shared_models.credential.constants import COORDINATE_BYTES, CRV, CRV_P256, ES256, KID_BYTES, KTY, KTY_EC2, X, Y

# SEC 2, section 2.4.2 (secp256r1): y^2 = x^3 - 3x + b over the field of p elements; n is the order of the group.
_P: Final = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An elliptic-curve public key and the one algorithm it is used with; ``x`` and ``y`` have 32 bytes each."""

    alg: int
    x: bytes
    y: bytes


def p256_key(x: bytes, y: bytes) -> PublicKey:
    """An ES256 key.

    Raises:
        ValueError: coordinates not of 32 bytes, or not a point of the curve.
    """
    if len(x) != COORDINATE_BYTES or len(y) != COORDINATE_BYTES:
        raise ValueError("a coordinate has 32 bytes")
    x_value, y_value = int.from_bytes(x, "big"), int.from_bytes(y, "big")
    if x_value >= _P or y_value >= _P or (y_value * y_value - _right_side(x_value)) % _P:
        raise ValueError("not a point of P-256")
    return PublicKey(ES256, x, y)


def decompress(x: bytes, *, y_is_odd: bool) -> PublicKey:
    """The ES256 key of a compressed point (SEC 1, 2.3.4; p is 3 modulo 4, so a root is one power).

    Raises:
        ValueError: not 32 bytes, or no point of the curve has this x.
    """
    x_value = int.from_bytes(x, "big")
    if len(x) != COORDINATE_BYTES or x_value >= _P:
        raise ValueError("not a coordinate of P-256")
    square = _right_side(x_value)
    root = pow(square, (_P + 1) // 4, _P)
    if root * root % _P != square:
        raise ValueError("not a point of P-256")
    # The root is never 0: the group has prime order, so no point of order two exists.
    y_value = root if root & 1 == y_is_odd else _P - root
    return PublicKey(ES256, x, y_value.to_bytes(COORDINATE_BYTES, "big"))


def is_odd(key: PublicKey) -> bool:
    """The sign bit of the compressed form."""
    return bool(key.y[-1] & 1)


def thumbprint(key: PublicKey) -> bytes:
    """SHA-256 thumbprint of the COSE key (RFC 9679 3), 32 bytes, over the uncompressed point."""
    return sha256(cbor.encode({KTY: KTY_EC2, CRV: CRV_P256, X: key.x, Y: key.y})).digest()


def kid_of(key: PublicKey) -> bytes:
    """The key's name in a credential: the first 8 bytes of its thumbprint; not unique by design."""
    return thumbprint(key)[:KID_BYTES]


def _right_side(x_value: int) -> int:
    return (x_value * x_value * x_value - 3 * x_value + _B) % _P
