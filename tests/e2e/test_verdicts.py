"""Every kind of code that an inspector can meet in the city, held before a camera with no network: what comes out."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import qrcode
from playwright.sync_api import Browser
from pymongo import MongoClient

from backend.infra.key_ring import KeyRing
from backend.infra.signer import FileSigner
from scripts.supervise.city import City
from shared_models.credential.claims import Claims
from shared_models.credential.decode import decode
from shared_models.credential.mint import mint
from shared_models.credential.qr_text import paper_text, screen_text
from tests.e2e.conftest import SHOTS
from tests.support.browser.phone import Phone
from tests.support.browser.scanner import Scanner
from tests.support.camera import Camera
from tests.support.stack import Addresses

INSPECTOR = "thanhtra.sxd"
BOARD, ROADS = "H17.08", "H17.05"
FOOD_SAFETY = 1
LAST_ENTRY = (1 << 20) - 1
"""The seed takes entries from the front of random blocks, so nobody has been given the very last one."""


@pytest.mark.browser
@pytest.mark.stack
def test_every_kind_of_code_gets_its_verdict_and_its_reason(
    city: City, at: Addresses, browser: Browser, camera: Camera
) -> None:
    codes = _codes(city)
    inspector = Phone.make(browser, at.app, SHOTS.with_name("verdicts"))
    inspector.sign_in_as_staff(INSPECTOR, at.codes)
    inspector.choose_pin()
    inspector.close_camera()
    inspector.see("scan.data_age", 30_000)
    inspector.wait_for_service_worker()
    inspector.lose_network()
    scanner = Scanner(inspector, camera)
    found = {}
    for name, text in codes.items():
        found[name] = scanner.scan(_picture(text))
        inspector.shoot(name)
        scanner.leave()
    assert found == {
        "valid": "VALID_HOLDER_NOT_PROVEN",
        "suspended": "SUSPENDED",
        "revoked": "REVOKED",
        "expired": "EXPIRED",
        "not-yet-valid": "NOT_YET_VALID",
        "forged": "INVALID",
        "wrong-scope": "INVALID",
        "never-issued": "INVALID",
        "foreign-host": "INVALID",
        "not-ours": "NOT_OURS",
    }
    assert inspector.errors == []


def _codes(city: City) -> dict[str, str]:
    """Codes of seeded licences, and what somebody might try with one of them."""
    stored = _stored(city)
    good = stored["valid"]
    claims = decode(screen_text(good)).claims
    assert claims is not None
    never_issued = replace(claims, status_index=LAST_ENTRY)
    return {
        **{name: screen_text(cose) for name, cose in stored.items()},
        "forged": screen_text(good[:-1] + bytes([good[-1] ^ 1])),
        "wrong-scope": screen_text(_signed(city, ROADS, claims)),
        "never-issued": screen_text(_signed(city, BOARD, never_issued)),
        "foreign-host": paper_text(good, "https://congdan-danang.example"),
        "not-ours": "https://vi.wikipedia.org/wiki/Đà_Nẵng",
    }


def _stored(city: City) -> dict[str, bytes]:
    """The paper credential of one seeded licence of each state."""
    with MongoClient(city.env["MONGODB_URI"], tz_aware=True) as client:
        database = client.get_default_database()
        now = database.command("hello")["localTime"]
        found: dict[str, bytes] = {}
        for licence in database.licences.find({"type_code": {"$ne": 0}}):
            credential = database.credentials.find_one({"licence_id": licence["_id"], "device_id": None})
            name = _state(licence, credential, now.strftime("%Y-%m-%d"))
            if name != "valid" or licence["type_code"] == FOOD_SAFETY:
                found.setdefault(name, bytes(credential["cose"]))
    assert set(found) == {"valid", "suspended", "revoked", "expired", "not-yet-valid"}, found.keys()
    return found


def _state(licence: dict, credential: dict, today: str) -> str:
    if licence["status"] != "valid":
        return licence["status"]
    if licence["valid_until"] and licence["valid_until"] < today:
        return "expired"
    return "not-yet-valid" if licence["valid_from"] > today else "valid"


def _signed(city: City, agency: str, claims: Claims) -> bytes:
    """A code signed with the real key of an agency of this city."""
    folder = Path(city.env["CONGDAN_KEYS_DIR"])
    ring = KeyRing.load(folder)
    signer = FileSigner(folder, ring)
    type_code = FOOD_SAFETY if agency == BOARD else 2
    record = ring.licence_key(agency, type_code, claims.issued_at_s)
    assert record is not None
    return mint(claims, record.kid, lambda message: signer.sign(record.kid, message))


def _picture(text: str) -> bytes:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=4, box_size=6)
    code.add_data(text)
    encoded = BytesIO()
    code.make_image().get_image().convert("RGB").save(encoded, "PNG")
    return encoded.getvalue()
