"""The walk through what guards an account: the code at the door, turning it on, and where one is signed in."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from tests.support import phone_data

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URI = (
    "otpauth://totp/C%C3%B4ng%20D%C3%A2n%20%C4%90%C3%A0%20N%E1%BA%B5ng:hai?digits=6&algorithm=SHA1&period=30"
    f"&secret={SECRET}&issuer=C%C3%B4ng+D%C3%A2n+%C4%90%C3%A0+N%E1%BA%B5ng"
)
CODES = ["k7q2m-9xw4d", "b3f8r-n0tzc", "w5h1p-6jvye", "x9d4k-a2sqm", "c0t7n-r8bgf"]
CODES += ["m4z6w-1hkpx", "y2v9e-d5jc3", "q8s0b-f7ntr", "g6x3h-p4wak", "t1j5d-z0mqv"]
BROWSERS = [("chrome", "android"), ("safari", "macos"), ("coc_coc", "windows")]


class Walker(Protocol):
    """The visit of `scripts/screens.py`."""

    def open(self, path: str = "/") -> None: ...
    def tap(self, identifier: str) -> None: ...
    def type(self, identifier: str, text: str) -> None: ...
    def wait(self, identifier: str, ms: int = 700) -> None: ...
    def shoot(self, name: str) -> None: ...
    def pin(self) -> None: ...
    def tell(self, name: str, data: Any) -> None: ...


class AccountApi:
    """Answers about one account. `needs_code` until a code was given, `must_enrol` until codes are set up."""

    def __init__(self, role: str) -> None:
        self.needs_code = role == "account"
        self.must_enrol = role == "account"

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is not about the account."""
        given = json.loads(body) if body else {}
        if (method, path) == ("POST", "/api/v1/auth/token") and self.needs_code:
            if "otp" not in given:
                return 401, {"code": "signin.otp_required", "status": 401}
            self.needs_code = False
        if (method, path) == ("POST", "/api/v1/auth/token") and self.must_enrol:
            return 200, phone_data.tokens({**phone_data.INSPECTOR, "scopes": ["second-step"]})
        if (method, path) == ("POST", "/api/v1/me/totp/confirm"):
            self.must_enrol = False
        return self.routes().get((method, path))

    def routes(self) -> dict[tuple[str, str], tuple[int, Any]]:
        return {
            ("GET", "/api/v1/me/sessions"): (200, {"items": self.sessions()}),
            ("GET", "/api/v1/me/totp"): (200, {"is_on": True, "is_required": True, "recovery_codes_left": 3}),
            ("POST", "/api/v1/me/totp"): (201, {"secret": SECRET, "uri": URI}),
            ("POST", "/api/v1/me/totp/confirm"): (200, {"recovery_codes": CODES}),
        }

    def sessions(self) -> list[dict[str, Any]]:
        def ago(**span: float) -> str:
            return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")

        return [
            {
                "id": f"ses_{number}",
                "browser": browser,
                "system": system,
                "created_at": ago(days=2 + 9 * number),
                "last_used_at": ago(hours=30 * number),
                "is_current": number == 0,
            }
            for number, (browser, system) in enumerate(BROWSERS)
        ]


def account(walk: Walker) -> None:
    """From the password over the code and the set-up to the pages under "Tôi"."""
    walk.open()
    walk.tap("signin.staff")
    walk.wait("staff.submit")
    walk.type("staff.username", "hai")
    walk.type("staff.password", "secret-for-the-demo")
    walk.tap("staff.submit")
    walk.wait("staff.otp", 900)
    walk.shoot("50-code")
    walk.type("staff.otp", "123456")
    walk.tap("staff.otp.submit")
    walk.wait("totp.secret", 1200)
    walk.shoot("51-set-up")
    walk.type("totp.code", "123456")
    walk.tap("totp.code.submit")
    walk.wait("totp.codes", 900)
    walk.shoot("52-recovery-codes")
    walk.tap("totp.kept")
    walk.wait("totp.done", 900)
    walk.tap("totp.done")
    walk.wait("pin.1", 600)
    walk.pin()
    walk.wait("pin.1", 600)
    walk.pin()
    walk.wait("tab.me", 1500)
    pages = [("/me/totp", "totp.renew", "53-codes"), ("/me/sessions", "signins.end.ses_1", "54-sessions")]
    for path, identifier, name in pages:
        walk.tell("notification.opened", {"url": path})
        walk.wait(identifier, 1300)
        walk.shoot(name)
    walk.tap("signins.end.ses_1")
    walk.wait("question.yes")
    walk.shoot("55-end-session")
