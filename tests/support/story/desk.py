"""Officers who act through the API of a running city, for what a story does not show on a screen."""

import secrets
from typing import Any

from scripts.supervise.city import City
from shared_models.ids import RANDOM_BYTES, new_id
from tests.support.story.caller import Caller, persist
from tests.support.story.telling import accounts_of

Json = dict[str, Any]


class Clerk:
    """A member of staff, signed in."""

    def __init__(self, city: City, username: str) -> None:
        self.caller = Caller(city.origin)
        self.caller.sign_in_as_staff(username, accounts_of(city.data)[username])

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

    def work_on(self, dossier_id: str) -> None:
        """From accepted to the leader's desk."""
        self.do(dossier_id, "propose", decision="approve", text="Hồ sơ đủ điều kiện. Đề nghị phê duyệt.")
