"""Demo answers of the server for the walk through the screens: one citizen, one inspector, and their papers."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pwa.screen_account import AccountApi
from pwa.screen_case import CaseApi
from pwa.screen_catalogue import USER, CatalogueApi
from pwa.screen_counter import CounterApi
from pwa.screen_desk import DeskApi
from pwa.screen_payments import PaymentsApi
from pwa.screen_payments_desk import USER as COLLECTOR
from pwa.screen_payments_desk import PaymentsDeskApi
from pwa.screen_services import ServicesApi

from tests.support import phone_data, phone_desk
from tests.web.demo_city import DemoCity

EXAMPLE = Path(__file__).resolve().parents[2] / "tests/web/worked_example.json"
AGENCY = {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm Đà Nẵng"}
WARD = {"code": "H17.30.05", "name": "Ủy ban nhân dân phường Hải Châu"}

USERS = {
    "catalogue": USER,
    "citizen": phone_data.CITIZEN,
    "services": phone_data.CITIZEN,
    "payments": phone_data.CITIZEN,
    "desk": phone_desk.an_officer(),
    "collect": COLLECTOR,
}


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


class DemoApi:
    """Answers `(method, path, body)`; what is not in the table is 404."""

    def __init__(self, role: str) -> None:
        cose = bytes.fromhex(json.loads(EXAMPLE.read_text())["boundCose"])
        self.credential = base64.urlsafe_b64encode(cose).rstrip(b"=").decode()
        self.city = DemoCity()
        self.account = AccountApi(role)
        self.services = ServicesApi()
        self.desk = DeskApi()
        self.cases = CaseApi()
        self.catalogue = CatalogueApi() if role == "catalogue" else None
        self.counter = CounterApi()
        self.payments = PaymentsApi() if role == "payments" else None
        self.till = PaymentsDeskApi()
        self.user = USERS.get(role, phone_data.INSPECTOR)
        self.routes: dict[tuple[str, str], Callable[[], Any]] = {
            ("POST", "/api/v1/auth/token"): lambda: phone_data.tokens(self.user),
            ("GET", "/api/v1/me"): lambda: phone_data.PROFILE,
            ("POST", "/api/v1/wallet/devices/challenges"): lambda: {"challenge": "c", "expires_at": ago()},
            ("POST", "/api/v1/wallet/devices"): lambda: self.devices()[0],
            ("GET", "/api/v1/wallet/devices"): lambda: {"items": self.devices()},
            ("GET", "/api/v1/wallet/sync"): self.sync,
            ("GET", "/api/v1/notices"): lambda: {"items": self.notices(), "next_cursor": None},
            ("GET", "/api/v1/wallet/licences/lic_1/access-log"): lambda: {"items": self.log(), "next_cursor": None},
        }

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        bare = urlsplit(path).path
        said = self.counter.answer(method, path, body) or self.account.answer(method, bare, body)
        said = said or self.cases.answer(method, path, body) or self.desk.answer(method, path, body)
        said = self.till.answer(method, path, body) or said
        if self.payments is not None:
            said = self.payments.answer(method, bare, body) or said
        if self.catalogue is not None:
            said = self.catalogue.answer(method, path, body) or said
        said = said or self.services.answer(method, bare, body)
        if said is not None:
            return said[0], said[1] if isinstance(said[1], bytes) else json.dumps(said[1]).encode()
        route = self.routes.get((method, bare))
        if route is not None:
            return 200, json.dumps(route()).encode()
        # Only what the built site itself does not have: its trust list, status lists and city.json.
        signed = self.city.answer(bare) if bare.startswith(("/api/", "/city", "/trust-root")) else None
        if signed is not None:
            return 200, signed[0]
        return (404, b'{"code": "request.unknown_path", "status": 404}') if bare.startswith("/api/") else None

    def devices(self) -> list[dict[str, Any]]:
        return [
            {"id": "dev_1", "label": "Điện thoại của tôi", "created_at": ago(days=3), "last_seen_at": ago()},
            {"id": "dev_2", "label": "Galaxy A15 cũ", "created_at": ago(days=210), "last_seen_at": ago(days=40)},
        ]

    def sync(self) -> dict[str, Any]:
        until = (datetime.now(UTC) + timedelta(days=12)).date().isoformat()
        make = phone_data.a_licence
        licences = [
            make(1, number="48/2026/ATTP-CNĐK", credential=self.credential, issuer=AGENCY),
            make(
                2,
                type="road_works",
                type_code=2,
                number="17/GP-SXD",
                holder_name="CÔNG TY CP CẤP NƯỚC ĐÀ NẴNG",
                place={"address": "Lê Đình Dương, đoạn Km 0+200 đến Km 0+450", "commune_code": "20194"},
                activity="Đào lắp ống cấp nước D200",
                issuer={"code": "H17.05", "name": "Sở Xây dựng Đà Nẵng"},
                status="suspended",
                status_since=ago(days=3),
                status_reason="Chưa hoàn trả mặt đường đúng hạn",
                decision_number="112/QĐ-SXD",
                credential=self.credential,
            ),
            make(
                3,
                type="driving_licence",
                type_code=3,
                number="480192004512",
                holder_name="TRẦN THỊ THU THẢO",
                activity="Hạng B",
                place=None,
                issuer={"code": "CATP", "name": "Công an thành phố Đà Nẵng"},
                valid_from="2016-12-03",
                valid_until=until,
                credential=self.credential,
            ),
            *of_the_ward(self.credential),
        ]
        return {"cursor": "6", "server_time": ago(minutes=2), "licences": licences, "removed": []}

    def notices(self) -> list[dict[str, Any]]:
        make = phone_data.a_notice
        road = {
            "number": "17/GP-SXD",
            "type": "road_works",
            "agency": "Sở Xây dựng",
            "reason": "chưa hoàn trả mặt đường đúng hạn",
        }
        return [
            make(1, created_at=ago(minutes=12)),
            make(2, kind="licence.suspended", params=road, licence_id="lic_2", created_at=ago(days=3)),
            make(3, kind="licence.issued", created_at=ago(days=4), read_at=ago(days=4)),
        ]

    def log(self) -> list[dict[str, Any]]:
        def entry(action: str, at: str, **more: Any) -> dict[str, Any]:
            base = {
                "at": at,
                "action": action,
                "actor_name": None,
                "agency_name": AGENCY["name"],
                "purpose": "inspection.routine",
            }
            return {**base, "place": None, "licence_id": "lic_1", **more}

        return [
            entry(
                "licence.checked",
                ago(minutes=12),
                actor_name="Nguyễn V. H.",
                place={"lat": 16.06, "lon": 108.21, "accuracy_m": 8},
            ),
            entry("licence.sheet_read", ago(days=1), purpose="results.management"),
            entry("licence.checked", ago(days=9), agency_name="UBND phường Hải Châu", actor_name="Lê T. M."),
        ]


def of_the_ward(credential: str) -> list[dict[str, Any]]:
    """What a commune's committee issues: a permit, a pass, and a registration without an end."""
    make = phone_data.a_licence
    return [
        make(
            4,
            type="construction_permit",
            type_code=4,
            number="86/2026/GPXD",
            holder_name="TRẦN THỊ THU THẢO",
            place={"address": "K21/8 Nguyễn Chí Thanh, phường Hải Châu", "commune_code": "20242"},
            activity="Nhà ở riêng lẻ 3 tầng, 240 m2 sàn",
            issuer=WARD,
            valid_from="2026-09-07",
            valid_until="2027-09-06",
            credential=credential,
        ),
        make(
            5,
            type="travel_pass",
            type_code=5,
            number="12/2026/GĐĐ-HC",
            holder_name="TRẦN THỊ THU THẢO",
            place=None,
            activity="Diễn tập: chở thực phẩm chợ Hàn - Lê Đình Dương, 04:00-08:00",
            issuer=WARD,
            valid_until=(datetime.now(UTC) + timedelta(days=5)).date().isoformat(),
            credential=credential,
        ),
        make(
            6,
            type="business_household",
            type_code=6,
            number="147/2023/ĐKHKD",
            holder_name="HỘ KINH DOANH MÌ QUẢNG BÀ MUA",
            issuer=WARD,
            valid_from="2023-08-30",
            valid_until=None,
            undated=True,
            credential=credential,
        ),
    ]


def scans() -> list[dict[str, Any]]:
    """What an inspector has on the phone: three that wait, one refused, one sent."""
    other = {"outcome": "SUSPENDED", "minutes_ago": 34}
    made = [
        phone_data.a_scan(1, minutes_ago=6),
        phone_data.a_scan(2, **other),
        phone_data.a_scan(3, outcome="VALID_HOLDER_NOT_PROVEN", minutes_ago=52),
        phone_data.a_scan(4, outcome="INVALID", minutes_ago=70, state="refused"),
        phone_data.a_scan(5, minutes_ago=180, state="sent"),
    ]
    for number, entry in enumerate(made):
        entry["record"]["scanned_at"] = ago(minutes=[6, 34, 52, 70, 180][number])
    made[1]["verdict"]["claims"] |= {
        "holder": "CÔNG TY CP CẤP NƯỚC ĐÀ NẴNG",
        "number": "17/GP-SXD",
        "type": "road_works",
    }
    made[2]["verdict"]["claims"] |= {
        "holder": "NGUYỄN VĂN AN",
        "number": "480192004512",
        "type": "driving_licence",
        "place": None,
    }
    made[3]["verdict"]["claims"] = None
    made[3]["last_error"] = "request.invalid"
    return made
