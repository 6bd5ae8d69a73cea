"""A gateway's statement of a day as a file that an accountant can export: UTF-8 CSV with our columns.

No primary source says what the portals' own exports look like (docs/payments.md, section 5: needs_review), so the
columns are ours: ``provider_ref`` the gateway's number, ``code`` ours (may be empty), ``amount`` whole VND, ``paid_at``
``YYYY-MM-DD HH:MM:SS`` in the city (may be empty), ``text``. When a portal's export is known, its adapter gets its own
reader.
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from backend.payments.adapters.told import city_moment
from backend.payments.ports import StatementRow
from shared_models.clock import CITY_ZONE
from shared_models.errors import Invalid

COLUMNS: Final = ("provider_ref", "code", "amount", "paid_at", "text")
MOST_ROWS: Final = 100_000
_TIME: Final = "%Y-%m-%d %H:%M:%S"
_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_TIME_SHAPE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", re.ASCII)
_LONGEST_REF: Final = 64
_LONGEST_TEXT: Final = 500


def read_statement(content: bytes) -> list[StatementRow]:
    """Every row, or none: a statement that is read in part would show money as missing.

    Raises:
        Invalid: ``statement.unreadable`` with ``line`` (1 is the header) for what is not UTF-8, another header, a row
            that is too long or short, no whole amount above 0, no time, or a ``provider_ref`` that is there twice.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise unreadable(content[: failure.start].count(b"\n") + 1) from failure
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[str, StatementRow] = {}
    try:
        if tuple(next(reader, ())) != COLUMNS:
            raise unreadable(1)
        for cells in reader:
            if not cells:
                continue
            row = _row(reader.line_num, cells)
            if row.provider_ref in rows or len(rows) >= MOST_ROWS:
                raise unreadable(reader.line_num)
            rows[row.provider_ref] = row
    except csv.Error as failure:
        raise unreadable(reader.line_num) from failure
    return list(rows.values())


def unreadable(line: int) -> Invalid:
    return Invalid("statement.unreadable", {"content": ["statement.unreadable"]}, line=line)


def _row(line: int, cells: list[str]) -> StatementRow:
    if len(cells) != len(COLUMNS):
        raise unreadable(line)
    ref, code, amount, paid_at, text = (cell.strip() for cell in cells)
    is_fit = (
        0 < len(ref) <= _LONGEST_REF
        and len(text) <= _LONGEST_TEXT
        and (not code or _NUMBER.fullmatch(code))
        and _NUMBER.fullmatch(amount)
        and int(amount) > 0
    )
    if not is_fit:
        raise unreadable(line)
    return StatementRow(line, ref, int(code) if code else None, int(amount), _moment(line, paid_at), text)


def _moment(line: int, text: str) -> datetime | None:
    if not text:
        return None
    if not _TIME_SHAPE.fullmatch(text):
        raise unreadable(line)
    try:
        return city_moment(text, _TIME)
    except ValueError as failure:
        raise unreadable(line) from failure


def write_statement(rows: Iterable[tuple[str, str, int, datetime, str]]) -> str:
    """The same as text, for whoever makes one: ``(provider_ref, code, amount, paid_at, text)``."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(COLUMNS)
    for ref, code, amount, paid_at, text in rows:
        writer.writerow((ref, code, amount, paid_at.astimezone(CITY_ZONE).strftime(_TIME), text))
    return made.getvalue()
