"""What a decision grants, and the document that says so: from a dossier's answers and what was proposed.

An officer may put other words than the form's into a proposal's ``result``: ``number, holder_name, tax_code, activity,
address, commune, valid_from, valid_until`` (days as YYYY-MM-DD; ``valid_until`` null for no end).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from backend.dossiers.printed.answers import Commune, day, rows_of
from backend.infra.printing.letter import Facts, Letter, Signature, Words
from shared_models.errors import Invalid
from shared_models.form import FormDefinition
from shared_models.procedure import ProcedureVersion
from shared_models.result import HolderKind

REFUSAL: Final = "refusal"
_FILE: Final = Path(__file__).with_name("result_templates.json")
_GIVEN: Final = frozenset(
    {"number", "holder_name", "tax_code", "activity", "address", "commune", "valid_from", "valid_until"}
)
_LONGEST: Final = 200
_YEAR: Final = 365


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided on a dossier: the stored dossier, its version, its form, and the day of the decision."""

    dossier: Mapping[str, Any]
    procedure: ProcedureVersion
    form: FormDefinition | None
    today: date

    @property
    def is_approved(self) -> bool:
        return bool(self.dossier["proposal"]["decision"] == "approve")

    @property
    def values(self) -> Mapping[str, Any]:
        return self.dossier["values"] or {}

    @property
    def given(self) -> Mapping[str, Any]:
        return self.dossier["proposal"]["result"] or {}

    @property
    def handed_in_licence(self) -> str | None:
        """The id of the owner's licence, of the type that is granted, which was given in place of a component."""
        if not self.is_approved or self.procedure.result.licence_type is None:
            return None
        for component in self.dossier["components"]:
            evidence = component["evidence"] or {}
            if (evidence.get("source"), evidence.get("key")) == ("licence", self.procedure.result.licence_type):
                return str(evidence["id"])
        return None

    @property
    def template(self) -> Mapping[str, Any]:
        name = self.procedure.result.template if self.is_approved else REFUSAL
        found: Mapping[str, Any] = templates().get(name) or templates()["decision"]
        return found


@dataclass(frozen=True, slots=True)
class Grant:
    """What is granted, for the store of results; ``type`` is the licence type or the kind of document."""

    type: str
    number: str
    holder_kind: HolderKind
    holder_name: str
    tax_code: str | None
    activity: str | None
    place: dict[str, Any] | None
    valid_from: date
    valid_until: date | None


