"""The agency's seal on XML: one enveloped signature over the whole document (W3C XML Signature 1.1)."""

from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from backend.infra.printing.seal import Seal

_C14N: Final = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
"""Exclusive, so that it still holds when a receipt is put into another document."""


def sign_xml(root: Any, seal: Seal) -> bytes:
    """The document with the signature as the root's last element, in UTF-8; the certificate goes with it."""
    held, named = seal.agency.signing_key, seal.agency.signing_cert
    if held is None or named is None:
        raise TypeError("the seal was opened without its key or certificate")
    key = load_der_private_key(held.dump(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("the seal's key is neither EC nor RSA")
    is_ec = isinstance(key, ec.EllipticCurvePrivateKey)
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.ECDSA_SHA256 if is_ec else SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=_C14N,
    )
    certificate = x509.load_der_x509_certificate(named.dump())
    signed = signer.sign(root, key=key, cert=[certificate])
    written: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
    return written
