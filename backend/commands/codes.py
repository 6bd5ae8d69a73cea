"""`congdan verify`: judge codes without an installation (docs/verifying.md)."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backend.code_verification.foreign import foreign_verdicts
from backend.code_verification.keys_file import is_signed_list, read_keys
from backend.code_verification.lines import read_codes
from backend.code_verification.vn1 import load_trust, verdicts
from backend.infra.system import SystemClock
from shared_models.clock import to_epoch_s
from shared_models.credential.profiles import FOREIGN_PROFILES, PROFILES

# Not from options.py, which brings the whole installation along: a suite may start this command for each of its cases.
Options = argparse.Namespace
Commands = Any


def add(commands: Commands, _env: Mapping[str, str]) -> None:
    command = commands.add_parser("verify", help="judge codes from standard input")
    command.add_argument("--profile", choices=[*PROFILES, *FOREIGN_PROFILES], default="VN1")
    command.add_argument("--keys", type=Path, required=True, help="a JSON list of keys, or a signed trust list")
    command.add_argument("--root", type=Path, help="VN1: the trust-root file that the signed list hangs on")
    command.add_argument("--status", type=Path, action="append", default=[], help="VN1: a status list; repeatable")
    command.add_argument("--aad", type=_hexadecimal, default=b"", help="RAW: what was signed along, hexadecimal")
    command.add_argument("--now", type=int, help="seconds since 1970 (the clock's, if not given; RAW: no times)")
    command.set_defaults(run=verify)


def verify(options: Options) -> int:
    """One JSON verdict a line for each line of standard input, as it comes."""
    codes = read_codes(sys.stdin.buffer)
    found = _foreign(codes, options) if options.profile in FOREIGN_PROFILES else _vn1(codes, options)
    for verdict in found:
        print(json.dumps(verdict), flush=True)
    return 0


def _vn1(codes: Iterable[str], options: Options) -> Iterator[dict[str, Any]]:
    if options.aad:
        raise ValueError("--aad goes with --profile RAW")
    trust = load_trust(options.keys, options.root, options.status)
    return verdicts(codes, trust, _clock_s() if options.now is None else options.now)


def _foreign(codes: Iterable[str], options: Options) -> Iterator[dict[str, Any]]:
    profile = FOREIGN_PROFILES[options.profile]
    if options.aad and not profile.takes_aad:
        raise ValueError("--aad goes with --profile RAW")
    if options.status or options.root:
        raise ValueError("--status and --root go with --profile VN1")
    content = options.keys.read_bytes()
    if is_signed_list(content):
        raise ValueError("a signed trust list goes with --profile VN1; the others take a JSON list of keys")
    now_s = _clock_s() if options.now is None and profile.has_clock else options.now
    return foreign_verdicts(codes, profile, read_keys(content), options.aad, now_s)


def _clock_s() -> int:
    return to_epoch_s(SystemClock().now())


def _hexadecimal(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError("not hexadecimal") from fault
