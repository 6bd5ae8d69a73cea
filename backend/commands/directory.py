"""`congdan agencies` and `congdan communes`: whom results come from and where they apply (docs/operations.md).

Neither is ever deleted: results and access logs name them. Putting one again changes its name.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from backend.bootstrap import Container
from backend.commands.options import Commands, Env, Options, open_container, reason
from shared_models.person import is_tax_code
from shared_models.place import Commune, CommuneKind

_AGENCY: Final = ("code", "name")
_COMMUNE: Final = ("code", "name", "kind")


def add(commands: Commands, _env: Env) -> None:
    agencies = commands.add_parser("agencies", help="agencies that deliver results").add_subparsers(required=True)
    communes = commands.add_parser("communes", help="wards and communes").add_subparsers(required=True)
    agencies.add_parser("list", help="one line each").set_defaults(run=list_agencies)
    communes.add_parser("list", help="one line each").set_defaults(run=list_communes)
    command = _names(agencies.add_parser("put", help="add one, or change its name"))
    command.add_argument("--commune", help="the code of the commune whose people's committee it is")
    command.add_argument("--tax-code", help="stands on its receipts; stays until another is given")
    command.set_defaults(run=put_agency)
    command = _names(communes.add_parser("put", help="add one, or change its name"))
    command.add_argument("--kind", required=True, choices=[kind.value for kind in CommuneKind])
    command.set_defaults(run=put_commune)
    _from_file(agencies, _AGENCY).set_defaults(run=import_agencies)
    _from_file(communes, _COMMUNE).set_defaults(run=import_communes)


def _names(command: Commands) -> Commands:
    command.add_argument("--code", required=True, type=reason)
    command.add_argument("--name", required=True, type=reason)
    return command


def _from_file(topic: Commands, fields: Sequence[str]) -> Commands:
    command = topic.add_parser("import", help="all of a file, or none")
    command.add_argument("file", type=Path, help=f"a JSON list of objects with {', '.join(fields)}")
    return command


def list_agencies(_options: Options) -> int:
    """Code and name."""
    with open_container() as city:
        for agency in city.identity.people.agencies():
            print(f"{agency['_id']}\t{agency['name']}")
    return 0


def list_communes(_options: Options) -> int:
    """Code, kind and name."""
    with open_container() as city:
        for commune in city.identity.people.communes():
            print(f"{commune.code}\t{commune.kind.value}\t{commune.name}")
    return 0


def put_agency(options: Options) -> int:
    """Adds or renames an agency."""
    row = {"code": options.code, "name": options.name, "commune": options.commune, "tax_code": options.tax_code}
    given = {name: value for name, value in row.items() if value}
    _check_tax_codes([given])
    return _put([given], _put_agency)


def put_commune(options: Options) -> int:
    """Adds or renames a commune."""
    return _put([{"code": options.code, "name": options.name, "kind": options.kind}], _put_commune)


def import_agencies(options: Options) -> int:
    """Every agency of a file; those of communes have the code of theirs as ``commune``, who collects a ``tax_code``."""
    rows = _rows(options.file, _AGENCY, ("commune", "tax_code"))
    _check_tax_codes(rows)
    return _put(rows, _put_agency)


def import_communes(options: Options) -> int:
    """Every commune of a file."""
    rows = _rows(options.file, _COMMUNE)
    unknown = {row["kind"] for row in rows} - {kind.value for kind in CommuneKind}
    if unknown:
        raise ValueError(f"{options.file}: no kind of commune: {', '.join(sorted(unknown))}")
    return _put(rows, _put_commune)


def _put(rows: Sequence[Mapping[str, str]], put: Callable[[Container, Mapping[str, str]], None]) -> int:
    with open_container() as city:
        for row in rows:
            put(city, row)
    print(f"{len(rows)} put")
    return 0


def _put_agency(city: Container, row: Mapping[str, str]) -> None:
    people = city.identity.people
    people.put_agency(row["code"], row["name"], commune_code=row.get("commune"), tax_code=row.get("tax_code"))


def _check_tax_codes(rows: Sequence[Mapping[str, str]]) -> None:
    for row in rows:
        if "tax_code" in row and not is_tax_code(row["tax_code"]):
            raise ValueError(f"{row['tax_code']} is no tax code: 10 digits, of a dependent unit -000 behind them")


def _put_commune(city: Container, row: Mapping[str, str]) -> None:
    city.identity.people.put_commune(Commune(row["code"], row["name"], CommuneKind(row["kind"])))


def _rows(file: Path, fields: Sequence[str], more: Sequence[str] = ()) -> list[dict[str, str]]:
    """Reads all before anything is written; ``more`` are fields that a row may have.

    Raises:
        ValueError: one sentence: no such list.
    """
    found: Any = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(found, list) or not all(_is_row(row, [*fields, *_had(row, more)]) for row in found):
        raise ValueError(f"{file}: must be a JSON list of objects with {', '.join(fields)}, each a text")
    return [{name: " ".join(row[name].split()) for name in (*fields, *_had(row, more))} for row in found]


def _had(row: Any, names: Sequence[str]) -> list[str]:
    return [name for name in names if isinstance(row, dict) and name in row]


def _is_row(row: Any, fields: Sequence[str]) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), str) and row[name].strip() for name in fields)
