"""The process of timed work: each job once in its turn, whatever happens to the others."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.bootstrap import Container
from backend.infra.ledger import AccessEntry
from backend.infra.mongo import Database
from backend.jobs import JOBS, OUTBOX_KEPT, Job, run_due
from shared_models.clock import FixedClock
from tests.support.api import Folders, clock, container, environment_of, folders, provider
from tests.support.database import uri_of

__all__ = ["clock", "container", "folders", "provider"]

ROOT = Path(__file__).resolve().parents[3]


def test_every_job_runs_once_in_its_turn(container: Container, clock: FixedClock) -> None:
    assert run_due(container) == [job.name for job in JOBS]
    assert run_due(container) == []
    clock.advance(timedelta(seconds=min(job.every_s for job in JOBS)))
    assert run_due(container) == [job.name for job in JOBS if job.every_s == min(one.every_s for one in JOBS)]


def test_the_ledger_is_sealed_by_its_job(container: Container, clock: FixedClock) -> None:
    entry = AccessEntry(clock.now(), "per_1", "licence.checked", None, "kiểm tra")
    container.database.transaction(lambda session: container.ledger.record([entry], session))
    clock.advance(timedelta(minutes=1))
    run_due(container)
    report = container.ledger.verify()
    assert (report.entries, report.open_entries, report.problems) == (1, 0, [])


def test_finished_messages_are_deleted_when_they_are_old(container: Container, clock: FixedClock) -> None:
    outbox = container.database.collection("outbox")
    old, recent = clock.now() - OUTBOX_KEPT - timedelta(days=1), clock.now() - OUTBOX_KEPT + timedelta(days=1)
    outbox.insert_many(
        {"_id": f"{state}-{name}", "state": state, "due_at": due_at}
        for state in ("ready", "leased", "sent", "dropped", "dead")
        for name, due_at in (("old", old), ("recent", recent))
    )
    run_due(container)
    left = {document["_id"] for document in outbox.find()}
    assert left == {"ready-old", "leased-old"} | {
        f"{state}-recent" for state in ("ready", "leased", "sent", "dropped", "dead")
    }


def test_a_job_that_fails_is_logged_and_does_not_stop_the_others(
    container: Container,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ran: list[str] = []

    def fail(_container: Container) -> None:
        ran.append("broken")
        raise ZeroDivisionError

    jobs = (Job("broken", 3600, fail), Job("whole", 3600, lambda _container: ran.append("whole")))
    with caplog.at_level(logging.ERROR):
        assert run_due(container, jobs) == ["broken", "whole"]
    assert "ZeroDivisionError" in caplog.text
    clock.advance(timedelta(seconds=15))
    assert run_due(container, jobs) == ["broken"]
    assert ran == ["broken", "whole", "broken"]


def test_jobs_have_names_of_their_own() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.every_s >= 10 for job in JOBS)


@pytest.fixture
def process(
    database: Database, folders: Folders, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = environment_of(folders, uri_of(database)) | {
        "CONGDAN_JOBS_HEALTH_PORT": str(port),
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
    }
    log = tmp_path / "jobs.log"
    with log.open("wb") as output:
        child = subprocess.Popen([sys.executable, "-m", "backend.jobs"], env=env, stderr=output, cwd=tmp_path)
        yield child, port, log
        child.kill()
        child.wait()


def test_the_process_says_that_it_lives_and_ends_cleanly(
    process: tuple[subprocess.Popen[bytes], int, Path],
    database: Database,
) -> None:
    child, port, log = process
    deadline = time.monotonic() + 20
    while database.collection("heartbeats").find_one({"_id": "jobs"}) is None:
        assert child.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        assert json.load(answer) == {"status": "ok"}
    child.send_signal(signal.SIGTERM)
    assert child.wait(15) == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["message"] for line in lines if line["level"] == "info"][-1] == "jobs ended"
    assert {line["process"] for line in lines} == {"jobs"}
    assert not [line for line in lines if line["level"] == "error"]
