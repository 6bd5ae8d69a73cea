"""The authority of a LAN: it can speak for its network and nothing else, and is made anew only when it must be."""

import json
import plistlib
import socket
import ssl
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scripts.lan import page
from scripts.lan.addresses import LanAddress, NoLanAddress, choose, local_name
from scripts.lan.authority import ROOT_LIFE, LanFiles, ensure_certificates, fingerprint, root_of
from scripts.lan.hand_over import der, profile
from scripts.lan.terminal import qr_lines

NOW = datetime.now(UTC)
WIFI = LanAddress("wlan0", IPv4Interface("192.168.7.20/24"))
DOCKER = LanAddress("docker0", IPv4Interface("172.17.0.1/16"))
NAME = "laptop.local"


@pytest.fixture
def files(tmp_path: Path) -> LanFiles:
    made = LanFiles(tmp_path / "lan")
    assert ensure_certificates(made, [WIFI], NAME, NOW) is True
    return made


def test_the_address_that_leads_outside_is_chosen() -> None:
    assert choose("", [DOCKER, WIFI], "192.168.7.20") is WIFI
    assert choose("", [DOCKER, WIFI], None) is WIFI
    assert choose("", [DOCKER, WIFI], "8.8.8.8") is WIFI
    assert choose("", [DOCKER], None) is DOCKER
    assert choose("172.17.0.1", [DOCKER, WIFI], "192.168.7.20") is DOCKER


@pytest.mark.parametrize(
    ("wanted", "found", "sentence"),
    [
        ("", [], "no address in a private network"),
        ("192.168.7.21", [WIFI], r"It has: 192\.168\.7\.20 \(wlan0\)"),
        ("example.org", [WIFI], "not a private address of this machine"),
    ],
)
def test_no_address_is_told_in_one_line(wanted: str, found: list[LanAddress], sentence: str) -> None:
    with pytest.raises(NoLanAddress, match=sentence) as refused:
        choose(wanted, found, None)
    assert "\n" not in str(refused.value)


def test_the_name_is_one_that_a_certificate_may_carry() -> None:
    label = local_name().removesuffix(".local")
    assert label
    assert set(label) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_keys_are_nobody_elses_and_the_roots_key_is_not_kept(files: LanFiles) -> None:
    assert files.folder.stat().st_mode & 0o777 == 0o700
    kept = sorted(path.name for path in files.folder.iterdir())
    assert kept == ["authority.crt", "intermediate.crt", "intermediate.key", "server.crt", "server.key"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files.folder.iterdir())
    root = root_of(files).public_key()
    for path in (files.intermediate_key, files.key):
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        assert key.public_key() != root


def test_a_restart_keeps_what_the_phones_trust(files: LanFiles) -> None:
    root, server = files.root.read_bytes(), files.chain.read_bytes()
    moved = LanAddress("wlan0", IPv4Interface("192.168.7.99/24"))
    assert ensure_certificates(files, [moved], NAME, NOW + timedelta(days=3)) is False
    assert files.root.read_bytes() == root
    assert files.chain.read_bytes() != server
    assert IPv4Address("192.168.7.99") in names_of(files)


@pytest.mark.parametrize(
    ("address", "name", "later"),
    [
        (LanAddress("wlan0", IPv4Interface("10.0.0.5/24")), NAME, timedelta()),
        (WIFI, "other.local", timedelta()),
        (WIFI, NAME, ROOT_LIFE - timedelta(days=29)),
    ],
    ids=["another network", "another name", "nearly over"],
)
def test_it_is_made_anew_when_it_would_not_fit(
    files: LanFiles, address: LanAddress, name: str, later: timedelta
) -> None:
    root = files.root.read_bytes()
    assert ensure_certificates(files, [address], name, NOW + later) is True
    assert files.root.read_bytes() != root


@pytest.mark.parametrize("broken", ["authority.crt", "intermediate.crt", "intermediate.key"])
def test_damaged_files_are_replaced(files: LanFiles, broken: str) -> None:
    (files.folder / broken).write_bytes(b"not a certificate")
    assert ensure_certificates(files, [WIFI], NAME, NOW) is True
    assert der(root_of(files))


def test_a_key_of_another_authority_is_not_used(files: LanFiles, tmp_path: Path) -> None:
    other = LanFiles(tmp_path / "other")
    ensure_certificates(other, [WIFI], NAME, NOW)
    files.intermediate_key.write_bytes(other.intermediate_key.read_bytes())
    assert ensure_certificates(files, [WIFI], NAME, NOW) is True


