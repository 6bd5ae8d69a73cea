"""What can be chosen in the editor, in words, and answers as they stand in a procedure. Pure but for the language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mobile.i18n.catalogue import t
from mobile.i18n.names import said, word
from mobile.state.editing import Terms
from mobile.state.editor_fields import Spec
from shared_models.credential.types import LICENCE_TYPES
from shared_models.deadline_rule import TimeUnit
from shared_models.procedure_rules import PERSON_FACTS
from shared_models.procedure_terms import (
    ACCEPTED_FILES,
    COMMUNE,
    LIFE_EVENTS,
    STORE,
    Level,
    PayAt,
    ProcedureKind,
    ProcedureStanding,
    Registry,
    ResultKind,
    ReturnWays,
)

Json = dict[str, Any]
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Context:
    """What the choices hang on: the names of the city, the form that is filled in, and the row that is edited."""

    terms: Terms = field(default_factory=Terms)
    form: Json | None = None
    row: Json = field(default_factory=dict)


def _family(stem: str, values: Any) -> Callable[[Context], dict[str, str]]:
    return lambda _: {str(value): t(f"{stem}.{value}") for value in values}


def _agencies(context: Context) -> dict[str, str]:
    return {COMMUNE: t("service.commune"), **context.terms.agencies}


def _replacements(context: Context) -> dict[str, str]:
    return {STORE: t("edit.store"), **{code: f"{said(name)} ({code})" for code, name in _by_code(context).items()}}


def _by_code(context: Context) -> Mapping[str, Json]:
    return context.terms.procedures


def _held(context: Context) -> dict[str, str]:
    """`source:key`, the likeliest first."""
    licences = {f"licence:{kind.key}": word("licence_type", kind.key, kind.key) for kind in LICENCE_TYPES}
    facts = {f"person:{fact}": t(f"edit.fact.{fact}") for fact in PERSON_FACTS}
    registries = {f"registry:{one.value}": t(f"edit.registry.{one.value}") for one in Registry}
    results = {f"result:{code}": t("edit.result_of", name=said(name)) for code, name in _by_code(context).items()}
    return {**licences, **facts, **registries, **results}


def _asked(context: Context, fits: Callable[[Json], bool]) -> dict[str, str]:
    """Fields of the form by their labels."""
    if context.form is None:
        return {}
    properties = context.form["schema"]["properties"]
    fields = [row for group in context.form["layout"] for row in group["fields"]]
    return {row["name"]: said(row["label"]) for row in fields if fits(properties[row["name"]])}


def _questions(context: Context) -> dict[str, str]:
    return _asked(context, lambda rule: "enum" in rule or rule["type"] in {"boolean", "array"})


def _answers(context: Context) -> dict[str, str]:
    """The choices of the question that the row hangs on."""
    name = (context.row.get("when") or {}).get("field")
    fields = [row for group in (context.form or {"layout": []})["layout"] for row in group["fields"]]
    row = next((row for row in fields if row["name"] == name), None)
    if row is None:
        return {str(value): str(value) for value in (context.row.get("when") or {}).get("is", ())}
    if row.get("options"):
        return {value: said(words) for value, words in row["options"].items()}
    return {"true": t("form.yes"), "false": t("form.no")}


SOURCES: dict[str, Callable[[Context], dict[str, str]]] = {
    "kinds": _family("edit.kind", ProcedureKind),
    "fields": lambda context: {key: said(name) for key, name in context.terms.fields.items()},
    "life_events": _family("life_event", LIFE_EVENTS),
    "standings": _family("edit.standing", ProcedureStanding),
    "replacements": _replacements,
    "agencies": _agencies,
    "levels": _family("edit.level", Level),
    "legacy_levels": _family("edit.legacy_level", range(1, 5)),
    "units": _family("edit.unit", TimeUnit),
    "policies": _family("edit.policy", ("reset", "resume")),
    "questions": _questions,
    "answers": _answers,
    "numbers": lambda context: _asked(context, lambda rule: bool(rule["type"] == "integer")),
    "pay_at": _family("edit.pay_at", PayAt),
    "files": _family("edit.file", ACCEPTED_FILES),
    "held": _held,
    "forms": lambda context: {key: f"{said(title)} ({key})" for key, title in context.terms.forms.items()},
    "result_kinds": _family("edit.result_kind", ResultKind),
    "licence_types": lambda _: {kind.key: word("licence_type", kind.key, kind.key) for kind in LICENCE_TYPES},
    "templates": lambda context: {key: key for key in context.terms.templates},
    "ways": _family("edit.way", ReturnWays),
}


def choices(spec: Spec, context: Context) -> dict[str, str]:
    """Values with their words, in the order in which they are offered."""
    return SOURCES[spec.source](context) if spec.source else {}


def to_answer(spec: Spec, value: Any) -> Any:
    """A member as the form renderer takes an answer; None for none."""
    if spec.path.endswith("held_by"):
        return [f"{one['source']}:{one['key']}" for one in value or ()] or None
    if spec.path.endswith("when.is"):
        return [str(one).lower() if isinstance(one, bool) else one for one in value or ()] or None
    if spec.path.endswith("max_bytes"):
        return None if not isinstance(value, int) else value // MB if value % MB == 0 else round(value / MB, 2)
    if spec.path == "legacy_level":
        return None if value is None else str(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value in ("", []) else value


def to_member(spec: Spec, answer: Any) -> Any:
    """The other way: what stands in the procedure for an answer. What cannot be is left to the server to name."""
    if spec.path.endswith("held_by"):
        pairs = [one.partition(":") for one in answer or ()]
        return [{"source": source, "key": key} for source, _, key in pairs]
    if spec.path.endswith("when.is"):
        return [{"true": True, "false": False}.get(one, one) for one in answer or ()]
    if spec.path.endswith("max_bytes"):
        return round(answer * MB) if isinstance(answer, int | float) else answer
    if spec.path == "legacy_level":
        return int(answer) if answer else None
    if isinstance(answer, float) and answer.is_integer():
        return int(answer)
    return _nothing(spec) if answer is None else answer


def _nothing(spec: Spec) -> Any:
    """What stands in a procedure where nothing was answered."""
    nullable = spec.path in {"form", "replaced_by", "legal_basis", "times", "when.field"}
    return None if nullable or spec.widget == "number" else [] if spec.many else ""
