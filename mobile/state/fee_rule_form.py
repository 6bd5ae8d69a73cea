"""A rule of fees as a form like any other, and back; what the form has no question for stays as it was."""

import re
from datetime import date
from typing import Any

from mobile.i18n.catalogue import t
from mobile.i18n.names import said
from mobile.state.fee_rules import fee_names
from shared_models.fee_rule import EFFECTS, EVERY, FACTS, faults_of
from shared_models.procedure_terms import KEY_PATTERN

Json = dict[str, Any]
TRUTHS = tuple(fact for fact, kind in FACTS.items() if kind is bool)
BOTH, ANY_LEVEL = "both", "any"
LEVELS = (ANY_LEVEL, "2")
_QUESTIONS = {"age": "age_least", "identity_level": "level"}


def blank(today: str) -> Json:
    """A rule that somebody begins: a draft that nobody has checked."""
    return {
        "id": "",
        "name": {"vi": "", "en": ""},
        "basis": "",
        "from_day": today,
        "until_day": None,
        "procedures": [],
        "fee_keys": [],
        "way": None,
        "needs": {},
        "effect": {"kind": "free"},
        "in_force": False,
        "needs_review": True,
    }


def answers_of(rule: Json) -> Json:
    """The rule as answers to `rule_form`."""
    needs, effect = rule["needs"], rule["effect"]
    age = needs.get("age")
    bounds = age if isinstance(age, dict) else {}
    values = {
        "id": rule["id"],
        "name.vi": rule["name"]["vi"],
        "name.en": rule["name"]["en"],
        "basis": rule["basis"],
        "from_day": rule["from_day"],
        "until_day": rule["until_day"],
        "in_force": rule["in_force"],
        "effect": effect["kind"],
        "percent": effect.get("percent"),
        "amount": effect.get("amount"),
        "groups": [fact for fact in TRUTHS if needs.get(fact) == [True]],
        "level": "2" if needs.get("identity_level") == [2] else ANY_LEVEL,
        "age_least": bounds.get("at_least"),
        "age_most": bounds.get("at_most"),
        "way": rule["way"] or BOTH,
        "procedures": list(rule["procedures"]),
        "fee_keys": list(rule["fee_keys"]),
        "checked": not rule["needs_review"],
    }
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def rule_of(values: Json, before: Json) -> Json:
    """The rule that the answers say, in the order in which rules are written; it may be wrong: `check` says where."""
    kind = values.get("effect", "free")
    way = values.get("way", BOTH)
    return {
        "id": values.get("id") or before["id"],
        "name": {lang: values.get(f"name.{lang}") or "" for lang in ("vi", "en")},
        "basis": values.get("basis") or "",
        "from_day": values.get("from_day") or "",
        "until_day": values.get("until_day"),
        "procedures": list(values.get("procedures") or ()),
        "fee_keys": list(values.get("fee_keys") or ()),
        "way": None if way == BOTH else way,
        "needs": _needs(values, before["needs"]),
        "effect": {"kind": kind, **({} if kind == "free" or kind not in values else {kind: values[kind]})},
        "in_force": bool(values.get("in_force")),
        "needs_review": not values.get("checked"),
    }


def _needs(values: Json, before: Json) -> Json:
    needs: Json = {fact: need for fact, need in before.items() if not _has_question(fact, need)}
    bounds = {"at_least": values.get("age_least"), "at_most": values.get("age_most")}
    if any(bound is not None for bound in bounds.values()):
        needs["age"] = {name: bound for name, bound in bounds.items() if bound is not None}
    if values.get("level", ANY_LEVEL) != ANY_LEVEL:
        needs["identity_level"] = [int(values["level"])]
    return needs | {fact: [True] for fact in values.get("groups") or ()}


def _has_question(fact: str, need: Any) -> bool:
    """Whether the form shows this need; a list of ages, or two levels, came from a file and stay."""
    if fact in TRUTHS:
        return bool(need == [True])
    return isinstance(need, dict) if fact == "age" else bool(need == [2])


