"""Every member of a procedure as a question an administrator can answer, by group: the table that the editor is.

A path names the member in the procedure, or in a row of a list; the server names its faults by the same paths.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared_models.procedure_terms import ACCEPTED_FILES

Json = dict[str, Any]


def _always(_data: Json) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Spec:
    """One question. `label`: its message; `source`: where its choices are from (`state/editor_choices.py`).

    `free`: a key that is not among the choices may be typed;
    `halves`: a number that need not be whole.
    `shown`: whether it is asked, given the procedure or the row it stands in.
    """

    path: str
    label: str
    widget: str = "text"
    source: str = ""
    many: bool = False
    optional: bool = False
    hint: str = ""
    free: bool = False
    halves: bool = False
    shown: Callable[[Json], bool] = _always


@dataclass(frozen=True, slots=True)
class Rows:
    """A list whose rows have pages of their own. `one`: what a row is called, `add`: the button."""

    path: str
    label: str
    one: str
    add: str
    specs: tuple[Spec, ...]
    hint: str = ""
    is_keyed: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A page of the editor. `about`: the members of a procedure that it asks for."""

    key: str
    about: tuple[str, ...]
    parts: tuple[Spec | Rows, ...]


_NAME = (Spec("name.vi", "edit.name_vi"), Spec("name.en", "edit.name_en"))
_LINE = (
    *_NAME,
    Spec("amount", "edit.amount", "number", hint="edit.amount.hint"),
    Spec("when.field", "edit.when_field", "sought", "questions", optional=True, hint="edit.when_field.hint"),
    Spec("when.is", "edit.when_is", "choice", "answers", many=True, shown=lambda row: bool(row.get("when"))),
    Spec("times", "edit.times", "sought", "numbers", optional=True, hint="edit.times.hint"),
)
COMPONENTS = Rows(
    "components",
    "edit.components",
    "edit.component",
    "edit.component_add",
    (
        *_NAME,
        Spec("required", "edit.required", "switch"),
        Spec("original", "edit.original", "number"),
        Spec("copy", "edit.copy", "number"),
        Spec("accepts", "edit.accepts", "choice", "files", many=True),
        Spec("max_bytes", "edit.max_bytes", "number", halves=True),
        Spec("held_by", "edit.held_by", "sought", "held", many=True, optional=True, hint="edit.held_by.hint"),
        Spec("legal_basis", "edit.component_law", optional=True),
    ),
    hint="edit.components.hint",
)


def _counts(unit: Any) -> bool:
    return unit not in {"same_day", "instant"}


