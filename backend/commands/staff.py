"""`congdan staff`: accounts of people who work for an agency. Each change ends the account's sessions."""

import base64
import sys

from backend.bootstrap import Container
from backend.commands.options import Commands, Env, Options, open_container
from backend.infra.mongo import Document
from shared_models.access import STAFF_ROLES, Duty, Role

PASSWORD_BYTES = 15
"""120 bits in 24 letters: nobody has to remember a password that is changed at the first sign-in or kept in a safe."""


def add(commands: Commands, _env: Env) -> None:
    staff = commands.add_parser("staff", help="accounts of staff").add_subparsers(required=True)
    roles = sorted(role.value for role in STAFF_ROLES)
    command = staff.add_parser("add", help="a new account")
    command.add_argument("--username", required=True)
    command.add_argument("--name", required=True, help="full name")
    command.add_argument("--role", required=True, choices=roles)
    command.add_argument("--agency", required=True, help="the agency's code")
    _takes_duties(command)
    _takes_password(command)
    command.set_defaults(run=staff_add)
    command = staff.add_parser("list", help="who has an account")
    command.add_argument("--agency", help="the agency's code")
    command.set_defaults(run=staff_list)
    for name, what, run in (
        ("disable", "close an account and sign it out everywhere", staff_disable),
        ("enable", "open a closed account again", staff_enable),
        ("reset-totp", "turn the second step off for one who has lost it; tells the owner", staff_reset_totp),
    ):
        command = staff.add_parser(name, help=what)
        command.add_argument("--username", required=True)
        command.set_defaults(run=run)
    command = staff.add_parser("set-role", help="give an account another role and sign it out everywhere")
    command.add_argument("--username", required=True)
    command.add_argument("--role", required=True, choices=roles)
    command.set_defaults(run=staff_set_role)
    command = staff.add_parser(
        "set-duties", help="what an officer does with dossiers; signs the account out everywhere"
    )
    command.add_argument("--username", required=True)
    _takes_duties(command)
    command.set_defaults(run=staff_set_duties)
    command = staff.add_parser("reset-password", help="a new password; signs out everywhere and tells the owner")
    command.add_argument("--username", required=True)
    _takes_password(command)
    command.set_defaults(run=staff_reset_password)


def staff_add(options: Options) -> int:
    """Makes an account."""
    with open_container() as city:
        password = _password(city, options)
        duties = [Duty(duty) for duty in options.duty]
        role = Role(options.role)
        city.identity.staff.add(options.username, password, options.name, role, options.agency, duties=duties)
        _say_password(password, options)
    return 0


def staff_list(options: Options) -> int:
    """One line for each account."""
    with open_container() as city:
        for account in city.identity.staff.all(options.agency):
            print("\t".join(_line(account)))
    return 0


def staff_disable(options: Options) -> int:
    """Closes an account."""
    with open_container() as city:
        city.identity.staff.disable(options.username)
    return 0


def staff_enable(options: Options) -> int:
    """Opens a closed account."""
    with open_container() as city:
        city.identity.staff.enable(options.username)
    return 0


def staff_set_role(options: Options) -> int:
    """Changes what an account may do."""
    with open_container() as city:
        city.identity.staff.set_role(options.username, Role(options.role))
    return 0


def staff_set_duties(options: Options) -> int:
    """Changes what an officer does with dossiers."""
    with open_container() as city:
        city.identity.staff.set_duties(options.username, [Duty(duty) for duty in options.duty])
    return 0


def staff_reset_password(options: Options) -> int:
    """Sets a new password."""
    with open_container() as city:
        password = _password(city, options)
        city.identity.staff.reset_password(options.username, password)
        _say_password(password, options)
    return 0


def staff_reset_totp(options: Options) -> int:
    """Turns the second step off."""
    with open_container() as city:
        city.identity.staff.reset_second_step(options.username)
    return 0


def _takes_duties(command: Commands) -> None:
    command.add_argument(
        "--duty",
        action="append",
        default=[],
        choices=[duty.value for duty in Duty],
        help="what an officer does with dossiers; once for each duty",
    )


def _takes_password(command: Commands) -> None:
    command.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from standard input; without this one is made and printed, once",
    )


def _password(city: Container, options: Options) -> str:
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return base64.b32encode(city.ids.random(PASSWORD_BYTES)).decode().lower()


def _say_password(password: str, options: Options) -> None:
    if not options.password_stdin:
        print(f"{options.username.lower()}\t{password}")


def _line(account: Document) -> list[str]:
    return [
        account["username"],
        account["full_name"],
        account["role"],
        account["agency_code"],
        "active" if account["is_active"] else "disabled",
        "totp" if account.get("totp") else "no totp",
        ",".join(account.get("duties") or ["-"]),
    ]
