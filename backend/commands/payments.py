"""`congdan payments`: the proof of the books, and statements of gateways as they come in every night."""

from pathlib import Path
from typing import Final

from backend.commands.options import Commands, Env, Options, day, open_container
from backend.infra.system import Ids, random_bytes
from shared_models.access import Actor, Role, Scope
from shared_models.money import vnd_text
from shared_models.payment.desk import MISSING, NEEDS_LOOKING
from shared_models.payment.order import GatewayKey

OPERATOR: Final = "operator"
"""Who brought in what came by a file."""

GATEWAYS: Final = [key.value for key in GatewayKey if key not in (GatewayKey.CASH, GatewayKey.NONE)]
_TO_LOOK_AT: Final = {match.value for match in NEEDS_LOOKING} | {MISSING}


def add(commands: Commands, _env: Env) -> None:
    topic = commands.add_parser("payments", help="fees that were paid").add_subparsers(required=True)
    command = topic.add_parser("verify", help="prove that no receipt and no dong is missing; nothing is written")
    command.set_defaults(run=verify)
    command = topic.add_parser("import", help="one statement of a gateway or bank; the same file again is harmless")
    command.add_argument("file", type=Path)
    command.add_argument("--gateway", required=True, choices=GATEWAYS)
    command.add_argument("--day", required=True, type=day, help="YYYY-MM-DD")
    command.add_argument("--agency", required=True, help="the code of the agency whose account it is")
    command.set_defaults(run=bring_in)


def verify(_options: Options) -> int:
    """Numbers of receipts, their sums, and what they were paid by; 1 when something is missing or there twice."""
    with open_container() as city:
        books = city.payments.proving.books()
    for one in books.series:
        print(
            f"{one.agency_code}\t{one.name}\t1 to {one.last}\t{one.in_force} in force\t{vnd_text(one.in_force_vnd)} VND"
        )
    for problem in books.problems:
        print(problem)
    print(f"{books.orders} orders paid, {vnd_text(books.paid_vnd)} VND, {len(books.problems)} problems")
    return 1 if books.problems else 0


def bring_in(options: Options) -> int:
    """Imports a statement; 1 when somebody has to look at something in it.

    Raises:
        ValueError: one sentence: no such agency.
    """
    content = options.file.read_bytes()
    with open_container() as city:
        agency = city.identity.people.agency(options.agency)
        if agency is None:
            raise ValueError(f"there is no agency {options.agency}")
        actor = Actor(
            *(OPERATOR, Role.OFFICER, OPERATOR, frozenset({Scope.PAYMENTS_COLLECT})),
            agency_code=options.agency,
            agency_name=agency["name"],
        )
        ask = {"id": Ids(random_bytes).new("stm"), "gateway": options.gateway, "day": options.day}
        done = city.payments.desk.statements.import_(actor, ask | {"name": options.file.name, "content": content})
    counts = {name: count for name, count in sorted(done["counts"].items()) if count}
    print(", ".join([f"{done['total']} rows", *(f"{count} {name}" for name, count in counts.items())]))
    return 1 if _TO_LOOK_AT & counts.keys() else 0
