"""Health answers truly: a database that is gone, a loop that hangs, a process that is alone."""

import logging
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backend.app import create_app
from backend.bootstrap import Container, build
from backend.config import Settings
from backend.infra.health_port import serve_health
from backend.infra.migrations import migrate
from backend.infra.mongo import Database
from backend.infra.pulse import Pulse
from backend.infra.telemetry import Beat
from backend.jobs import Job, work
from push.health import serve_health as serve_push_health
from push.store import OutboxStore
from shared_models.clock import FixedClock
from shared_models.version import VERSION
from tests.support.api import Folders, clock, container, environment_of, folders, provider
from tests.support.push_city import LEASE, City
from tests.support.push_service import running_push_service
from tests.support.stack import running_database

__all__ = ["clock", "container", "folders", "provider"]


@contextmanager
def answering(server: ThreadingHTTPServer) -> Iterator[str]:
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def wait_for(address: str, wanted: int) -> None:
    deadline = time.monotonic() + 15
    while status(address) != wanted:
        assert time.monotonic() < deadline, f"{address} does not answer {wanted}"
        time.sleep(0.05)


def test_a_database_that_is_gone_is_said_by_every_process(folders: Folders, tmp_path: Path) -> None:
    with running_database(tmp_path) as uri:
        here = build(Settings.from_env(environment_of(folders, uri)))
        migrate(here.database, here.clock)
        for process in ("push", "jobs"):
            here.heartbeats.beat(process)
        client = create_app(here).test_client()
        server = serve_health(0, lambda: True, here.database.is_alive)
        with answering(server) as jobs:
            assert client.get("/healthz").status_code == 200
            assert status(f"{jobs}/healthz") == 200
    with answering(serve_health(0, lambda: True, here.database.is_alive)) as jobs:
        down = client.get("/healthz")
        assert (down.status_code, down.get_json()["parts"]["database"]) == (503, False)
        assert client.get("/livez").status_code == 200, "a restart of the API would mend nothing"
        assert (status(f"{jobs}/healthz"), status(f"{jobs}/livez")) == (503, 200)
    here.database.close()


def test_jobs_that_hang_are_said_to_be_down_until_they_go_on(container: Container) -> None:
    release, stop = threading.Event(), threading.Event()
    pulse = Pulse(30)
    hanging = Job("hangs", 3600, lambda _container: release.wait(30), patience_s=0.2)
    worker = threading.Thread(target=work, args=(container, stop, pulse, (hanging,)))
    with answering(serve_health(0, pulse.is_beating, container.database.is_alive)) as health:
        worker.start()
        try:
            wait_for(f"{health}/livez", 503)
            assert status(f"{health}/healthz") == 503
            release.set()
            wait_for(f"{health}/healthz", 200)
        finally:
            release.set()
            stop.set()
            worker.join(10)


def test_a_process_whose_work_hangs_stops_beating(container: Container, caplog: pytest.LogCaptureFixture) -> None:
    stop = threading.Event()
    stop.set()
    with caplog.at_level(logging.ERROR):
        Beat(container.heartbeats, "jobs", "here:1", lambda: False, stop).run()
    assert container.database.collection("heartbeats").count_documents({}) == 0
    assert "the work of this process hangs" in caplog.text
    Beat(container.heartbeats, "jobs", "here:1", lambda: True, stop).run()
    assert container.heartbeats.is_alive("jobs")


def test_processes_of_one_kind_are_told_apart_and_forgotten(container: Container, clock: FixedClock) -> None:
    beats = container.heartbeats
    beats.beat("api", "one:1")
    began = clock.now()
    clock.at = began.replace(day=22, hour=2)
    beats.beat("api", "one:1")
    beats.beat("api", "two:2")
    known = {beat["_id"]: beat for beat in beats.instances()}
    assert list(known) == ["api@one:1", "api@two:2"]
    assert known["api@one:1"]["started_at"] == began
    assert {beat["version"] for beat in known.values()} == {VERSION}
    clock.at = clock.now().replace(day=23, hour=1)
    beats.beat("api", "two:2")
    clock.at = clock.now().replace(hour=3)
    assert beats.forget(clock.now()) == 1
    assert [beat["_id"] for beat in beats.instances()] == ["api@two:2"]
    assert beats.is_alive("api") is False


