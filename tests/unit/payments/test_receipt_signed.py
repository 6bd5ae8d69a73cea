"""The agency's seal on a receipt's XML, checked by hand and by another verifier; what was changed afterwards shows."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from signxml import XMLVerifier
from signxml.exceptions import InvalidDigest

from backend.infra.printing.seal import Seal
from backend.payments.printed.receipt import PrintedReceipt
from backend.payments.printed.receipt_xml import NAMESPACE, write_receipt
from backend.payments.printed.xml_seal import sign_xml
from tests.support.receipts import a_receipt, xml_signer

KINDS = ("ec", "rsa")


@cache
def a_seal(kind: str) -> tuple[Seal, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Ban Quản lý An toàn thực phẩm {kind}")])
    born = datetime(2026, 1, 1, tzinfo=UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(born)
        .not_valid_after(born + timedelta(days=3650))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        ),
        cert_registry=SimpleCertificateStore(),
    )
    return Seal(signer, signer, "Ban Quản lý An toàn thực phẩm"), certificate


@pytest.mark.parametrize("kind", KINDS)
def test_the_signature_is_the_agencys_and_over_all_of_it(kind: str) -> None:
    seal, certificate = a_seal(kind)
    content = sign_xml(write_receipt(PrintedReceipt(a_receipt())), seal)
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert xml_signer(content) == certificate


def test_another_verifier_finds_it_good_and_sees_the_receipt() -> None:
    seal, certificate = a_seal("ec")
    content = sign_xml(write_receipt(PrintedReceipt(a_receipt())), seal)
    seen = XMLVerifier().verify(content, x509_cert=certificate)
    assert not isinstance(seen, list)
    assert seen.signed_xml is not None
    assert seen.signed_xml.findtext(f"{{{NAMESPACE}}}ThongTinChung/{{{NAMESPACE}}}So") == "00000042"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("before", "after"), [(b"115000", b"015000"), (b"00000042", b"00000043"), (b"Trang", b"Trung")]
)
def test_whatever_is_changed_shows(kind: str, before: bytes, after: bytes) -> None:
    seal, certificate = a_seal(kind)
    content = sign_xml(write_receipt(PrintedReceipt(a_receipt())), seal)
    assert before in content
    forged = content.replace(before, after)
    with pytest.raises(InvalidSignature):
        xml_signer(forged)
    with pytest.raises(InvalidDigest):
        XMLVerifier().verify(forged, x509_cert=certificate)


def test_a_signature_of_somebody_else_is_not_the_agencys() -> None:
    content = sign_xml(write_receipt(PrintedReceipt(a_receipt())), a_seal("rsa")[0])
    assert xml_signer(content) != a_seal("ec")[1]


def test_it_holds_within_another_document() -> None:
    seal, certificate = a_seal("ec")
    content = sign_xml(write_receipt(PrintedReceipt(a_receipt())), seal)
    outer = etree.fromstring(b"<a:thu xmlns:a='urn:a'/>")
    outer.append(etree.fromstring(content))
    assert xml_signer(etree.tostring(outer[0])) == certificate
