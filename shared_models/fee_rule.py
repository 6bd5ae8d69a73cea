"""Who pays less, for what, from when: rules as data, each with the paper that says so (domain, part 5).

A rule that nobody has put in force (a draft resolution) is kept and does nothing. What a rule may ask about a payer is
a closed list, so that a misspelt fact is a fault and not a rule that never holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Literal

from shared_models.bilingual import Bilingual
from shared_models.procedure_terms import FilingWay

Fact = bool | int | str
EffectKind = Literal["free", "percent", "amount"]
Fault = tuple[str, str]

EVERY: Final = "*"
"""Stands for every procedure, or every fee of the procedures named."""

EFFECTS: Final = ("free", "percent", "amount")

FACTS: Final[Mapping[str, type[bool] | type[int]]] = MappingProxyType(
    {
        "identity_level": int,
        "age": int,
        "five_documents": bool,
        "poor_household": bool,
        "disability": bool,
        "revolution_merit": bool,
        "ethnic_minority_hard_area": bool,
    }
)
"""What may be asked of a payer. Levels are VNeID's; ``age`` is in whole years; ``five_documents``: the five basic
papers are integrated in VNeID (NQ 66.22/2026); the groups are those of the Law on fees and charges (97/2015/QH13),
art. 10."""

_BOUNDS: Final = frozenset({"at_least", "at_most"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of who pays; a fact that is not there holds no rule."""

    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Need:
    """What one fact must be: one of ``values``, or a number within bounds, both of them included."""

    values: tuple[Fact, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    @classmethod
    def from_json(cls, data: Any) -> "Need":
        if isinstance(data, Mapping):
            return cls((), data.get("at_least"), data.get("at_most"))
        return cls(tuple(data))

    def to_json(self) -> list[Fact] | dict[str, int]:
        if self.values:
            return list(self.values)
        bounds = {"at_least": self.at_least, "at_most": self.at_most}
        return {name: bound for name, bound in bounds.items() if bound is not None}

    def holds(self, fact: Fact | None) -> bool:
        if self.values:
            # True is not 1 here, as in JSON.
            return any(type(value) is type(fact) and value == fact for value in self.values)
        if not isinstance(fact, int) or isinstance(fact, bool):
            return False
        return (self.at_least is None or fact >= self.at_least) and (self.at_most is None or fact <= self.at_most)


@dataclass(frozen=True, slots=True)
class FeeEffect:
    """``value``: of ``percent`` the part of the fee that is still paid, of ``amount`` VND for one unit."""

    kind: EffectKind
    value: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FeeEffect":
        return cls(data["kind"], data.get(data["kind"], 0))

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind} if self.kind == "free" else {"kind": self.kind, self.kind: self.value}

    def left_of(self, listed: int, units: int) -> int:
        """VND of a fee for ``units`` that are still to be paid; parts of a dong are dropped."""
        if self.kind == "free":
            return 0
        return listed * self.value // 100 if self.kind == "percent" else self.value * units


