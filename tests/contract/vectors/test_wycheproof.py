"""C2SP Wycheproof, ECDSA P-256 with SHA-256, signatures as r || s (IEEE P1363)."""

from collections.abc import Callable
from typing import Any

from backend.infra.verify import run_checks
from shared_models.credential.checks import CheckRole, KeyedCheck, SignatureCheck
from shared_models.credential.constants import ES256
from shared_models.credential.cose import is_signature
from shared_models.credential.keys import p256_key


def coordinate(text: str) -> bytes:
    return int(text, 16).to_bytes(32, "big")


def verdicts(suite: dict[str, Any]) -> dict[int, tuple[bool, bool]]:
    """(ours, theirs) by case number: the form that the reader demands, then the platform's check."""
    found = {}
    for group in suite["testGroups"]:
        key = p256_key(coordinate(group["publicKey"]["wx"]), coordinate(group["publicKey"]["wy"]))
        for test in group["tests"]:
            signature = bytes.fromhex(test["sig"])
            check = SignatureCheck(CheckRole.ISSUER, ES256, None, bytes.fromhex(test["msg"]), signature)
            keyed = KeyedCheck(check, key)
            ours = is_signature(signature) and run_checks([keyed])[keyed]
            found[test["tcId"]] = (ours, test["result"] == "valid")
    return found


def test_every_signature_is_judged_as_wycheproof_says(vectors: Callable[[str], Any]) -> None:
    found = verdicts(vectors("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json"))
    assert len(found) == 262
    assert {case for case, (ours, theirs) in found.items() if ours is not theirs} == set()


def test_the_check_alone_refuses_every_wrong_size(vectors: Callable[[str], Any]) -> None:
    """Without the reader's size check in front: the platform check must not take 63 or 66 bytes either."""
    suite = vectors("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json")
    wrong = 0
    for group in suite["testGroups"]:
        key = p256_key(coordinate(group["publicKey"]["wx"]), coordinate(group["publicKey"]["wy"]))
        for test in group["tests"]:
            signature = bytes.fromhex(test["sig"])
            if len(signature) != 64:
                check = SignatureCheck(CheckRole.ISSUER, ES256, None, bytes.fromhex(test["msg"]), signature)
                assert not any(run_checks([KeyedCheck(check, key)]).values()), test["tcId"]
                wrong += 1
    assert wrong > 0


def test_no_der_signature_is_taken_for_raw(vectors: Callable[[str], Any]) -> None:
    """The DER suite: none of its signatures is r || s of 64 bytes that holds."""
    suite = vectors("wycheproof/ecdsa_secp256r1_sha256_test.json")
    seen = 0
    for group in suite["testGroups"]:
        key = p256_key(coordinate(group["publicKey"]["wx"]), coordinate(group["publicKey"]["wy"]))
        for test in group["tests"]:
            check = SignatureCheck(
                CheckRole.ISSUER, ES256, None, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            )
            assert not any(run_checks([KeyedCheck(check, key)]).values()), test["tcId"]
            seen += 1
    assert seen == 484