class SilentStore(OutboxStore):
    """A database that takes a question and never answers it."""

    def __init__(self, store: OutboxStore, release: threading.Event) -> None:
        self.__dict__ |= store.__dict__
        self._release = release

    def claim(self, *_arguments: object) -> list[object]:  # type: ignore[override]
        self._release.wait(30)
        return []


def test_push_says_that_its_loop_hangs(database: Database, clock: FixedClock) -> None:
    release, stop = threading.Event(), threading.Event()
    with running_push_service() as service:
        city = City(database.database, service, clock, ec.generate_private_key(ec.SECP256R1()))
        relay = city.relay()
        relay._store = SilentStore(OutboxStore(database.database, "one", LEASE), release)
        checks = {"/livez": relay.is_turning, "/healthz": relay.is_alive}
        worker = threading.Thread(target=relay.run, args=(stop, 0.05))
        with answering(serve_push_health(0, checks, lambda: relay.counts)) as health:
            worker.start()
            try:
                wait_for(f"{health}/healthz", 200)
                clock.at = clock.now().replace(minute=clock.now().minute + 2)
                assert (status(f"{health}/livez"), status(f"{health}/healthz")) == (503, 503)
                release.set()
                wait_for(f"{health}/healthz", 200)
                assert status(f"{health}/livez") == 200
                assert status(f"{health}/elsewhere") == 404
            finally:
                release.set()
                stop.set()
                worker.join(10)


def test_push_says_that_its_database_is_gone_and_that_it_turns_all_the_same(tmp_path: Path, clock: FixedClock) -> None:
    stop = threading.Event()
    with running_push_service() as service:
        with running_database(tmp_path) as uri:
            database = Database(uri).connect()
            relay = City(database.database, service, clock, ec.generate_private_key(ec.SECP256R1())).relay()
            worker = threading.Thread(target=relay.run, args=(stop, 0.05))
            worker.start()
            deadline = time.monotonic() + 15
            while not relay.is_alive():
                assert time.monotonic() < deadline
                time.sleep(0.05)
        clock.at = clock.now().replace(minute=clock.now().minute + 1)
        assert not relay.is_alive()
        deadline = time.monotonic() + 20
        while not relay.is_turning():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        stop.set()
        worker.join(20)
        database.close()


def test_a_pulse_is_lost_after_its_patience() -> None:
    seconds = 100.0
    pulse = Pulse(5, lambda: seconds)
    assert pulse.is_beating()
    seconds = 105.0
    assert not pulse.is_beating()
    pulse.turn(1)
    assert pulse.is_beating()
    seconds = 106.0
    assert not pulse.is_beating()


@pytest.mark.parametrize("path", ["/livez", "/healthz"])
def test_a_watcher_that_hangs_up_leaves_one_quiet_line(
    path: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Python's own server would print a trace with the address among the lines of JSON."""
    hung_up = threading.Event()

    def slow() -> bool:
        assert hung_up.wait(10)
        time.sleep(0.05)
        return True

    servers = (serve_health(0, slow, slow), serve_push_health(0, {path: slow}, lambda: {"sent": 7}))
    for server in servers:
        hung_up.clear()
        caplog.clear()
        with caplog.at_level(logging.INFO), answering(server) as address:
            line = socket.create_connection((urlsplit(address).hostname, server.server_address[1]))
            line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            # A reset, as a watcher's time limit makes it: the answer has nowhere to go.
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()
            hung_up.set()
            deadline = time.monotonic() + 10
            while "a watcher hung up" not in caplog.messages:
                assert time.monotonic() < deadline, caplog.messages
                time.sleep(0.02)
    assert capfd.readouterr().err == ""
