"""``python -m push`` as a process: it starts, sends, says that it is alive, finishes what it began, and ends."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pymongo import MongoClient

from scripts.supervise.ports import free_base
from shared_models.clock import from_epoch_s
from shared_models.outbox import OUTBOX, OutboxMessage, PushTarget
from tests.support.push_service import Answer, b64url, running_push_service
from tests.support.stack import running_database

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "vapid.pem").write_bytes(pem)
    with running_database(tmp_path, "push_process") as uri:
        yield {
            "PATH": os.defpath,
            "CONGDAN_ENV": "test",
            "MONGODB_URI": uri,
            "CONGDAN_PUBLIC_URL": "http://localhost:8000",
            "CONGDAN_KEYS_DIR": str(tmp_path),
            "CONGDAN_PUSH_SUBJECT": "mailto:push@congdan.example",
            "CONGDAN_PUSH_EXTRA_HOSTS": "127.0.0.1",
        }


def is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except (urllib.error.URLError, OSError):
        return False


def test_it_sends_and_ends_after_finishing_what_is_under_way(env: dict[str, str], tmp_path: Path) -> None:
    port = free_base(1)
    now = datetime.fromtimestamp(time.clock_gettime(time.CLOCK_REALTIME), UTC)
    with running_push_service() as service, (tmp_path / "log").open("wb") as log, MongoClient(env["MONGODB_URI"]) as db:
        outbox = db.get_default_database()[OUTBOX]
        process = subprocess.Popen(
            [sys.executable, "-m", "push", "--health-port", str(port)], cwd=ROOT, env=env, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + 20
            while not is_healthy(port):
                assert process.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.1)
            phone = service.subscribe("phone")
            service.answer(phone, Answer(hang_s=2))
            to = PushTarget("sub_1", phone.endpoint, phone.p256dh, b64url(phone.auth), from_epoch_s(0))
            outbox.insert_one(OutboxMessage("evt_1:sub_1", "licence.checked", to, "en", now).to_document())
            service.wait_for(1)
            process.send_signal(signal.SIGTERM)
            later = now - timedelta(seconds=1)
            outbox.insert_one(OutboxMessage("evt_2:sub_1", "licence.checked", to, "en", later).to_document())
            assert process.wait(15) == 0
        finally:
            process.kill()
            process.wait()
        states = {row["_id"]: row["state"] for row in outbox.find()}
    lines = [json.loads(line) for line in (tmp_path / "log").read_text("utf-8").splitlines()]
    assert {line["process"] for line in lines} == {"push"}
    assert lines[-1]["message"] == "push has stopped"
    assert not [line for line in lines if phone.p256dh in json.dumps(line) or phone.endpoint in json.dumps(line)]
    assert states == {"evt_1:sub_1": "sent", "evt_2:sub_1": "ready"}
    assert len(service.received) == 1
    assert not is_healthy(port)


def test_it_says_all_that_is_wrong_with_its_settings() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "push"], cwd=ROOT, env={"PATH": os.defpath}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    for name in ("MONGODB_URI", "CONGDAN_PUBLIC_URL", "CONGDAN_KEYS_DIR", "CONGDAN_PUSH_SUBJECT"):
        assert f"push: {name} is not set" in done.stderr
