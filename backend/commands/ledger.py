"""`congdan ledger`: the proof that nobody changed the access ledger."""

import sys
from typing import Final

from backend.commands.options import Commands, Env, Options, open_database
from backend.infra.ledger import Ledger
from backend.infra.system import Ids, SystemClock, random_bytes

WORTH_TELLING: Final = 100
"""Blocks; fewer are done before one has read a line."""


def add(commands: Commands, _env: Env) -> None:
    ledger = commands.add_parser("ledger", help="the access ledger").add_subparsers(required=True)
    command = ledger.add_parser("verify", help="recompute every sealed block")
    command.add_argument("--head", help="the head that an earlier run printed, kept elsewhere: shows a cut-off tail")
    command.add_argument("--quiet", action="store_true", help="no progress")
    command.set_defaults(run=ledger_verify)


def ledger_verify(options: Options) -> int:
    """Recomputes the sealed access ledger; 1 when something was changed."""
    with open_database() as database:
        ledger = Ledger(database, SystemClock(), Ids(random_bytes))
        report = ledger.verify(options.head, None if options.quiet else _tell)
    for problem in report.problems:
        print(problem)
    print(
        f"{report.blocks} blocks, {report.entries} sealed entries, {report.open_entries} open, "
        f"{len(report.problems)} problems; head {report.head}",
    )
    return 1 if report.problems else 0


def _tell(done: int, total: int) -> None:
    """A line for every twentieth of a long ledger."""
    if total >= WORTH_TELLING and (done % (total // 20) == 0 or done == total):
        print(f"{done} of {total} blocks", file=sys.stderr, flush=True)
