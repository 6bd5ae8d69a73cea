"""`congdan ledger`: the proof that nobody changed the access ledger."""

from backend.commands.options import Commands, Env, Options, open_database
from backend.infra.ledger import Ledger
from backend.infra.system import Ids, SystemClock, random_bytes


def add(commands: Commands, _env: Env) -> None:
    ledger = commands.add_parser("ledger", help="the access ledger").add_subparsers(required=True)
    ledger.add_parser("verify", help="recompute every sealed block").set_defaults(run=ledger_verify)


def ledger_verify(_options: Options) -> int:
    """Recomputes the sealed access ledger; 1 when something was changed."""
    with open_database() as database:
        report = Ledger(database, SystemClock(), Ids(random_bytes)).verify()
    for problem in report.problems:
        print(problem)
    print(
        f"{report.blocks} blocks, {report.entries} sealed entries, {report.open_entries} open, "
        f"{len(report.problems)} problems; head {report.head}",
    )
    return 1 if report.problems else 0
