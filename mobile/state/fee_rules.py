"""Exemptions and reductions in an administrator's words: what each says, and what a change of one means."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mobile.i18n.catalogue import t
from mobile.i18n.dates import day
from mobile.i18n.names import said, vnd
from mobile.state.procedure_facts import Change
from shared_models.fee_rule import EVERY, FACTS
from shared_models.text import search_key

Json = dict[str, Any]
FILTERS = ("in_force", "coming", "draft", "over", "review", "all")
ORDER = ("in_force", "coming", "draft", "over")


def fits(row: Json, wanted: str) -> bool:
    """Whether a row of `GET /catalogue/fee-rules` belongs under one of `FILTERS`."""
    if wanted == "review":
        return bool(row["rule"]["needs_review"]) and row["standing"] != "over"
    return wanted in {"all", row["standing"]}


def found(rows: list[Json], query: str, wanted: str) -> list[Json]:
    """Those of a filter that have every word of the query in name or basis; what is in force comes first."""
    words = search_key(query).split()

    def has(row: Json) -> bool:
        whole = search_key(" ".join([row["rule"]["id"], row["rule"]["basis"], *row["rule"]["name"].values()]))
        return all(word in whole for word in words)

    here = [row for row in rows if fits(row, wanted) and has(row)]
    return sorted(here, key=lambda row: (ORDER.index(row["standing"]), said(row["rule"]["name"])))


def days_words(rule: Json) -> str:
    """`15/08/2026 – 28/02/2027`, `từ 01/01/2017`."""
    first = day(date.fromisoformat(rule["from_day"]))
    if rule["until_day"] is None:
        return t("rules.from", day=first)
    return t("rules.between", first=first, last=day(date.fromisoformat(rule["until_day"])))


def effect_words(effect: Json) -> str:
    if effect["kind"] == "percent":
        return t("rules.effect.percent", percent=effect["percent"])
    if effect["kind"] == "amount":
        return t("rules.effect.amount", amount=vnd(effect["amount"]))
    return t("rules.effect.free")


def way_words(way: str | None) -> str:
    return t(f"rules.way.{way or 'both'}")


def who_words(needs: Mapping[str, Any]) -> str:
    """Everything that has to hold of who pays: `Hộ nghèo`, `Từ 60 tuổi trở lên`."""
    words = t("rules.and").join(need_words(fact, need) for fact, need in needs.items()) or t("rules.everybody")
    return words[:1].upper() + words[1:]


def need_words(fact: str, need: Any) -> str:
    if isinstance(need, Mapping):
        kind = "between" if len(need) > 1 else next(iter(need))
        return t(f"rules.need.{fact}.{kind}", **{name: need[name] for name in need})
    if FACTS[fact] is bool:
        return t(f"fact.{fact}" if need == [True] else "rules.need.not", fact=t(f"fact.{fact}"))
    return t(f"rules.need.{fact}.values", values=", ".join(map(str, need)))


def procedure_words(codes: list[str], procedures: list[Json]) -> str:
    if codes == [EVERY]:
        return t("rules.every_procedure")
    names = {one["code"]: said(one["name"]) for one in procedures}
    return "; ".join(f"{names.get(code, '')} ({code})".strip() for code in codes)


def fee_words(keys: list[str], procedures: list[Json]) -> str:
    if keys == [EVERY]:
        return t("rules.every_fee")
    names = fee_names(procedures)
    return "; ".join(names.get(key, key) for key in keys)


def fee_names(procedures: list[Json], codes: list[str] | None = None) -> dict[str, str]:
    """Fees by key, of all procedures or of these; one key may have several names."""
    named: dict[str, list[str]] = {}
    for one in procedures:
        if codes in (None, [EVERY]) or one["code"] in codes:
            for fee in one["fees"]:
                names = named.setdefault(fee["key"], [])
                if said(fee["name"]) not in names:
                    names.append(said(fee["name"]))
    return {key: f"{', '.join(names[:3])}{' …' if len(names) > 3 else ''} ({key})" for key, names in named.items()}


def facts_of(rule: Json, procedures: list[Json]) -> list[tuple[str, str, str]]:
    """`(member, label, words)` of all that a rule says."""
    told = [
        ("name", f"{rule['name']['vi']} / {rule['name']['en']}"),
        ("basis", rule["basis"]),
        ("days", days_words(rule)),
        ("effect", effect_words(rule["effect"])),
        ("needs", who_words(rule["needs"])),
        ("way", way_words(rule["way"])),
        ("procedures", procedure_words(rule["procedures"], procedures)),
        ("fee_keys", fee_words(rule["fee_keys"], procedures)),
        ("in_force", t("rules.is_in_force" if rule["in_force"] else "rules.is_draft")),
        ("needs_review", t("rules.unchecked" if rule["needs_review"] else "rules.checked")),
    ]
    return [(member, t(f"rules.{member}"), words) for member, words in told]


def changes(before: Json | None, after: Json, procedures: list[Json]) -> list[Change]:
    """What a rule says otherwise than before, in words; everything of a new one."""
    old = {member: words for member, _, words in facts_of(before, procedures)} if before else {}
    return [
        Change(f"rules.{member}", label, old.get(member, ""), words)
        for member, label, words in facts_of(after, procedures)
        if old.get(member) != words
    ]


def takes_effect(before: Json | None, after: Json, today: date) -> str:
    """From when a change is felt, in a sentence."""
    was = before is not None and before["in_force"]
    if not after["in_force"]:
        return t("rules.effective.stops" if was else "rules.effective.draft")
    last = after["until_day"]
    if last is not None and last < today.isoformat():
        return t("rules.effective.over", day=day(date.fromisoformat(last)))
    first = max(today, date.fromisoformat(after["from_day"]))
    return t("rules.effective.from", day=day(first))
