"""Signature checks as data: what is to be checked, and with which key. The platform runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared_models.credential.cose import Sign1, sig_structure
from shared_models.credential.keys import PublicKey


class CheckRole(StrEnum):
    """Whose signature it is."""

    ISSUER = "issuer"
    HOLDER = "holder"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """A signature of well-formed size and range.

    Attributes:
        role: whose it is.
        alg: the COSE algorithm that the protected header names.
        kid: the name of the key in the protected header; None for a holder.
        message: the Sig_structure.
        signature: r || s, 64 bytes.
        key: the key itself where the token carries it (holder); None where a list has to be asked.
    """

    role: CheckRole
    alg: int
    kid: bytes | None
    message: bytes
    signature: bytes
    key: PublicKey | None = None


@dataclass(frozen=True, slots=True)
class KeyedCheck:
    """A check with one of the keys that come into question."""

    check: SignatureCheck
    key: PublicKey


CheckResults = Mapping[KeyedCheck, bool]
"""What the platform found. A check that is not in it counts as failed."""


def check_of(
    sign1: Sign1, role: CheckRole, *, kid: bytes | None = None, key: PublicKey | None = None
) -> SignatureCheck:
    return SignatureCheck(role, sign1.alg, kid, sig_structure(sign1.protected, sign1.payload), sign1.signature, key)
