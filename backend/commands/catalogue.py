"""`congdan catalogue`: a city's own procedures, forms, calendar and rules of fees as a folder (docs/operations.md)."""

from pathlib import Path

from backend.commands.options import Commands, Env, Options, open_container

OPERATOR = "operator"
"""Who published what came in by a file."""


def add(commands: Commands, _env: Env) -> None:
    topic = commands.add_parser("catalogue", help="procedures, forms, the calendar and rules of fees").add_subparsers(
        required=True
    )
    for name, run, said in (
        ("check", check, "read a folder and say what is wrong with it; nothing is written"),
        ("import", bring_in, "publish all of a folder, or nothing"),
        ("export", export, "write all that is published into a folder"),
    ):
        command = topic.add_parser(name, help=said)
        command.add_argument(
            "folder", type=Path, help="with procedures/<code>.json, forms/*.json, calendar.json, fee_rules.json"
        )
        command.set_defaults(run=run)


def check(options: Options) -> int:
    """Whether the folder can be imported here."""
    with open_container() as city:
        content = city.catalogue.files.check(options.folder)
    counted = f"{len(content.versions)} versions, {len(content.forms)} forms, {len(content.days)} days"
    print(f"{counted}, {len(content.fee_rules)} rules of fees: all well")
    return 0


def bring_in(options: Options) -> int:
    """Publishes a folder; again changes nothing."""
    with open_container() as city:
        brought = city.catalogue.files.bring_in(options.folder, OPERATOR)
    counted = f"{brought.versions} versions, {brought.forms} forms, {brought.days} rows of the calendar"
    print(f"{counted} and {brought.fee_rules} rules of fees are new")
    return 0


def export(options: Options) -> int:
    """Writes the folder that `import` reads."""
    with open_container() as city:
        count = city.catalogue.files.export(options.folder)
    print(f"{count} versions written")
    return 0
