"""A form as it is written down, read and checked with the standard library alone: servers and phones do it alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared_models.credential.types import LICENCE_TYPES
from shared_models.form_field import FieldRule
from shared_models.form_layout import Section, read_layout
from shared_models.form_reading import read_fields, require_head

PREFILL_SOURCES: Final = (
    "person.full_name",
    "person.personal_id",
    "person.birth_date",
    "person.gender",
    "person.commune",
    "person.phone",
    *(
        f"licence.{kind.key}.{fact}"
        for kind in LICENCE_TYPES
        for fact in ("number", "holder_name", "address", "activity", "valid_until")
    ),
)
"""Where an answer may come from; besides these ``dossier.last.<field>``, what one wrote in the same form before."""

_LAST: Final = re.compile(r"dossier\.last\.[a-z][a-z0-9_]{0,63}", re.ASCII)


def is_prefill_source(text: str) -> bool:
    return text in PREFILL_SOURCES or _LAST.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class FormParts:
    """What a form consists of. ``rules``: by name, in the order in which they are asked."""

    rules: Mapping[str, FieldRule]
    required: frozenset[str]
    layout: tuple[Section, ...]


def read_form(data: Any) -> FormParts:
    """The parts of a form that can be.

    Raises:
        Invalid: ``form.invalid`` naming every member: ``form.keyword_unknown`` for anything outside the subset,
            ``form.keyword_missing``, ``form.keyword_malformed``, ``form.pattern_refused``,
            ``form.condition_unknown``, ``form.field_unknown``, ``form.field_twice``, ``form.field_not_laid_out``,
            ``form.widget_does_not_fit``, ``form.label_missing``, ``form.source_unknown``.
    """
    require_head(data)
    rules, required = read_fields(data["schema"])
    return FormParts(rules, required, read_layout(data["layout"], rules, is_prefill_source))
