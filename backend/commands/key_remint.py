"""`congdan keys remint`: everything that a lost key has signed is minted anew, with progress, as often as it takes."""

import sys
from typing import Final, TextIO

from backend.bootstrap import Container
from backend.commands.options import Commands, Env, Options, open_container
from backend.infra.key_changes import named_key
from backend.infra.key_ring import KeyRing
from backend.infra.mongo import Document
from backend.infra.system import elapsed_s
from backend.wallet.services.reminting import BATCH, MOST_IN_BATCH
from shared_models.clock import from_epoch_s, to_wire

_SIGN_EVERY_S: Final = 5.0
"""How long what was minted may wait for its status list: less than an owner needs to open the app."""

_TELL_EVERY_S: Final = 1.0


def add(keys: Commands, _env: Env) -> None:
    command = keys.add_parser("remint", help="mint anew what a lost key has signed; reads the settings")
    command.add_argument("--kid", required=True, help="the key that is marked compromised")
    command.add_argument("--batch", type=_size, default=BATCH, help=f"credentials in one transaction ({BATCH})")
    command.add_argument("--resume", action="store_true", help="go on with a run that was cut short")
    command.set_defaults(run=keys_remint)


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
