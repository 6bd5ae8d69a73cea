"""The families of messages that the catalogue's editor puts together from codes: each code has its sentence."""

from mobile.screens.administrator.day import EDGES
from mobile.screens.administrator.days import MARKS
from mobile.screens.administrator.draft_parts import TURNS
from mobile.state.editing import FILTERS
from mobile.state.editor_fields import GROUPS
from shared_models.deadline_rule import TimeUnit
from shared_models.procedure_rules import PERSON_FACTS
from shared_models.procedure_terms import (
    ACCEPTED_FILES,
    ChangeKind,
    Level,
    PayAt,
    ProcedureKind,
    ProcedureStanding,
    Registry,
    ResultKind,
    ReturnWays,
)

EDITOR_FAMILIES: dict[str, set[str]] = {
    "edit.group.": {group.key for group in GROUPS},
    "edit.member.": {member for group in GROUPS for member in group.about},
    "edit.fact.": set(PERSON_FACTS),
    "edit.registry.": {one.value for one in Registry},
    "edit.kind.": {one.value for one in ProcedureKind},
    "edit.standing.": {one.value for one in ProcedureStanding},
    "edit.level.": {one.value for one in Level},
    "edit.legacy_level.": {"1", "2", "3", "4"},
    "edit.unit.": {one.value for one in TimeUnit},
    "edit.policy.": {"reset", "resume"},
    "edit.paper_": {"original", "copy"},
    "edit.pay_at.": {one.value for one in PayAt},
    "edit.file.": set(ACCEPTED_FILES),
    "edit.result_kind.": {one.value for one in ResultKind},
    "edit.way.": {one.value for one in ReturnWays},
    "catalogue.filter.": set(FILTERS),
    "changes.kind.": {one.value for one in ChangeKind},
    "draft_edit.phase.": {"saved", "changed", "saving", "refused", "failed", "clash"},
    "draft_edit.turn.": set(TURNS),
    "draft_edit.leave.": {"title", "body", "yes"},
    "simulator.step.": set(MARKS),
    "simulator.channel.": {"online", "direct", "post"},
    "simulator.": {f"{side}_{part}" for side in ("asked", "answered") for part in ("day", "time")},
    "days.kind.": {"working", "weekend", "holiday", "swap"},
    "weekday.short.": {str(number) for number in range(1, 8)},
    "calendar.": {f"{kind}_{way}" for kind in ("holiday", "swap") for way in ("is", "make")} | set(EDGES),
}