def check(rule: Json) -> dict[str, list[str]]:
    """Codes by question: what the server would find, less the shapes that only its schemas know."""
    found = {name: ["field.required"] for name in ("basis", "procedures", "fee_keys") if not rule[name]}
    found |= {f"name.{lang}": ["field.required"] for lang, words in rule["name"].items() if not words}
    if not re.fullmatch(KEY_PATTERN, rule["id"], re.ASCII):
        found["id"] = ["field.malformed"]
    found |= {name: ["date.impossible"] for name in ("from_day", "until_day") if not _is_day(rule[name], name)}
    return found or by_question(faults_of(rule))


def _is_day(value: Any, name: str) -> bool:
    """What could not be read as a day stays what was typed; a rule need not end."""
    if value is None:
        return name == "until_day"
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def by_question(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """The server's paths (with or without `rule.`) as questions of the form."""
    found: dict[str, list[str]] = {}
    for path, codes in fields.items():
        parts = path.removeprefix("rule.").split(".")
        if parts[0] == "needs":
            name = _QUESTIONS.get(parts[1], "groups") if len(parts) > 1 else "groups"
        elif parts[0] == "effect":
            name = parts[1] if len(parts) > 1 and parts[1] in EFFECTS else "effect"
        else:
            name = ".".join(parts[:2]) if parts[0] == "name" and len(parts) > 1 else parts[0]
        found[name] = [*found.get(name, []), *codes]
    return {("checked" if name == "needs_review" else name): codes for name, codes in found.items()}


def rule_form(procedures: list[Json], values: Json, *, is_new: bool) -> Json:
    """The questions. Only fees of the procedures that are chosen can be named, and those that are named already."""
    named = list(values.get("fee_keys") or ())
    fees = {EVERY: t("rules.every_fee"), **fee_names(procedures, list(values.get("procedures") or ()))}
    fees |= {key: key for key in named if key not in fees}
    codes = {EVERY: t("rules.every_procedure")} | {
        one["code"]: f"{said(one['name'])} ({one['code']})" for one in procedures
    }
    effects = {kind: t(f"rules.effect_kind.{kind}") for kind in EFFECTS}
    ways = {way: t(f"rules.way.{way}") for way in (BOTH, "online", "direct")}
    whole, text = {"type": "integer"}, {"type": "string"}
    questions: list[tuple[str, str, Json, Json | None]] = [
        *([("id", "text", text, None)] if is_new else []),
        ("name.vi", "text", text, None),
        ("name.en", "text", text, None),
        ("basis", "text", text, None),
        ("from_day", "date", {**text, "format": "date"}, None),
        ("until_day", "date", {**text, "format": "date"}, None),
        ("in_force", "switch", {"type": "boolean"}, {"true": t("rules.is_in_force"), "false": t("rules.is_draft")}),
        ("effect", "radio", _one_of(effects), effects),
        ("percent", "text", {**whole, "x-when": {"field": "effect", "is": ["percent"]}}, None),
        ("amount", "text", {**whole, "x-when": {"field": "effect", "is": ["amount"]}}, None),
        ("groups", "choice", _some_of(TRUTHS), {fact: t(f"fact.{fact}") for fact in TRUTHS}),
        ("level", "radio", _one_of(LEVELS), {level: t(f"rules.level.{level}") for level in LEVELS}),
        ("age_least", "text", whole, None),
        ("age_most", "text", whole, None),
        ("way", "radio", _one_of(ways), ways),
        ("procedures", "sought", _some_of(codes), codes),
        ("fee_keys", "sought", _some_of(fees), fees),
        ("checked", "switch", {"type": "boolean"}, None),
    ]
    fields = [
        {"name": name, "label": t(f"rules.ask.{name}"), "hint": _hint(name), "widget": widget, "options": options}
        for name, widget, _, options in questions
    ]
    optional = {"until_day", "groups", "age_least", "age_most"}
    return {
        "schema": {
            "properties": {name: rule for name, _, rule, _ in questions},
            "required": [name for name, *_ in questions if name not in optional],
        },
        "layout": [{"key": "rule", "fields": fields}],
    }


HINTED = ("id", "until_day", "percent", "amount", "groups", "fee_keys")


def _hint(name: str) -> str | None:
    return t(f"rules.hint.{name}") if name in HINTED else None


def _one_of(options: Any) -> Json:
    return {"type": "string", "enum": list(options)}


def _some_of(options: Any) -> Json:
    return {"type": "array", "items": {"type": "string", "enum": list(options)}}
