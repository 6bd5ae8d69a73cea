"""Whose account an agency's fees go to: a table of the account files, by agency code, ``*`` for all others."""

from collections.abc import Mapping
from typing import Any, Final

ALL_OTHERS: Final = "*"


def check_table(table: Mapping[str, Any], names: frozenset[str], where: str) -> None:
    """Raises ``ValueError``: a row has other fields than ``names`` or an empty one, or there is none for ``*``."""
    for code, row in table.items():
        if not isinstance(row, dict) or set(row) != names:
            raise ValueError(f"{where}: {code} has other fields than {', '.join(sorted(names))}")
        if not all(isinstance(value, str) and value.strip() for value in row.values()):
            raise ValueError(f"{where}: {code} has an empty field")
    if ALL_OTHERS not in table:
        raise ValueError(f"{where}: none for {ALL_OTHERS}")


def payee_of(table: Mapping[str, Mapping[str, str]], agency: str) -> Mapping[str, str]:
    return table.get(agency) or table[ALL_OTHERS]
