"""The verification sheet of a licence: its data, its status when printed, and the paper QR."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from backend.wallet.paper_qr import paper_symbol
from backend.wallet.ports import WalletPorts
from backend.wallet.services.licences import Licences
from backend.wallet.sheet_layout import Line, Pair, SheetContent, draw_sheet
from shared_models.access import Actor
from shared_models.access_action import AccessAction
from shared_models.clock import CITY_ZONE, city_date
from shared_models.credential.types import BY_CODE
from shared_models.result import LicenceStatus
from shared_models.text import search_key

_TEXTS: Final = Path(__file__).parent.parent / "sheet_texts.json"
_CITY_FILE: Final = "city.json"
_HASH_GROUP: Final = 8


class Sheets:
    def __init__(self, ports: WalletPorts, licences: Licences) -> None:
        self._ports: Final = ports
        self._licences: Final = licences

    def sheet(self, actor: Actor, licence_id: str) -> bytes:
        """The sheet as a PDF, for the owner or the issuing agency.

        Raises:
            NotFound: ``licence.unknown``.
            Invalid: ``sheet.code_too_large``: PUBLIC_URL is longer than the minting left room for.
        """
        return draw_sheet(self._content(self._licences.read_noted(actor, licence_id, AccessAction.SHEET_READ)))

    def _content(self, licence: Mapping[str, Any]) -> SheetContent:
        now = self._ports.clock.now()
        texts = _texts()
        status_key = _status_key(licence, now)
        host = urlsplit(self._ports.public_url).netloc
        digest = licence["document_sha256"]
        groups = [digest[start : start + _HASH_GROUP] for start in range(0, len(digest), _HASH_GROUP)]
        return SheetContent(
            committee=self._committee(licence["issuer"]["name"]),
            agency=licence["issuer"]["name"],
            country=texts["motto.country"][0],
            motto=texts["motto.words"][0],
            title=texts["title"],
            type_name=texts.get(f"type.{licence['type']}", (licence["type"], "")),
            lines=_lines(licence),
            status_label=texts["printed"],
            status=texts[status_key],
            is_in_force=status_key == "status.valid",
            printed_at=now.astimezone(CITY_ZONE).strftime("%d/%m/%Y %H:%M"),
            caption=texts["qr.caption"],
            how_title=texts["how.title"],
            steps=[(vi.format(host=host), en.format(host=host)) for vi, en in (texts[f"how.{n}"] for n in (1, 2, 3))],
            privacy=texts["privacy"],
            legal=texts["legal"],
            hash_rows=[" ".join(groups)],
            demo=(texts["demo"], texts["demo.note"]) if self._ports.is_demo else None,
            symbol=paper_symbol(self._licences.paper_text(licence)),
        )

    def _committee(self, agency: str) -> str:
        """The city's committee, by the name under which the city is published; without one, the bare word.

        Empty above a committee: those of the communes head their papers alone (NĐ 30/2020, Phụ lục I).
        """
        if search_key(agency).startswith(search_key(_texts()["committee"][0])):
            return ""
        try:
            city = json.loads((self._ports.public_dir / _CITY_FILE).read_text(encoding="utf-8"))["name"]
        except (OSError, ValueError, KeyError):
            city = ""
        return f"{_texts()['committee'][0]} {city}".strip().upper()


def _status_key(licence: Mapping[str, Any], now: datetime) -> str:
    status = LicenceStatus(licence["status"])
    if status is LicenceStatus.VALID:
        today = city_date(now).isoformat()
        if licence["valid_until"] is not None and licence["valid_until"] < today:
            return "status.ended"
        if licence["valid_from"] > today:
            return "status.waiting"
    return f"status.{status.value}"


def _lines(licence: Mapping[str, Any]) -> list[Line]:
    texts, kind = _texts(), BY_CODE[licence["type_code"]]

    def label(field: str, usual: str) -> Pair:
        return texts.get(f"{field}.{kind.key}", texts[usual])

    holder = "field.holder.person" if kind.holder_is_person else "field.holder.organisation"
    lines = [Line(texts["field.number"], licence["number"], is_large=not kind.is_place_bound)]
    lines.append(Line(label("field.holder", holder), licence["holder_name"]))
    if licence["place"]:
        place = label("field.place", "field.place")
        lines.append(Line(place, licence["place"]["address"], is_large=kind.is_place_bound))
    if licence["activity"]:
        lines.append(Line(label("field.activity", "field.activity"), licence["activity"]))
    until = licence["valid_until"]
    lines.append(Line(texts["field.issuer"], licence["issuer"]["name"]))
    lines.append(Line(texts["field.valid_from"], _day(licence["valid_from"])))
    if until:
        lines.append(Line(texts["field.valid_until"], _day(until)))
    else:
        lines.append(Line(texts["field.term"], " · ".join(texts["undated"])))
    return lines


def _day(text: str) -> str:
    return date.fromisoformat(text).strftime("%d/%m/%Y")


@cache
def _texts() -> Mapping[str, Pair]:
    return {key: (pair[0], pair[1]) for key, pair in json.loads(_TEXTS.read_text(encoding="utf-8")).items()}
