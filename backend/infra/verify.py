"""Runs signature checks with `cryptography`, and the whole way from a scanned text to its verdict.

A check that cannot be run (another algorithm, a key that is no point) has failed; nothing here raises on bad input.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from shared_models.credential.checks import KeyedCheck
from shared_models.credential.constants import ES256, SIGNATURE_BYTES
from shared_models.credential.decode import decode
from shared_models.credential.judge import StatusLists, Verdict, judge, keyed_checks
from shared_models.credential.keys import PublicKey
from shared_models.credential.trust_list import TrustList

_ALGORITHM: Final = ec.ECDSA(SHA256())
_HALF: Final = SIGNATURE_BYTES // 2


def verify_text(
    text: str, trust: TrustList, status_lists: StatusLists, now_s: int, nonce: bytes | None = None
) -> Verdict:
    """The verdict on a scanned text. ``now_s`` is in seconds since 1970; ``nonce`` as in `judge`."""
    decoded = decode(text)
    return judge(decoded, run_checks(keyed_checks(decoded, trust)), trust, status_lists, now_s, nonce)


def run_checks(checks: Iterable[KeyedCheck]) -> dict[KeyedCheck, bool]:
    """Which of the checks hold."""
    return {check: _holds(check) for check in checks}


def _holds(keyed: KeyedCheck) -> bool:
    check, key = keyed.check, keyed.key
    if check.alg != ES256 or key.alg != ES256 or len(check.signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(check.signature[:_HALF], "big"), int.from_bytes(check.signature[_HALF:], "big")
    try:
        _loaded(key).verify(encode_dss_signature(r, s), check.message, _ALGORITHM)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _loaded(key: PublicKey) -> ec.EllipticCurvePublicKey:
    """Issuers' keys come back with every scan; loading one costs as much as a check."""
    return ec.EllipticCurvePublicNumbers(
        int.from_bytes(key.x, "big"), int.from_bytes(key.y, "big"), ec.SECP256R1()
    ).public_key()
