"""`congdan keys remint` of 10,000 credentials on the embedded server: 9,000 licences, 1,000 owners with a phone too.

The same services in the same order as the command, without its terminal. ``python -m scripts.benches.remint [CODES]``.
"""

import sys
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from backend.bootstrap import Container, build
from backend.config import Settings
from backend.infra.key_changes import mark_compromised, rotate
from backend.infra.key_making import make_keys
from backend.infra.migrations import migrate
from backend.infra.publishing import City, publish
from backend.infra.system import SystemClock, random_bytes
from tests.support.api import PUBLIC_URL, STATUS_URI_BASE, Folders, environment_of
from tests.support.stack import running_database
from tests.support.wallets import FOOD_ISSUER, fill

CODES = 10_000
COLLECTIONS = ("credentials", "licences", "wallets", "notices", "access_ledger", "status_blocks", "remints")


def measure(codes: int = CODES) -> dict[str, float | int]:
    """The figures of one run on a city that has just been filled.

    ``remint10k_s``: seconds until every code has its successor and the list is signed; ``remint10k_red_s``: until every
    old one is revoked; ``remint10k_again``: documents that a second run adds, removes or changes.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        uri = stack.enter_context(running_database(folder))
        container = _installation(folder, uri)
        stack.callback(container.database.close)
        fill(container, codes - codes // 10, with_phones=codes // 10)
        kid = _lose(container)
        seconds = _remint(container, kid)
        before = _contents(container)
        _remint(container, kid)
        changed = len(before ^ _contents(container))
        began = perf_counter()
        red = container.wallet.reminting.revoke(kid)
        red_s = perf_counter() - began
        if red != codes:
            raise RuntimeError(f"{red} of {codes} codes turned red")
        return {
            "remint10k_s": round(seconds, 1),
            "remint10k_per_s": round(codes / seconds),
            "remint10k_red_s": round(red_s, 1),
            "remint10k_again": changed,
        }


def _installation(folder: Path, uri: str) -> Container:
    folders = Folders(folder / "keys", folder / "public", folder / "site")
    make_keys(folders.keys, None, SystemClock().now(), random_bytes)
    publish(folders.keys, folders.public, _city(), SystemClock().now())
    container = build(Settings.from_env(environment_of(folders, uri)))
    migrate(container.database, container.clock)
    return container


def _lose(container: Container) -> str:
    settings, now = container.settings, SystemClock().now()
    lost = container.keys.licence_key(FOOD_ISSUER[0], 1, int(now.timestamp()))
    if lost is None:
        raise RuntimeError("the demonstration has no key")
    mark_compromised(settings.keys_dir, lost.kid.hex(), now, now + timedelta(days=7), now)
    rotate(settings.keys_dir, lost.kid.hex(), now, is_kid=True)
    publish(settings.keys_dir, settings.public_dir, _city(), now)
    return lost.kid.hex()


def _remint(container: Container, kid: str) -> float:
    reminting = container.wallet.reminting
    began = perf_counter()
    run = reminting.begin(kid)
    while run["state"] == "minting":
        run = reminting.step(kid)
    reminting.sign_lists()
    return perf_counter() - began


def _city() -> City:
    return City(PUBLIC_URL, STATUS_URI_BASE, "test")


def _contents(container: Container) -> set[tuple[str, str]]:
    return {(name, repr(document)) for name in COLLECTIONS for document in container.database.collection(name).find()}


if __name__ == "__main__":
    for name, value in measure(int(sys.argv[1]) if len(sys.argv) > 1 else CODES).items():
        print(f"{name}: {value}")
