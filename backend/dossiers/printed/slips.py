"""The forms that go with a dossier (TT 03/2025/TT-VPCP, App. I): 01 to 06, from what is stored of it.

A slip is drawn from the dossier and its timeline whenever somebody asks for it, so it can be printed again at any time.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from backend.dossiers.printed.answers import day
from backend.infra.printing.letter import Block, Facts, Grid, Letter, Signature, Words
from shared_models.clock import CITY_ZONE, city_date
from shared_models.errors import NotFound
from shared_models.money import vnd_text
from shared_models.procedure import ProcedureVersion

_FILE: Final = Path(__file__).with_name("slip_texts.json")
NUMBERS: Final = ("01", "02", "03", "04", "05", "06")
_MADE_BY: Final = {
    "01": "accept",
    "02": "ask_supplement",
    "03": "refuse",
    "04": "extend",
    "05": "stop",
    "06": "accept",
}
"""The act that a slip tells of."""


@dataclass(frozen=True, slots=True)
class SlipSource:
    """The stored dossier, its version, its timeline (oldest first), and a warning on every page or None."""

    dossier: Mapping[str, Any]
    procedure: ProcedureVersion
    events: Sequence[Mapping[str, Any]]
    demo: str | None


@cache
def texts() -> Mapping[str, Any]:
    """Titles and sentences, by slip."""
    read: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return read


def slip_of(number: str, source: SlipSource) -> Letter:
    """The letter of one slip.

    Raises:
        NotFound: ``slip.unknown``: there is none of this number for this dossier.
    """
    dossier = source.dossier
    if number not in dossier["slips"] or number not in NUMBERS:
        raise NotFound("slip.unknown")
    made = _last(source.events, _MADE_BY[number])
    words = texts()[number]
    agency = (dossier["receiving_agency"] if number in {"01", "02", "03"} else dossier["competent_agency"])["name"]
    known = {"agency": agency, "owner": dossier["owner_name"], "answer_by": _answer_by(source)}
    blocks: list[Block] = [Words(words["lead"].format(**known)), *_body(number, source, made)]
    if words["close"]:
        blocks.append(Words(words["close"].format(**known)))
    on = city_date(made["at"] if made else dossier["received_at"])
    return Letter(
        superior="Ủy ban nhân dân thành phố Đà Nẵng",
        agency=agency,
        number=f"{dossier.get('code') or dossier['reference']}/{words['symbol']}",
        place_and_date=f"Đà Nẵng, ngày {on:%d} tháng {on:%m} năm {on:%Y}",
        title=words["title"],
        subtitle=f"Mẫu số {number} · {texts()['version']}",
        blocks=blocks,
        signatures=_signatures(number, dossier, made),
        code=dossier.get("code") or dossier["reference"],
        foot=texts()["foot"],
        demo=source.demo,
    )


def _body(number: str, source: SlipSource, made: Mapping[str, Any] | None) -> list[Block]:
    dossier, labels = source.dossier, texts()["facts"]
    head = Facts(
        [
            (labels["code"], dossier.get("code") or dossier["reference"]),
            (labels["procedure"], f"{source.procedure.code} · {source.procedure.name.vi}"),
        ]
    )
    if number == "01":
        return [head, _applicant(dossier), _components(source), _promise(source)]
    if number == "02":
        return [head, _items(source, made)]
    if number == "04":
        return [head, _apology(dossier)]
    if number == "06":
        return [head, _promise(source), _steps(source)]
    return [head, Facts([(labels["reason"], made["note"] if made else None)])]


def _applicant(dossier: Mapping[str, Any]) -> Facts:
    labels, contact = texts()["facts"], dossier["contact"]
    assisted = dossier["assisted_by"]
    return Facts(
        [
            (labels["owner"], dossier["owner_name"]),
            (labels["address"], (dossier["return_to"] or {}).get("address")),
            (labels["phone"], contact.get("phone")),
            (labels["email"], contact.get("email")),
            (labels["assisted"], assisted["name"] if assisted else None),
        ]
    )


def _promise(source: SlipSource) -> Facts:
    dossier, labels = source.dossier, texts()["facts"]
    due = dossier["original_due_at"] or dossier["due_at"]
    amount = dossier["fee"]["amount"]
    return Facts(
        [
            (labels["received"], moment(dossier["received_at"])),
            (labels["due"], moment(due) if due else None),
            (labels["way"], texts()["ways"][dossier["return_to"]["way"]]),
            (labels["fee"], f"{vnd_text(amount)} đồng" if amount else None),
        ]
    )


def _components(source: SlipSource) -> Grid:
    given = {one["key"]: one for one in source.dossier["components"]}
    rows = [
        (
            str(place),
            one.name.vi,
            str(one.original) if one.original and one.key in given else "–",
            str(one.copy) if one.copy and one.key in given else "–",
            "Có" if one.key in given else "–",
        )
        for place, one in enumerate(source.procedure.components, start=1)
    ]
    return Grid(texts()["component_columns"], rows, (1, 8, 2, 2, 3))


def _items(source: SlipSource, made: Mapping[str, Any] | None) -> Block:
    """The list as it was asked; once it is answered, as the timeline keeps it."""
    asks = source.dossier["asks"]
    if asks is None or asks["kind"] != "supplement":
        return Words(made["note"] if made and made["note"] else "")
    rows = [(str(place), one["name"]["vi"], one["reason"]) for place, one in enumerate(asks["items"], start=1)]
    return Grid(texts()["item_columns"], rows, (1, 6, 8))


def _apology(dossier: Mapping[str, Any]) -> Facts:
    labels, apology = texts()["facts"], dossier["apologies"][-1]
    return Facts(
        [
            (labels["reason"], apology["reason"]),
            (labels["old_due"], day(date.fromisoformat(apology["old_due_date"]))),
            (labels["new_due"], day(date.fromisoformat(apology["new_due_date"]))),
        ]
    )


def _steps(source: SlipSource) -> Grid:
    names = texts()["actions"]
    rows = [
        (
            moment(event["at"]),
            names.get(event["action"], event["action"]),
            " – ".join(part["name"] for part in (event["agency"], event["actor"]) if part and part.get("name")),
            event["note"] or "",
        )
        for event in source.events
    ]
    return Grid(texts()["step_columns"], rows, (3, 4, 5, 5))


def _signatures(number: str, dossier: Mapping[str, Any], made: Mapping[str, Any] | None) -> list[Signature]:
    signers = texts()["signers"]
    roles = signers.get(number, signers["default"])
    officer = made["actor"].get("name", "") if made and made["actor"] else ""
    names = [dossier["owner_name"] if len(roles) > 1 else "", officer][-len(roles) :]
    return [Signature(role, name, texts()["sign_note"]) for role, name in zip(roles, names, strict=True)]


def _answer_by(source: SlipSource) -> str:
    asks = source.dossier["asks"]
    until = asks["answer_by"] if asks and asks["kind"] == "supplement" else source.dossier["answer_by"]
    return day(city_date(until)) if until else ""


def _last(events: Sequence[Mapping[str, Any]], action: str) -> Mapping[str, Any] | None:
    return next((event for event in reversed(events) if event["action"] == action), None)


def moment(at: datetime) -> str:
    """``07:40 ngày 22/11/2026``, in the city."""
    return at.astimezone(CITY_ZONE).strftime("%H:%M ngày %d/%m/%Y")
