"""COSE_Sign1: structure, Sig_structure, and the signed CWT of RFC 8392 A.3."""

import pytest

from backend.infra.verify import run_checks
from shared_models.credential import cbor
from shared_models.credential.checks import CheckRole, KeyedCheck, SignatureCheck
from shared_models.credential.cose import CoseError, is_signature, parse_sign1, sig_structure, write_sign1
from shared_models.credential.keys import ORDER, p256_key

# RFC 8392 A.2.3 (the key) and A.3 (the CWT)
KEY = p256_key(
    bytes.fromhex("143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f"),
    bytes.fromhex("60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9"),
)
PROTECTED = bytes.fromhex("a10126")
UNPROTECTED = bytes.fromhex("a104524173796d6d65747269634543445341323536")
PAYLOAD = bytes.fromhex(
    "a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e63"
    "6f6d041a5612aeb0051a5610d9f0061a5610d9f007420b71"
)
SIGNATURE = bytes.fromhex(
    "5427c1ff28d23fbad1f29c4c7c6a555e601d6fa29f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f85951ecee743a52b9b63632"
    "c57209120e1c9e30"
)


def holds(message: bytes, signature: bytes) -> bool:
    check = KeyedCheck(SignatureCheck(CheckRole.ISSUER, -7, None, message, signature), KEY)
    return run_checks([check])[check]


def test_the_cwt_of_rfc_8392_is_read_and_its_signature_holds() -> None:
    sign1 = parse_sign1(write_sign1(PROTECTED, PAYLOAD, SIGNATURE))
    assert sign1.headers == {1: -7}
    claims = cbor.decode(sign1.payload)
    assert claims[1] == "coap://as.example.com"
    assert claims[4] == 1444064944
    assert cbor.encode(claims) == PAYLOAD
    assert holds(sig_structure(sign1.protected, sign1.payload), sign1.signature)
    assert not holds(sig_structure(sign1.protected, sign1.payload + b"\0"), sign1.signature)


def test_the_cwt_as_printed_is_refused_for_its_unprotected_kid() -> None:
    printed = b"\xd2\x84" + cbor.encode(PROTECTED) + UNPROTECTED + cbor.encode(PAYLOAD) + cbor.encode(SIGNATURE)
    assert printed.startswith(bytes.fromhex("d28443a10126a10452"))
    with pytest.raises(CoseError):
        parse_sign1(printed)


def test_sig_structure_is_that_of_the_rfc() -> None:
    assert sig_structure(PROTECTED, PAYLOAD) == cbor.encode(["Signature1", PROTECTED, b"", PAYLOAD])


@pytest.mark.parametrize(
    ("r", "s", "expected"),
    [(1, 1, True), (ORDER - 1, ORDER - 1, True), (0, 1, False), (1, 0, False), (ORDER, 1, False), (1, ORDER, False)],
)
def test_range_of_r_and_s(r: int, s: int, expected: bool) -> None:
    assert is_signature(r.to_bytes(32, "big") + s.to_bytes(32, "big")) is expected


@pytest.mark.parametrize("size", [0, 32, 63, 65, 66, 72, 128])
def test_a_signature_has_64_bytes(size: int) -> None:
    assert not is_signature(b"\x01" * size)


def test_a_check_of_another_algorithm_has_failed() -> None:
    message = sig_structure(PROTECTED, PAYLOAD)
    for alg in (0, 5, -8, -35):
        check = KeyedCheck(SignatureCheck(CheckRole.ISSUER, alg, None, message, SIGNATURE), KEY)
        assert run_checks([check]) == {check: False}
