"""A small city for credential tests: keys from fixed seeds, a trust list, a status list, and a bench for forging.

Signatures are deterministic (RFC 6979), so everything made here has the same bytes in every run.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims, write_claims
from shared_models.credential.cose import sig_structure
from shared_models.credential.keys import PublicKey, kid_of, p256_key
from shared_models.credential.qr_text import screen_text
from shared_models.credential.status_list import Status, StatusArray, StatusList, pack
from shared_models.credential.trust_list import IssuerInfo, KeyRecord, KeyRole, TrustList

_DETERMINISTIC = ec.ECDSA(SHA256(), deterministic_signing=True)
DAY = 86400
YEAR = 365 * DAY
T0 = 1_795_222_800  # 2026-11-21 08:00:00 +07:00
NOW = T0 + 5400
LAST_SECOND = 1_889_888_399  # 2029-11-20 23:59:59 +07:00
HOST = "congdan.example"
PUBLIC_URL = f"https://{HOST}"
URI = f"{PUBLIC_URL}/s/1"
NONCE = bytes(range(8))

VALID_INDEX, REVOKED_INDEX, SUSPENDED_INDEX, FREE_INDEX, ENTRIES = 100, 2000, 2001, 3000, 4096


class Key:
    """A P-256 key pair that its name gives."""

    def __init__(self, name: str) -> None:
        secret = int.from_bytes(sha256(f"congdan test key {name}".encode()).digest(), "big") >> 1
        self.private = ec.derive_private_key(secret, ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        self.public = p256_key(numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big"))
        self.kid = kid_of(self.public)

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(message, _DETERMINISTIC))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


ROOT, FOOD, WORKS, POLICE, STATUS = (Key(name) for name in ("root", "food", "works", "police", "status"))
WARD = Key("ward")
LEAKED, RETIRED, TWIN, STRANGER = (Key(name) for name in ("leaked", "retired", "twin", "stranger"))
PHONE, OTHER_PHONE = Key("phone"), Key("other phone")

FOOD_BOARD = IssuerInfo("ATTP", "Ban Quản lý An toàn thực phẩm")


def record(key: Key, role: KeyRole, issuer: IssuerInfo, *types: int) -> KeyRecord:
    return KeyRecord(key.kid, key.public, role, issuer, types, T0 - YEAR, T0 + YEAR)


TRUST = TrustList(
    version=7,
    issued_at_s=T0 - DAY,
    expires_at_s=T0 + 30 * DAY,
    keys=(
        # Another key under the food board's name: eight bytes are not unique, all candidates are tried.
        replace(record(TWIN, KeyRole.LICENCE, IssuerInfo("TWIN", "Cùng tên khóa"), 2), kid=FOOD.kid),
        record(FOOD, KeyRole.LICENCE, FOOD_BOARD, 1),
        record(WORKS, KeyRole.LICENCE, IssuerInfo("SXD", "Sở Xây dựng"), 2),
        record(POLICE, KeyRole.LICENCE, IssuerInfo("CSGT", "Phòng Cảnh sát giao thông"), 3),
        record(STATUS, KeyRole.STATUS, IssuerInfo("DNG", "Thành phố Đà Nẵng")),
        replace(record(LEAKED, KeyRole.LICENCE, FOOD_BOARD, 1), compromised_at_s=T0 - DAY),
        replace(record(RETIRED, KeyRole.LICENCE, FOOD_BOARD, 1), expires_at_s=T0 - 1),
        record(WARD, KeyRole.LICENCE, IssuerInfo("HC", "Ủy ban nhân dân phường Hải Châu"), 4, 5, 6),
    ),
    hosts=(HOST, "127.0.0.1:8000"),
)


def statuses() -> bytes:
    """One byte an entry: everything below FREE_INDEX was issued."""
    values = bytearray([Status.VALID] * FREE_INDEX + [Status.NOT_ISSUED] * (ENTRIES - FREE_INDEX))
    values[REVOKED_INDEX], values[SUSPENDED_INDEX] = Status.REVOKED, Status.SUSPENDED
    return bytes(values)


STATUS_LIST = StatusList(URI, T0, T0 + 7 * DAY, c.STATUS_TTL_S, StatusArray(2, pack(statuses())))
STATUS_LISTS = {URI: STATUS_LIST}


def restaurant(**changes: Any) -> Claims:
    claims = Claims(
        number="48/2026/ATTP-CNĐK",
        holder="QUÁN MÌ QUẢNG BÀ MUA",
        type_code=1,
        issued_at_s=T0,
        expires_at_s=LAST_SECOND,
        status_index=VALID_INDEX,
        status_uri=URI,
        activity="Kinh doanh dịch vụ ăn uống",
        place="44 Lê Đình Dương, phường Hải Châu",
    )
    return replace(claims, **changes)


def trench(**changes: Any) -> Claims:
    claims = restaurant(
        number="112/GPTC-SXD",
        holder="CÔNG TY CỔ PHẦN CẤP NƯỚC ĐÀ NẴNG",
        type_code=2,
        activity="Đặt ống cấp nước D110",
        place="Đường Nguyễn Văn Linh, Km0+120 đến Km0+340",
        geohash="w6ugq3",
        not_before_s=T0,
    )
    return replace(claims, **changes)


def driver(**changes: Any) -> Claims:
    claims = restaurant(
        number="480123456789",
        holder="NGUYỄN THỊ MINH KHAI",
        type_code=3,
        activity="Hạng B",
        place=None,
        expires_at_s=T0 + c.UNDATED_TERM_S,
        undated=True,
    )
    return replace(claims, **changes)


def house(**changes: Any) -> Claims:
    claims = restaurant(
        number="86/2026/GPXD",
        holder="TRẦN THỊ THU TRANG",
        type_code=4,
        activity="Nhà ở riêng lẻ 3 tầng, 240 m2 sàn",
        place="K21/8 Nguyễn Chí Thanh, phường Hải Châu",
        geohash="w6ugq3",
    )
    return replace(claims, **changes)


def traveller(**changes: Any) -> Claims:
    claims = restaurant(
        number="12/GĐĐ-HC",
        holder="NGUYỄN THỊ MINH KHAI",
        type_code=5,
        activity="Chở thực phẩm: chợ Hàn - Lê Đình Dương, 04:00-08:00",
        place=None,
        expires_at_s=T0 + 14 * DAY + 16 * 3600 - 1,
    )
    return replace(claims, **changes)


def household(**changes: Any) -> Claims:
    claims = restaurant(
        number="147/2023/ĐKHKD",
        holder="HỘ KINH DOANH MÌ QUẢNG BÀ MUA",
        type_code=6,
        activity="Dịch vụ ăn uống",
        expires_at_s=T0 + c.UNDATED_TERM_S,
        undated=True,
    )
    return replace(claims, **changes)


@dataclass(frozen=True)
class Forge:
    """A COSE_Sign1 of any shape: each part is bytes as they go on the wire, signed by whoever is told."""

    payload: bytes
    protected: bytes
    key: Key = FOOD
    unprotected: bytes = b"\xa0"
    signature: bytes | None = None

    def cose(self) -> bytes:
        signature = self.signature
        if signature is None:
            signature = self.key.sign(sig_structure(self.protected, self.payload))
        parts = cbor.encode(self.protected) + self.unprotected + cbor.encode(self.payload) + cbor.encode(signature)
        return b"\xd2\x84" + parts

    def text(self) -> str:
        return screen_text(self.cose())


def header(key: Key) -> bytes:
    return cbor.encode({c.ALG: c.ES256, c.KID: key.kid})


def credential(claims: Claims, key: Key = FOOD) -> bytes:
    """A signed credential whatever its claims are: no rule of the issuer is applied."""
    return Forge(cbor.encode(write_claims(claims)), header(key), key).cose()


def payload_with(*path: Any, value: Any) -> dict[Any, Any]:
    """The restaurant's payload with the member at a path set to a value, or taken out where the value is ``...``."""
    payload = write_claims(restaurant())
    members: Any = payload
    for label in path[:-1]:
        members = members.setdefault(label, {})
    if value is ...:
        del members[path[-1]]
    else:
        members[path[-1]] = value
    return payload


def signed(payload: dict[Any, Any] | bytes, key: Key = FOOD) -> bytes:
    """A credential around any payload."""
    encoded = payload if isinstance(payload, bytes) else cbor.encode(payload)
    return Forge(encoded, header(key), key).cose()


def presentation(
    cose: bytes, phone: Key = PHONE, payload: Any = None, headers: dict[int, Any] | None = None, **parts: Any
) -> bytes:
    """A key binding token of any shape around any bytes; without changes the one that a phone makes at NOW."""
    claims = {c.AUDIENCE: c.KBT_AUDIENCE, c.ISSUED_AT: NOW} if payload is None else payload
    protected = {c.ALG: c.ES256, c.KCWT: cbor.Tagged(None, cose), c.TYP: c.KBT_TYPE} | (headers or {})
    kept = {label: value for label, value in protected.items() if value is not ...}
    return Forge(cbor.encode(claims), cbor.encode(kept), phone, **parts).cose()


def public(key: PublicKey) -> dict[str, str]:
    return {"x": key.x.hex(), "y": key.y.hex(), "kid": kid_of(key).hex()}
