"""`congdan status`: how the installation is, in lines that a person reads and a monitor cuts apart."""

import json

from backend.commands.options import Commands, Env, Options, open_container
from backend.condition import Level, condition


def add(commands: Commands, _env: Env) -> None:
    command = commands.add_parser("status", help="how the installation is; 1 when something is wrong")
    command.add_argument("--json", action="store_true", help="the same as JSON")
    command.set_defaults(run=print_status)


def print_status(options: Options) -> int:
    """``level name value note`` for each; 1 when one is wrong."""
    with open_container() as container:
        lines = condition(container)
    if options.json:
        told = [{"name": line.name, "value": line.value, "level": line.level, "note": line.note} for line in lines]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for line in lines:
            print(f"{line.level:5}  {line.name:24}  {line.value:8}  {line.note}".rstrip())
    return 1 if any(line.level is Level.WRONG for line in lines) else 0
