"""COSE_Sign1 (RFC 9052 4.2): the structure, what is signed, and the form of an ES256 signature.

The unprotected header must be empty: whatever is not signed decides nothing.
"""

from dataclasses import dataclass
from typing import Any, Final

from shared_models.credential import cbor
from shared_models.credential.constants import ALG, COSE_SIGN1, CRIT, MAX_TOKEN_BYTES, SIGNATURE_BYTES
from shared_models.credential.keys import ORDER
from shared_models.credential.reasons import FormatError

_TAG: Final = cbor.head(6, COSE_SIGN1)
_SIGN1_HEAD: Final = _TAG + cbor.head(4, 4)
_EMPTY_MAP: Final = b"\xa0"
_SIGNATURE_HEAD: Final = cbor.head(2, SIGNATURE_BYTES)
_SIG_STRUCTURE_HEAD: Final = cbor.head(4, 4) + cbor.encode("Signature1")
_NO_AAD: Final = cbor.encode(b"")
_HALF: Final = SIGNATURE_BYTES // 2


class CoseError(FormatError):
    """Well-formed CBOR that is not a COSE_Sign1 as this project writes them."""

    reason = "format.cose"


@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1: the protected header as bytes and as map (``alg`` is in it), payload, signature."""

    protected: bytes
    headers: dict[int | str, Any]
    payload: bytes
    signature: bytes

    @property
    def alg(self) -> int:
        alg: int = self.headers[ALG]
        return alg


def parse_sign1(token: bytes, *, max_bytes: int = MAX_TOKEN_BYTES, tag_in_header: bool = False) -> Sign1:
    """Reads a tagged COSE_Sign1; ``tag_in_header`` admits tag 18 as a header's value (header 13 of a presentation).

    Raises:
        cbor.CborError: not deterministic CBOR.
        CoseError: another structure, something unprotected, no ``alg``, or any ``crit`` (we understand no extension).
    """
    outer = cbor.decode(token, max_bytes=max_bytes, tag_depth=0)
    if not isinstance(outer, cbor.Tagged) or type(outer.value) is not list or len(outer.value) != 4:
        raise CoseError("not a COSE_Sign1")
    protected, unprotected, payload, signature = outer.value
    if not (type(protected) is type(payload) is type(signature) is bytes) or unprotected != {}:
        raise CoseError("not a COSE_Sign1 with everything protected")
    headers = cbor.decode(protected, max_bytes=max_bytes, tag_depth=1 if tag_in_header else -1)
    if type(headers) is not dict or type(headers.get(ALG)) is not int or CRIT in headers:
        raise CoseError("protected header")
    return Sign1(protected, headers, payload, signature)


def sig_structure(protected: bytes, payload: bytes) -> bytes:
    """The bytes that are signed (RFC 9052 4.4), without external data."""
    return b"".join(
        (
            _SIG_STRUCTURE_HEAD,
            cbor.head(2, len(protected)),
            protected,
            _NO_AAD,
            cbor.head(2, len(payload)),
            payload,
        )
    )


def write_sign1(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """The tagged COSE_Sign1 of its parts."""
    return b"".join(
        (
            _SIGN1_HEAD,
            cbor.head(2, len(protected)),
            protected,
            _EMPTY_MAP,
            cbor.head(2, len(payload)),
            payload,
            _SIGNATURE_HEAD,
            signature,
        )
    )


def sign1_length(protected: bytes, payload: bytes) -> int:
    """Bytes of the finished COSE_Sign1, known before it is signed."""
    return len(write_sign1(protected, payload, b"")) + SIGNATURE_BYTES


def is_signature(signature: bytes) -> bool:
    """Whether r and s can be those of a P-256 signature: 32 bytes each, 0 < r, s < n (FIPS 186-5 6.4.2)."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
    return 0 < r < ORDER and 0 < s < ORDER
