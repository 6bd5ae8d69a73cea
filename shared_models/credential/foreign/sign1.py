"""COSE_Sign1 (RFC 9052 4.2) as other people write it.

A parameter comes from the protected header, and only if it is not there from the other one (RFC 9052 3). Whatever the
token says its algorithm is, it counts only if it is the key's.
"""

from dataclasses import dataclass
from typing import Any, Final

from shared_models.credential import cbor
from shared_models.credential.constants import ALG, COSE_SIGN1, CRIT, KID, TYP
from shared_models.credential.cose import CoseError
from shared_models.credential.foreign import loose_cbor

_CWT: Final = 61
_CONTENT_TYPE, _IV, _PARTIAL_IV = 3, 5, 6
_UNDERSTOOD: Final = frozenset((ALG, CRIT, _CONTENT_TYPE, KID, TYP))


@dataclass(frozen=True, slots=True)
class Reading:
    """How strictly a family reads.

    Attributes:
        preferred: shortest heads and definite lengths in the envelope.
        tagged: tag 18 must be there.
        one_place: a label may not stand in both headers (RFC 9052 3: "SHOULD").
        protected_alg: the algorithm must be protected (RFC 9052 3.1: where it can be, it "MUST be authenticated").
    """

    preferred: bool
    tagged: bool
    one_place: bool
    protected_alg: bool


@dataclass(frozen=True, slots=True)
class ForeignSign1:
    """What was read: the algorithm and the key's name, what was signed, the payload."""

    alg: int
    kid: bytes | None
    message: bytes
    payload: bytes
    signature: bytes


def read_sign1(token: bytes, reading: Reading, aad: bytes = b"") -> ForeignSign1:
    """Reads a COSE_Sign1 with its payload inside; ``aad`` is what was signed along (RFC 9052 4.4).

    Raises:
        CborError: ill-formed.
        CoseError: another structure, no ``alg``, a ``crit`` that we do not understand.
    """
    outer = _untagged(loose_cbor.decode(token, preferred=reading.preferred), reading)
    if type(outer) is not list or len(outer) != 4:
        raise CoseError("not a COSE_Sign1")
    protected, unprotected, payload, signature = outer
    if not type(protected) is type(payload) is type(signature) is bytes:
        raise CoseError("protected header, payload and signature are byte strings")
    headers = loose_cbor.decode(protected, preferred=reading.preferred) if protected else {}
    _check_headers(headers, unprotected, reading)
    alg = headers.get(ALG, None if reading.protected_alg else unprotected.get(ALG))
    if type(alg) is not int:
        raise CoseError("no algorithm where it belongs")
    kid = headers.get(KID, unprotected.get(KID))
    message = cbor.encode(["Signature1", protected, aad, payload])
    return ForeignSign1(alg, kid, message, payload, signature)


def _untagged(item: Any, reading: Reading) -> Any:
    """What is inside of tag 18, and of the one tag 61 that may stand around it (RFC 8392 6)."""
    if isinstance(item, loose_cbor.Tag) and item.number == _CWT and isinstance(item.value, loose_cbor.Tag):
        item = item.value
    if isinstance(item, loose_cbor.Tag) and item.number == COSE_SIGN1:
        return item.value
    if reading.tagged:
        raise CoseError("not tagged as a COSE_Sign1")
    return item


def _check_headers(headers: Any, unprotected: Any, reading: Reading) -> None:
    if type(headers) is not dict or type(unprotected) is not dict:
        raise CoseError("a header is a map")
    labels = [*headers, *unprotected]
    if any(isinstance(label, loose_cbor.OtherKey) for label in labels):
        raise CoseError("a label is an integer or a text")
    if reading.one_place and len(labels) != len(set(labels)):
        raise CoseError("a label in both headers")
    if _IV in labels and _PARTIAL_IV in labels:
        raise CoseError("two initialization vectors")
    if not all(type(found[KID]) is bytes for found in (headers, unprotected) if KID in found):
        raise CoseError("kid is a byte string")
    _check_critical(headers, unprotected)


def _check_critical(headers: dict[Any, Any], unprotected: dict[Any, Any]) -> None:
    """RFC 9052 3.1: ``crit`` is protected, not empty, and every label in it is there and understood."""
    if CRIT in unprotected:
        raise CoseError("crit is protected")
    if CRIT not in headers:
        return
    critical = headers[CRIT]
    if type(critical) is not list or not critical:
        raise CoseError("crit is an array with something in it")
    for label in critical:
        if type(label) is not int or label not in _UNDERSTOOD or label not in headers:
            raise CoseError("critical header that is not understood")
