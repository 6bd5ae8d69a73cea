"""The server's side of one account with a password, for the phone of somebody who works for the city."""

from typing import Any

from tests.support.phone import MemoryServer
from tests.support.phone_data import INSPECTOR, Phone, signed_in, tokens

TOKEN = "/api/v1/auth/token"
CODES = [f"aaaa{number}-bbbb{number}" for number in range(10)]
SECRET = {"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "uri": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"}
RESTRICTED = {**INSPECTOR, "scopes": ["second-step"]}


class StaffServer:
    """The token endpoint for one account with a password and a code, and its second step."""

    def __init__(self, server: MemoryServer, user: dict[str, Any], *, has_code: bool = True) -> None:
        self.user, self.has_code, self.asked = user, has_code, []
        server.on("POST", TOKEN, self.token)
        server.on("POST", "/api/v1/me/totp", (201, SECRET))
        server.on("POST", "/api/v1/me/totp/confirm", self.confirm)
        server.on("GET", "/api/v1/notices", (200, {"items": [], "next_cursor": None}))

    def token(self, body: Any, _query: Any) -> tuple[int, Any]:
        self.asked.append(body)
        if body["grant_type"] == "password":
            if body["password"] != "right":
                return 401, {"code": "signin.wrong_password"}
            if self.has_code and body.get("otp") is None:
                return 401, {"code": "signin.otp_required"}
            if self.has_code and body["otp"] != "123456":
                return 401, {"code": "signin.otp_wrong"}
        return 200, tokens(self.user, len(self.asked))

    def confirm(self, body: Any, _query: Any) -> tuple[int, Any]:
        if body["code"] != "123456":
            return 422, {"code": "totp.code_wrong", "errors": {"code": ["totp.code_wrong"]}}
        self.user = INSPECTOR
        return 200, {"recovery_codes": CODES}


async def signed_in_staff() -> Phone:
    """An inspector's phone whose account has a password and a code."""
    phone = Phone()
    await signed_in(phone, INSPECTOR)
    StaffServer(phone.server, INSPECTOR)
    return phone
