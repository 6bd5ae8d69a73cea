"""What a row of a statement is to us, by the table of docs/payments.md, section 5."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.payments.ports import StatementRow
from backend.payments.statement_rules import bounds, match_of, own_code, repeated
from shared_models.payment.desk import RowMatch
from shared_models.payment.order import LEAST_CODE, LEAST_CODE_EVER, MOST_CODE


@pytest.mark.parametrize(
    ("state", "ref", "amount", "expected"),
    [
        ("paid", "r", 100, RowMatch.MATCHED),
        ("paid", "r", 99, RowMatch.AMOUNT_DIFFERS),
        ("paid", "other", 100, RowMatch.PAID_TWICE),
        ("paid", "other", 99, RowMatch.PAID_TWICE),
        ("paid", None, 100, RowMatch.MATCHED),
        ("started", None, 100, RowMatch.NOT_PAID_HERE),
        ("expired", None, 100, RowMatch.NOT_PAID_HERE),
        ("failed", None, 101, RowMatch.AMOUNT_DIFFERS),
        ("paid", "r", 0, RowMatch.OUTGOING),
    ],
)
def test_the_table_of_matches(state: str, ref: str | None, amount: int, expected: RowMatch) -> None:
    row = StatementRow(1, "r", LEAST_CODE, amount, None, "")
    assert match_of(row, {"state": state, "provider_ref": ref, "amount": 100}) is expected
    assert match_of(row, None) is (RowMatch.UNKNOWN if amount > 0 else RowMatch.OUTGOING)


def test_rows_without_a_number_of_their_own_never_repeat() -> None:
    rows = [StatementRow(at, ref, None, 1, None, "") for at, ref in enumerate(["a", "", "a", "", "b"])]
    assert repeated(rows) == {2}


def test_a_day_is_the_citys() -> None:
    start, end = bounds(datetime(2026, 11, 21, tzinfo=UTC).date())
    assert (start, end - start) == (datetime(2026, 11, 20, 17, tzinfo=UTC), timedelta(days=1))


def test_a_statement_names_attempts_of_once_too_and_nothing_else() -> None:
    codes = [None, 7, LEAST_CODE_EVER - 1, LEAST_CODE_EVER, LEAST_CODE, MOST_CODE, MOST_CODE + 1]
    found = [own_code(StatementRow(1, "r", code, 1, None, "")) for code in codes]
    assert found == [None, None, None, LEAST_CODE_EVER, LEAST_CODE, MOST_CODE, None]
