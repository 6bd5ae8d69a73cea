"""`congdan keys`: make and publish the city's keys. These commands need no database."""

from pathlib import Path

from backend.commands.options import Commands, Env, Options, option
from backend.config import Environment
from backend.infra.key_making import make_keys, read_issuers
from backend.infra.publishing import City, publish
from backend.infra.system import SystemClock, random_bytes


def add(commands: Commands, env: Env) -> None:
    keys = commands.add_parser("keys", help="make and publish keys").add_subparsers(required=True)
    init = keys.add_parser("init", help="make the keys that are missing")
    option(init, "--keys", env.get("CONGDAN_KEYS_DIR"), Path)
    option(init, "--environment", env.get("CONGDAN_ENV") or "development", str)
    init.add_argument(
        "--issuers", type=Path, help='JSON list of {"code", "name", "types"}; without it, a demonstration'
    )
    init.set_defaults(run=keys_init)
    command = keys.add_parser("publish", help="sign the trust list and write the city's public files")
    option(command, "--keys", env.get("CONGDAN_KEYS_DIR"), Path)
    option(command, "--public", env.get("CONGDAN_PUBLIC_DIR"), Path)
    option(command, "--public-url", env.get("CONGDAN_PUBLIC_URL"), str)
    option(command, "--status-uri-base", env.get("CONGDAN_STATUS_URI_BASE"), str)
    option(command, "--environment", env.get("CONGDAN_ENV") or "development", str)
    command.add_argument("--old-host", action="append", default=[], help="a host on sheets printed before; repeatable")
    command.set_defaults(run=keys_publish)


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
