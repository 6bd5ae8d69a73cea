"""The families of messages that the catalogue's editor puts together from codes: each code has its sentence."""

from mobile.screens.administrator.day import EDGES
from mobile.screens.administrator.days import MARKS
from mobile.screens.administrator.draft_parts import TURNS
from mobile.state.editing import FILTERS
from mobile.state.editor_fields import GROUPS
from mobile.state.fee_rule_form import BOTH, HINTED, LEVELS, blank, rule_form
from mobile.state.fee_rules import FILTERS as RULE_FILTERS
from mobile.state.fee_rules import facts_of
from shared_models.deadline_rule import TimeUnit
from shared_models.fee_rule import EFFECTS
from shared_models.procedure_rules import PERSON_FACTS
from shared_models.procedure_terms import (
    ACCEPTED_FILES,
    FILING_WAYS,
    ChangeKind,
    Level,
    PayAt,
    ProcedureKind,
    ProcedureStanding,
    Registry,
    ResultKind,
    ReturnWays,
)
from shared_models.schemas.fee import STANDINGS

_BOUNDS = {"at_least", "at_most", "between", "values"}

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
    "rules.filter.": set(RULE_FILTERS),
    "rules.standing.": set(STANDINGS),
    "rules.way.": {BOTH, *FILING_WAYS},
    "rules.level.": set(LEVELS),
    "rules.effect_kind.": set(EFFECTS),
    "rules.need.age.": _BOUNDS,
    "rules.need.identity_level.": _BOUNDS,
    "rules.ask.": {field["name"] for field in rule_form([], {}, is_new=True)["layout"][0]["fields"]},
    "rules.hint.": set(HINTED),
    "rules.": {member for member, *_ in facts_of(blank("2026-01-01"), [])},
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
