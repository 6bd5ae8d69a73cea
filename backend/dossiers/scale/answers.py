"""Answers that a form takes: what is known of the person, and something plausible for the rest."""

from datetime import date, timedelta
from typing import Any, Final

from backend.dossiers.scale.people import Someone
from backend.infra.system import Dice
from shared_models.form import FormDefinition
from shared_models.form_field import FieldRule

_TEXT: Final = "Dữ liệu thử nghiệm (DEMO) để đo tốc độ. "
_LONGEST: Final = 120
_BY_FORMAT: Final = {
    "email": "demo@congdan.example",
    "tax-code": "0400123456",
    "phone": "0905000000",
    "commune": "20242",
    "personal-id": "048085900001",
}
_ANSWERED: Final = 0.4
"""The share of questions nobody has to answer that are answered."""


def answers_to(form: FormDefinition, who: Someone, dice: Dice, day: date) -> dict[str, Any]:
    """Answers in their normal form, as they would have been sent on ``day``. Raises ``Invalid`` as `check` does."""
    values: dict[str, Any] = {}
    for name, rule in form.fields.items():
        is_asked = rule.when is None or (rule.when.field in values and rule.when.holds(values))
        is_needed = name in form.required or rule.when is not None
        if is_asked and (is_needed or dice.random() < _ANSWERED):
            values[name] = _known(form, name, who) or _answer(rule, dice, day)
    return form.check(values, day)


def answers_of(form: FormDefinition, who: Someone) -> dict[str, Any]:
    """The answers that are about the person alone: another person's dossier has others."""
    known = {name: _known(form, name, who) for name in form.fields}
    return {name: value for name, value in known.items() if value is not None}


def _known(form: FormDefinition, name: str, who: Someone) -> Any:
    return next((who.answers[source] for source in form.prefill_of(name) if source in who.answers), None)


def _answer(rule: FieldRule, dice: Dice, day: date) -> Any:
    lowest = int(rule.lowest or 0)
    if rule.kind == "boolean":
        return rule.must_be_true or dice.random() < 0.5
    if rule.kind in {"integer", "number"}:
        return dice.randint(max(lowest, 1), int(min(rule.highest or 20, max(lowest, 1) + 20)))
    if rule.choices is not None:
        chosen = dice.choice(rule.choices)
        return [chosen] if rule.kind == "array" else chosen
    return _text(rule, dice, day, lowest)


def _text(rule: FieldRule, dice: Dice, day: date, lowest: int) -> str:
    if rule.format in {"date", "partial-date"}:
        return (day + timedelta(days=90 if rule.day == "future" else -dice.randint(2, 60))).isoformat()
    if rule.format is not None:
        return _BY_FORMAT[rule.format]
    if rule.pattern is not None:
        return "".join(dice.choices("0123456789", k=max(lowest, 6)))
    said = _TEXT * (1 + lowest // len(_TEXT))
    return said[: int(min(rule.highest or _LONGEST, max(lowest, _LONGEST)))].strip()
