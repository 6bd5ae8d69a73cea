"""Officers who act through the API of a running city, for what a story does not show on a screen."""

import secrets
import time
from typing import Any

import requests

from scripts.supervise.city import City
from shared_models.ids import RANDOM_BYTES, new_id
from tests.support.story.caller import Caller, Refused, persist
from tests.support.story.telling import accounts_of

Json = dict[str, Any]
CODE_LASTS_S = 30


class Clerk:
    """A member of staff, signed in."""

    def __init__(self, city: City, username: str) -> None:
        self.caller = Caller(city.origin)
        password, deadline = accounts_of(city.data)[username], time.monotonic() + 2 * CODE_LASTS_S
        while True:
            codes: dict[str, str] = requests.get(f"http://localhost:{city.ports.vneid}/codes.json", timeout=20).json()
            try:
                self.caller.sign_in_as_staff(username, password, codes.get(username))
            except Refused as refused:
                # A code is good for one sign-in: somebody has used this one.
                if refused.code != "signin.otp_wrong" or time.monotonic() > deadline:
                    raise
                time.sleep(2)
            else:
                return

    def read(self, dossier_id: str) -> Json:
        found: Json = self.caller.call("GET", f"/desk/dossiers/{dossier_id}")
        return found

    def do(self, dossier_id: str, action: str, **fields: Any) -> Json:
        """One action on the dossier as it is now."""
        body = {
            "id": new_id("act", secrets.token_bytes(RANDOM_BYTES)),
            "version": self.read(dossier_id)["version"],
            "action": action,
            **fields,
        }
        done: Json = persist(lambda: self.caller.call("POST", f"/desk/dossiers/{dossier_id}/actions", body))
        return done

    def take_fee(self, dossier_id: str) -> int:
        """Asks for the published fee and records it as paid; the amount in VND."""
        lines = self.read(dossier_id)["fee"]["lines"]
        amount = sum(int(line["amount"]) for line in lines)
        self.do(dossier_id, "ask_payment", amount=amount, lines=lines)
        self.do(dossier_id, "record_payment", amount=amount, receipt_number=f"BL-{dossier_id[-6:]}")
        return amount

    def propose(self, dossier_id: str) -> None:
        """Puts it on the leader's desk."""
        self.do(dossier_id, "propose", decision="approve", text="Hồ sơ đủ điều kiện. Đề nghị phê duyệt.")
