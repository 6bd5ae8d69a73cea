"""The `congdan` command: keys, migrations, the ledger's proof, the OpenAPI document, and verifying codes.

Commands that touch the database read the settings (`.env.example`); `keys` and `verify` work without any. A topic is a
module of backend/commands/ and a name in `TOPICS`.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final

from backend.commands import codes, deliveries, installation, keys, ledger
from backend.commands.options import Env, Options
from backend.config import SettingsFault
from backend.infra.system import environment
from shared_models.errors import DomainError

TOPICS: Final = (keys, installation, ledger, deliveries, codes)


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


def _parser(env: Env) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="congdan", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for topic in TOPICS:
        topic.add(commands, env)
    return parser


if __name__ == "__main__":
    sys.exit(main())
