"""The worked example of the specification, byte for byte, in both directions."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from backend.infra.verify import run_checks, verify_text
from shared_models.clock import CITY_ZONE, to_epoch_s
from shared_models.credential import cbor
from shared_models.credential.checks import CheckRole
from shared_models.credential.claims import Claims, write_claims
from shared_models.credential.cose import parse_sign1, sig_structure
from shared_models.credential.decode import Kind, decode
from shared_models.credential.judge import keyed_checks
from shared_models.credential.keys import decompress, kid_of, p256_key
from shared_models.credential.mint import mint
from shared_models.credential.presentation import present
from shared_models.credential.qr_size import paper_version, screen_version
from shared_models.credential.qr_text import paper_text, screen_text
from shared_models.credential.reasons import Outcome
from shared_models.credential.status_list import StatusArray, StatusList
from shared_models.credential.trust_list import IssuerInfo, KeyRecord, KeyRole, TrustList

EXAMPLE = json.loads((Path(__file__).parent / "worked_example.json").read_text())
PUBLIC_URL = "https://congdan.example"


def epoch(text: str) -> int:
    return to_epoch_s(datetime.fromisoformat(text).replace(tzinfo=CITY_ZONE))


ISSUER = p256_key(bytes.fromhex(EXAMPLE["issuer"]["x"]), bytes.fromhex(EXAMPLE["issuer"]["y"]))
HOLDER = p256_key(bytes.fromhex(EXAMPLE["holder"]["x"]), bytes.fromhex(EXAMPLE["holder"]["y"]))
KID = bytes.fromhex(EXAMPLE["issuer"]["kid"])
PAPER, BOUND, SHOWN = (bytes.fromhex(EXAMPLE[name]) for name in ("paper_cose", "bound_cose", "presentation"))
ISSUED = epoch("2026-11-21T08:00:00")
SHOWN_AT = epoch("2026-11-21T09:30:00")
PAPER_CLAIMS = Claims(
    number="48/2026/ATTP-CNĐK",
    holder="QUÁN MÌ QUẢNG BÀ MUA",
    type_code=1,
    issued_at_s=ISSUED,
    expires_at_s=epoch("2029-11-20T23:59:59"),
    status_index=4711,
    status_uri="https://congdan.example/s/1",
    activity="Kinh doanh dịch vụ ăn uống",
    place="44 Lê Đình Dương, phường Hải Châu",
)
BOUND_CLAIMS = Claims(
    **{field: getattr(PAPER_CLAIMS, field) for field in ("number", "holder", "type_code", "activity", "place")},
    issued_at_s=ISSUED,
    expires_at_s=PAPER_CLAIMS.expires_at_s,
    status_index=4712,
    status_uri=PAPER_CLAIMS.status_uri,
    holder_key=HOLDER,
)
TRUST = TrustList(
    version=1,
    issued_at_s=ISSUED,
    expires_at_s=ISSUED + 7 * 86400,
    keys=(KeyRecord(KID, ISSUER, KeyRole.LICENCE, IssuerInfo("ATTP", "Ban Quản lý ATTP"), (1,), ISSUED, ISSUED + 1),),
    hosts=("congdan.example",),
)
LISTS = {
    PAPER_CLAIMS.status_uri: StatusList(
        PAPER_CLAIMS.status_uri, ISSUED, ISSUED + 7 * 86400, 43200, StatusArray(2, bytes(2048))
    )
}


def test_kid_is_that_of_the_issuer_key() -> None:
    assert kid_of(ISSUER) == KID


def test_holder_key_is_decompressed() -> None:
    assert decompress(HOLDER.x, y_is_odd=True) == HOLDER


@pytest.mark.parametrize(("cose", "claims"), [(PAPER, PAPER_CLAIMS), (BOUND, BOUND_CLAIMS)], ids=["paper", "bound"])
def test_minting_gives_the_bytes(cose: bytes, claims: Claims) -> None:
    messages = []

    def sign(message: bytes) -> bytes:
        messages.append(message)
        return cose[-64:]

    assert mint(claims, KID, sign) == cose
    assert messages == [sig_structure(bytes.fromhex(EXAMPLE["protected"]), parse_sign1(cose).payload)]


def test_payload_is_the_printed_one() -> None:
    assert cbor.encode(write_claims(PAPER_CLAIMS)).hex() == EXAMPLE["paper_payload"]


def test_presenting_gives_the_text() -> None:
    assert present(BOUND, SHOWN_AT, lambda _: SHOWN[-64:]) == EXAMPLE["presentation_text"]
    assert screen_text(SHOWN) == EXAMPLE["presentation_text"]


def test_texts_are_the_printed_ones() -> None:
    assert screen_text(PAPER) == EXAMPLE["paper_screen_text"]
    assert paper_text(PAPER, PUBLIC_URL) == f"{PUBLIC_URL}/q#{EXAMPLE['paper_digits']}"
    assert paper_text(PAPER, PUBLIC_URL + "/") == paper_text(PAPER, PUBLIC_URL)


def test_sizes_are_the_printed_ones() -> None:
    assert (len(PAPER), len(BOUND), len(SHOWN)) == (294, 339, 438)
    assert len(EXAMPLE["paper_screen_text"]) == 445
    assert screen_version(445) == 11
    assert len(EXAMPLE["presentation_text"]) == 661
    assert screen_version(661) == 14
    assert len(EXAMPLE["paper_digits"]) == 709
    assert paper_version(len(f"{PUBLIC_URL}/q#"), 709) == 13


@pytest.mark.parametrize(
    ("text", "kind", "claims", "roles"),
    [
        (EXAMPLE["paper_screen_text"], Kind.PAPER, PAPER_CLAIMS, [CheckRole.ISSUER]),
        (f"{PUBLIC_URL}/q#{EXAMPLE['paper_digits']}", Kind.PAPER, PAPER_CLAIMS, [CheckRole.ISSUER]),
        (screen_text(BOUND), Kind.BOUND, BOUND_CLAIMS, [CheckRole.ISSUER]),
        (EXAMPLE["presentation_text"], Kind.PRESENTATION, BOUND_CLAIMS, [CheckRole.ISSUER, CheckRole.HOLDER]),
    ],
    ids=["paper on screen", "paper", "bound", "presentation"],
)
def test_reading_gives_claims_and_checks_that_hold(text: str, kind: Kind, claims: Claims, roles: list) -> None:
    decoded = decode(text)
    assert (decoded.kind, decoded.claims, decoded.problems) == (kind, claims, ())
    assert [check.role for check in decoded.checks] == roles
    results = run_checks(keyed_checks(decoded, TRUST))
    assert len(results) == len(roles)
    assert all(results.values())


def test_verdicts() -> None:
    assert verify_text(EXAMPLE["presentation_text"], TRUST, LISTS, SHOWN_AT).outcome is Outcome.VALID_HOLDER_PRESENT
    paper = verify_text(f"{PUBLIC_URL}/q#{EXAMPLE['paper_digits']}", TRUST, LISTS, SHOWN_AT)
    assert (paper.outcome, paper.reasons) == (Outcome.VALID_HOLDER_NOT_PROVEN, ("holder.paper",))