@dataclass(frozen=True, slots=True)
class FeeRule:
    """One exemption or reduction. Days are inclusive; ``until_day`` None: until somebody ends it."""

    id: str
    name: Bilingual
    basis: str
    from_day: date
    until_day: date | None
    procedures: tuple[str, ...]
    fee_keys: tuple[str, ...]
    way: FilingWay | None
    needs: Mapping[str, Need]
    effect: FeeEffect
    in_force: bool
    needs_review: bool

    @classmethod
    def of_stored(cls, data: Mapping[str, Any]) -> "FeeRule":
        """From what was checked before it was stored."""
        return cls(
            id=data["id"],
            name=Bilingual.from_json(data["name"]),
            basis=data["basis"],
            from_day=date.fromisoformat(data["from_day"]),
            until_day=None if data["until_day"] is None else date.fromisoformat(data["until_day"]),
            procedures=tuple(data["procedures"]),
            fee_keys=tuple(data["fee_keys"]),
            way=data["way"],
            needs={fact: Need.from_json(need) for fact, need in data["needs"].items()},
            effect=FeeEffect.from_json(data["effect"]),
            in_force=data["in_force"],
            needs_review=data["needs_review"],
        )

    def to_json(self) -> dict[str, Any]:
        """The same members in the same order, every one of them there."""
        return {
            "id": self.id,
            "name": self.name.to_json(),
            "basis": self.basis,
            "from_day": self.from_day.isoformat(),
            "until_day": self.until_day.isoformat() if self.until_day else None,
            "procedures": list(self.procedures),
            "fee_keys": list(self.fee_keys),
            "way": self.way,
            "needs": {fact: need.to_json() for fact, need in self.needs.items()},
            "effect": self.effect.to_json(),
            "in_force": self.in_force,
            "needs_review": self.needs_review,
        }

    def is_of(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return self.in_force and self.from_day <= day and (self.until_day is None or day <= self.until_day)

    def is_for(self, code: str, way: FilingWay, key: str) -> bool:
        """Whether it speaks of this fee of this procedure, filed in this way."""
        named = ((self.procedures, code), (self.fee_keys, key))
        return self.way in (None, way) and all(names == (EVERY,) or one in names for names, one in named)

    def holds_for(self, subject: Subject) -> bool:
        return all(need.holds(subject.facts.get(fact)) for fact, need in self.needs.items())


def faults_of(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """What members of the right shape owe one another."""
    found: dict[str, list[str]] = {}
    for path, code in (*_days(data), *_names(data), *_effect(data["effect"]), *_needs(data["needs"])):
        found.setdefault(path, []).append(code)
    return found


def _days(data: Mapping[str, Any]) -> Iterator[Fault]:
    if data["until_day"] is not None and data["until_day"] < data["from_day"]:
        yield "until_day", "date.out_of_order"


def _names(data: Mapping[str, Any]) -> Iterator[Fault]:
    for member in ("procedures", "fee_keys"):
        named = data[member]
        if EVERY in named and len(named) > 1:
            yield member, "fee_rule.all_or_some"
        for place, one in enumerate(named):
            if one in named[:place]:
                yield f"{member}.{place}", "catalogue.key_twice"


def _effect(data: Mapping[str, Any]) -> Iterator[Fault]:
    kind = data["kind"]
    wanted = {"kind"} if kind == "free" else {"kind", kind}
    for member in sorted(wanted - data.keys()):
        yield f"effect.{member}", "field.required"
    for member in sorted(data.keys() - wanted):
        yield f"effect.{member}", "field.unknown"


def _needs(data: Mapping[str, Any]) -> Iterator[Fault]:
    for fact, need in data.items():
        kind = FACTS.get(fact)
        if kind is None:
            yield f"needs.{fact}", "fee_rule.fact_unknown"
        elif isinstance(need, Mapping):
            yield from ((f"needs.{fact}", code) for code in _bounds(need, kind))
        elif not isinstance(need, Sequence) or isinstance(need, str) or not need:
            yield f"needs.{fact}", "field.malformed"
        else:
            yield from _values(fact, need, kind)


def _bounds(need: Mapping[str, Any], kind: type[bool] | type[int]) -> Iterator[str]:
    if not need or not need.keys() <= _BOUNDS:
        yield "field.malformed"
    elif kind is bool or any(type(bound) is not int for bound in need.values()):
        yield "fee_rule.value_does_not_fit"
    elif need.get("at_least", 0) > need.get("at_most", need.get("at_least", 0)):
        yield "field.out_of_range"


def _values(fact: str, need: Sequence[Any], kind: type[bool] | type[int]) -> Iterator[Fault]:
    for place, value in enumerate(need):
        if type(value) is not kind:
            yield f"needs.{fact}.{place}", "fee_rule.value_does_not_fit"
        elif value in need[:place]:
            yield f"needs.{fact}.{place}", "catalogue.key_twice"
