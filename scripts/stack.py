"""Starts the whole city on this machine and keeps it running: what ``scripts/run`` does once everything is installed.

python -m scripts.stack [--port 8000] [--data data] [--lan [ADDRESS]]
"""

import argparse
import json
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import FrameType

from scripts.lan.addresses import LanAddress, NoLanAddress, wanted_address
from scripts.sandbox.seed_data import agency_name, load
from scripts.supervise.city import CannotStart, City
from scripts.supervise.city_env import ROOT, SITE
from scripts.supervise.database import WARNING
from scripts.supervise.ports import Ports

HIGHEST_PORT = 65_527


def main() -> int:
    options = _options()
    city, say_more = _city(options)
    stop = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            return
        stop.set()
        # Whatever the start is waiting for, it ends now.
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    began = time.monotonic()
    try:
        print("Starting the city …", flush=True)
        city.start()
        _say_hello(city, time.monotonic() - began)
        say_more()
        print("Ctrl-C ends everything.", flush=True)
        city.watch(stop)
    except CannotStart as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nEnding …", flush=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    began = time.monotonic()
    city.stop()
    print(f"Everything has ended ({time.monotonic() - began:.1f} s). Your data stays in {city.data}")
    return 0


def _city(options: argparse.Namespace) -> tuple[City, Callable[[], None]]:
    """The city, and what there is to say about phones once it is up."""
    if options.lan is None:
        return City(options.data, Ports(options.port)), lambda: None
    # Needs packages, and `--check` runs before there are any.
    from scripts.lan.terminal import make_lan, say_how  # noqa: PLC0415

    lan, is_new = make_lan(options.data.resolve(), options.lan)
    city = City(options.data, Ports(options.port), lan=lan)
    return city, lambda: say_how(city, lan, is_new=is_new, coloured=sys.stdout.isatty())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/run", description="Run the whole city on this machine")
    parser.add_argument("--port", type=_port, default=8000, help="the app's port; the eight after it are used too")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="where keys, database and logs stay (./data)")
    parser.add_argument(
        "--lan",
        type=_lan,
        nargs="?",
        const="",
        metavar="ADDRESS",
        help="let phones in the same Wi-Fi open it over HTTPS; ADDRESS: which of this machine's private addresses",
    )
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.check:
        parser.exit()
    # scripts/run has changed to its own folder: a relative path means the folder in which it was typed.
    options.data = Path(os.environ.pop("DATA_FROM", ".")) / options.data
    site = Path(os.environ.get("CONGDAN_SITE_DIR") or SITE)
    if not (site / "index.html").is_file():
        parser.error("the app is not built: start with scripts/run, or run .venv/bin/python scripts/build_pwa.py")
    return options


def _port(text: str) -> int:
    port = int(text)
    if not 1024 <= port <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"must be from 1024 to {HIGHEST_PORT}")
    return port


def _lan(text: str) -> LanAddress:
    try:
        return wanted_address(text)
    except NoLanAddress as reason:
        raise argparse.ArgumentTypeError(str(reason)) from reason


def _say_hello(city: City, seconds: float) -> None:
    ports = city.ports
    addresses = [
        ("App (citizens, inspectors)", city.origin),
        ("Public check page", f"{city.origin}/q"),
        ("API", f"{city.origin}/api/docs"),
        ("One-time codes, passwords", f"http://localhost:{ports.vneid}/codes"),
        ("Agency's desk", f"http://localhost:{ports.agency}"),
        ("One-stop software (eGov)", f"http://localhost:{ports.egov}"),
        ("Payment gateways and bank", f"http://localhost:{ports.gateways}"),
        ("Health", f"{city.origin}/healthz"),
    ]
    print(f"\nĐà Nẵng DEMO is up ({seconds:.1f} s). Nobody in it is real.\n")
    _table(addresses)
    print("\nCitizens (VNeID; the code of the minute is on the page of one-time codes)\n")
    _table([(row["full_name"], f"{row['personal_id']}  {row['note']}") for row in load("people")])
    accounts_file = city.data / "sandbox" / "accounts.json"
    accounts = json.loads(accounts_file.read_text("utf-8")) if accounts_file.exists() else {}
    print("\nStaff (user name, password)\n")
    _table(
        [
            (
                row["full_name"],
                f"{row['username']:<18} {accounts.get(row['username'], '?'):<18} {agency_name(row['agency'])}",
            )
            for row in load("staff")
        ]
    )
    print(f"\nLogs: {city.data / 'logs'}")
    print(f"Operators: scripts/congdan --data {shlex.quote(str(city.data))} status")
    if not city.has_own_database:
        print(WARNING)


def _table(rows: list[tuple[str, str]]) -> None:
    width = max(len(left) for left, _ in rows)
    for left, right in rows:
        print(f"  {left:<{width}}  {right}")


if __name__ == "__main__":
    sys.exit(main())
