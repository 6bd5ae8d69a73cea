"""The rules of fees as the server gives them to an administrator's phone, over the seeded ones."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from backend.catalogue.services.rule_desk import standing_of
from scripts.sandbox.seed_data import FOLDER
from shared_models.clock import city_date
from shared_models.errors import Invalid
from shared_models.fee import FeeRule
from shared_models.fee_reading import read_fee_rule
from shared_models.schemas.fee import FeeRuleBodySchema, FeeRuleHistorySchema, FeeRuleListSchema
from tests.support.phone import MemoryServer

BASE = "/api/v1/catalogue/fee-rules"
SAVED_AT, SAVED_BY = "2026-11-20T02:00:00Z", "Ngô Thị Bảo Trâm"
FEES = ("1.013225", "1.004873", "2.000635", "3.000333", "1.004222")


class RuleServer:
    """Keeps rules with their history; ``refuse`` is the next answer to a saving, ``sent`` the bodies that came."""

    def __init__(self, server: MemoryServer, codes: Sequence[str]) -> None:
        seeded = json.loads((FOLDER / "fee_rules.json").read_text("utf-8"))
        self.rows: dict[str, list[dict[str, Any]]] = {rule["id"]: [_saved(rule)] for rule in seeded}
        self.refuse: tuple[int, Any] | None = None
        self.sent: list[Any] = []
        self._server, self._procedures = server, [_fees(code) for code in sorted({*codes, *FEES})]
        server.on("GET", BASE, lambda _b, _q: (200, self.every()))
        for rule_id in self.rows:
            self.serve(rule_id)

    def begin_history(self, rule_id: str) -> None:
        """As if its percentage and its paper had been another before."""
        now = self.rows[rule_id][-1]
        before = {**now["rule"], "effect": {"kind": "percent", "percent": 50}, "needs_review": True, "in_force": False}
        self.rows[rule_id].insert(0, _saved(before, "2026-10-02T07:15:00Z"))

    def serve(self, rule_id: str) -> None:
        self._server.on("GET", f"{BASE}/{rule_id}", lambda _b, _q: (200, self.one(rule_id)))
        self._server.on("PUT", f"{BASE}/{rule_id}", lambda body, _q: self.put(rule_id, body))

    def today(self) -> date:
        return city_date(self._server.clock.now())

    def every(self) -> dict[str, Any]:
        answer = {"items": [self._listed(rule_id) for rule_id in self.rows], "procedures": self._procedures}
        assert FeeRuleListSchema().validate(answer) == {}
        return answer

    def one(self, rule_id: str) -> dict[str, Any]:
        answer = {**self._listed(rule_id), "history": list(reversed(self.rows[rule_id][:-1]))}
        assert FeeRuleHistorySchema().validate(answer) == {}
        return answer

    def put(self, rule_id: str, body: Any) -> tuple[int, Any]:
        """As the real server, less what a rule may name."""
        self.sent.append(FeeRuleBodySchema().load(body))
        if self.refuse is not None:
            refused, self.refuse = self.refuse, None
            return refused
        try:
            rule = read_fee_rule(body["rule"])
        except Invalid as fault:
            return 422, {"code": fault.code, "errors": {f"rule.{path}": codes for path, codes in fault.fields.items()}}
        rows = self.rows.setdefault(rule_id, [])
        if len(rows) != body["version"]:
            return 412, {"code": "catalogue.fee_rule_changed"}
        rows.append(_saved(rule.to_json(), "2026-11-21T02:00:00Z"))
        return 200, self.one(rule_id)

    def _listed(self, rule_id: str) -> dict[str, Any]:
        row = self.rows[rule_id][-1]
        standing = standing_of(FeeRule.of_stored(row["rule"]), self.today())
        return {**row, "version": len(self.rows[rule_id]), "standing": standing}


def _saved(rule: dict[str, Any], at: str = SAVED_AT) -> dict[str, Any]:
    return {"rule": rule, "saved_at": at, "saved_by": SAVED_BY}


def _fees(code: str) -> dict[str, Any]:
    version = json.loads((FOLDER / "procedures" / f"{code}.json").read_text("utf-8"))[-1]
    fees: dict[str, Any] = {}
    for way, lines in version["fees"].items():
        for line in lines:
            one = fees.setdefault(line["key"], {"key": line["key"], "name": line["name"], "ways": []})
            one["ways"].append(way)
    return {"code": code, "name": version["name"], "fees": list(fees.values())}
