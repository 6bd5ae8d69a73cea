"""`congdan machines`: agencies' systems and their keys. A key is a file with a P-256 public key, as PEM or as a JWK."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from backend.commands.options import Commands, Env, Options, open_container
from backend.identity.rules import ROTATION_GRACE
from backend.identity.services.machine_keys import parse_key
from shared_models.access import ROLE_SCOPES, Role, Scope
from shared_models.clock import to_wire


def add(commands: Commands, _env: Env) -> None:
    machines = commands.add_parser("machines", help="agencies' systems").add_subparsers(required=True)
    scopes = sorted(scope.value for scope in ROLE_SCOPES[Role.MACHINE])
    machines.add_parser("list", help="every system and its keys").set_defaults(run=machines_list)
    command = machines.add_parser("add", help="register a system; prints its id")
    command.add_argument("--agency", required=True, help="the agency's code")
    command.add_argument("--name", required=True)
    command.add_argument("--key", required=True, type=Path, help="a file with its public key")
    command.add_argument("--scope", action="append", choices=scopes, help="repeatable; all, if not given")
    command.set_defaults(run=machines_add)
    command = machines.add_parser("rotate", help="add a key and let the others end")
    command.add_argument("--client", required=True, help="the system's id, cli_…")
    command.add_argument("--key", required=True, type=Path, help="a file with the new public key")
    command.add_argument("--days", type=_days, default=ROTATION_GRACE, help="the others end after so many days")
    command.set_defaults(run=machines_rotate)
    command = machines.add_parser("retire", help="end one key, now or later")
    command.add_argument("--client", required=True, help="the system's id, cli_…")
    command.add_argument("--jkt", required=True, help="the key's thumbprint, as listed")
    command.add_argument("--days", type=_days, default=timedelta(0), help="end after so many days (now, if not given)")
    command.set_defaults(run=machines_retire)
    for name, what, run in (
        ("disable", "shut a system out at once", machines_disable),
        ("enable", "let a disabled system in again", machines_enable),
    ):
        command = machines.add_parser(name, help=what)
        command.add_argument("--client", required=True, help="the system's id, cli_…")
        command.set_defaults(run=run)


def machines_list(_options: Options) -> int:
    """One line for each system, one below it for each of its keys."""
    with open_container() as city:
        for client in city.identity.machines.all():
            state = "active" if client["is_active"] else "disabled"
            print("\t".join([client["_id"], client["agency_code"], client["name"], state]))
            for key in client["keys"]:
                print("\t".join(["", key["jkt"], *(f"{name} {_moment(key.get(name))}" for name in _TIMES)]))
    return 0


def machines_add(options: Options) -> int:
    """Registers a system."""
    scopes = [Scope(scope) for scope in options.scope] if options.scope else ROLE_SCOPES[Role.MACHINE]
    with open_container() as city:
        print(city.identity.machines.add(options.name, options.agency, read_jwk(options.key), scopes))
    return 0


def machines_rotate(options: Options) -> int:
    """Adds a key and sets the end of the others."""
    with open_container() as city:
        key = parse_key(read_jwk(options.key))
        city.identity.machines.keys.rotate(options.client, key, city.clock.now() + options.days)
        print(key.thumbprint())
    return 0


def machines_retire(options: Options) -> int:
    """Ends a key."""
    with open_container() as city:
        city.identity.machines.keys.retire(options.client, options.jkt, city.clock.now() + options.days)
    return 0


def machines_disable(options: Options) -> int:
    """Shuts a system out."""
    with open_container() as city:
        city.identity.machines.set_active(options.client, is_active=False)
    return 0


def machines_enable(options: Options) -> int:
    """Lets a system in again."""
    with open_container() as city:
        city.identity.machines.set_active(options.client, is_active=True)
    return 0


def read_jwk(file: Path) -> dict[str, Any]:
    """The public key of a file, PEM or JWK.

    Raises:
        OSError: no such file. ValueError: something else is in it, or a private key.
    """
    content = file.read_bytes()
    try:
        if content.lstrip().startswith(b"{"):
            found: dict[str, Any] = json.loads(content)
            return found
        key = ECKey.import_key(content)
    except (ValueError, JoseError) as fault:
        raise ValueError(f"{file} has no public key that can be read") from fault
    if key.is_private:
        raise ValueError(f"{file} has a private key, which stays with its owner: register the public half")
    return key.as_dict(private=False)


_TIMES = ("created_at", "last_used_at", "retires_at")


def _moment(at: datetime | None) -> str:
    return to_wire(at) if at else "-"


def _days(text: str) -> timedelta:
    if not text.isascii() or not text.isdigit() or int(text) > 365:
        raise ValueError(text)
    return timedelta(days=int(text))
