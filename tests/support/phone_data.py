"""What the server sends to a phone: builders of its JSON, and phones in a given state."""

from datetime import timedelta
from typing import Any

from mobile import start
from mobile.ui.app_context import App
from shared_models.clock import FixedClock, to_wire
from tests.support.phone import NOW, MemoryServer, MemoryWeb, surroundings

PIN = "482915"
CITIZEN = {"id": "per_1", "role": "citizen", "name": "Trần Thị Thu Thảo", "agency": None, "scopes": ["wallet"]}
INSPECTOR = {
    "id": "stf_1",
    "role": "inspector",
    "name": "Nguyễn Văn Hải",
    "agency": {"code": "H17.08", "name": "Ban Quản lý ATTP"},
    "scopes": ["inspections:write"],
}
PROFILE = {
    "id": "per_1",
    "role": "citizen",
    "name": "Trần Thị Thu Thảo",
    "agency": None,
    "scopes": ["wallet"],
    "masked_personal_id": "048•••••••12",
    "commune": {"code": "20257", "name": "Hòa Cường", "kind": "phường"},
    "identity_level": 2,
}


def a_licence(number: int = 1, /, **changes: Any) -> dict[str, Any]:
    """A `WalletLicence`, valid for three years."""
    return {
        "id": f"lic_{number}",
        "version": 1,
        "type": "food_safety",
        "type_code": 1,
        "number": f"{number}/2026/ATTP-CNĐK",
        "holder_name": "QUÁN MÌ QUẢNG BÀ MUA",
        "activity": "Dịch vụ ăn uống",
        "place": {"address": "44 Lê Đình Dương, phường Hải Châu", "commune_code": "20194", "lat": None, "lon": None},
        "issuer": {"code": "H17.08", "name": "Ban Quản lý ATTP"},
        "issued_at": to_wire(NOW - timedelta(days=1)),
        "valid_from": "2026-11-20",
        "valid_until": "2029-11-20",
        "undated": False,
        "status": "valid",
        "status_since": to_wire(NOW - timedelta(days=1)),
        "status_reason": None,
        "decision_number": None,
        "credential": f"Y3JlZGVudGlhbC{number}",
        "result_id": f"res_{number}",
        "document_sha256": "00" * 32,
        **changes,
    }


def a_notice(number: int = 1, /, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"ntc_{number}",
        "kind": "licence.checked",
        "params": {
            "number": "1/2026/ATTP-CNĐK",
            "type": "food_safety",
            "agency": "Ban Quản lý ATTP",
            "result": "in_order",
        },
        "licence_id": "lic_1",
        "created_at": to_wire(NOW - timedelta(minutes=12)),
        "read_at": None,
        **changes,
    }


def a_scan(
    number: int = 1, /, *, state: str = "waiting", outcome: str = "VALID_HOLDER_PRESENT", minutes_ago: int = 5
) -> dict[str, Any]:
    """A `queue/<id>` entry as the scanner writes it."""
    return {
        "record": {
            "kind": "scan",
            "id": f"scn_{number}",
            "scanned_at": to_wire(NOW - timedelta(minutes=minutes_ago)),
            "outcome": outcome,
            "reasons": [],
            "carrier": "SCREEN",
            "code": "VN1:ABC",
            "purpose": "inspection.routine",
            "place": None,
            "status_as_of": to_wire(NOW - timedelta(hours=1)),
        },
        "verdict": {
            "outcome": outcome,
            "reasons": [],
            "claims": {
                "number": "1/2026/ATTP-CNĐK",
                "holder": "QUÁN MÌ QUẢNG BÀ MUA",
                "type_code": 1,
                "type": "food_safety",
                "place": "44 Lê Đình Dương, phường Hải Châu",
            },
        },
        "state": state,
        "tries": 0,
        "last_error": None,
    }


def tokens(user: dict[str, Any], number: int = 1) -> dict[str, Any]:
    return {
        "access_token": f"access-{number}",
        "token_type": "DPoP",
        "expires_in": 600,
        "refresh_token": f"refresh-{number}",
        "user": user,
    }


class Phone:
    """A phone with its server and its clock; `app` is what start.py makes of them."""

    def __init__(self, web: MemoryWeb | None = None, server: MemoryServer | None = None) -> None:
        self.clock = web.clock if web else FixedClock(NOW)
        self.web = web or MemoryWeb(self.clock)
        self.server = server or MemoryServer(self.clock)
        self.app: App = start.build(surroundings(self.web, self.server, self.clock))

    @property
    def services(self) -> Any:
        return self.app.services


def serve_citizen(server: MemoryServer, licences: list[dict[str, Any]], notices: list[dict[str, Any]]) -> None:
    """Everything a citizen's phone asks for."""
    server.on("POST", "/api/v1/auth/token", (200, tokens(CITIZEN)))
    server.on("GET", "/api/v1/me", (200, PROFILE))
    server.on("POST", "/api/v1/wallet/devices/challenges", (201, {"challenge": "c1", "expires_at": to_wire(NOW)}))
    device = {"id": "dev_1", "label": "Điện thoại của tôi", "created_at": to_wire(NOW)}
    server.on("POST", "/api/v1/wallet/devices", (201, device))
    answer = {"cursor": "7", "server_time": to_wire(NOW), "licences": licences, "removed": []}
    server.on("GET", "/api/v1/wallet/sync", (200, answer))
    server.on("GET", "/api/v1/notices", (200, {"items": notices, "next_cursor": None}))


async def signed_in(phone: Phone, user: dict[str, Any]) -> None:
    """A vault with a session in it, open, and the doors behind."""
    phone.server.on("POST", "/api/v1/auth/token", (200, tokens(user)))
    await phone.web.vault_create(PIN)
    await phone.web.vault_put("session", {"refresh_token": "refresh-0", "user": user})
