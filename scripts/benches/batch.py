"""``POST /inspections:batch`` of 500 queued records on the embedded server, and what sending them again changes.

The queue is an inspector's day without a network: 250 codes of 25 licences, each with its inspection; every owner has a
browser that wants push. ``python -m scripts.benches.batch``.
"""

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

from backend.app import create_app
from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.identity.ports import VerifiedIdentity
from backend.infra.key_making import make_keys
from backend.infra.migrations import migrate
from backend.infra.publishing import City, publish
from backend.infra.system import random_bytes
from shared_models.access import Role
from shared_models.clock import FixedClock
from tests.support.api import CHEAP_HASHER, NOW, PUBLIC_URL, STATUS_URI_BASE, Cast, Folders, Phone, environment_of
from tests.support.builders_identity import FakeIdentityProvider
from tests.support.builders_results import (
    HolderKey,
    a_city,
    a_delivery,
    a_scan,
    a_subscription,
    an_inspection,
    deliver,
    now_s,
    register,
)
from tests.support.stack import running_database

RECORDS = 500
LICENCES = 25
COLLECTIONS = ("scans", "inspections", "access_ledger", "notices", "outbox", "licences", "credentials")


def measure() -> dict[str, float | int]:
    """The figures of one run on an empty city.

    ``batch500_s``: seconds from the request to its answer, through the whole app. ``batch500_resend_changes``:
    documents and ledger entries that were added, removed or changed when the same batch came again.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        uri = stack.enter_context(running_database(folder))
        provider = FakeIdentityProvider()
        container = _installation(folder, uri, provider)
        stack.callback(container.database.close)
        cast = Cast(create_app(container), container, provider)
        body = {"records": _queue(cast, container)}
        inspector = cast.staff(Role.INSPECTOR)
        began = perf_counter()
        results = _send(inspector, body)
        seconds = perf_counter() - began
        if {result["state"] for result in results} != {"stored"}:
            raise RuntimeError("not every record was stored")
        before = _contents(container)
        again = _send(inspector, body)
        if {result["state"] for result in again} != {"already_stored"}:
            raise RuntimeError("not every record was known")
        return {"batch500_s": round(seconds, 3), "batch500_resend_changes": len(before ^ _contents(container))}


def _installation(folder: Path, uri: str, provider: FakeIdentityProvider) -> Container:
    folders = Folders(folder / "keys", folder / "public", folder / "site")
    make_keys(folders.keys, None, NOW, random_bytes)
    publish(folders.keys, folders.public, City(PUBLIC_URL, STATUS_URI_BASE, "test"), NOW)
    folders.site.mkdir()
    (folders.site / "csp.txt").write_text("default-src 'self'", encoding="utf-8")
    settings = Settings.from_env(environment_of(folders, uri))
    replaced = Replaced(clock=FixedClock(NOW), provider=provider, hasher=CHEAP_HASHER)
    container = build(settings, replaced)
    migrate(container.database, container.clock)
    a_city(container)
    return container


def _queue(cast: Cast, container: Container) -> list[dict[str, Any]]:
    """The records of one day, every second one an inspection."""
    machine = cast.machine()
    codes = [_shown_code(cast, container, machine, turn) for turn in range(LICENCES)]
    records = []
    for turn in range(RECORDS // 2):
        scan = a_scan(codes[turn % LICENCES], container)
        records += [scan, an_inspection(scan["id"], container)]
    return records


def _shown_code(cast: Cast, container: Container, machine: Phone, turn: int) -> str:
    """What the screen of an owner's phone shows."""
    identity = VerifiedIdentity(f"0480859{turn:05}", "Nguyễn Văn An", "1985-08-20", 2)
    owner, key = cast.citizen(identity), HolderKey()
    owner.post("/push/subscriptions", a_subscription(f"https://fcm.googleapis.com/fcm/send/{turn}"))
    number = f"{turn}/2026/ATTP"
    holder = {**a_delivery(number=number)["holder"], "personal_id": identity.personal_id}
    deliver(machine, number=number, holder=holder)
    device = register(owner, key)
    (licence,) = owner.get(f"/wallet/sync?device_id={device}").get_json()["licences"]
    return key.present(licence["credential"], now_s(container))


def _send(inspector: Phone, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = inspector.post("/inspections:batch", body)
    if answer.status_code != 200:
        raise RuntimeError(answer.get_data(as_text=True))
    results: list[dict[str, Any]] = answer.get_json()["results"]
    return results


def _contents(container: Container) -> set[str]:
    """Every document that a batch could touch, as text."""
    return {
        json.dumps([name, document], sort_keys=True, default=str)
        for name in COLLECTIONS
        for document in container.database.collection(name).find()
    }


if __name__ == "__main__":
    print(measure())
