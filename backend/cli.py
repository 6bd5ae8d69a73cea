"""The `congdan` command: keys, migrations, the ledger's proof, the OpenAPI document, and verifying codes.

Commands that touch the database read the settings (`.env.example`); `keys` and `verify` work without any. A topic is a
module of backend/commands/ and a name in `TOPICS`.
"""

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Final

from backend.config import SettingsFault
from backend.infra.system import environment
from shared_models.errors import DomainError

TOPICS: Final = (
    *("keys", "installation", "status", "ledger", "deliveries", "outbox"),
    *("directory", "staff", "machines", "catalogue", "payments", "seed", "codes"),
)
ALONE: Final = {"verify": "codes"}
"""Commands that load their own topic only, and start in a tenth of the time: a suite may start one for each case."""


_BROKEN_PIPE: Final = 141  # what a shell reports of a program that SIGPIPE ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 when all is well, 1 when the answer is no, 2 when it could not be run."""
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser(environment(), ALONE.get(given[0]) if given else None).parse_args(given)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        outcome = run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has read enough (`| head`); without this the interpreter complains when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _BROKEN_PIPE
    except SettingsFault as fault:
        for sentence in fault.faults:
            print(f"congdan: {sentence}", file=sys.stderr)
    except (DomainError, ValueError, OSError) as fault:
        print(f"congdan: {fault}", file=sys.stderr)
    else:
        return outcome
    return 2


def _parser(env: Mapping[str, str], alone: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="congdan", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for topic in TOPICS if alone is None else (alone,):
        import_module(f"backend.commands.{topic}").add(commands, env)
    return parser


if __name__ == "__main__":
    sys.exit(main())
