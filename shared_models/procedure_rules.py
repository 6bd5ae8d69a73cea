"""What the members of a procedure owe one another, beyond each one's own shape."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from shared_models.credential.types import BY_KEY
from shared_models.deadline import DeadlineRule
from shared_models.procedure_terms import (
    HeldSource,
    Level,
    PayAt,
    ProcedureStanding,
    ResultKind,
    is_procedure_code,
    is_registry_source,
)

Fault = tuple[str, str]
Data = Mapping[str, Any]

PERSON_FACTS: Final = ("full_name", "personal_id", "birth_date", "gender", "commune", "phone", "identity")
"""What VNeID's data of the applicant can satisfy; ``identity`` is the card as a whole."""


def faults_of(data: Data) -> dict[str, list[str]]:
    """``{path: [code]}`` of a procedure whose shape holds."""
    found: dict[str, list[str]] = {}
    for rule in RULES:
        for path, code in rule(data):
            found.setdefault(path, []).append(code)
    return found


def _id(data: Data) -> Iterator[Fault]:
    if data["id"] != f"{data['code']}@{data['effective_from']}":
        yield "id", "catalogue.id_not_of_version"


def _keys_are_their_own(data: Data) -> Iterator[Fault]:
    lists = {"components": data["components"], "replaced_cases": data.get("replaced_cases", ())}
    lists |= {f"fees.{way}": data["fees"][way] for way in ("direct", "online")}
    for path, rows in lists.items():
        keys = [row["key"] for row in rows]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                yield f"{path}.{position}.key", "catalogue.key_twice"


def _standing(data: Data) -> Iterator[Fault]:
    if data["standing"] == ProcedureStanding.ACTIVE.value and data["replaced_by"] is not None:
        yield "replaced_by", "catalogue.not_abolished"
    if data["replaced_by"] == data["code"]:
        yield "replaced_by", "catalogue.replaced_by_itself"


def _level(data: Data) -> Iterator[Fault]:
    """NĐ 224/2026: less than full only with a published reason."""
    if data["level"] != Level.FULL.value and data["level_reason"] is None:
        yield "level_reason", "field.required"
    if data["level"] == Level.FULL.value and data["level_reason"] is not None:
        yield "level_reason", "catalogue.reason_without_need"


def _deadlines(data: Data) -> Iterator[Fault]:
    for way, rule in data["deadlines"].items():
        try:
            DeadlineRule.from_json(rule)
        except ValueError:
            yield f"deadlines.{way}.amount", "catalogue.amount_does_not_fit"


def _interlinked(data: Data) -> Iterator[Fault]:
    parts = data["interlinked"]
    if parts and sum(part["lead"] for part in parts) != 1:
        yield "interlinked", "catalogue.one_agency_leads"


def _fees(data: Data) -> Iterator[Fault]:
    is_free = not any(line["amount"] for way in ("direct", "online") for line in data["fees"][way])
    if is_free != (data["pay_at"] == PayAt.NONE.value):
        yield "pay_at", "catalogue.pay_at_does_not_fit"


def _result(data: Data) -> Iterator[Fault]:
    is_licence = data["result"]["kind"] == ResultKind.LICENCE.value
    if is_licence != (data["result"]["licence_type"] is not None):
        yield "result.licence_type", "catalogue.licence_type_does_not_fit"


def _held_by(data: Data) -> Iterator[Fault]:
    known: dict[str, Callable[[str], bool]] = {
        HeldSource.LICENCE.value: lambda key: key in BY_KEY,
        HeldSource.RESULT.value: is_procedure_code,
        HeldSource.PERSON.value: lambda key: key in PERSON_FACTS,
        HeldSource.REGISTRY.value: is_registry_source,
    }
    for position, component in enumerate(data["components"]):
        for place, held in enumerate(component["held_by"]):
            if not known[held["source"]](held["key"]):
                yield f"components.{position}.held_by.{place}.key", "catalogue.source_unknown"


def _review(data: Data) -> Iterator[Fault]:
    for position, path in enumerate(data["needs_review"]):
        if not has_member(data, path):
            yield f"needs_review.{position}", "catalogue.path_unknown"


RULES: Final[tuple[Callable[[Data], Iterator[Fault]], ...]] = (
    _id,
    _keys_are_their_own,
    _standing,
    _level,
    _deadlines,
    _interlinked,
    _fees,
    _result,
    _held_by,
    _review,
)


def has_member(data: Any, path: str) -> bool:
    """Whether ``components.birth_certificate.held_by`` names something; a list's element by its ``key`` or place."""
    at = data
    for step in path.split("."):
        if isinstance(at, Mapping) and step in at:
            at = at[step]
        elif isinstance(at, Sequence) and not isinstance(at, str):
            rows = [row for place, row in enumerate(at) if str(place) == step or _key_of(row) == step]
            if not rows:
                return False
            at = rows[0]
        else:
            return False
    return True


def _key_of(row: Any) -> Any:
    return row.get("key") if isinstance(row, Mapping) else None
