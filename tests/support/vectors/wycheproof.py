"""C2SP/wycheproof, ECDSA P-256 with SHA-256: through the check of VN1 and through that of HC1 and RAW.

These are signatures over bare messages, not tokens: they enter where a token's signature is checked.
"""

from typing import Any

from backend.code_verification.algorithms import held_by
from backend.code_verification.keys_file import read_keys
from backend.infra.verify import run_checks
from shared_models.credential.checks import CheckRole, KeyedCheck, SignatureCheck
from shared_models.credential.constants import ES256
from shared_models.credential.cose import is_signature
from shared_models.credential.foreign.judge import ForeignKey
from shared_models.credential.foreign.sign1 import ForeignSign1
from shared_models.credential.keys import p256_key
from tests.support.vectors.case import Case, Vectors

RAW_FORM = "wycheproof/ecdsa_secp256r1_sha256_p1363_test.json"
DER_FORM = "wycheproof/ecdsa_secp256r1_sha256_test.json"


def cases(vectors: Vectors) -> list[Case]:
    """The suite with signatures as r || s."""
    found = []
    for group in vectors(RAW_FORM)["testGroups"]:
        for test in group["tests"]:
            ours, theirs = _ours(group, test), _theirs(group, test)
            agreed = ours is theirs is (test["result"] == "valid")
            found.append(Case(str(test["tcId"]), agreed, f"VN1 {ours}, RAW {theirs}"))
    return found


def taken_as_raw(vectors: Vectors) -> tuple[int, int]:
    """Of the suite with signatures in DER: how many there are, and how many either check takes for r || s."""
    groups = vectors(DER_FORM)["testGroups"]
    tests = [(group, test) for group in groups for test in group["tests"]]
    return len(tests), sum(_ours(group, test) or _theirs(group, test) for group, test in tests)


def _ours(group: dict[str, Any], test: dict[str, Any]) -> bool:
    x, y = (int(group["publicKey"][member], 16).to_bytes(32, "big") for member in ("wx", "wy"))
    signature = bytes.fromhex(test["sig"])
    check = SignatureCheck(CheckRole.ISSUER, ES256, None, bytes.fromhex(test["msg"]), signature)
    keyed = KeyedCheck(check, p256_key(x, y))
    return is_signature(signature) and run_checks([keyed])[keyed]


def _theirs(group: dict[str, Any], test: dict[str, Any]) -> bool:
    point = group["publicKey"]
    key = _key(point["wx"], point["wy"])
    token = ForeignSign1(ES256, None, bytes.fromhex(test["msg"]), b"", bytes.fromhex(test["sig"]))
    return key in held_by(token, [key])


def _key(x: str, y: str) -> ForeignKey:
    [key] = read_keys(b'[{"kid": "", "alg": -7, "x": "%s", "y": "%s"}]' % (x.encode(), y.encode()))
    return key
