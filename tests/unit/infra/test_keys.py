"""Keys: made once, kept secret, signing what they are asked to; and the files that pages load."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from backend.infra.key_making import DEMO_ISSUERS, Issuer, make_keys, read_issuers
from backend.infra.key_ring import KeyRing, KeyRole
from backend.infra.publishing import City, publish
from backend.infra.signer import FileSigner
from backend.infra.verify import run_checks
from shared_models.clock import to_epoch_s
from shared_models.credential.checks import CheckRole, KeyedCheck, SignatureCheck
from shared_models.credential.keys import kid_of, p256_key
from shared_models.credential.trust_list import KeyRole as ListRole
from shared_models.credential.trust_list import TrustList, accept_trust_list, parse_trust_list
from shared_models.schemas.wire import from_base64url
from tests.support.builders_identity import CountingBytes

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
NOW_S = to_epoch_s(NOW)
CITY = City("https://congdan.danang.gov.vn", "https://congdan.danang.gov.vn/s", "test")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    keys = tmp_path_factory.mktemp("made") / "keys"
    make_keys(keys, None, NOW, CountingBytes("keys"))
    return keys


@pytest.fixture
def keys_dir(made_once: Path, tmp_path: Path) -> Path:
    """An RSA key takes a second to make, so each test gets a copy."""
    copytree(made_once, tmp_path / "keys")
    return tmp_path / "keys"


def published(keys_dir: Path, public: Path, city: City = CITY, now: datetime = NOW) -> TrustList:
    publish(keys_dir, public, city, now)
    root = json.loads((public / json.loads((public / "city.json").read_text())["trust_root"]["url"][1:]).read_text())
    key = p256_key(bytes.fromhex(root["x"]), bytes.fromhex(root["y"]))
    draft = parse_trust_list((public / "trust-list.cwt").read_bytes(), key)
    return accept_trust_list(draft, run_checks([draft.check]), None)


def test_making_keys_twice_makes_them_once(keys_dir: Path) -> None:
    before = {path.name: path.read_bytes() for path in keys_dir.iterdir()}
    assert make_keys(keys_dir, None, NOW + timedelta(days=1), CountingBytes("other")) == []
    assert {path.name: path.read_bytes() for path in keys_dir.iterdir()} == before


def test_only_their_owner_can_read_keys(keys_dir: Path) -> None:
    assert stat.S_IMODE(keys_dir.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys_dir.iterdir()} == {0o600}


def test_a_demonstration_has_all_keys(keys_dir: Path) -> None:
    ring = KeyRing.load(keys_dir)
    assert ring.is_demo
    assert len((keys_dir / "session.key").read_bytes()) == 32
    assert (keys_dir / "vneid-client.secret").read_text().startswith("sandbox-")
    assert isinstance(load_pem_private_key((keys_dir / "vneid.pem").read_bytes(), None), rsa.RSAPrivateKey)
    assert [len(ring.of_role(role)) for role in KeyRole] == [1, len(DEMO_ISSUERS), 1]


def test_a_lost_key_file_is_not_signed_with(keys_dir: Path) -> None:
    ring = KeyRing.load(keys_dir)
    record = ring.of_role(KeyRole.LICENCE)[0]
    (keys_dir / record.file).unlink()
    with pytest.raises(FileNotFoundError):
        FileSigner(keys_dir, ring).sign(record.kid, b"message")


def test_a_new_agency_gets_a_key_and_the_old_ones_stay(keys_dir: Path) -> None:
    more = (*DEMO_ISSUERS, Issuer("H17.07", "Sở Y tế", (1,)))
    before = KeyRing.load(keys_dir).records
    assert make_keys(keys_dir, more, NOW, CountingBytes("more")) == ["licence-H17.07.pem"]
    after = KeyRing.load(keys_dir)
    assert after.records[: len(before)] == before
    assert after.is_demo


def test_a_key_is_found_by_agency_type_and_time(keys_dir: Path) -> None:
    ring = KeyRing.load(keys_dir)
    found = ring.licence_key("H17.08", 1, NOW_S)
    assert found is not None
    assert found.issuer_name == "Ban Quản lý An toàn thực phẩm"
    assert ring.licence_key("H17.08", 2, NOW_S) is None
    assert ring.licence_key("H17.99", 1, NOW_S) is None
    assert ring.licence_key("H17.08", 1, found.exp) is None
    assert ring.licence_key("H17.08", 1, found.nbf - 1) is None
    assert ring.status_key(NOW_S) is not None


def test_a_compromised_key_is_not_given_out(keys_dir: Path) -> None:
    content = json.loads((keys_dir / "keys.json").read_text())
    for record in content["keys"]:
        record["compromised_at"] = NOW_S
    (keys_dir / "keys.json").write_text(json.dumps(content))
    ring = KeyRing.load(keys_dir)
    assert ring.licence_key("H17.08", 1, NOW_S) is None
    assert ring.status_key(NOW_S) is None


def test_a_signature_holds_and_has_64_bytes(keys_dir: Path) -> None:
    ring = KeyRing.load(keys_dir)
    signer = FileSigner(keys_dir, ring)
    for record in ring.records:
        key = signer.public_key(record.kid)
        signature = signer.sign(record.kid, b"message")
        assert len(signature) == 64
        assert kid_of(key) == record.kid
        check = KeyedCheck(SignatureCheck(CheckRole.ISSUER, -7, record.kid, b"message", signature, None), key)
        assert run_checks([check]) == {check: True}


def test_a_signer_refuses_unknown_kids_and_swapped_files(keys_dir: Path) -> None:
    ring = KeyRing.load(keys_dir)
    signer = FileSigner(keys_dir, ring)
    with pytest.raises(KeyError):
        signer.sign(b"12345678", b"message")
    first, second = ring.of_role(KeyRole.LICENCE)[:2]
    (keys_dir / first.file).write_bytes((keys_dir / second.file).read_bytes())
    with pytest.raises(ValueError, match="not the key"):
        signer.sign(first.kid, b"message")


def test_a_key_of_another_curve_is_refused(keys_dir: Path) -> None:
    ring = KeyRing.load(keys_dir)
    record = ring.of_role(KeyRole.STATUS)[0]
    other = ec.generate_private_key(ec.SECP384R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (keys_dir / record.file).write_bytes(pem)
    with pytest.raises(ValueError, match="P-256"):
        FileSigner(keys_dir, ring).sign(record.kid, b"message")


def test_published_files_hang_together(keys_dir: Path, tmp_path: Path) -> None:
    trust = published(keys_dir, tmp_path / "public")
    city = json.loads((tmp_path / "public" / "city.json").read_text())
    assert city["public_url"] == CITY.public_url
    assert len(from_base64url(city["vapid_public_key"])) == 65
    assert trust.version == 1
    assert trust.hosts == ("congdan.danang.gov.vn",)
    roles = [record.role for record in trust.keys]
    assert (roles.count(ListRole.LICENCE), roles.count(ListRole.STATUS)) == (len(DEMO_ISSUERS), 1)
    root_kid = bytes.fromhex(city["trust_root"]["kid"])
    assert root_kid not in {record.kid for record in trust.keys}


def test_publishing_again_changes_nothing_until_there_is_something_to_say(keys_dir: Path, tmp_path: Path) -> None:
    public = tmp_path / "public"
    published(keys_dir, public)
    first = (public / "trust-list.cwt").read_bytes()
    assert published(keys_dir, public, now=NOW + timedelta(days=10)).version == 1
    assert (public / "trust-list.cwt").read_bytes() == first
    moved = City("https://congdan.gov.vn", CITY.status_uri_base, "test", ("congdan.danang.gov.vn",))
    trust = published(keys_dir, public, moved)
    assert (trust.version, trust.hosts) == (2, ("congdan.gov.vn", "congdan.danang.gov.vn"))


def test_a_list_is_signed_again_before_it_runs_out(keys_dir: Path, tmp_path: Path) -> None:
    published(keys_dir, tmp_path)
    later = NOW + timedelta(days=60)
    trust = published(keys_dir, tmp_path, now=later)
    assert (trust.version, trust.issued_at_s) == (2, to_epoch_s(later))


def test_a_list_of_another_root_is_not_continued(keys_dir: Path, tmp_path: Path) -> None:
    published(keys_dir, tmp_path / "public")
    make_keys(tmp_path / "other", None, NOW, CountingBytes("other"))
    assert published(tmp_path / "other", tmp_path / "public").version == 1


def test_issuers_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "issuers.json"
    path.write_text(json.dumps([{"code": "H17.08", "name": "Ban", "types": [1, 2]}]))
    assert read_issuers(path) == (Issuer("H17.08", "Ban", (1, 2)),)
    for malformed in ("{}", "[]", '[{"code": "H17"}]', "no", '[{"code": "H17", "name": "x", "types": ["a"]}]'):
        path.write_text(malformed)
        with pytest.raises(ValueError, match=r"issuers\.json"):
            read_issuers(path)
