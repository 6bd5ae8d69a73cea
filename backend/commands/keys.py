"""`congdan keys`: the city's keys from their first day to their last.

Only `list` and `remint` ask the database, and what publishes that a key is lost.

`init` and `publish` are here; the life of one key, the ceremony with an offline root and the minting anew after a loss
are modules of their own.
"""

from pathlib import Path

from backend.commands import key_ceremony, key_life, key_remint
from backend.commands.options import Commands, Env, Options, add_city_options, city_of, option
from backend.config import Environment
from backend.infra.key_making import make_keys, read_issuers
from backend.infra.publishing import publish
from backend.infra.system import SystemClock, random_bytes
from shared_models.clock import to_epoch_s


def add(commands: Commands, env: Env) -> None:
    keys = commands.add_parser("keys", help="make, publish and change the city's keys").add_subparsers(required=True)
    init = keys.add_parser("init", help="make the keys that are missing")
    option(init, "--keys", env.get("CONGDAN_KEYS_DIR"), Path)
    option(init, "--environment", env.get("CONGDAN_ENV") or "development", str)
    init.add_argument(
        "--issuers", type=Path, help='JSON list of {"code", "name", "types"}; without it, a demonstration'
    )
    init.set_defaults(run=keys_init)
    command = keys.add_parser("publish", help="sign the trust list and write the city's public files")
    add_city_options(command, env)
    command.add_argument("--yes", action="store_true", help="also while codes of a lost key are not minted anew")
    command.set_defaults(run=keys_publish)
    for part in (key_life, key_ceremony, key_remint):
        part.add(keys, env)


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
    now = SystemClock().now()
    key_remint.require_minted(options, to_epoch_s(now))
    trust = publish(options.keys, options.public, city_of(options), now)
    print(f"trust list version {trust.version}, {len(trust.keys)} keys, hosts {', '.join(trust.hosts)}")
    return 0
