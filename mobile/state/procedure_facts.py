"""A version of a procedure as facts in words: to be read, and to be compared with the version before it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from mobile.i18n.catalogue import t
from mobile.i18n.names import money, number_text, said, span
from mobile.state.editor_choices import Context, choices, to_answer
from mobile.state.editor_fields import GROUPS, Group, Rows, Spec
from mobile.state.paths import value_at

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a version says. `path` names rows by their keys, so that the same row is known in both versions."""

    path: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is another: empty `before` for what is new, empty `after` for what is gone.

    `turn`: shorter, longer, cheaper, dearer, or empty.
    """

    path: str
    label: str
    before: str
    after: str
    turn: str = ""


def facts_of(group: Group, procedure: Json, context: Context) -> list[Fact]:
    """The facts of one group, in the order in which they are asked for."""
    found: list[Fact] = []
    for part in group.parts:
        if isinstance(part, Rows):
            found += _rows(part, procedure, context)
        elif part.shown(procedure) and not part.path.startswith("deadlines."):
            found.append(Fact(part.path, t(part.label), value_text(part, procedure, context)))
    if group.key == "deadlines":
        ways = (("direct", "edit.deadline_direct"), ("online", "edit.deadline_online"))
        ahead = [Fact(f"deadlines.{way}", t(label), span(procedure["deadlines"][way])) for way, label in ways]
        found = [*ahead, *found]
    return found


def value_text(spec: Spec, data: Json, context: Context) -> str:
    """A member in words; a dash for none."""
    value = to_answer(spec, value_at(data, spec.path))
    if value is None:
        return "–"
    if isinstance(value, bool):
        return t("form.yes" if value else "form.no")
    words = choices(spec, replace(context, row=data))
    if isinstance(value, list):
        return ", ".join(words.get(one, str(one)) for one in value)
    if isinstance(value, int | float):
        if spec.path.endswith("amount"):
            return money(int(value))
        return t("edit.megabytes", count=number_text(value)) if spec.path == "max_bytes" else str(number_text(value))
    return words.get(value, str(value))


def _rows(part: Rows, procedure: Json, context: Context) -> Iterator[Fact]:
    for place, row in enumerate(value_at(procedure, part.path) or ()):
        key = row["key"] if part.is_keyed and row.get("key") else _own_name(row, place)
        yield Fact(f"{part.path}.{key}", row_title(part, row, context), row_text(part, row, context))


def _own_name(row: Json, place: int) -> str:
    """What tells a row without a key from the others."""
    return str(row.get("number") or row.get("agency") or place)


def row_title(part: Rows, row: Json, context: Context) -> str:
    """What a row is called in a list of its like."""
    if "agency" in row:
        return value_text(part.specs[0], row, context)
    name = said(row["name"]) if isinstance(row.get("name"), dict) else row.get("number", "")
    return name or t(part.one)


def row_text(part: Rows, row: Json, context: Context) -> str:
    """The rest of a row on one line."""
    if "amount" in row:
        return _fee_text(part, row, context)
    if "held_by" in row:
        return _paper_text(part, row, context)
    told = [
        (t(spec.label), value_text(spec, row, context))
        for spec in part.specs
        if spec.path not in {"name.vi", "name.en", "agency", "number"} and spec.shown(row)
    ]
    return " · ".join(f"{label}: {text}" for label, text in told if text != "–")


def _paper_text(part: Rows, row: Json, context: Context) -> str:
    """`bắt buộc · 1 bản sao · PDF, tối đa 10 MB · có sẵn ở: …`."""
    words = {spec.path: value_text(spec, row, context) for spec in part.specs}
    told = [t("edit.paper_needed" if row["required"] else "form.optional")]
    told += [t(f"edit.paper_{kind}", count=row[kind]) for kind in ("original", "copy") if row[kind]]
    told.append(t("edit.paper_files", files=words["accepts"], size=words["max_bytes"]))
    if row["held_by"]:
        told.append(t("edit.paper_held", where=words["held_by"]))
    if row["legal_basis"]:
        told.append(row["legal_basis"])
    return " · ".join(told)


def _fee_text(part: Rows, row: Json, context: Context) -> str:
    specs = {spec.path: spec for spec in part.specs}
    text = money(row["amount"]) if isinstance(row["amount"], int) else str(row["amount"] or "–")
    if row.get("when"):
        field, answer = (value_text(specs[path], row, context) for path in ("when.field", "when.is"))
        text = t("edit.fee_when", amount=text, field=field, answer=answer)
    if row.get("times"):
        text = t("edit.fee_times", amount=text, field=value_text(specs["times"], row, context))
    return text


def differences(before: Json | None, after: Json, context: Context) -> list[Change]:
    """What `after` changes, in the order of the editor's pages; nothing for a procedure that is new."""
    if before is None:
        return []
    changes: list[Change] = []
    for group in GROUPS:
        old = {fact.path: fact for fact in facts_of(group, before, context)}
        new = {fact.path: fact for fact in facts_of(group, after, context)}
        for path in [*new, *(path for path in old if path not in new)]:
            was, becomes = old.get(path), new.get(path)
            if was is None or becomes is None or (was.label, was.text) != (becomes.label, becomes.text):
                changes.append(_change(path, was, becomes, _turn(path, before, after)))
    return changes


def _change(path: str, was: Fact | None, becomes: Fact | None, turn: str) -> Change:
    fact = becomes or was
    if was and becomes and was.label != becomes.label:
        # A row that is called otherwise now.
        was, becomes = (replace(one, text=f"{one.label} · {one.text}") for one in (was, becomes))
    return Change(
        path=path,
        label=fact.label if fact else path,
        before=was.text or "–" if was else "",
        after=becomes.text or "–" if becomes else "",
        turn=turn,
    )


def _turn(path: str, before: Json, after: Json) -> str:
    """Which way a deadline or a fee has gone, where that can be said."""
    if path in {"deadlines.direct", "deadlines.online"}:
        old, new = value_at(before, path), value_at(after, path)
        if old["unit"] == new["unit"] and old["amount"] != new["amount"]:
            return "shorter" if new["amount"] < old["amount"] else "longer"
    if path.startswith(("fees.direct.", "fees.online.")):
        way, key = path.split(".", 2)[1:]
        amounts = [_amount(version, way, key) for version in (before, after)]
        if None not in amounts and amounts[0] != amounts[1]:
            return "cheaper" if amounts[1] < amounts[0] else "dearer"  # type: ignore[operator]
    return ""


def _amount(version: Json, way: str, key: str) -> int | None:
    found = (line["amount"] for line in version["fees"][way] if line["key"] == key)
    amount = next(found, None)
    return amount if isinstance(amount, int) else None


def mark_text(procedure: Json, path: str, context: Context) -> str:
    """What a mark of `needs_review` is about: the member and, in a list, the row."""
    member, _, rest = path.partition(".")
    label = t(f"edit.member.{member}")
    if not rest:
        return label
    for group in GROUPS:
        facts = facts_of(group, procedure, context)
        for fact in facts:
            if path == fact.path or path.startswith(f"{fact.path}."):
                return f"{label}: {fact.label}"
    return label