def names_of(files: LanFiles) -> list[object]:
    [server, _] = x509.load_pem_x509_certificates(files.chain.read_bytes())
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [*names.get_values_for_type(x509.IPAddress), *names.get_values_for_type(x509.DNSName)]


def greeting(files: LanFiles, host: str) -> str:
    """What a careful visitor of ``host`` makes of the server that presents the files: "trusted" or why not."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(files.chain, files.key)

    def answer() -> None:
        connection, _ = server.socket.accept()
        try:
            with secured.wrap_socket(connection, server_side=True):
                return
        except ssl.SSLError:
            return

    thread = threading.Thread(target=answer)
    thread.start()
    visitor = ssl.create_default_context(cafile=str(files.root))
    try:
        with closing(socket.create_connection(server.server_address)) as connection:
            visitor.wrap_socket(connection, server_hostname=host).close()
    except ssl.SSLCertVerificationError as refused:
        return str(refused.verify_message)
    else:
        return "trusted"
    finally:
        thread.join(5)
        server.server_close()


def test_it_is_trusted_for_its_address_and_name_and_no_other(files: LanFiles) -> None:
    assert greeting(files, "192.168.7.20") == "trusted"
    assert greeting(files, NAME) == "trusted"
    assert "IP address mismatch" in greeting(files, "192.168.7.21")
    assert "Hostname mismatch" in greeting(files, "danang.gov.vn")


@pytest.mark.parametrize(
    "name",
    [x509.DNSName("danang.gov.vn"), x509.DNSName("other.local"), x509.IPAddress(IPv4Address("203.0.113.9"))],
    ids=str,
)
def test_a_thief_of_the_kept_key_cannot_speak_for_others(files: LanFiles, name: x509.GeneralName) -> None:
    intermediate = x509.load_pem_x509_certificate(files.intermediate.read_bytes())
    stolen = serialization.load_pem_private_key(files.intermediate_key.read_bytes(), None)
    assert isinstance(stolen, ec.EllipticCurvePrivateKey)
    forged_key = ec.generate_private_key(ec.SECP256R1())
    forged = (
        x509.CertificateBuilder()
        .issuer_name(intermediate.subject)
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "forged")]))
        .public_key(forged_key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .sign(stolen, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    files.chain.write_bytes(forged.public_bytes(pem) + intermediate.public_bytes(pem))
    files.key.write_bytes(
        forged_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    assert "permitted subtree violation" in greeting(files, str(name.value))


def test_phones_get_it_in_their_own_form(files: LanFiles) -> None:
    certificate = root_of(files)
    client = page.make_app(certificate, "https://192.168.7.20:8000", "http://192.168.7.20:8006").test_client()
    crt = client.get("/congdan-demo.crt")
    assert crt.content_type == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(crt.data) == certificate
    given = client.get("/congdan-demo.mobileconfig")
    assert given.content_type == "application/x-apple-aspen-config"
    whole = plistlib.loads(given.data)
    [payload] = whole["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == der(certificate)
    assert whole["RemovalDate"] == certificate.not_valid_after_utc.replace(tzinfo=None)
    assert whole["PayloadUUID"] != payload["PayloadUUID"]
    assert profile(certificate, "x") == profile(certificate, "x")


def test_the_page_says_what_to_compare_and_how_to_remove_it(files: LanFiles) -> None:
    client = page.make_app(root_of(files), "https://192.168.7.20:8000", "http://192.168.7.20:8006").test_client()
    iphone = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "Accept-Language": "en-GB"}
    shown = client.get("/", headers=iphone).text
    assert fingerprint(root_of(files)).replace(":", " ") in shown
    assert "192.168.7.0/24 + laptop.local" in shown
    assert "Remove it: Settings" in shown
    assert shown.index('id="ios"') < shown.index('id="android"')
    vietnamese = client.get("/", headers={"Accept-Language": "fr"}).text
    assert "Gỡ ra" in vietnamese
    assert vietnamese.index('id="android"') < vietnamese.index('id="ios"')
    assert 'lang="en"' in client.get("/?lang=en").text
    assert client.get("/?lang=../../etc").status_code == 200


def test_both_languages_say_the_same_things() -> None:
    vi, en = page.WORDS["vi"], page.WORDS["en"]
    assert vi.keys() == en.keys()
    assert all(len(vi[key]) == len(en[key]) for key in vi if isinstance(vi[key], list))
    assert all(json.dumps(vi[key]).count("{") == json.dumps(en[key]).count("{") for key in vi)


def test_the_codes_on_the_terminal_are_whole() -> None:
    lines = qr_lines("https://192.168.7.20:8000", coloured=False)
    assert {len(line) for line in lines} == {29}
    assert len(lines) == 15
