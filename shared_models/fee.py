"""What is due: each fee as published, and what the most favourable rule leaves of it (docs/payments.md, section 1).

Rules are never added up (a reading of NQ 66.22/2026 that nobody has confirmed); all that match are kept beside the one
that was applied, so that a citizen and an auditor see why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared_models.bilingual import Bilingual
from shared_models.fee_rule import FACTS, Fact, FeeEffect, FeeRule, Need, Subject
from shared_models.procedure_parts import FeeLine
from shared_models.procedure_terms import FilingWay

__all__ = [
    "FACTS",
    "AssessedLine",
    "Assessment",
    "Considered",
    "Fact",
    "FeeEffect",
    "FeeRule",
    "Need",
    "Subject",
    "assess",
]


@dataclass(frozen=True, slots=True)
class Considered:
    """A rule that holds for a fee; ``due``: VND that it would have left, be it more than is listed."""

    rule_id: str
    name: Bilingual
    basis: str
    due: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Considered":
        return cls(data["rule_id"], Bilingual.from_json(data["name"]), data["basis"], data["due"])

    def to_json(self) -> dict[str, Any]:
        return {"rule_id": self.rule_id, "name": self.name.to_json(), "basis": self.basis, "due": self.due}


@dataclass(frozen=True, slots=True)
class AssessedLine:
    """One fee. ``rule_id``: the rule that leaves less than is listed, where one does; ``considered`` by id."""

    key: str
    name: Bilingual
    listed: int
    due: int
    rule_id: str | None
    considered: tuple[Considered, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AssessedLine":
        return cls(
            key=data["key"],
            name=Bilingual.from_json(data["name"]),
            listed=data["listed"],
            due=data["due"],
            rule_id=data["rule_id"],
            considered=tuple(Considered.from_json(one) for one in data["considered"]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "name": self.name.to_json(),
            "listed": self.listed,
            "due": self.due,
            "rule_id": self.rule_id,
            "considered": [one.to_json() for one in self.considered],
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """All fees of one filing; ``total`` is what is due, 0 where nothing is."""

    lines: tuple[AssessedLine, ...]
    total: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Assessment":
        return cls(tuple(AssessedLine.from_json(line) for line in data["lines"]), data["total"])

    def to_json(self) -> dict[str, Any]:
        return {"lines": [line.to_json() for line in self.lines], "total": self.total}


def assess(
    lines: Sequence[tuple[FeeLine, int]],
    rules: Sequence[FeeRule],
    subject: Subject,
    code: str,
    way: FilingWay,
    day: date,
) -> Assessment:
    """What is due on a day for a procedure filed in a way.

    ``lines`` are those of `ProcedureVersion.fee_lines`: each with its VND for these answers, all units together.
    """
    held = sorted((rule for rule in rules if rule.is_of(day) and rule.holds_for(subject)), key=lambda rule: rule.id)
    assessed = tuple(
        _assessed(line, listed, [rule for rule in held if rule.is_for(code, way, line.key)]) for line, listed in lines
    )
    return Assessment(assessed, sum(line.due for line in assessed))


def _assessed(line: FeeLine, listed: int, rules: Sequence[FeeRule]) -> AssessedLine:
    """``rules`` by id: of two that leave the same the first is taken. None makes a fee dearer."""
    units = listed // line.amount if line.times is not None and line.amount else 1
    considered = tuple(Considered(rule.id, rule.name, rule.basis, rule.effect.left_of(listed, units)) for rule in rules)
    best = min(considered, key=lambda one: one.due, default=None)
    if best is None or best.due >= listed:
        return AssessedLine(line.key, line.name, listed, listed, None, considered)
    return AssessedLine(line.key, line.name, listed, best.due, best.rule_id, considered)
