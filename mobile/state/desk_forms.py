"""The forms of the desk's actions: what each asks, what may stand there, and what it sends (docs/dossiers.md, 4).

The server decides; this says the same beforehand, and tests hold it to `shared_models/schemas/desk.py`. What is typed
are values on the wire, as `ui/form` gives them: dates as ISO 8601, whole numbers as such, else texts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from mobile.state.desk_case import Case

Json = dict[str, Any]
Kind = Literal["text", "long", "day", "days", "colleague", "agency", "choice", "demands", "fees", "due", "grant"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `shortest` and `longest` in characters; `choices` are the values on the wire."""

    name: str
    kind: Kind
    required: bool = True
    shortest: int = 1
    longest: int = 1_000
    choices: tuple[str, ...] = ()


REASON: Final = Field("reason", "long", shortest=5)
LEGAL_BASIS: Final = Field("legal_basis", "text", shortest=2, longest=300)
TO: Final = Field("to", "colleague")
FORMS: Final[Mapping[str, tuple[Field, ...]]] = {
    "accept": (Field("note", "long", required=False, shortest=0),),
    "refuse": (REASON, LEGAL_BASIS),
    "start": (),
    "assign": (TO,),
    "hand_over": (TO, REASON),
    "ask_supplement": (Field("items", "demands"), Field("note", "long", required=False, shortest=0)),
    "ask_payment": (Field("lines", "fees"),),
    "record_payment": (Field("amount", "due"), Field("receipt_number", "text", required=False, longest=60)),
    "ask_opinion": (Field("agency", "agency"), Field("question", "long", shortest=5), Field("within_days", "days")),
    "answer_opinion": (Field("text", "long", shortest=2, longest=4_000),),
    "propose": (
        Field("decision", "choice", choices=("approve", "refuse")),
        Field("text", "long", shortest=2, longest=4_000),
        Field("result", "grant", required=False),
    ),
    "send_back": (REASON,),
    "resolve": (),
    "stop": (REASON, LEGAL_BASIS),
    "resume": (),
    "extend": (Field("new_due_date", "day"), REASON),
    "return_result": (Field("way", "choice"),),
    "post": (Field("carrier", "text", longest=100), Field("tracking", "text", shortest=3, longest=60)),
    "delivered": (),
    "settle_clash": (Field("keep", "choice", choices=("ours", "theirs")),),
}
"""Every action that this version of the desk knows; another one that the server offers is not shown."""

ORDER: Final = (
    *("settle_clash", "accept", "resolve", "start", "propose", "answer_opinion", "record_payment", "return_result"),
    *("post", "delivered", "resume", "ask_supplement", "ask_opinion", "ask_payment", "assign", "hand_over"),
    *("send_back", "extend", "refuse", "stop"),
)
"""What leads on comes first, what stops comes last."""

HARMS: Final = frozenset({"refuse", "stop", "hand_over", "resolve", "settle_clash"})
"""Asked about a second time."""

GRANTED: Final = (
    *("number", "holder_name", "tax_code", "activity", "address", "commune"),
    *("valid_from", "valid_until"),
)
"""What a proposal's `result` may say instead of the form's answers."""

GRANTED_DAYS: Final = frozenset({"valid_from", "valid_until"})
LONGEST_GRANTED: Final = 200
MOST_DAYS: Final = 60


def offered(may: list[str]) -> list[str]:
    """What may be done now, in the order in which one looks for it."""
    return [action for action in ORDER if action in may]


def fields_of(action: str, case: Case) -> tuple[Field, ...]:
    """The questions of an action on this dossier."""
    return tuple(field for field in FORMS[action] if field.kind != "grant" or case.grants_licence)


def is_quick(action: str) -> bool:
    """Nothing to fill in and nothing harmed: done as soon as it is chosen."""
    return not FORMS[action] and action not in HARMS


def body(action: str, typed: Json, case: Case) -> Json:
    """What is sent beside id, version and action. Only for what has no `faults`."""
    sent: Json = {}
    for field in fields_of(action, case):
        sent |= _sent(field, typed.get(field.name), case)
    if typed.get("decision") == "refuse":
        sent.pop("result", None)
    if action == "answer_opinion":
        sent["opinion_id"] = typed.get("opinion_id") or case.asked_of_us[0]["id"]
    return sent


def _sent(field: Field, value: Any, on: Case) -> Json:
    match field.kind:
        case "demands":
            reasons: dict[str, str] = value or {}
            return {field.name: [{"component": key, "reason": reason.strip()} for key, reason in reasons.items()]}
        case "fees":
            lines = chosen_lines(on, value)
            return {"amount": sum(line["amount"] for line in lines), "lines": lines}
        case "due":
            return {field.name: int(on.raw["fee"]["amount"])}
        case "grant":
            found: Any = {name: said for name, said in (value or {}).items() if said}
        case _:
            found = value.strip() if isinstance(value, str) else value
    return {field.name: found} if found else {}


def faults(action: str, typed: Json, case: Case) -> dict[str, str]:
    """Codes by field, `items.<component>` and `result.<name>` among them; nothing is sent before there are none."""
    found: dict[str, str] = {}
    for field in fields_of(action, case):
        found |= dict(_faults(field, typed.get(field.name), case))
    return found


def _faults(field: Field, value: Any, case: Case) -> Iterator[tuple[str, str]]:
    if field.kind == "demands":
        yield from _demand_faults(value or {})
    elif field.kind == "fees":
        if not chosen_lines(case, value):
            yield field.name, "field.required"
    elif field.kind == "grant":
        yield from _grant_faults(value or {})
    elif field.kind != "due" and (code := _fault(field, value.strip() if isinstance(value, str) else value)):
        yield field.name, code


def _demand_faults(reasons: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not reasons:
        yield "items", "field.required"
    for key, reason in reasons.items():
        if code := _fault(REASON, reason.strip()):
            yield f"items.{key}", code


def _grant_faults(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        if name in GRANTED_DAYS:
            if value and not _is_day(value):
                yield f"result.{name}", "date.impossible"
        elif len(value or "") > LONGEST_GRANTED:
            yield f"result.{name}", "field.too_long"


def _fault(field: Field, value: Any) -> str | None:
    if value in (None, ""):
        return "field.required" if field.required else None
    if field.kind == "day":
        return None if _is_day(value) else "date.impossible"
    if field.kind == "days":
        return None if isinstance(value, int) and 1 <= value <= MOST_DAYS else "case.days_out_of_range"
    if len(value) < field.shortest:
        return "field.too_short"
    return "field.too_long" if len(value) > field.longest else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def chosen_lines(case: Case, chosen: Any) -> list[Json]:
    """The fee's lines that are asked for: all of them until somebody leaves one out."""
    lines: list[Json] = case.raw["fee"]["lines"]
    return lines if chosen is None else [line for line in lines if line["key"] in chosen]
