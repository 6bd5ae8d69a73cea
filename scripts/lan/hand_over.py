"""The certificate in the forms that phones take: DER for Android, a configuration profile for iOS."""

import plistlib
from uuid import NAMESPACE_URL, uuid5

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from scripts.lan.authority import fingerprint

CRT_TYPE = "application/x-x509-ca-cert"
PROFILE_TYPE = "application/x-apple-aspen-config"


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def profile(certificate: x509.Certificate, description: str) -> bytes:
    """A profile that iOS removes by itself when the certificate ends (Apple, "Configuration Profile Reference")."""
    name = str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    print_ = fingerprint(certificate)
    payload = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"example.congdan.lan.{print_[:8].replace(':', '').lower()}.root",
        "PayloadUUID": str(uuid5(NAMESPACE_URL, f"congdan-lan-root:{print_}")).upper(),
        "PayloadDisplayName": name,
        "PayloadCertificateFileName": "congdan-demo.crt",
        "PayloadContent": der(certificate),
    }
    whole = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"example.congdan.lan.{print_[:8].replace(':', '').lower()}",
        "PayloadUUID": str(uuid5(NAMESPACE_URL, f"congdan-lan:{print_}")).upper(),
        "PayloadDisplayName": name,
        "PayloadDescription": description,
        "PayloadRemovalDisallowed": False,
        "RemovalDate": certificate.not_valid_after_utc.replace(tzinfo=None),
        "PayloadContent": [payload],
    }
    return plistlib.dumps(whole)
