"""Whether a new version of a procedure takes a fee away from under a rule that names it. Pure.

A fee whose key changes is another fee to every rule that names the old one: who paid nothing would pay again, and
nobody would have decided that. So a version that no longer has a fee which a rule names is refused, unless the rule
names every fee that the version still asks for where the rule speaks (it was changed first), or is over by then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared_models.errors import Conflict
from shared_models.fee import FeeRule
from shared_models.fee_rule import EVERY
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import FILING_WAYS, ProcedureStanding


@dataclass(frozen=True, slots=True)
class Orphan:
    """A rule names ``key``, and ``version`` has it no longer."""

    rule: FeeRule
    key: str
    version: str


def check_cover(line: Iterable[ProcedureVersion], fresh: set[str], rules: Sequence[FeeRule]) -> None:
    """``line``: all versions of one procedure; those with an id in ``fresh`` are new. Draft rules count as well.

    Raises:
        Conflict: ``catalogue.rule_orphaned`` with ``rule``, ``name``, ``key`` and ``version`` of the first.
    """
    for orphan in orphans(line, fresh, rules):
        name = orphan.rule.name.to_json()
        raise Conflict(
            "catalogue.rule_orphaned", rule=orphan.rule.id, name=name, key=orphan.key, version=orphan.version
        )


def orphans(line: Iterable[ProcedureVersion], fresh: set[str], rules: Sequence[FeeRule]) -> Iterator[Orphan]:
    ordered = sorted(line, key=lambda one: one.effective_from)
    ends = [one.effective_from for one in ordered[1:]]
    for place, after in enumerate(ordered[1:]):
        before = ordered[place]
        if after.standing is ProcedureStanding.ABOLISHED or not {before.id, after.id} & fresh:
            continue
        until = ends[place + 1] if place + 1 < len(ends) else None
        for rule in rules:
            is_over = rule.until_day is not None and rule.until_day < after.effective_from
            if is_over or (until is not None and rule.from_day >= until):
                continue
            yield from (Orphan(rule, key, after.id) for key in _dropped(rule, before, after))


def _dropped(rule: FeeRule, before: ProcedureVersion, after: ProcedureVersion) -> list[str]:
    if rule.fee_keys == (EVERY,) or (rule.procedures != (EVERY,) and after.code not in rule.procedures):
        return []
    ways = FILING_WAYS if rule.way is None else (rule.way,)
    had = {line.key for way in ways for line in before.fees[way]}
    has = {line.key for way in ways for line in after.fees[way]}
    if has <= set(rule.fee_keys):
        return []
    return [key for key in rule.fee_keys if key in had and key not in has]
