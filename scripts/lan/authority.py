"""A certificate authority for one machine in one local network, made on the spot.

The phones of a trial are asked to trust its root. So that this is worth as little as possible to a thief:

* the root's key signs one intermediate and is thrown away; it is never written down;
* root and intermediate may only speak for the machine's networks and its ``.local`` name (RFC 5280 4.2.1.10, critical).
  Verifiers may ignore constraints of a root that somebody chose to trust, none may ignore those of an intermediate;
* everything ends by itself: the root after half a year, the server's certificate after a month. The latter is made anew
  at each start, with the addresses of the day.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scripts.lan.addresses import LanAddress

ROOT_LIFE = timedelta(days=180)
SERVER_LIFE = timedelta(days=30)
# The clocks of phones are a little behind at times.
BACKDATED = timedelta(hours=1)
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class LanFiles:
    """Where the authority lives: ``DATA/lan``."""

    folder: Path

    @property
    def root(self) -> Path:
        """The certificate that phones are asked to trust (PEM)."""
        return self.folder / "authority.crt"

    @property
    def intermediate(self) -> Path:
        return self.folder / "intermediate.crt"

    @property
    def intermediate_key(self) -> Path:
        return self.folder / "intermediate.key"

    @property
    def chain(self) -> Path:
        """What the server presents: its certificate, then the intermediate."""
        return self.folder / "server.crt"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"


def ensure_certificates(
    files: LanFiles, addresses: Sequence[LanAddress], hostname: str, now: datetime | None = None
) -> bool:
    """A fresh server certificate for these addresses; whether phones have to trust a new root for it."""
    now = now or datetime.now(UTC)
    files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = _held(files)
    is_new = held is None or not _covers(held[0], addresses, hostname, now)
    certificate, key = _make_authority(files, addresses, hostname, now) if held is None or is_new else held
    server_key = ec.generate_private_key(ec.SECP256R1())
    server = _server_certificate(certificate, key, server_key, [one.ip for one in addresses], hostname, now)
    _write(files.key, _key_pem(server_key))
    _write(files.chain, _pem(server) + _pem(certificate))
    return is_new


def root_of(files: LanFiles) -> x509.Certificate:
    return x509.load_pem_x509_certificate(files.root.read_bytes())


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in pairs, as phones show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _held(files: LanFiles) -> tuple[x509.Certificate, Key] | None:
    """The intermediate with its key, when all of it is there and belongs together."""
    try:
        root = root_of(files)
        certificate = x509.load_pem_x509_certificate(files.intermediate.read_bytes())
        key = serialization.load_pem_private_key(files.intermediate_key.read_bytes(), None)
        certificate.verify_directly_issued_by(root)
    except (OSError, ValueError, TypeError) as damaged:
        del damaged  # a new one costs the phones one more tap, a broken one would cost hours
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    return certificate, key


def _covers(certificate: x509.Certificate, addresses: Sequence[LanAddress], hostname: str, now: datetime) -> bool:
    """Whether this authority may speak for all of these, for as long as a server certificate lives."""
    permitted = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    networks = [tree.value for tree in permitted if isinstance(tree, x509.IPAddress)]
    names = [tree.value for tree in permitted if isinstance(tree, x509.DNSName)]
    reached = all(any(one.ip in network for network in networks) for one in addresses)
    return reached and hostname in names and certificate.not_valid_after_utc > now + SERVER_LIFE


def _make_authority(
    files: LanFiles, addresses: Sequence[LanAddress], hostname: str, now: datetime
) -> tuple[x509.Certificate, Key]:
    networks = sorted({one.at.network for one in addresses})
    constraints = _constraints(networks, hostname)
    # Gone when this function returns.
    root_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    name, below = _name(f"Công Dân DEMO, {hostname}"), _name(f"Công Dân DEMO, {hostname}, máy chủ")
    until = now + ROOT_LIFE
    root = (
        _certificate(name, name, root_key.public_key(), (now, until))
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(constraints, critical=True)
        .sign(root_key, hashes.SHA256())
    )
    certificate = (
        _certificate(name, below, key.public_key(), (now, until))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(constraints, critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    _write(files.intermediate_key, _key_pem(key))
    _write(files.intermediate, _pem(certificate))
    _write(files.root, _pem(root))
    return certificate, key


def _server_certificate(
    issuer: x509.Certificate, key: Key, server_key: Key, addresses: Sequence[IPv4Address], hostname: str, now: datetime
) -> x509.Certificate:
    names = [*(x509.IPAddress(address) for address in addresses), x509.DNSName(hostname)]
    return (
        _certificate(issuer.subject, _name(str(addresses[0])), server_key.public_key(), (now, now + SERVER_LIFE))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _certificate(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePublicKey, life: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(life[0] - BACKDATED)
        .not_valid_after(life[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _constraints(networks: Sequence[IPv4Network], hostname: str) -> x509.NameConstraints:
    """Kinds of names that are not listed are free, but the intermediate signs for TLS servers only."""
    return x509.NameConstraints([*map(x509.IPAddress, networks), x509.DNSName(hostname)], None)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    part = path.with_suffix(f"{path.suffix}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)
