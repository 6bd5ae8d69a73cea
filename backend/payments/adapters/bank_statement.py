"""Statements as tables: CSV (RFC 4180) as banks and gateways let people download it, in UTF-8, with a line of names.

Banks put a title above the table, separate by comma, semicolon or tab, and write amounts as ``115000``, ``115.000``
or ``115,000.00 VND``. Whatever is not certain is refused with its line: money is never guessed at.
"""

import csv
import io
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.payments.adapters.statement_csv import unreadable
from backend.payments.adapters.told import city_moment, existing
from shared_models.clock import CITY_ZONE
from shared_models.text import search_key

_TITLE_LINES: Final = 20
_SEPARATORS: Final = ",;\t"
_GROUPED: Final = re.compile(r"([+-]?)([0-9]{1,3}(?:([.,])[0-9]{3})+|[0-9]{1,15})(?:[.,]0{1,2})?", re.ASCII)
_CURRENCY: Final = re.compile(r"(?i)\s*(?:vnd|vnđ|đ)$")
_TIMES: Final = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file (counted from 1, as an editor shows it) with the cells that were asked for."""

    line: int
    cells: Mapping[str, str]


def read_table(content: bytes, names: Mapping[str, tuple[str, ...]], needed: Container[str] = ()) -> Iterator[Row]:
    """The rows under the line that names a column for every key of ``names`` (folded: see `search_key`).

    Empty lines are passed over; ``needed``: keys of cells that must not be empty.

    Raises:
        Invalid: ``statement.unreadable`` with the ``line``: not UTF-8, no such columns, or a row that is too short.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise unreadable(content[: fault.start].count(b"\n") + 1) from None
    separator = max(_SEPARATORS, key=text[:4096].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    columns: dict[str, int] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is not None:
                yield _row(reader.line_num, cells, columns, needed)
            elif (columns := _columns(cells, names)) is None and reader.line_num > _TITLE_LINES:
                break
    except csv.Error:
        raise unreadable(reader.line_num) from None
    if columns is None:
        raise unreadable(1)


def _columns(cells: list[str], names: Mapping[str, tuple[str, ...]]) -> dict[str, int] | None:
    keys = [search_key(cell) for cell in cells]
    found = {what: next((keys.index(name) for name in wanted if name in keys), -1) for what, wanted in names.items()}
    return None if -1 in found.values() else found


def _row(line: int, cells: list[str], columns: Mapping[str, int], needed: Container[str]) -> Row:
    if max(columns.values()) >= len(cells):
        raise unreadable(line)
    found = {what: cells[at].strip() for what, at in columns.items()}
    if any(what in needed and not cell for what, cell in found.items()):
        raise unreadable(line)
    return Row(line, found)


def amount_of(row: Row, what: str = "amount") -> int:
    """Whole VND of a cell; 0 where it is empty, negative for money that went out.

    Raises:
        Invalid: ``statement.unreadable``.
    """
    text = _CURRENCY.sub("", row.cells[what]).replace("\u00a0", "").strip()
    if text in {"", "-"}:
        return 0
    found = _GROUPED.fullmatch(text)
    if found is None:
        raise unreadable(row.line)
    sign, digits, mark = found.group(1, 2, 3)
    if mark and not digits.replace(mark, "").isdigit():
        raise unreadable(row.line)
    return int(sign + re.sub(r"[.,]", "", digits))


def moment_of(row: Row, what: str = "date") -> datetime | None:
    """The moment of a cell in the city's time, midnight where it names a day; None where it is empty.

    Raises:
        Invalid: ``statement.unreadable``.
    """
    text = row.cells[what]
    if not text:
        return None
    for form in _TIMES:
        try:
            return city_moment(text, form)
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
        return existing(moment if moment.tzinfo else moment.replace(tzinfo=CITY_ZONE))
    except ValueError:
        raise unreadable(row.line) from None