GROUPS = (
    Group(
        "about",
        ("code", "name", "summary", "kind", "field", "life_events"),
        (
            *_NAME,
            Spec("summary.vi", "edit.summary_vi", "long_text", hint="edit.summary.hint"),
            Spec("summary.en", "edit.summary_en", "long_text"),
            Spec("kind", "edit.kind", "radio", "kinds"),
            Spec("field.key", "edit.field", "sought", "fields", free=True),
            Spec("field.name.vi", "edit.field_vi"),
            Spec("field.name.en", "edit.field_en"),
            Spec("life_events", "edit.life_events", "choice", "life_events", many=True, optional=True),
        ),
    ),
    Group(
        "standing",
        ("standing", "replaced_by", "replaced_cases"),
        (
            Spec("standing", "edit.standing", "radio", "standings"),
            Spec(
                "replaced_by",
                "edit.replaced_by",
                "sought",
                "replacements",
                optional=True,
                shown=lambda data: data["standing"] == "abolished",
            ),
            Rows(
                "replaced_cases",
                "edit.replaced_cases",
                "edit.replaced_case",
                "edit.replaced_case_add",
                (*_NAME, Spec("replaced_by", "edit.replaced_by", "sought", "replacements")),
                hint="edit.replaced_cases.hint",
            ),
        ),
    ),
    Group(
        "agencies",
        ("competent", "receiving", "non_territorial", "interlinked"),
        (
            Spec("competent", "edit.competent", "sought", "agencies"),
            Spec("receiving", "edit.receiving", "sought", "agencies", many=True),
            Spec("non_territorial", "edit.non_territorial", "switch", hint="edit.non_territorial.hint"),
            Rows(
                "interlinked",
                "edit.interlinked",
                "edit.linked_part",
                "edit.linked_part_add",
                (
                    Spec("agency", "edit.agency", "sought", "agencies"),
                    Spec("part.vi", "edit.part_vi"),
                    Spec("part.en", "edit.part_en"),
                    Spec("lead", "edit.lead", "switch"),
                ),
                hint="edit.interlinked.hint",
                is_keyed=False,
            ),
        ),
    ),
    Group(
        "level",
        ("level", "level_reason", "legacy_level"),
        (
            Spec("level", "edit.level", "radio", "levels"),
            Spec(
                "level_reason.vi",
                "edit.level_reason_vi",
                "long_text",
                hint="edit.level_reason.hint",
                shown=lambda data: data["level"] != "full",
            ),
            Spec(
                "level_reason.en",
                "edit.level_reason_en",
                "long_text",
                shown=lambda data: data["level"] != "full",
            ),
            Spec("legacy_level", "edit.legacy_level", "choice", "legacy_levels", optional=True),
        ),
    ),
    Group(
        "deadlines",
        ("deadlines", "supplement", "max_reappointments"),
        (
            Spec("deadlines.direct.unit", "edit.direct_unit", "radio", "units"),
            Spec(
                "deadlines.direct.amount",
                "edit.direct_amount",
                "number",
                halves=True,
                shown=lambda data: _counts(data["deadlines"]["direct"]["unit"]),
            ),
            Spec("deadlines.online.unit", "edit.online_unit", "radio", "units"),
            Spec(
                "deadlines.online.amount",
                "edit.online_amount",
                "number",
                halves=True,
                shown=lambda data: _counts(data["deadlines"]["online"]["unit"]),
            ),
            Spec("supplement.policy", "edit.policy", "radio", "policies", hint="edit.policy.hint"),
            Spec("supplement.answer_within_days", "edit.answer_within", "number"),
            Spec("max_reappointments", "edit.reappointments", "number", hint="edit.reappointments.hint"),
        ),
    ),
    Group(
        "fees",
        ("fees", "pay_at"),
        (
            Rows("fees.direct", "edit.fees_direct", "edit.fee", "edit.fee_add", _LINE),
            Rows("fees.online", "edit.fees_online", "edit.fee", "edit.fee_add", _LINE),
            Spec("pay_at", "edit.pay_at", "radio", "pay_at"),
        ),
    ),
    Group("components", ("components",), (COMPONENTS,)),
    Group("form", ("form",), (Spec("form", "edit.form", "sought", "forms", optional=True, hint="edit.form.hint"),)),
    Group(
        "result",
        ("result",),
        (
            Spec("result.kind", "edit.result_kind", "radio", "result_kinds"),
            Spec(
                "result.licence_type",
                "edit.licence_type",
                "radio",
                "licence_types",
                shown=lambda data: data["result"]["kind"] == "licence",
            ),
            Spec("result.name.vi", "edit.result_name_vi"),
            Spec("result.name.en", "edit.result_name_en"),
            Spec("result.template", "edit.template", "sought", "templates", hint="edit.template.hint"),
            Spec("result.ways", "edit.ways", "choice", "ways", many=True),
        ),
    ),
    Group(
        "law",
        ("legal_basis",),
        (
            Rows(
                "legal_basis",
                "edit.legal_basis",
                "edit.law",
                "edit.law_add",
                (
                    Spec("number", "edit.law_number", hint="edit.law_number.hint"),
                    Spec("title", "edit.law_title", "long_text", optional=True),
                    Spec("article", "edit.law_article", optional=True),
                ),
                is_keyed=False,
            ),
        ),
    ),
)
FILES = ACCEPTED_FILES


def group_of(key: str) -> Group | None:
    return next((group for group in GROUPS if group.key == key), None)


def group_with(path: str) -> Group | None:
    """The page on which a member, or a fault of it, is to be found."""
    member = path.partition(".")[0]
    return next((group for group in GROUPS if member in group.about), None)


def rows_of(path: str) -> Rows | None:
    """The list that a row's path (`fees.direct.0`) belongs to."""
    above = path.rpartition(".")[0]
    parts = (part for group in GROUPS for part in group.parts)
    return next((part for part in parts if isinstance(part, Rows) and part.path == above), None)
