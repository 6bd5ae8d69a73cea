"""A catalogue as a folder: ``procedures/<code>.json``, ``forms/*.json``, ``calendar.json`` and ``fee_rules.json``.

All of a folder is read and checked before anything is written, and it is written in one transaction or not at all.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from backend.catalogue.documents import DAYS, FORMS, HOURS, VERSIONS
from backend.catalogue.ports import CataloguePorts
from backend.catalogue.services.calendar_days import CalendarDays, DayRow, HoursRow
from backend.catalogue.services.fee_rules import FILE as FEE_RULES_FILE
from backend.catalogue.services.fee_rules import FeeRules, check_rules, read_rules
from backend.catalogue.services.publishing import Publishing, Signature, is_published
from backend.catalogue.services.references import Known, References, check_references
from backend.infra.mongo import Session
from shared_models.errors import Conflict, Invalid
from shared_models.fee import FeeRule
from shared_models.form import FormDefinition
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import VersionState

_T = TypeVar("_T")
CALENDAR: Final = "calendar.json"


class FileFault(ValueError):
    """One sentence: which file, where in it, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a folder holds, each with the name of its file."""

    forms: tuple[tuple[str, FormDefinition], ...]
    versions: tuple[tuple[str, ProcedureVersion], ...]
    days: tuple[DayRow, ...]
    hours: tuple[HoursRow, ...]
    fee_rules: tuple[FeeRule, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """How many were new; the others were there with the same content."""

    forms: int
    versions: int
    days: int
    fee_rules: int


class CatalogueFiles:
    def __init__(self, ports: CataloguePorts, publishing: Publishing, references: References) -> None:
        self._ports: Final = ports
        self._publishing: Final = publishing
        self._references: Final = references
        self._calendar: Final = CalendarDays(ports, publishing)
        self._fee_rules: Final = FeeRules(ports.database)

    def check(self, folder: Path) -> Content:
        """Everything of a folder, held against this city; nothing is written.

        Raises:
            FileFault: the first thing that cannot be.
        """
        content = read_folder(folder)
        self._hold(content, None)
        rules = self._fee_rules.with_these(content.fee_rules, None)
        try:
            self._publishing.check([version for _, version in content.versions], rules, None)
        except Conflict as fault:
            raise _not_published(content, fault) from fault
        return content

    def bring_in(self, folder: Path, by: str) -> Brought:
        """Publishes all of a folder; what is there already with the same content stays as it is.

        Raises:
            FileFault: nothing was written.
        """
        content = read_folder(folder)
        return self._ports.database.transaction(lambda session: self._write(content, by, session))

    def _write(self, content: Content, by: str, session: Session) -> Brought:
        now = self._ports.clock.now()
        forms = 0
        for name, form in content.forms:
            forms += _in_words(name, self._publishing.put_form, form, now, session)
        self._hold(content, session)
        incoming = [version for _, version in content.versions]
        try:
            rules_after = self._fee_rules.with_these(content.fee_rules, session)
            versions = self._publishing.publish(incoming, Signature(by, now), session, rules_after)
        except Conflict as fault:
            raise _not_published(content, fault) from fault
        days = self._calendar.replace(content.days, content.hours, session)
        rules = self._fee_rules.put(content.fee_rules, Signature(by, now), session)
        if forms or versions or days or rules:
            self._publishing.raise_revision(session)
        return Brought(forms, versions, days, rules)

    def _hold(self, content: Content, session: Session | None) -> None:
        known = self._references.known(session)
        known = Known(
            known.agencies,
            {**known.forms, **{form.id: form for _, form in content.forms}},
            known.codes | {version.code for _, version in content.versions},
            known.templates,
        )
        for name, version in content.versions:
            _in_words(name, check_references, version, known)
        fees = self._fee_rules.fee_keys((version for _, version in content.versions), session, with_drafts=True)
        _in_words(FEE_RULES_FILE, check_rules, content.fee_rules, fees)

    def export(self, folder: Path) -> int:
        """Writes all that is published, as `bring_in` reads it; how many versions."""
        versions: dict[str, list[Any]] = {}
        query = {"state": VersionState.PUBLISHED.value}
        for row in self._ports.database.collection(VERSIONS).find(query).sort("effective_from", 1):
            versions.setdefault(row["code"], []).append(row["procedure"])
        for code, line in versions.items():
            _write_json(folder / "procedures" / f"{code}.json", line)
        for row in filter(is_published, self._ports.database.collection(FORMS).find()):
            _write_json(folder / "forms" / f"{row['_id'].replace('@', '-')}.json", row["form"])
        hours = {
            row["_id"]: {"sessions": row["sessions"], "needs_review": row["needs_review"]}
            for row in self._ports.database.collection(HOURS).find()
        }
        days = sorted(self._ports.database.collection(DAYS).find(), key=lambda row: str(row["_id"]))
        rows = [{"day": row["_id"], **{name: value for name, value in row.items() if name != "_id"}} for row in days]
        _write_json(folder / CALENDAR, {"office_hours": hours, "days": rows})
        _write_json(folder / FEE_RULES_FILE, self._fee_rules.every())
        return sum(len(line) for line in versions.values())


def read_folder(folder: Path) -> Content:
    """The folder's content, each file checked by itself.

    Raises:
        FileFault: no such folder, no JSON, or a member that cannot be.
    """
    if not folder.is_dir():
        raise FileFault(f"{folder}: no such folder")
    forms = tuple((name, _in_words(name, FormDefinition.from_json, data)) for name, data in _read_all(folder, "forms"))
    versions = tuple(pair for name, data in _read_all(folder, "procedures") for pair in _versions(name, data))
    calendar = folder / CALENDAR
    data = _read(calendar, CALENDAR) if calendar.exists() else {"office_hours": {}, "days": []}
    days, hours = _in_words(CALENDAR, _calendar, data)
    rules_file = folder / FEE_RULES_FILE
    rules = _in_words(FEE_RULES_FILE, read_rules, _read(rules_file, FEE_RULES_FILE) if rules_file.exists() else [])
    if not (forms or versions or days or hours or rules):
        raise FileFault(f"{folder}: no procedures, forms, calendar or rules of fees in it")
    return Content(forms, versions, days, hours, rules)


def _versions(name: str, data: Any) -> Iterator[tuple[str, ProcedureVersion]]:
    if not isinstance(data, list) or not data:
        raise FileFault(f"{name}: must be a list of the versions of one procedure")
    seen: set[str] = set()
    for place, row in enumerate(data):
        where = f"{name}[{place}]"
        version = _in_words(where, ProcedureVersion.from_json, row)
        if Path(name).stem != version.code:
            raise FileFault(f"{where}: code: {version.code} belongs in a file of its own name")
        if version.state is not VersionState.PUBLISHED:
            raise FileFault(f"{where}: state: only published versions are brought in")
        if version.id in seen:
            raise FileFault(f"{where}: effective_from: two versions with one date")
        seen.add(version.id)
        yield where, version


def _calendar(data: Any) -> tuple[tuple[DayRow, ...], tuple[HoursRow, ...]]:
    if not isinstance(data, Mapping) or set(data) != {"office_hours", "days"}:
        raise Invalid("catalogue.calendar_invalid", {"_": ["field.malformed"]})
    if not isinstance(data["days"], list) or not isinstance(data["office_hours"], Mapping):
        raise Invalid("catalogue.calendar_invalid", {"days": ["field.malformed"]})
    days = tuple(DayRow.from_json(row, f"days.{place}") for place, row in enumerate(data["days"]))
    if len({row.day for row in days}) < len(days):
        raise Invalid("catalogue.calendar_invalid", {"days": ["catalogue.key_twice"]})
    hours = tuple(HoursRow.from_json(code, row, f"office_hours.{code}") for code, row in data["office_hours"].items())
    return days, hours


def _in_words(name: str, work: Callable[..., _T], *given: Any) -> _T:
    try:
        return work(*given)
    except Invalid as fault:
        where = "; ".join(f"{path}: {', '.join(codes)}" for path, codes in fault.fields.items())
        raise FileFault(f"{name}: {where or fault.code}") from fault
    except Conflict as fault:
        raise _other(name, fault) from fault


def _not_published(content: Content, fault: Conflict) -> FileFault:
    told = fault.params
    if fault.code == "catalogue.rule_orphaned":
        return FileFault(f"{told['version']}: {fault.code}: {told['rule']} names the fee {told['key']}, which is gone")
    return _other(next(name for name, version in content.versions if version.id == told["version"]), fault)


def _other(name: str, fault: Conflict) -> FileFault:
    return FileFault(f"{name}: {fault.code}: what was published under this id says something else")


def _read_all(folder: Path, kind: str) -> Iterator[tuple[str, Any]]:
    for file in sorted((folder / kind).glob("*.json")):
        name = f"{kind}/{file.name}"
        yield name, _read(file, name)


def _read(file: Path, name: str) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise FileFault(f"{name}: no JSON in UTF-8") from fault


def _write_json(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=_day) + "\n", "utf-8")


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