@cache
def templates() -> Mapping[str, Any]:
    """All templates by name, and what is said about them."""
    read: dict[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return read


def template_names() -> frozenset[str]:
    """What a procedure may name for its approvals."""
    return frozenset(name for name, found in templates().items() if isinstance(found, dict) and name != REFUSAL)


def check_given(given: Mapping[str, Any]) -> None:
    """Refuses what no result could say.

    Raises:
        Invalid: ``field.unknown`` or ``field.malformed`` under ``result.<name>``.
    """
    faults: dict[str, list[str]] = {}
    for name, value in given.items():
        if name not in _GIVEN:
            faults[f"result.{name}"] = ["field.unknown"]
        elif not _is_day(name, value) if name.startswith("valid_") else not _is_text(value):
            faults[f"result.{name}"] = ["field.malformed"]
    if faults:
        raise Invalid("request.invalid", faults)


def grant_of(decided: Decided, replaced: str | None = None) -> Grant:
    """What the decision grants; a refusal grants a document that says so.

    ``replaced`` is the number of the licence whose place it takes: kept where the template says that numbers are.

    Raises:
        Invalid: as `check_given`; ``result.answer_missing`` naming what neither form nor officer said.
    """
    check_given(decided.given)
    licence = decided.template.get("licence") if decided.is_approved else None
    rules: Mapping[str, Any] = licence or {}
    starts = _day_of(decided, "valid_from", rules.get("from")) or decided.today
    return Grant(
        type=(decided.procedure.result.licence_type if licence else None) or _kind(decided),
        number=_number(decided, rules, replaced),
        holder_kind=HolderKind(rules.get("holder_kind", "person")),
        holder_name=_text(decided, "holder_name", rules.get("holder_name")) or decided.dossier["owner_name"],
        tax_code=_text(decided, "tax_code", rules.get("tax_code")),
        activity=_text(decided, "activity", rules.get("activity")),
        place=_place(decided, rules),
        valid_from=starts,
        valid_until=_ends(decided, rules, starts) if licence else None,
    )


def letter_of(decided: Decided, grant: Grant, signer: str, commune: Commune, demo: str | None) -> Letter:
    """The document itself."""
    dossier, procedure = decided.dossier, decided.procedure
    agency = dossier["competent_agency"]["name"]
    title = decided.template["title"] or procedure.result.name.vi.upper()
    rows: list[tuple[str, str | None]] = []
    if decided.form is not None:
        rows += rows_of(decided.form, decided.values, tuple(decided.template["rows"]), commune)
    if not rows:
        rows.append(("Người đề nghị", dossier["owner_name"]))
    if grant.place:
        rows.append(("Địa điểm", f"{grant.place['address']}, {commune(grant.place['commune_code'])}"))
    rows.append(("Có hiệu lực từ", day(grant.valid_from)))
    if "licence" in decided.template and decided.is_approved:
        rows.append(("Đến hết ngày", day(grant.valid_until) if grant.valid_until else "không thời hạn"))
    place = "Đà Nẵng"
    return Letter(
        superior="Ủy ban nhân dân thành phố Đà Nẵng",
        agency=agency,
        number=grant.number,
        place_and_date=f"{place}, ngày {decided.today:%d} tháng {decided.today:%m} năm {decided.today:%Y}",
        title=title,
        subtitle=f"Thủ tục {procedure.code}: {procedure.name.vi}",
        blocks=(Facts(rows), Words(dossier["proposal"]["text"])),
        signatures=(Signature("NGƯỜI CÓ THẨM QUYỀN", signer, "(đã ký số)"),),
        code=dossier["code"] or dossier["reference"],
        foot="Văn bản điện tử, ký số bởi người có thẩm quyền và cơ quan ban hành. Tra cứu hồ sơ bằng mã QR.",
        demo=demo,
    )


def _kind(decided: Decided) -> str:
    return str(decided.procedure.result.template) if decided.is_approved else REFUSAL


def _number(decided: Decided, rules: Mapping[str, Any], replaced: str | None) -> str:
    said = _text(decided, "number", None)
    if "number" in rules and said is None:
        said = replaced or _text(decided, "number", rules["number"])
    return said or _own_number(decided)


def _own_number(decided: Decided) -> str:
    """A number of its own for each dossier: its code, which nobody else has."""
    return f"{decided.dossier['code'] or decided.dossier['reference']}/KQ"


def _text(decided: Decided, name: str, field: str | None) -> str | None:
    found = decided.given.get(name) or (decided.values.get(field) if field else None)
    return str(found).strip()[:_LONGEST] if found else None


def _place(decided: Decided, rules: Mapping[str, Any]) -> dict[str, Any] | None:
    if "address" not in rules:
        return None
    address = _text(decided, "address", rules["address"])
    commune = _text(decided, "commune", rules["commune"])
    missing = [f"result.{name}" for name, found in (("address", address), ("commune", commune)) if not found]
    if missing:
        raise Invalid("result.answer_missing", {name: ["result.answer_missing"] for name in missing})
    return {"address": address, "commune_code": commune, "lat": None, "lon": None}


def _day_of(decided: Decided, name: str, field: str | None) -> date | None:
    found = decided.given.get(name) or (decided.values.get(field) if field else None)
    return date.fromisoformat(found) if isinstance(found, str) else None


def _ends(decided: Decided, rules: Mapping[str, Any], starts: date) -> date | None:
    """The last day: what was said, else what the template gives; None is for ever."""
    if "valid_until" in decided.given:
        return _day_of(decided, "valid_until", None)
    said = _day_of(decided, "valid_until", rules.get("until"))
    if said is not None and said >= decided.today:
        return said
    days = rules.get("days") or rules.get("years", 0) * _YEAR
    return starts + timedelta(days=days) if days else None


def _is_day(name: str, value: Any) -> bool:
    if value is None:
        return name == "valid_until"
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST
