"""Everything between an empty folder and a city that can start: keys, public files, migrations, the demonstration.

One process for all of it (``python -m scripts.supervise.prepare --data DATA``): starting Python is what takes long the
second time. Settings come from the environment.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from backend import cli
from backend.config import Settings
from backend.infra.system import environment
from scripts import seed
from scripts.sandbox import pki, registries
from scripts.sandbox.gateways.accounts import make_accounts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--gateways", required=True, help="where the sandbox of the payment gateways answers")
    parser.add_argument("--gateway-pages", help="the same as phones in the LAN reach it")
    options = parser.parse_args()
    data = options.data
    settings = Settings.from_env(environment())
    steps: list[tuple[str, Callable[[], object]]] = [
        ("keys", lambda: _command("keys", "init")),
        ("certificates of the demo agencies", lambda: pki.prepare(data)),
        ("keys of the databases that are asked", lambda: registries.prepare(data)),
        ("accounts at the payment gateways", lambda: make_accounts(data, options.gateways, options.gateway_pages)),
        ("public files", lambda: _command("keys", "publish", *_old_hosts(data, settings.public_url))),
        ("database migrations", lambda: _command("migrate")),
        ("demonstration data", lambda: seed.seed(settings, data, print)),
    ]
    for name, carry_out in steps:
        began = time.monotonic()
        carry_out()
        print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)
    return 0


def _command(*arguments: str) -> None:
    code = cli.main(arguments)
    if code:
        raise SystemExit(code)


def _old_hosts(data: Path, public_url: str) -> list[str]:
    """Addresses that this city had before (another ``--port``): they stand on sheets that were printed then."""
    file = data / "sandbox" / "hosts.txt"
    known = file.read_text("utf-8").split() if file.exists() else []
    host = public_url.partition("://")[2]
    if host not in known:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join([*known, host]) + "\n", "utf-8")
    return [part for old in known if old != host for part in ("--old-host", old)]


if __name__ == "__main__":
    sys.exit(main())
