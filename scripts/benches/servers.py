"""API requests a second of the real app: under granian as we run it, and under gunicorn with as many threads.

Both servers stand on one seeded city and take turns, so that whatever else the machine does strikes both; medians.
``python -m scripts.benches.servers``.
"""

import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from scripts.benches._load import Load, run_load
from scripts.supervise.child import Child, end_all
from scripts.supervise.city import City
from scripts.supervise.city_env import ROOT
from scripts.supervise.ports import free_base, is_listening
from tests.support.stack import running_city, stand_in_site
from tests.support.story.actors import Owner
from tests.support.story.caller import API, Caller
from tests.support.story.journal import Journal
from tests.support.story.telling import OWNERS

ROUNDS = 5
SECONDS = 4.0
CONNECTIONS = 16
THREADS = 8
MOST_BUSY_SHARE = 0.5


def measure() -> dict[str, float | int]:
    """Answers a second on two routes under each server, and granian's as a multiple of gunicorn's.

    ``trust``: ``GET /api/v1/trust``, public. ``sync``: ``GET /api/v1/wallet/sync`` of a citizen with
    licences: token, DPoP proof, device, wallet.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = {"CONGDAN_SITE_DIR": str(stand_in_site(folder / "site")), "CONGDAN_THREADS": str(THREADS)}
        city = stack.enter_context(running_city(folder / "data", {**settings, "CONGDAN_LOG_LEVEL": "WARNING"}))
        ports = {"granian": city.ports.app, "gunicorn": _start_gunicorn(city, stack)}
        owner = _an_owner(city)
        loads: dict[str, list[Load]] = {f"{server}_{route}": [] for server in ports for route in ("trust", "sync")}
        for _ in range(ROUNDS):
            for server, port in ports.items():
                # Proofs are fresh for a minute: made anew for each turn.
                requests = {"trust": _get(city, "/trust"), "sync": _signed_get(city, owner)}
                for route, request in requests.items():
                    loads[f"{server}_{route}"].append(run_load(port, request, CONNECTIONS, SECONDS))
    return _figures(loads)


def _start_gunicorn(city: City, stack: ExitStack) -> int:
    """The same app and settings under gunicorn's threaded workers, connections kept as granian keeps them."""
    port = free_base(1)
    command = [
        *(sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
        *("--workers", "1", "--threads", str(THREADS), "--keep-alive", "75", "--log-level", "warning"),
        "backend.wsgi:load_app()",
    ]
    child = Child("gunicorn", command, city.env, city.data / "logs" / "gunicorn.log", ROOT)
    child.start()
    stack.callback(end_all, [[child]], 10)
    deadline = time.monotonic() + 60
    while not is_listening(port):
        if not child.is_running() or time.monotonic() > deadline:
            raise RuntimeError(f"gunicorn does not start:\n{child.tail()}")
        time.sleep(0.1)
    return port


def _an_owner(city: City) -> Owner:
    vneid = f"http://localhost:{city.ports.vneid}"
    owner = Owner(OWNERS[0], vneid, Caller(city.origin), Journal(), Random(1))
    owner.begin()
    if not owner.whole_wallet():
        raise RuntimeError("the owner has no licence")
    return owner


def _signed_get(city: City, owner: Owner) -> bytes:
    path = f"/wallet/sync?device_id={owner.device_id}"
    return _get(city, path, owner.caller.signed_headers("GET", path))


def _get(city: City, path: str, headers: dict[str, str] | None = None) -> bytes:
    lines = [f"GET {API}{path} HTTP/1.1", f"Host: {urlsplit(city.origin).netloc}", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _figures(loads: dict[str, list[Load]]) -> dict[str, float | int]:
    for name, runs in loads.items():
        if any(run.faults for run in runs):
            raise RuntimeError(f"{name}: answers that were not 200")
        if max(run.busy_share for run in runs) > MOST_BUSY_SHARE:
            raise RuntimeError(f"{name}: the client is what was measured")
    medians = {name: statistics.median(run.per_s for run in runs) for name, runs in loads.items()}
    figures: dict[str, float | int] = {f"{name}_per_s": round(value) for name, value in medians.items()}
    figures["granian_vs_gunicorn"] = round(medians["granian_trust"] / medians["gunicorn_trust"], 2)
    figures["granian_vs_gunicorn_sync"] = round(medians["granian_sync"] / medians["gunicorn_sync"], 2)
    figures["load_client_share"] = round(max(run.busy_share for runs in loads.values() for run in runs), 2)
    return figures


if __name__ == "__main__":
    print(measure())
