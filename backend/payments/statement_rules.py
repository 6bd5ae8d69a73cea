"""What a row of a statement is to us. Pure: a row, and the attempt that it names, if there is one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from backend.payments.ports import StatementRow
from shared_models.clock import start_of_day
from shared_models.errors import Invalid
from shared_models.payment.desk import NEEDS_LOOKING, RowMatch
from shared_models.payment.order import LEAST_CODE_EVER, MOST_CODE, AttemptState

LONGEST_REF: Final = 200
LONGEST_TEXT: Final = 500


def match_of(row: StatementRow, attempt: Mapping[str, Any] | None) -> RowMatch:
    """The table of docs/payments.md, section 5, for a row that stands there for the first time."""
    if row.amount <= 0:
        return RowMatch.OUTGOING
    if attempt is None:
        return RowMatch.UNKNOWN
    is_paid = attempt["state"] == AttemptState.PAID
    if is_paid and attempt.get("provider_ref") not in {None, row.provider_ref}:
        return RowMatch.PAID_TWICE
    if row.amount != attempt["amount"]:
        return RowMatch.AMOUNT_DIFFERS
    return RowMatch.MATCHED if is_paid else RowMatch.NOT_PAID_HERE


def payment_name(gateway: str, provider_ref: str) -> str:
    """A payment as a gateway knows it: what a task about it is called by."""
    return f"{gateway}:{provider_ref}"


def what_of(gateway: str, row: Mapping[str, Any]) -> str:
    """What a task about a stored row is about: the payment, which a notice may have named before."""
    return payment_name(gateway, row["provider_ref"] or row["_id"])


def task_key(gateway: str, row: Mapping[str, Any]) -> str | None:
    """The key of a stored row's task; None where nobody has to look."""
    kind = NEEDS_LOOKING.get(RowMatch(row["match"]))
    return None if kind is None else f"{kind.value}:{what_of(gateway, row)}"


def repeated(rows: Sequence[StatementRow]) -> frozenset[int]:
    """Places of rows whose payment stands higher up in the same statement."""
    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        if row.provider_ref:
            first.setdefault(row.provider_ref, place)
    return frozenset(place for place, row in enumerate(rows) if row.provider_ref and first[row.provider_ref] != place)


def checked(rows: Iterable[StatementRow]) -> list[StatementRow]:
    """Rows that can be stored.

    Raises:
        Invalid: ``statement.unreadable`` naming the line of an amount or a number that no payment has.
    """
    found = list(rows)
    for row in found:
        if abs(row.amount) > MOST_CODE or len(row.provider_ref) > LONGEST_REF:
            raise Invalid("statement.unreadable", {"content": ["statement.unreadable"]}, line=row.line)
    return found


def own_code(row: StatementRow) -> int | None:
    """The attempt's number, if it can be one of ours."""
    return row.code if row.code is not None and LEAST_CODE_EVER <= row.code <= MOST_CODE else None


def bounds(day: date) -> tuple[datetime, datetime]:
    """From when to before when a payment belongs to the day, in the city's time."""
    return start_of_day(day), start_of_day(day + timedelta(days=1))
