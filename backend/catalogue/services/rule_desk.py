"""Exemptions and reductions as administrators see and change them: nothing is deleted, what was said stays readable."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from backend.catalogue.documents import FEE_RULES, VERSIONS
from backend.catalogue.ports import CataloguePorts
from backend.catalogue.services.fee_rules import FeeRules, check_rules
from backend.catalogue.services.publishing import Publishing, Signature
from backend.infra.mongo import Document, Session
from shared_models.access import Actor, Scope
from shared_models.clock import city_date
from shared_models.errors import Invalid, NotFound, Stale
from shared_models.fee import FeeRule
from shared_models.fee_reading import read_fee_rule
from shared_models.procedure_terms import FILING_WAYS


class RuleDesk:
    def __init__(self, ports: CataloguePorts, publishing: Publishing, rules: FeeRules) -> None:
        self._ports: Final = ports
        self._publishing: Final = publishing
        self._rules: Final = rules

    def every(self, actor: Actor) -> dict[str, Any]:
        """``{items, procedures}``: every rule as it is now, by id, and what a rule may name."""
        actor.require(Scope.CATALOGUE_EDIT)
        rows = self._ports.database.collection(FEE_RULES).find().sort("_id", 1)
        today = city_date(self._ports.clock.now())
        return {"items": [_listed(row, today) for row in rows], "procedures": self._procedures()}

    def read(self, actor: Actor, rule_id: str) -> dict[str, Any]:
        """One with what it said before, newest first.

        Raises:
            NotFound: ``fee_rule.unknown``.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        row = self._ports.database.collection(FEE_RULES).find_one({"_id": rule_id})
        if row is None:
            raise NotFound("fee_rule.unknown")
        return _shown(row, city_date(self._ports.clock.now()))

    def write(self, actor: Actor, rule_id: str, data: Mapping[str, Any], version: int) -> dict[str, Any]:
        """Changes the rule that was read (``version``), or with 0 makes one; the same again changes nothing.

        Raises:
            Invalid: ``catalogue.fee_rule_invalid`` naming ``rule.<member>``.
            Stale: ``catalogue.fee_rule_changed``: somebody changed it in between.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        try:
            rule = read_fee_rule(data)
        except Invalid as fault:
            raise _under("rule", fault.fields) from fault
        if rule.id != rule_id:
            raise _under("rule", {"id": ["catalogue.id_not_of_rule"]})
        row = self._ports.database.transaction(lambda session: self._store(actor, rule, version, session))
        return _shown(row, city_date(self._ports.clock.now()))

    def _store(self, actor: Actor, rule: FeeRule, version: int, session: Session) -> Document:
        rows = self._ports.database.collection(FEE_RULES)
        before = rows.find_one({"_id": rule.id}, session=session)
        held = _version(before)
        if before is not None and held in {version, version + 1} and before["rule"] == rule.to_json():
            return before
        if held != version:
            raise Stale("catalogue.fee_rule_changed")
        try:
            check_rules([rule], self._rules.fee_keys((), session, with_drafts=True))
        except Invalid as fault:
            raise _under("rule", {path.removeprefix("0."): codes for path, codes in fault.fields.items()}) from fault
        self._rules.put([rule], Signature(actor.id, self._ports.clock.now(), name=actor.name), session)
        self._publishing.raise_revision(session)
        stored = rows.find_one({"_id": rule.id}, session=session)
        assert stored is not None, "it was written in this transaction"
        return stored

    def _procedures(self) -> list[dict[str, Any]]:
        """``{code, name, fees: [{key, name, ways}]}`` of all that is published or being written, by code."""
        found: dict[str, dict[str, Any]] = {}
        shown = {"procedure.code": 1, "procedure.name": 1, "procedure.fees": 1}
        for row in self._ports.database.collection(VERSIONS).find({}, shown).sort("_id", 1):
            procedure = row["procedure"]
            one = found.setdefault(procedure["code"], {"code": procedure["code"], "fees": {}})
            one["name"] = procedure["name"]
            for way in FILING_WAYS:
                for line in procedure["fees"][way]:
                    fee = one["fees"].setdefault(line["key"], {"key": line["key"], "ways": []})
                    fee["name"] = line["name"]
                    fee["ways"] = sorted({*fee["ways"], way})
        return [{**one, "fees": list(one["fees"].values())} for one in found.values()]


def standing_of(rule: FeeRule, today: date) -> str:
    """``draft`` (not in force), ``coming``, ``in_force`` or ``over``."""
    if not rule.in_force:
        return "draft"
    if rule.until_day is not None and rule.until_day < today:
        return "over"
    return "coming" if rule.from_day > today else "in_force"


def _version(row: Document | None) -> int:
    """How often it was written: each writing but the last stands in its history."""
    return 0 if row is None else 1 + len(row["history"])


def _listed(row: Document, today: date) -> dict[str, Any]:
    return {
        "rule": row["rule"],
        "version": _version(row),
        "standing": standing_of(FeeRule.of_stored(row["rule"]), today),
        "saved_at": row["saved_at"],
        "saved_by": row.get("saved_by_name") or row["saved_by"],
    }


def _shown(row: Document, today: date) -> dict[str, Any]:
    past = [
        {"rule": one["rule"], "saved_at": one["saved_at"], "saved_by": one.get("saved_by_name") or one["saved_by"]}
        for one in reversed(row["history"])
    ]
    return {**_listed(row, today), "history": past}


def _under(name: str, fields: Mapping[str, list[str]]) -> Invalid:
    return Invalid("catalogue.fee_rule_invalid", {f"{name}.{path}": codes for path, codes in fields.items()})
