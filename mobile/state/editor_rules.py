"""What follows by itself when a member of a draft changes, and how a new version begins. Pure."""

from datetime import date
from typing import Any

from mobile.state.paths import own_key, value_at, with_value
from shared_models.procedure_rules import has_member
from shared_models.procedure_terms import COMMUNE

Json = dict[str, Any]
# What the page of a published version has beside the version itself.
_BESIDE = ("agencies", "replacement", "upcoming")
_MB = 1024 * 1024


def new_version(published: Json, day: date) -> Json:
    """The same procedure as a draft for a day."""
    own = {name: value for name, value in published.items() if name not in _BESIDE}
    return {**own, "id": f"{own['code']}@{day.isoformat()}", "effective_from": day.isoformat(), "state": "draft"}


def first_version(code: str, day: date, name: Json, field: Json, template: str) -> Json:
    """A new procedure with the plainest terms; all of them are marked as not checked."""
    deadline = {"unit": "working_day", "amount": 5}
    return {
        "id": f"{code}@{day.isoformat()}",
        "code": code,
        "effective_from": day.isoformat(),
        "state": "draft",
        "kind": "administrative",
        "standing": "active",
        "replaced_by": None,
        "replaced_cases": [],
        "name": name,
        "summary": name,
        "field": field,
        "life_events": [],
        "competent": COMMUNE,
        "receiving": [COMMUNE],
        "non_territorial": True,
        "interlinked": [],
        "level": "full",
        "level_reason": None,
        "legacy_level": None,
        "deadlines": {"direct": deadline, "online": deadline},
        "supplement": {"policy": "reset", "answer_within_days": 30, "max_notices": 1},
        "max_reappointments": 1,
        "fees": {"direct": [], "online": []},
        "pay_at": "none",
        "components": [],
        "form": None,
        "result": {"kind": "document", "licence_type": None, "name": name, "template": template, "ways": ["digital"]},
        "legal_basis": [],
        "needs_review": ["deadlines", "fees", "components", "legal_basis"],
    }


def settled(procedure: Json) -> Json:
    """With what follows from the rest: a reason only below full, a licence type only of a licence, marks of what is."""
    changed = dict(procedure)
    if changed["level"] == "full":
        changed["level_reason"] = None
    elif changed["level_reason"] is None:
        changed["level_reason"] = {"vi": "", "en": ""}
    if changed["standing"] == "active":
        changed["replaced_by"] = None
    if changed["result"]["kind"] == "document" and changed["result"]["licence_type"] is not None:
        changed["result"] = {**changed["result"], "licence_type": None}
    changed["fees"] = {way: [_line(line) for line in lines] for way, lines in changed["fees"].items()}
    if not any(line["amount"] for lines in changed["fees"].values() for line in lines):
        changed["pay_at"] = "none"
    changed["deadlines"] = {way: _deadline(rule) for way, rule in changed["deadlines"].items()}
    changed["needs_review"] = [path for path in changed["needs_review"] if has_member(changed, path)]
    return changed


def _deadline(rule: Json) -> Json:
    return {**rule, "amount": 0} if rule["unit"] in {"same_day", "instant"} else rule


def _line(line: Json) -> Json:
    when = line.get("when")
    return {**line, "when": when if when and when.get("field") else None, "times": line.get("times") or None}


def with_own_key(procedure: Json, base: Json | None, path: str) -> Json:
    """A row that no published version knows yet has its key from its name."""
    above = path.rpartition(".")[0]
    row, rows = value_at(procedure, path), value_at(procedure, above)
    known = {one["key"] for one in value_at(base, above) or ()}
    if row["key"] in known or not row["name"]["vi"]:
        return procedure
    others = {one["key"] for place, one in enumerate(rows) if f"{above}.{place}" != path}
    key = own_key(row["name"]["vi"], others | known, above.replace(".", "_"))
    changed: Json = with_value(procedure, f"{path}.key", key)
    return changed


BLANKS: dict[str, Json] = {
    "components": {
        "key": "",
        "name": {"vi": "", "en": ""},
        "required": True,
        "original": 0,
        "copy": 1,
        "accepts": ["pdf", "jpeg", "png"],
        "max_bytes": 10 * _MB,
        "held_by": [],
        "legal_basis": None,
    },
    "fees.direct": {"key": "", "name": {"vi": "", "en": ""}, "amount": 0, "when": None, "times": None},
    "fees.online": {"key": "", "name": {"vi": "", "en": ""}, "amount": 0, "when": None, "times": None},
    "legal_basis": {"number": "", "title": "", "article": ""},
    "interlinked": {"agency": COMMUNE, "part": {"vi": "", "en": ""}, "lead": False},
    "replaced_cases": {"key": "", "name": {"vi": "", "en": ""}, "replaced_by": "store"},
}
"""What a new row of each list begins with."""
