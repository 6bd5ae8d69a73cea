"""`congdan keys remint`: everything that a lost key has signed is minted anew, with progress, as often as it takes."""

import sys
from typing import Final, TextIO

from backend.bootstrap import Container
from backend.commands.options import Commands, DatabaseFault, Env, Options, open_container, open_database
from backend.config import SettingsFault
from backend.infra.key_changes import named_key
from backend.infra.key_ring import KeyRecord, KeyRing, KeyRole
from backend.infra.mongo import Database, Document
from backend.infra.publishing import held_list
from backend.infra.system import elapsed_s
from backend.wallet.documents import CREDENTIALS, REMINTS
from backend.wallet.services.reminting import BATCH, MOST_IN_BATCH
from shared_models.clock import from_epoch_s, to_wire
from shared_models.credential.trust_list import TrustList

_SIGN_EVERY_S: Final = 5.0
"""How long what was minted may wait for its status list: less than an owner needs to open the app."""

_TELL_EVERY_S: Final = 1.0


def add(keys: Commands, _env: Env) -> None:
    command = keys.add_parser("remint", help="mint anew what a lost key has signed; reads the settings")
    command.add_argument("--kid", required=True, help="the key that is marked compromised")
    command.add_argument("--batch", type=_size, default=BATCH, help=f"credentials in one transaction ({BATCH})")
    command.add_argument("--resume", action="store_true", help="go on with a run that was cut short")
    command.set_defaults(run=keys_remint)


def require_minted(options: Options, now_s: int) -> None:
    """Before a list is published that calls a lost key lost: its owners must have their new codes by then.

    Where only this list makes the successor known, and so lets it sign, it goes out with a warning; so it does without
    a database that answers, for then nobody knows.

    Raises:
        ValueError: one sentence: a lost key has codes without a successor; not when ``--yes`` has answered.
    """
    ring = KeyRing.load(options.keys)
    lost = [key for key in ring.of_role(KeyRole.LICENCE) if key.is_announced(now_s)]
    if options.yes or not lost:
        return
    try:
        with open_database() as database:
            waiting = [(key, left) for key in lost if (left := _not_minted(database, key.kid.hex()))]
    except (SettingsFault, DatabaseFault):
        kids = ", ".join(key.kid.hex() for key in lost)
        print(f"whether what {kids} signed is minted anew is not known: no database answers", file=sys.stderr)
        return
    held = held_list(options.public, options.keys, ring)
    for key, left in waiting:
        said = f"{left:,} codes of {key.kid.hex()} are not minted anew: published now, they turn red on every phone"
        if held is not None and _has_published_successor(ring, key, held.trust):
            raise ValueError(f"{said}. `congdan keys remint --kid {key.kid.hex()}` first, or say --yes")
        print(f"{said}; until now nobody could sign in its place. Remint at once.", file=sys.stderr)


def _has_published_successor(ring: KeyRing, lost: KeyRecord, trust: TrustList) -> bool:
    whole = {record.kid for record in ring.records if record.compromised_at is None}
    return any(
        key.kid in whole and key.issuer.code == lost.issuer_code and set(lost.types) <= set(key.type_codes)
        for key in trust.keys
    )


def _not_minted(database: Database, kid: str) -> int:
    """Codes of a lost key that no run has come to yet."""
    run = database.collection(REMINTS).find_one({"_id": kid})
    if run is None:
        return database.collection(CREDENTIALS).count_documents({"kid": kid})
    return int(run["total"] - run["seen"]) or 1 if run["state"] == "minting" else 0


class Progress:
    """One line that is rewritten on a terminal, and a line a second anywhere else."""

    def __init__(self, out: TextIO, seen: int, now_s: float) -> None:
        self._out: Final = out
        self._first: Final = (seen, now_s)
        self._told_at: float | None = None

    def tell(self, run: Document, now_s: float, *, is_last: bool = False) -> None:
        """``done/total, per second, time left``."""
        if self._told_at is not None and now_s - self._told_at < _TELL_EVERY_S and not is_last:
            return
        self._told_at = now_s
        seen, began_s = self._first
        speed = (run["seen"] - seen) / (now_s - began_s) if now_s > began_s else 0.0
        left = f", {_duration((run['total'] - run['seen']) / speed)} left" if speed and not is_last else ""
        line = f"{run['seen']:,}/{run['total']:,} codes, {run['minted']:,} minted, {speed:,.0f} a second{left}"
        end = "\n" if is_last or not self._out.isatty() else "\r"
        self._out.write(f"{line.ljust(79)}{end}" if self._out.isatty() else f"{line}\n")
        self._out.flush()


def keys_remint(options: Options) -> int:
    """Mints anew and says what comes next; 1 when licences were refused and need their agency."""
    with open_container() as container:
        record = named_key(KeyRing.load(container.settings.keys_dir), options.kid)
        kid = record.kid.hex()
        run = container.wallet.reminting.begin(kid, is_resumed=options.resume)
        if run["state"] == "minting":
            run = _mint(container, run, options.batch)
        if container.wallet.reminting.is_due(kid) and run["state"] != "done":
            print(f"the grace is over: {container.wallet.reminting.revoke(kid):,} old codes turned red")
            run = container.wallet.reminting.run(kid) or run
    return _report(run, to_wire(from_epoch_s(record.announce_at or record.compromised_at or 0)))


def _mint(container: Container, run: Document, size: int) -> Document:
    reminting = container.wallet.reminting
    progress = Progress(sys.stdout, run["seen"], elapsed_s())
    signed_at_s = elapsed_s()
    progress.tell(run, elapsed_s())
    while run["state"] == "minting":
        run = reminting.step(run["_id"], size)
        if elapsed_s() - signed_at_s >= _SIGN_EVERY_S:
            reminting.sign_lists()
            signed_at_s = elapsed_s()
        progress.tell(run, elapsed_s())
    reminting.sign_lists()
    progress.tell(run, elapsed_s(), is_last=True)
    return run


def _report(run: Document, red_from: str) -> int:
    print(f"{run['minted']:,} codes of {run['licences']:,} licences minted anew; their owners are told")
    if run["state"] == "done":
        print(
            f"{run['revoked']:,} old codes are revoked; next: `congdan keys publish`, so that {run['_id']} is red too"
        )
    else:
        print(f"old and new codes are good until {red_from}; then the jobs process revokes the old ones")
        print("next: `congdan keys publish` after that, so that verifiers hear that the key is lost")
    for licence_id, code in sorted(run["refused"].items()):
        print(f"refused: {licence_id} ({code}): its agency has to deliver it again, with shorter texts")
    return 1 if run["refused"] else 0


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _size(text: str) -> int:
    size = int(text)
    if not 1 <= size <= MOST_IN_BATCH:
        raise ValueError(f"1 to {MOST_IN_BATCH}")
    return size
