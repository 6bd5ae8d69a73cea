"""A procedure (thủ tục hành chính) as it is from one day on: docs/dossiers.md, section 2.

A published version never changes; what changes is which one is in force. A dossier keeps the version under which it
was received (domain, "what changed since the seeds").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from shared_models.bilingual import Bilingual
from shared_models.deadline import DeadlineRule
from shared_models.errors import Invalid
from shared_models.procedure_parts import (
    Component,
    FeeLine,
    HeldBy,
    LegalBasis,
    LinkedPart,
    ReplacedCase,
    ResultRule,
    SupplementRule,
)
from shared_models.procedure_rules import faults_of
from shared_models.procedure_terms import FilingWay, Level, PayAt, ProcedureKind, ProcedureStanding, VersionState
from shared_models.schemas.procedure import ProcedureSchema, flat_errors

__all__ = [
    "Component",
    "FeeLine",
    "HeldBy",
    "LegalBasis",
    "LinkedPart",
    "ProcedureVersion",
    "ReplacedCase",
    "ResultRule",
    "SupplementRule",
    "version_id",
]

_SCHEMA: Final = ProcedureSchema()


def version_id(code: str, effective_from: date) -> str:
    """``1.001193@2026-07-01``."""
    return f"{code}@{effective_from.isoformat()}"


@dataclass(frozen=True, slots=True)
class ProcedureVersion:
    """One version. Fees and deadlines are by the way of filing: ``direct`` (counter, post) and ``online``."""

    id: str
    code: str
    effective_from: date
    state: VersionState
    kind: ProcedureKind
    standing: ProcedureStanding
    replaced_by: str | None
    replaced_cases: tuple[ReplacedCase, ...]
    name: Bilingual
    summary: Bilingual
    field_key: str
    field_name: Bilingual
    life_events: tuple[str, ...]
    competent: str
    receiving: tuple[str, ...]
    non_territorial: bool
    interlinked: tuple[LinkedPart, ...]
    level: Level
    level_reason: Bilingual | None
    legacy_level: int | None
    deadlines: Mapping[str, DeadlineRule]
    supplement: SupplementRule
    max_reappointments: int
    fees: Mapping[str, tuple[FeeLine, ...]]
    pay_at: PayAt
    components: tuple[Component, ...]
    form: str | None
    result: ResultRule
    legal_basis: tuple[LegalBasis, ...]
    needs_review: tuple[str, ...]

    @classmethod
    def from_json(cls, data: Any) -> "ProcedureVersion":
        """From a file, a draft or the API.

        Raises:
            Invalid: ``catalogue.procedure_invalid`` naming every member that cannot be.
        """
        if not isinstance(data, Mapping):
            raise Invalid("catalogue.procedure_invalid", {"_": ["field.malformed"]})
        faults = flat_errors(_SCHEMA.validate(dict(data)))
        if faults:
            raise Invalid("catalogue.procedure_invalid", faults)
        faults = faults_of(data)
        if faults:
            raise Invalid("catalogue.procedure_invalid", faults)
        return cls.of_stored(data)

    @classmethod
    def of_stored(cls, data: Mapping[str, Any]) -> "ProcedureVersion":
        """From what was checked before it was stored; ten times as quick."""
        return cls(
            id=data["id"],
            code=data["code"],
            effective_from=date.fromisoformat(data["effective_from"]),
            state=VersionState(data["state"]),
            kind=ProcedureKind(data["kind"]),
            standing=ProcedureStanding(data["standing"]),
            replaced_by=data["replaced_by"],
            replaced_cases=tuple(
                ReplacedCase(one["key"], Bilingual.from_json(one["name"]), one["replaced_by"])
                for one in data.get("replaced_cases", ())
            ),
            name=Bilingual.from_json(data["name"]),
            summary=Bilingual.from_json(data["summary"]),
            field_key=data["field"]["key"],
            field_name=Bilingual.from_json(data["field"]["name"]),
            life_events=tuple(data["life_events"]),
            competent=data["competent"],
            receiving=tuple(data["receiving"]),
            non_territorial=data["non_territorial"],
            interlinked=tuple(
                LinkedPart(one["agency"], Bilingual.from_json(one["part"]), one["lead"]) for one in data["interlinked"]
            ),
            level=Level(data["level"]),
            level_reason=Bilingual.from_json(data["level_reason"]) if data["level_reason"] else None,
            legacy_level=data["legacy_level"],
            deadlines={way: DeadlineRule.from_json(rule) for way, rule in data["deadlines"].items()},
            supplement=SupplementRule.from_json(data["supplement"]),
            max_reappointments=data["max_reappointments"],
            fees={way: tuple(FeeLine.from_json(line) for line in lines) for way, lines in data["fees"].items()},
            pay_at=PayAt(data["pay_at"]),
            components=tuple(Component.from_json(one) for one in data["components"]),
            form=data["form"],
            result=ResultRule.from_json(data["result"]),
            legal_basis=tuple(LegalBasis(one["number"], one["title"], one["article"]) for one in data["legal_basis"]),
            needs_review=tuple(data["needs_review"]),
        )

    def to_json(self) -> dict[str, Any]:
        """The same members in the same order, every one of them there."""
        return {
            "id": self.id,
            "code": self.code,
            "effective_from": self.effective_from.isoformat(),
            "state": self.state.value,
            "kind": self.kind.value,
            "standing": self.standing.value,
            "replaced_by": self.replaced_by,
            "replaced_cases": [one.to_json() for one in self.replaced_cases],
            "name": self.name.to_json(),
            "summary": self.summary.to_json(),
            "field": {"key": self.field_key, "name": self.field_name.to_json()},
            "life_events": list(self.life_events),
            "competent": self.competent,
            "receiving": list(self.receiving),
            "non_territorial": self.non_territorial,
            "interlinked": [one.to_json() for one in self.interlinked],
            "level": self.level.value,
            "level_reason": self.level_reason.to_json() if self.level_reason else None,
            "legacy_level": self.legacy_level,
            "deadlines": {way: rule.to_json() for way, rule in self.deadlines.items()},
            "supplement": self.supplement.to_json(),
            "max_reappointments": self.max_reappointments,
            "fees": {way: [line.to_json() for line in lines] for way, lines in self.fees.items()},
            "pay_at": self.pay_at.value,
            "components": [one.to_json() for one in self.components],
            "form": self.form,
            "result": self.result.to_json(),
            "legal_basis": [one.to_json() for one in self.legal_basis],
            "needs_review": list(self.needs_review),
        }

    def component(self, key: str) -> Component | None:
        return next((one for one in self.components if one.key == key), None)

    def fee_lines(self, way: FilingWay, values: Mapping[str, Any]) -> tuple[tuple[FeeLine, int], ...]:
        """What is due for these answers: each line with its VND."""
        due = ((line, line.due(values)) for line in self.fees[way])
        return tuple((line, amount) for line, amount in due if amount is not None)

    def least_fee(self, way: FilingWay) -> tuple[int, bool]:
        """`least_due` of one way of filing."""
        return least_due(self.fees[way])


def least_due(lines: Iterable[FeeLine]) -> tuple[int, bool]:
    """VND that everybody pays at least, and whether some pay more.

    Lines that hang on one answer of the form are alternatives: the least of them counts.
    """
    always, varies = 0, False
    by_question: dict[str, set[int]] = {}
    for line in lines:
        varies = varies or line.times is not None
        if line.when is None:
            always += line.amount
        else:
            by_question.setdefault(line.when.field, set()).add(line.amount)
    least = always + sum(min(amounts) for amounts in by_question.values())
    return least, varies or any(len(amounts) > 1 for amounts in by_question.values())


def in_force(versions: Sequence[ProcedureVersion], day: date) -> ProcedureVersion | None:
    """The published one with the latest beginning not after ``day``."""
    begun = [one for one in versions if one.state is VersionState.PUBLISHED and one.effective_from <= day]
    return max(begun, key=lambda one: one.effective_from, default=None)
