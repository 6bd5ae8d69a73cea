"""`congdan keys make | list | rotate | retire | compromised`: what happens to a key after the first day."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from backend.commands.options import (
    Commands,
    DatabaseFault,
    Env,
    Options,
    is_confirmed,
    moment,
    open_database,
    option,
)
from backend.config import SettingsFault
from backend.infra.key_changes import GRACE, make_key, mark_compromised, named_key, retire, rotate, unsigned_without
from backend.infra.key_making import Issuer
from backend.infra.key_ring import KeyRecord, KeyRing, KeyRole, KeyState
from backend.infra.system import SystemClock
from shared_models.clock import from_epoch_s, to_epoch_s, to_wire

_CREDENTIALS: Final = "credentials"
_COLUMNS: Final = ("kid", "role", "issuer", "types", "from", "until", "state", "credentials")
_PUBLISH: Final = "`congdan keys publish` (or export-trust, sign-trust, import-trust)"


def add(keys: Commands, env: Env) -> None:
    make = _command(keys, env, "make", "make a licence key for an agency", keys_make)
    make.add_argument("--issuer", required=True, help="code of the agency, such as H17.08")
    make.add_argument("--name", required=True, help="its name as inspectors read it")
    make.add_argument("--types", required=True, type=_type_codes, help="licence type codes, such as 1,2")
    make.add_argument("--not-before", type=moment, help="beginning of its window (now, if not given)")
    make.add_argument("--standby", action="store_true", help="publish it, but keep it for the day of a loss")
    listing = _command(keys, env, "list", "show every key and its state", keys_list)
    listing.add_argument("--json", action="store_true", help="a JSON list instead of a table")
    turn = _command(keys, env, "rotate", "let a new key take over", keys_rotate)
    which = turn.add_mutually_exclusive_group(required=True)
    which.add_argument("--kid", help="the key to take over from")
    which.add_argument("--issuer", help="the agency whose key it is")
    turn.add_argument("--from", dest="starts_at", type=moment, help="when it begins to sign (a week from now)")
    end = _command(keys, env, "retire", "end a key's window: it signs nothing more", keys_retire)
    end.add_argument("--kid", required=True)
    end.add_argument("--yes", action="store_true", help="also when nobody else signs in its place")
    lost = _command(keys, env, "compromised", "mark a key as in somebody else's hands", keys_compromised)
    lost.add_argument("--kid", required=True)
    lost.add_argument("--at", required=True, type=moment, help="since when, as far as known")
    lost.add_argument(
        "--grace", type=_hours, default=GRACE, help="hours in which owners get new codes before the old turn red (168)"
    )
    lost.add_argument("--yes", action="store_true", help="do not ask")


def keys_make(options: Options) -> int:
    """Makes one key; says what comes next."""
    issuer = Issuer(options.issuer, options.name, options.types)
    now = SystemClock().now()
    record = make_key(options.keys, issuer, now, options.not_before, is_standby=options.standby)
    print(f"made {record.file}, kid {record.kid.hex()}, {_window(record)}")
    print(f"next: {_PUBLISH}; the server signs with published keys only")
    if options.standby:
        print(f"then: keep {record.file} away from this machine until `congdan keys rotate` takes it")
    return 0


def keys_list(options: Options) -> int:
    """A table, or JSON; the number of credentials needs the database of the settings and is left out without one."""
    ring, now_s = KeyRing.load(options.keys), to_epoch_s(SystemClock().now())
    signed = _signed_by(ring)
    rows = [_row(ring, record, now_s, signed, options.keys) for record in ring.records]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print_table(rows)
    return 0


def keys_rotate(options: Options) -> int:
    """Lets a new key, or the one in reserve, take over."""
    rotation = rotate(
        options.keys,
        options.kid or options.issuer,
        SystemClock().now(),
        options.starts_at,
        is_kid=options.kid is not None,
    )
    new = rotation.key
    print(f"{'made' if rotation.is_made else 'takes'} {new.file}, kid {new.kid.hex()}, {_window(new)}")
    before = (
        f"{_kids(rotation.replaced)} until then; what it signed stays good" if rotation.replaced else "nobody else does"
    )
    print(f"it signs from {to_wire(rotation.starts_at)}; {before}")
    if rotation.is_made:
        print(f"next: {_PUBLISH} now, so that every phone knows it before it signs")
    return 0


def keys_retire(options: Options) -> int:
    """Ends a key's window."""
    record = retire(options.keys, options.kid, SystemClock().now(), is_last_allowed=options.yes)
    print(f"{record.kid.hex()} signs nothing more since {to_wire(from_epoch_s(record.exp))}; what it signed stays good")
    print(f"next: {_PUBLISH}; then {record.file} may be destroyed")
    return 0


