"""What an agency's one-stop software does at its end: prints and signs a result, delivers it, changes its status.

A delivery is written to ``outgoing/`` before it is sent, with the signed file: a retry after a crash or a lost answer
sends the very same bytes under the same id, which the city answers as before.
"""

import base64
import hashlib
import json
import re
import secrets
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from backend.infra.printing.seal import Seal
from scripts.sandbox import document
from scripts.sandbox.machine_client import Credentials, MachineClient
from scripts.sandbox.pki import agency_folder, make_client_key
from scripts.sandbox.seed_data import agency_name

CITY_ZONE = timezone(timedelta(hours=7))
_DELIVERY_ID = re.compile(r"[a-z]{2,8}-[0-9a-f]{24}", re.ASCII)
_BY_THE_WARD = ("construction_permit", "business_household", "travel_pass")
TYPES = {
    "H17.08": ("food_safety",),
    "H17.05": ("road_works",),
    "H17.12": ("driving_licence",),
    "H17.30.05": _BY_THE_WARD,
    "H17.30.08": _BY_THE_WARD,
}
TYPE_NAMES = {
    "food_safety": "Giấy chứng nhận đủ điều kiện an toàn thực phẩm",
    "road_works": "Giấy phép thi công trên đường bộ",
    "driving_licence": "Giấy phép lái xe",
    "construction_permit": "Giấy phép xây dựng",
    "business_household": "Giấy chứng nhận đăng ký hộ kinh doanh",
    "travel_pass": "Giấy đi đường (chỉ để diễn tập)",
}
SIGNERS = {
    "H17.08": "Trần Ngọc Sơn",
    "H17.05": "Lê Hoàng Nam",
    "H17.12": "Võ Minh Trí",
    "H17.30.05": "Ngô Thị Bích Liên",
    "H17.30.08": "Phan Thanh Hải",
}


def sign_delivery(seal: Seal, delivery_id: str, printed: dict[str, Any], signer: str, at: datetime) -> Any:
    """The body of ``POST /results``: the data, and the same data printed and signed ``at`` that moment."""
    page = document.draw(printed, seal.agency_name, signer, at.astimezone(CITY_ZONE).date())
    signed = seal.sign(page, signer, at)
    return {
        "delivery_id": delivery_id,
        **printed,
        "document": base64.b64encode(signed).decode(),
        "document_sha256": hashlib.sha256(signed).hexdigest(),
    }


class NotRegistered(RuntimeError):
    """The city does not know this agency's software yet: the seed registers it."""


class Agency:
    """One agency with its keys in ``DATA/sandbox/agency/<code>/``; ``authority``: PEM that trusts ``origin``.

    Attributes:
        types: keys of the licence types that it issues.
        type: the one that its desk opens with.
    """

    def __init__(self, data: Path, code: str, origin: str, authority: Path | None = None) -> None:
        self.code = code
        self.name = agency_name(code)
        self.types = TYPES[code]
        self.type = self.types[0]
        self._folder = agency_folder(data, code)
        self._seal: Seal | None = None
        registration = self._folder / "client.json"
        if not registration.exists():
            raise NotRegistered(code)
        client_id = json.loads(registration.read_text("utf-8"))["client_id"]
        credentials = Credentials.read(client_id, self._folder / "client.pem")
        self._client = MachineClient(origin, credentials, authority)

    def present_key(self) -> dict[str, Any]:
        """The key that this desk's software signs in with, as the city knows it."""
        return next(key for key in self._client.known_keys() if key["is_current"])

    def change_key(self) -> None:
        """A new key for this desk's software, with no moment in between that shuts it out.

        The new one is written down before the city hears of it, and is this desk's own before the old one goes: after
        a crash anywhere, doing it again ends well.
        """
        file, fresh = self._folder / "client.pem", self._folder / "client-next.pem"
        if not fresh.exists():
            make_client_key(fresh)
        key = ECKey.import_key(fresh.read_bytes())
        self._client.add_key(key)
        fresh.replace(file)
        self._client.use_key(key)

    def results(self) -> list[dict[str, Any]]:
        """All results that this agency has delivered, as the city lists them."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = self._client.get("/results" + (f"?cursor={cursor}" if cursor else ""))
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    def result(self, result_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get(f"/results/{result_id}")
        return found

    def numbers(self) -> set[str]:
        """Numbers that this desk has used, without asking the city: each look into its store is noted there."""
        sent = (self._folder / "outgoing").glob("*.json")
        return {json.loads(file.read_text("utf-8"))["number"] for file in sent}

    def deliver(self, delivery_id: str, licence: dict[str, Any]) -> dict[str, Any]:
        """Sign and deliver. ``licence``: type, number, holder, activity, place, valid_from, valid_until (texts).

        The same ``delivery_id`` again sends what was written down the first time, whatever ``licence`` says now.

        Raises:
            ValueError: a date that is none, or an id that is none of ``fresh_id``.
        """
        if _DELIVERY_ID.fullmatch(delivery_id) is None:
            raise ValueError("not an id of this desk")
        file = self._folder / "outgoing" / f"{delivery_id}.json"
        if not file.exists():
            if self._seal is None:
                self._seal = Seal.open(self._folder, self.name)
            body = sign_delivery(self._seal, delivery_id, licence, SIGNERS[self.code], datetime.now(UTC))
            self._write(file, body)
        answer: dict[str, Any] = self._client.post("/results", json.loads(file.read_text("utf-8")))
        return answer

    @staticmethod
    def _write(file: Path, delivery: dict[str, Any]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(delivery, ensure_ascii=False), "utf-8")
        fresh.replace(file)

    def change_status(self, result_id: str, change: dict[str, Any]) -> dict[str, Any]:
        """``change``: change_id, action, reason, decision_number, decision_date."""
        answer: dict[str, Any] = self._client.post(f"/results/{result_id}/status", change)
        return answer

    def sheet(self, licence_id: str) -> bytes:
        return self._client.get_file(f"/licences/{licence_id}/sheet.pdf")

    def signed_document(self, licence_id: str) -> bytes:
        return self._client.get_file(f"/licences/{licence_id}/document.pdf")


def fresh_id(kind: str) -> str:
    """An id of the agency's own for a delivery or a change."""
    return f"{kind}-{secrets.token_hex(12)}"
