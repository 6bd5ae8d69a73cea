"""The `congdan` command: keys, migrations, the ledger's proof, the OpenAPI document, and verifying codes.

Commands that touch the database read the settings (`.env.example`); `keys` and `verify` work without any.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from backend.app import create_app
from backend.bootstrap import build
from backend.code_verification import load_trust, verdicts
from backend.config import Environment, Settings, SettingsFault
from backend.http.api import openapi_of
from backend.infra.key_making import make_keys, read_issuers
from backend.infra.ledger import Ledger
from backend.infra.migrations import migrate
from backend.infra.mongo import Database
from backend.infra.publishing import City, publish
from backend.infra.system import Ids, SystemClock, environment, random_bytes
from shared_models.clock import to_epoch_s
from shared_models.credential.profiles import PROFILES
from shared_models.errors import DomainError

Options = argparse.Namespace


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when all is well, 1 when the answer is no, 2 when it could not be run."""
    options = _parser(environment()).parse_args(arguments)
    run: Callable[[Options], int] = options.run
    try:
        return run(options)
    except SettingsFault as fault:
        for sentence in fault.faults:
            print(f"congdan: {sentence}", file=sys.stderr)
    except (DomainError, ValueError, OSError) as fault:
        print(f"congdan: {fault}", file=sys.stderr)
    return 2


def keys_init(options: Options) -> int:
    """Makes missing keys; says which."""
    is_demo = options.issuers is None
    if is_demo and options.environment == Environment.PRODUCTION:
        raise ValueError("production needs --issuers: demonstration keys are not for citizens")
    issuers = None if is_demo else read_issuers(options.issuers)
    for name in make_keys(options.keys, issuers, SystemClock().now(), random_bytes):
        print(f"made {name}")
    return 0


def keys_publish(options: Options) -> int:
    """Signs the trust list with the root and writes what pages load."""
    city = City(options.public_url, options.status_uri_base, options.environment, tuple(options.old_host))
    trust = publish(options.keys, options.public, city, SystemClock().now())
    print(f"trust list version {trust.version}, {len(trust.keys)} keys, hosts {', '.join(trust.hosts)}")
    return 0


def migrate_database(_options: Options) -> int:
    """Runs the migrations that have not run."""
    with _database() as database:
        for name in migrate(database, SystemClock()):
            print(f"applied {name}")
    return 0


def ledger_verify(_options: Options) -> int:
    """Recomputes the sealed access ledger; 1 when something was changed."""
    with _database() as database:
        report = Ledger(database, SystemClock(), Ids(random_bytes)).verify()
    for problem in report.problems:
        print(problem)
    print(
        f"{report.blocks} blocks, {report.entries} sealed entries, {report.open_entries} open, "
        f"{len(report.problems)} problems; head {report.head}",
    )
    return 1 if report.problems else 0


def openapi(_options: Options) -> int:
    """Prints the OpenAPI document."""
    container = build(Settings.from_env(environment()))
    with closing(container.database):
        print(json.dumps(openapi_of(create_app(container)), ensure_ascii=False, indent=2))
    return 0


def verify(options: Options) -> int:
    """One JSON verdict a line for each code on standard input."""
    trust = load_trust(options.keys, options.root, options.status)
    now_s = options.now if options.now is not None else to_epoch_s(SystemClock().now())
    codes = (line.rstrip("\r\n") for line in sys.stdin)
    for verdict in verdicts(codes, options.profile, trust, now_s):
        print(json.dumps(verdict, ensure_ascii=False), flush=True)
    return 0


def _database() -> closing[Database]:
    """The database of the settings, closed at the end of the ``with`` block."""
    return closing(Database(Settings.from_env(environment()).mongodb_uri).connect())


def _parser(env: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="congdan", description=__doc__)
    commands = parser.add_subparsers(required=True)
    _key_commands(commands.add_parser("keys", help="make and publish keys").add_subparsers(required=True), env)
    command = commands.add_parser("migrate", help="bring the database up to date")
    command.set_defaults(run=migrate_database)
    ledger = commands.add_parser("ledger", help="the access ledger").add_subparsers(required=True)
    ledger.add_parser("verify", help="recompute every sealed block").set_defaults(run=ledger_verify)
    commands.add_parser("openapi", help="print the OpenAPI document").set_defaults(run=openapi)
    command = commands.add_parser("verify", help="judge codes from standard input")
    command.add_argument("--profile", choices=sorted(PROFILES), default="VN1")
    command.add_argument("--keys", type=Path, required=True, help="a JSON list of keys, or a signed trust list")
    command.add_argument("--root", type=Path, help="the trust-root file that the signed list hangs on")
    command.add_argument("--status", type=Path, action="append", default=[], help="a signed status list; repeatable")
    command.add_argument("--now", type=int, help="seconds since 1970 (the clock's, if not given)")
    command.set_defaults(run=verify)
    return parser


def _key_commands(commands: Any, env: Mapping[str, str]) -> None:
    init = commands.add_parser("init", help="make the keys that are missing")
    _option(init, "--keys", env.get("CONGDAN_KEYS_DIR"), Path)
    _option(init, "--environment", env.get("CONGDAN_ENV") or "development", str)
    init.add_argument(
        "--issuers", type=Path, help='JSON list of {"code", "name", "types"}; without it, a demonstration'
    )
    init.set_defaults(run=keys_init)
    command = commands.add_parser("publish", help="sign the trust list and write the city's public files")
    _option(command, "--keys", env.get("CONGDAN_KEYS_DIR"), Path)
    _option(command, "--public", env.get("CONGDAN_PUBLIC_DIR"), Path)
    _option(command, "--public-url", env.get("CONGDAN_PUBLIC_URL"), str)
    _option(command, "--status-uri-base", env.get("CONGDAN_STATUS_URI_BASE"), str)
    _option(command, "--environment", env.get("CONGDAN_ENV") or "development", str)
    command.add_argument("--old-host", action="append", default=[], help="a host on sheets printed before; repeatable")
    command.set_defaults(run=keys_publish)


def _option(command: argparse.ArgumentParser, name: str, default: str | None, kind: Callable[[str], Any]) -> None:
    """An option that the environment may give instead."""
    command.add_argument(name, type=kind, default=kind(default) if default else None, required=not default)


if __name__ == "__main__":
    sys.exit(main())
