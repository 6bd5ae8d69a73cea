"""`congdan verify`: judge codes without an installation."""

import json
import sys
from pathlib import Path

from backend.code_verification import load_trust, verdicts
from backend.commands.options import Commands, Env, Options
from backend.infra.system import SystemClock
from shared_models.clock import to_epoch_s
from shared_models.credential.profiles import PROFILES


def add(commands: Commands, _env: Env) -> None:
    command = commands.add_parser("verify", help="judge codes from standard input")
    command.add_argument("--profile", choices=sorted(PROFILES), default="VN1")
    command.add_argument("--keys", type=Path, required=True, help="a JSON list of keys, or a signed trust list")
    command.add_argument("--root", type=Path, help="the trust-root file that the signed list hangs on")
    command.add_argument("--status", type=Path, action="append", default=[], help="a signed status list; repeatable")
    command.add_argument("--now", type=int, help="seconds since 1970 (the clock's, if not given)")
    command.set_defaults(run=verify)


def verify(options: Options) -> int:
    """One JSON verdict a line for each code on standard input."""
    trust = load_trust(options.keys, options.root, options.status)
    now_s = options.now if options.now is not None else to_epoch_s(SystemClock().now())
    codes = (line.rstrip("\r\n") for line in sys.stdin)
    for verdict in verdicts(codes, options.profile, trust, now_s):
        print(json.dumps(verdict, ensure_ascii=False), flush=True)
    return 0
