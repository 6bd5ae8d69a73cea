"""What a version of a procedure is made of. All frozen; built by `procedure.ProcedureVersion.from_json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared_models.bilingual import Bilingual
from shared_models.deadline import SupplementPolicy
from shared_models.procedure_terms import HeldSource, ResultKind, ReturnWays


@dataclass(frozen=True, slots=True)
class SupplementRule:
    """``max_notices`` is one by law: one complete, reasoned notice (NĐ 61/2018 art. 17)."""

    policy: SupplementPolicy
    answer_within_days: int
    max_notices: int

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SupplementRule":
        return cls(SupplementPolicy(data["policy"]), data["answer_within_days"], data["max_notices"])

    def to_json(self) -> dict[str, Any]:
        return {
            "policy": self.policy.value,
            "answer_within_days": self.answer_within_days,
            "max_notices": self.max_notices,
        }


@dataclass(frozen=True, slots=True)
class Condition:
    """What one answer of the form must be."""

    field: str
    values: tuple[Any, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "Condition | None":
        return None if data is None else cls(data["field"], tuple(data["is"]))

    def to_json(self) -> dict[str, Any]:
        return {"field": self.field, "is": list(self.values)}

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the answer is one of the values; a list of choices when it has one of them."""
        found = values.get(self.field)
        if isinstance(found, list):
            return any(value in found for value in self.values)
        return any(_same(value, found) for value in self.values)


def _same(one: Any, other: Any) -> bool:
    # In JSON true is not 1.
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


@dataclass(frozen=True, slots=True)
class FeeLine:
    """VND. ``when``: due with that answer only. ``times``: the form's number that multiplies it."""

    key: str
    name: Bilingual
    amount: int
    when: Condition | None = None
    times: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FeeLine":
        return cls(
            key=data["key"],
            name=Bilingual.from_json(data["name"]),
            amount=data["amount"],
            when=Condition.from_json(data.get("when")),
            times=data.get("times"),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "name": self.name.to_json(),
            "amount": self.amount,
            "when": self.when.to_json() if self.when else None,
            "times": self.times,
        }

    def due(self, values: Mapping[str, Any]) -> int | None:
        """VND for these answers; None when the line is not for them."""
        if self.when is not None and not self.when.holds(values):
            return None
        count = values.get(self.times, 1) if self.times else 1
        return self.amount * (count if isinstance(count, int) and not isinstance(count, bool) else 1)


@dataclass(frozen=True, slots=True)
class HeldBy:
    """What makes a paper needless; ``key``: a licence type, a procedure, a fact of the person or a registry."""

    source: HeldSource
    key: str

    def to_json(self) -> dict[str, str]:
        return {"source": self.source.value, "key": self.key}


@dataclass(frozen=True, slots=True)
class Component:
    """Thành phần hồ sơ; ``held_by`` is tried in order."""

    key: str
    name: Bilingual
    required: bool
    original: int
    copy: int
    accepts: tuple[str, ...]
    max_bytes: int
    held_by: tuple[HeldBy, ...]
    legal_basis: str | None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Component":
        return cls(
            key=data["key"],
            name=Bilingual.from_json(data["name"]),
            required=data["required"],
            original=data["original"],
            copy=data["copy"],
            accepts=tuple(data["accepts"]),
            max_bytes=data["max_bytes"],
            held_by=tuple(HeldBy(HeldSource(one["source"]), one["key"]) for one in data["held_by"]),
            legal_basis=data["legal_basis"],
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "name": self.name.to_json(),
            "required": self.required,
            "original": self.original,
            "copy": self.copy,
            "accepts": list(self.accepts),
            "max_bytes": self.max_bytes,
            "held_by": [one.to_json() for one in self.held_by],
            "legal_basis": self.legal_basis,
        }


@dataclass(frozen=True, slots=True)
class LinkedPart:
    """One agency's part of an interlinked procedure; exactly one leads."""

    agency: str
    part: Bilingual
    lead: bool

    def to_json(self) -> dict[str, Any]:
        return {"agency": self.agency, "part": self.part.to_json(), "lead": self.lead}


@dataclass(frozen=True, slots=True)
class ResultRule:
    """What comes of it, and how it may reach its owner."""

    kind: ResultKind
    licence_type: str | None
    name: Bilingual
    template: str
    ways: tuple[ReturnWays, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ResultRule":
        return cls(
            kind=ResultKind(data["kind"]),
            licence_type=data["licence_type"],
            name=Bilingual.from_json(data["name"]),
            template=data["template"],
            ways=tuple(ReturnWays(way) for way in data["ways"]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "licence_type": self.licence_type,
            "name": self.name.to_json(),
            "template": self.template,
            "ways": [way.value for way in self.ways],
        }


@dataclass(frozen=True, slots=True)
class LegalBasis:
    number: str
    title: str
    article: str

    def to_json(self) -> dict[str, str]:
        return {"number": self.number, "title": self.title, "article": self.article}


@dataclass(frozen=True, slots=True)
class ReplacedCase:
    """A case that the procedure no longer is for; ``replaced_by`` is ``store`` or a code (S15)."""

    key: str
    name: Bilingual
    replaced_by: str

    def to_json(self) -> dict[str, Any]:
        return {"key": self.key, "name": self.name.to_json(), "replaced_by": self.replaced_by}