def keys_compromised(options: Options) -> int:
    """Marks a key as lost, after a second question; 1 when the answer was no."""
    now = SystemClock().now()
    ring = KeyRing.load(options.keys)
    record = named_key(ring, options.kid)
    announce_at = now + options.grace
    print(f"{record.kid.hex()}: {record.role.value} key of {record.issuer_name}, types {_types(record)}")
    print("From now on nothing is signed with it.")
    if record.role is KeyRole.LICENCE:
        print(f"Every code that it signed turns red at {to_wire(announce_at)}, whenever it was signed.")
    if not is_confirmed("Mark it compromised?", is_answered=options.yes):
        print("nothing was changed")
        return 1
    mark_compromised(options.keys, options.kid, options.at, announce_at, now)
    for number, step in enumerate(_steps_after_loss(ring, record, announce_at, now), 1):
        print(f"{number}. {step}")
    return 0


def _steps_after_loss(ring: KeyRing, record: KeyRecord, announce_at: datetime, now: datetime) -> Sequence[str]:
    kid = record.kid.hex()
    steps = []
    if unsigned_without(ring, record, to_epoch_s(now)):
        steps.append(f"congdan keys rotate --kid {kid}    nobody else signs in its place")
    if record.role is KeyRole.STATUS:
        return [*steps, f"{_PUBLISH}    every list is signed again within a minute by the jobs process"]
    return [
        *steps,
        f"{_PUBLISH}    phones learn the new key; they do not hear of the loss yet",
        f"congdan keys remint --kid {kid}    every live code is signed anew and its owner told",
        f"{_PUBLISH}, again after {to_wire(announce_at)}    verifiers hear that {kid} is lost",
    ]


def _row(
    ring: KeyRing, record: KeyRecord, now_s: int, signed: Mapping[str, int] | None, keys_dir: Path
) -> dict[str, Any]:
    kid = record.kid.hex()
    row: dict[str, Any] = {
        "kid": kid,
        "role": record.role.value,
        "issuer": {"code": record.issuer_code, "name": record.issuer_name},
        "types": list(record.types),
        "not_before": to_wire(from_epoch_s(record.nbf)),
        "not_after": to_wire(from_epoch_s(record.exp)),
        "signs_from": to_wire(from_epoch_s(record.takes_over_at)),
        "state": ring.state(record, now_s).value,
        "file": record.file or None,
        "is_here": bool(record.file) and (keys_dir / record.file).is_file(),
        "credentials_signed": None if signed is None else signed.get(kid, 0),
    }
    if record.compromised_at is not None:
        row["compromised_at"] = to_wire(from_epoch_s(record.compromised_at))
        row["announced_from"] = to_wire(from_epoch_s(record.announce_at or record.compromised_at))
    return row


def _signed_by(ring: KeyRing) -> dict[str, int] | None:
    """How many credentials each licence key has signed; None without a database that answers."""
    try:
        with open_database() as database:
            found = database.collection(_CREDENTIALS)
            return {
                record.kid.hex(): found.count_documents({"kid": record.kid.hex()})
                for record in ring.of_role(KeyRole.LICENCE)
            }
    except (SettingsFault, DatabaseFault):
        return None


def _print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    cells = [_COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_COLUMNS))]
    for line in cells:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    for row in rows:
        if row["role"] == KeyRole.ROOT.value and row["is_here"]:
            print(f"{row['file']} lies on this machine: for citizens the root is kept offline (docs/operations.md)")
        if row["state"] == KeyState.ACTIVE.value and row["role"] != KeyRole.ROOT.value and not row["is_here"]:
            print(f"{row['kid']} should sign, but {row['file']} is not here")
        if row["state"] == KeyState.WAITING.value:
            print(f"{row['kid']} takes over at {row['signs_from']}")
        if row["state"] == KeyState.COMPROMISED.value:
            print(f"{row['kid']} lost at {row['compromised_at']}, verifiers are told from {row['announced_from']}")


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    issuer, signed = row["issuer"], row["credentials_signed"]
    return (
        row["kid"],
        row["role"],
        f"{issuer['code']} {issuer['name']}",
        ",".join(map(str, row["types"])) or "-",
        row["not_before"][:10],
        row["not_after"][:10],
        row["state"],
        "-" if signed is None or row["role"] != KeyRole.LICENCE.value else str(signed),
    )


def _command(keys: Commands, env: Env, name: str, meaning: str, run: Any) -> Any:
    command = keys.add_parser(name, help=meaning)
    option(command, "--keys", env.get("CONGDAN_KEYS_DIR"), Path)
    command.set_defaults(run=run)
    return command


def _type_codes(text: str) -> tuple[int, ...]:
    return tuple(int(code) for code in text.split(","))


def _hours(text: str) -> timedelta:
    hours = float(text)
    if not 0 <= hours <= 24 * 365:
        raise ValueError("between none and a year")
    return timedelta(hours=hours)


def _window(record: KeyRecord) -> str:
    return f"{record.issuer_name}, types {_types(record)}, until {to_wire(from_epoch_s(record.exp))}"


def _types(record: KeyRecord) -> str:
    return ",".join(map(str, record.types)) or "-"


def _kids(records: Sequence[KeyRecord]) -> str:
    return f"{', '.join(record.kid.hex() for record in records)} signs"
