"""The statement that an accountant exports: every row or none, and the bad line by its number."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.payments.adapters.statement_csv import read_statement, write_statement
from shared_models.errors import Invalid

HEAD = "provider_ref,code,amount,paid_at,text\n"
ROW = "14422574,1234567890123,115000,2026-11-22 13:35:00,Le phi\n"


def line_of(content: bytes) -> int:
    with pytest.raises(Invalid, match=r"statement\.unreadable") as refused:
        read_statement(content)
    line = refused.value.params["line"]
    assert type(line) is int
    return line


def test_rows_are_read_as_they_stand() -> None:
    text = "\ufeff" + HEAD + ROW + '14422575,,8000,,"a, ""b"""\n' + "\n" + " 14422576 , 7 , 1 , , \n"
    rows = read_statement(text.encode())
    assert [(row.line, row.provider_ref, row.code, row.amount, row.text) for row in rows] == [
        (2, "14422574", 1234567890123, 115_000, "Le phi"),
        (3, "14422575", None, 8_000, 'a, "b"'),
        (5, "14422576", 7, 1, ""),
    ]
    assert [row.at for row in rows] == [datetime(2026, 11, 22, 6, 35, tzinfo=UTC), None, None]
    assert read_statement(HEAD.encode()) == []


@pytest.mark.parametrize(
    "row",
    [
        "14422575,1,115000,2026-11-22 13:35:00",
        "14422575,1,115000,2026-11-22 13:35:00,a,b",
        ",1,115000,,",
        "14422575,DN1,115000,,",
        "14422575,1,115.000,,",
        "14422575,1,115000 VND,,",
        "14422575,1,0,,",
        "14422575,1,-5,,",
        "14422575,1,１５,,",
        "14422575,1,115000,22/11/2026,",
        "14422575,1,115000,2026-13-22 13:35:00,",
        "14422575,1,115000,2026-1-2 3:5:0,",
        "14422574,1,115000,,",
        f"{'9' * 65},1,115000,,",
        f"14422575,1,115000,,{'x' * 501}",
        '14422575,1,115000,,"a"b',
    ],
)
def test_a_bad_row_is_named(row: str) -> None:
    assert line_of((HEAD + ROW + row + "\n").encode()) == 3


@pytest.mark.parametrize("head", ["", "a,b\n", HEAD.replace(",", ";"), HEAD.upper(), ROW])
def test_another_header_is_line_1(head: str) -> None:
    assert line_of((head + ROW).encode()) == 1


def test_what_is_not_utf_8_is_named_by_its_line() -> None:
    assert line_of((HEAD + ROW).encode() + b"14422575,1,115000,,\xff\n") == 3
    assert line_of((HEAD + ROW).encode("utf-16")) == 1


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[0-9]{1,18}", fullmatch=True),
            st.integers(1, 2**53 - 1).map(str),
            st.integers(1, 10**12),
            st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
                lambda moment: moment.replace(microsecond=0)
            ),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=40),
        ),
        unique_by=lambda row: row[0],
        max_size=20,
    )
)
def test_what_is_written_is_read_back(rows: list[tuple[str, str, int, datetime, str]]) -> None:
    read = read_statement(write_statement(rows).encode())
    assert [(row.provider_ref, str(row.code), row.amount, row.at, row.text) for row in read] == rows


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(content: bytes) -> None:
    with suppress(Invalid):
        assert all(row.amount > 0 for row in read_statement(HEAD.encode() + content))
