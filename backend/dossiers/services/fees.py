"""What a dossier costs this person: the published fees, and the most favourable rule of the day (docs/payments.md)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.catalogue.service import Catalogue
from shared_models.fee import Assessment, Fact, FilingWay, Subject, assess
from shared_models.procedure import ProcedureVersion


def assessed(
    catalogue: Catalogue,
    version: ProcedureVersion,
    way: FilingWay,
    values: Mapping[str, Any],
    payer: tuple[Mapping[str, Any], date],
) -> Assessment:
    """``payer``: the person as the city knows them, and the day on which they file."""
    person, day = payer
    lines = version.fee_lines(way, values)
    return assess(lines, catalogue.fee_rules(day), subject_of(person, day), version.code, way, day)


def listed(version: ProcedureVersion, way: FilingWay, values: Mapping[str, Any], day: date) -> Assessment:
    """The published fees, for nobody in particular."""
    return assess(version.fee_lines(way, values), (), Subject({}), version.code, way, day)


def subject_of(person: Mapping[str, Any], day: date) -> Subject:
    """What is known without asking: the level of identification and the age. What is not known holds no rule."""
    facts: dict[str, Fact] = {}
    if person.get("identity_level") is not None:
        facts["identity_level"] = int(person["identity_level"])
    if person.get("birth_date"):
        born = _born(str(person["birth_date"]))
        facts["age"] = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return Subject(facts)


def _born(text: str) -> date:
    """``YYYY-MM-DD``, or the year alone of those whose papers say no more: counted from its first day."""
    return date.fromisoformat(text) if len(text) > len("YYYY") else date(int(text), 1, 1)
