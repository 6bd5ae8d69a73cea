"""Exemptions and reductions of fees as the catalogue keeps them: read from a file as a whole, changed with a trace.

A rule may change under its id (a draft comes into force, an end is set): dossiers keep what was assessed when they were
filed. What it said before stays in its row, with who brought it in and when.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from backend.catalogue.documents import FEE_RULES, VERSIONS, FeeRuleDocument
from backend.catalogue.services.publishing import Signature
from backend.infra.documents import to_document
from backend.infra.mongo import Database, Session
from shared_models.errors import Invalid
from shared_models.fee import FeeRule
from shared_models.fee_reading import read_fee_rule
from shared_models.fee_rule import EVERY
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import FILING_WAYS, VersionState

FILE: Final = "fee_rules.json"

_TOLD: Final = ("rule", "saved_at", "saved_by", "saved_by_name")

FeeKeys = Mapping[str, Mapping[str, frozenset[str]]]
"""``{procedure: {way: keys of its fees}}``, of all its versions together: a rule may be of any time."""


class FeeRules:
    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def fee_keys(
        self, incoming: Iterable[ProcedureVersion], session: Session | None, *, with_drafts: bool = False
    ) -> FeeKeys:
        """The fees of what is published and of what comes in at the same time.

        ``with_drafts``: also of versions being written: a rule has to name their fees before they are published.
        """
        shown = {"procedure.code": 1, "procedure.fees": 1}
        wanted = {} if with_drafts else {"state": VersionState.PUBLISHED.value}
        rows = self._database.collection(VERSIONS).find(wanted, shown, session=session)
        found: dict[str, dict[str, frozenset[str]]] = {}
        for row in rows:
            _add(found, row["procedure"]["code"], row["procedure"]["fees"])
        for version in incoming:
            _add(found, version.code, {way: [{"key": line.key} for line in version.fees[way]] for way in FILING_WAYS})
        return found

    def put(self, rules: Sequence[FeeRule], signature: Signature, session: Session) -> int:
        """Writes rules inside a transaction; how many say something new. None is taken away."""
        rows = self._database.collection(FEE_RULES)
        changed = 0
        for rule in rules:
            before = rows.find_one({"_id": rule.id}, session=session)
            if before is not None and before["rule"] == rule.to_json():
                continue
            told = [] if before is None else [{name: before[name] for name in _TOLD if name in before}]
            document = FeeRuleDocument(
                id=rule.id,
                in_force=rule.in_force,
                from_day=rule.from_day.isoformat(),
                rule=rule.to_json(),
                saved_at=signature.at,
                saved_by=signature.by,
                saved_by_name=signature.name,
                history=[*(before["history"] if before else ()), *told],
            )
            rows.replace_one({"_id": rule.id}, to_document(document), upsert=True, session=session)
            changed += 1
        return changed

    def every(self, session: Session | None = None) -> list[dict[str, Any]]:
        """All of them as a file has them, drafts too, by id."""
        return [row["rule"] for row in self._database.collection(FEE_RULES).find(session=session).sort("_id", 1)]

    def with_these(self, incoming: Sequence[FeeRule], session: Session | None) -> tuple[FeeRule, ...]:
        """All of them as they are once these are written."""
        there = {rule["id"]: FeeRule.of_stored(rule) for rule in self.every(session)}
        return tuple((there | {rule.id: rule for rule in incoming}).values())


def read_rules(data: Any) -> tuple[FeeRule, ...]:
    """The rules of a file.

    Raises:
        Invalid: ``catalogue.fee_rule_invalid`` naming every member of every rule that cannot be.
    """
    if not isinstance(data, list):
        raise Invalid("catalogue.fee_rule_invalid", {"_": ["field.malformed"]})
    rules: list[FeeRule] = []
    faults: dict[str, list[str]] = {}
    seen: set[str] = set()
    for place, row in enumerate(data):
        try:
            rule = read_fee_rule(row)
        except Invalid as fault:
            faults |= {f"{place}.{path}": codes for path, codes in fault.fields.items()}
            continue
        if rule.id in seen:
            faults[f"{place}.id"] = ["catalogue.key_twice"]
        seen.add(rule.id)
        rules.append(rule)
    if faults:
        raise Invalid("catalogue.fee_rule_invalid", faults)
    return tuple(rules)


def check_rules(rules: Sequence[FeeRule], fees: FeeKeys) -> None:
    """Raises ``Invalid("catalogue.fee_rule_invalid")`` naming every procedure and fee that is not there."""
    faults = {f"{place}.{path}": [code] for place, rule in enumerate(rules) for path, code in _missing(rule, fees)}
    if faults:
        raise Invalid("catalogue.fee_rule_invalid", faults)


def _missing(rule: FeeRule, fees: FeeKeys) -> Iterator[tuple[str, str]]:
    named = tuple(fees) if rule.procedures == (EVERY,) else rule.procedures
    for place, code in enumerate(named):
        if code not in fees:
            yield f"procedures.{place}", "procedure.unknown"
    if rule.fee_keys == (EVERY,):
        return
    ways = FILING_WAYS if rule.way is None else (rule.way,)
    known = {key for code in named if code in fees for way in ways for key in fees[code].get(way, ())}
    for place, key in enumerate(rule.fee_keys):
        if key not in known:
            yield f"fee_keys.{place}", "fee_rule.fee_unknown"


def _add(
    found: dict[str, dict[str, frozenset[str]]], code: str, fees: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    ways = found.setdefault(code, {})
    for way, lines in fees.items():
        ways[way] = ways.get(way, frozenset()) | {line["key"] for line in lines}
