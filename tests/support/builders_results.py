"""Deliveries, holders' phones and scans for tests: everything as the real parties send it."""

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from backend.bootstrap import PDF_ROOTS_FILE, Container
from shared_models.clock import to_epoch_s
from shared_models.credential.presentation import present
from shared_models.place import Commune, CommuneKind
from shared_models.schemas.wire import from_base64url, to_base64url
from tests.support.api import Phone
from tests.support.builders_identity import FOOD_BOARD, ROAD_BOARD, TRANG
from tests.support.ids import an_id
from tests.support.pdf import SIGNED_AT, PdfSigner, a_pdf_signer, a_signed_pdf
from tests.support.seals import accept

HAI_CHAU = Commune("20242", "Hải Châu", CommuneKind.WARD)
NUMBER = "48/2026/ATTP-CNĐK"
_turns = count(1)


def food_signer() -> PdfSigner:
    return a_pdf_signer(*FOOD_BOARD)


def road_signer() -> PdfSigner:
    return a_pdf_signer(*ROAD_BOARD)


def a_city(container: Container) -> None:
    """What a delivery needs to find: agencies, a commune, and the certificates that are accepted."""
    for agency in (FOOD_BOARD, ROAD_BOARD):
        container.identity.people.put_agency(*agency, is_demo=True)
    container.identity.people.put_commune(HAI_CHAU)
    roots: Path = container.settings.keys_dir / PDF_ROOTS_FILE
    for signer in (food_signer(), road_signer()):
        accept(roots, signer.certificate_pem)


@cache
def _signed_result(number: str) -> bytes:
    """The same file each time: a signature is another one whenever it is made."""
    return a_signed_pdf(f"GCN {number}", food_signer(), SIGNED_AT)


def a_delivery(**changes: Any) -> dict[str, Any]:
    """The body of ``POST /results`` for a restaurant, with ``changes``; another number gives another file."""
    number = changes.get("number", NUMBER)
    document = changes.pop("pdf", None) or _signed_result(str(number))
    body: dict[str, Any] = {
        "delivery_id": f"delivery-{number}".replace("/", "-").replace("Đ", "D"),
        "type": "food_safety",
        "number": number,
        "holder": {
            "kind": "organisation",
            "name": "QUÁN MÌ QUẢNG BÀ MUA",
            "tax_code": "0400123456",
            "personal_id": TRANG.personal_id,
        },
        "activity": "Kinh doanh dịch vụ ăn uống",
        "place": {
            "address": "44 Lê Đình Dương, phường Hải Châu, TP Đà Nẵng",
            "commune_code": HAI_CHAU.code,
            "lat": 16.0629,
            "lon": 108.2181,
        },
        "valid_from": "2026-11-21",
        "valid_until": "2029-11-20",
        "document": base64.b64encode(document).decode(),
        "document_sha256": hashlib.sha256(document).hexdigest(),
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def deliver(machine: Phone, **changes: Any) -> dict[str, Any]:
    """Delivers a result that must be accepted; its answer."""
    answer = machine.post("/results", a_delivery(**changes))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def a_change(action: str = "suspend", **changes: Any) -> dict[str, Any]:
    """The body of ``POST /results/<id>/status``."""
    return {
        "change_id": f"change-{next(_turns):08}",
        "action": action,
        "reason": "Không duy trì điều kiện vệ sinh",
        "decision_number": "208/QĐ-ATTP",
        "decision_date": "2026-11-20",
    } | changes


@dataclass
class HolderKey:
    """A phone's holder key, as WebCrypto would keep it."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def x(self) -> str:
        return to_base64url(self.private.public_key().public_numbers().x.to_bytes(32, "big"))

    @property
    def y(self) -> str:
        return to_base64url(self.private.public_key().public_numbers().y.to_bytes(32, "big"))

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def registration(self, challenge: str, label: str = "Điện thoại của Trang") -> dict[str, Any]:
        """The body of ``POST /wallet/devices``."""
        proof = self.sign(f"congdan-device-v1|{challenge}|{self.x}|{self.y}".encode())
        return {"x": self.x, "y": self.y, "label": label, "challenge": challenge, "proof": to_base64url(proof)}

    def present(self, credential: str, now_s: int, nonce: bytes | None = None) -> str:
        """The text on the phone's screen."""
        return present(from_base64url(credential), now_s, self.sign, nonce)


def register(phone: Phone, key: HolderKey) -> str:
    """Registers a phone that must be accepted; its device id."""
    challenge = phone.post("/wallet/devices/challenges").get_json()["challenge"]
    answer = phone.post("/wallet/devices", key.registration(challenge))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.get_json()["id"])


def a_scan(code: str | None, container: Container, **changes: Any) -> dict[str, Any]:
    """A scan record as the scanner queues it."""
    return {
        "kind": "scan",
        "id": an_id("scn"),
        "scanned_at": container.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "outcome": "VALID_HOLDER_PRESENT",
        "reasons": [],
        "carrier": "SCREEN",
        "code": code,
        "purpose": "Kiểm tra định kỳ",
        "place": {"lat": 16.0629, "lon": 108.2181, "accuracy_m": 12.5},
        "status_as_of": None,
    } | changes


def an_inspection(scan_id: str, container: Container, **changes: Any) -> dict[str, Any]:
    """An inspection record as the app queues it."""
    return {
        "kind": "inspection",
        "id": an_id("ins"),
        "scan_id": scan_id,
        "recorded_at": container.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "result": "in_order",
        "checklist": [{"key": "hygiene", "state": "pass"}],
        "note": "Bếp sạch",
        "place": None,
    } | changes


def a_subscription(endpoint: str = "https://fcm.googleapis.com/fcm/send/abc", **changes: Any) -> dict[str, Any]:
    """The body of ``POST /push/subscriptions``, with a fresh browser key."""
    key = HolderKey()
    point = to_base64url(b"\x04" + from_base64url(key.x) + from_base64url(key.y))
    return {"endpoint": endpoint, "keys": {"p256dh": point, "auth": to_base64url(b"s" * 16)}} | changes


def now_s(container: Container) -> int:
    return to_epoch_s(container.clock.now())
