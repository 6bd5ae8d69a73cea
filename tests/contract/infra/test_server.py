"""The API as it is served: `python -m backend.wsgi` under granian, from its first answer to its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from backend.identity.services.jose import write_jwt
from backend.infra.mongo import Database
from backend.infra.system import SystemClock
from shared_models.clock import to_epoch_s
from tests.support.api import Folders, environment_of, folders
from tests.support.builders_identity import new_key
from tests.support.database import uri_of

__all__ = ["folders"]

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Served:
    """A running server, its address and its log."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(database: Database, folders: Folders, here: Path) -> Iterator[Served]:
    port = free_port()
    env = environment_of(folders, uri_of(database)) | {
        "CONGDAN_PORT": str(port),
        "CONGDAN_THREADS": "2",
        "CONGDAN_TRUSTED_PROXIES": "127.0.0.1",
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "backend.wsgi"]
    with (here / "api.log").open("wb") as output:
        process = subprocess.Popen(command, env=env, stderr=output, stdout=output, cwd=here)
    found = Served(process, f"http://127.0.0.1:{port}", here / "api.log")
    try:
        wait_until_up(found)
        yield found
    finally:
        # Its worker ends with it; a kill would leave the worker behind.
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def served(
    module_database: Database,
    folders: Folders,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    with serving(module_database, folders, tmp_path_factory.mktemp("server")) as found:
        yield found


def wait_until_up(served: Served) -> None:
    deadline = time.monotonic() + 30
    while True:
        assert served.process.poll() is None, served.log.read_text()
        assert time.monotonic() < deadline, served.log.read_text()
        try:
            requests.get(f"{served.url}/healthz", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return


def test_answers_have_one_date_and_one_request_id(served: Served) -> None:
    answer = requests.get(f"{served.url}/api/v1/me", timeout=5)
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.raw.headers.getlist("Date")) == 1
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_pages_and_files_are_served_with_their_policy(served: Served) -> None:
    page = requests.get(f"{served.url}/q", timeout=5)
    assert "Kiểm tra" in page.content.decode()
    assert page.headers["Content-Security-Policy"] == "default-src 'self'; object-src 'none'"
    packed = requests.get(
        f"{served.url}/app.0123456789abcdef.js", headers={"Accept-Encoding": "br"}, timeout=5, stream=True
    )
    assert packed.headers["Content-Encoding"] == "br"
    packed.close()


def test_a_body_without_a_length_is_bounded_too(served: Served) -> None:
    pieces = (b"x" * 65_536 for _ in range(20))
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{served.url}/api/v1/auth/token", data=pieces, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")


def test_logs_are_json_and_name_no_path(served: Served) -> None:
    requests.get(f"{served.url}/api/v1/wallet/licences/lic_secret/access-log", timeout=5)
    lines = [line for line in served.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    assert [json.loads(line) for line in lines][-1]["status"] == 401
    assert "lic_secret" not in "".join(lines)


def test_a_worker_says_that_it_lives(served: Served, module_database: Database) -> None:
    tasks = Path(f"/proc/{served.process.pid}/task")
    workers = {pid for children in tasks.glob("*/children") for pid in children.read_text().split()}
    deadline = time.monotonic() + 15
    # Servers of other tests of this file have said it too: this one's is known by its worker's number.
    while not (beats := [beat for beat in said_by(module_database) if beat["_id"].rpartition(":")[2] in workers]):
        assert time.monotonic() < deadline, served.log.read_text()
        time.sleep(0.1)
    [beat] = beats
    assert beat["_id"].startswith("api@")
    assert beat["started_at"] <= beat["at"]


def said_by(database: Database) -> list[dict[str, Any]]:
    return list(database.collection("heartbeats").find({"process": "api"}))


def test_every_line_of_the_log_is_json(served: Served) -> None:
    requests.get(f"{served.url}/livez", timeout=5)
    lines = served.log.read_text(encoding="utf-8").splitlines()
    assert lines
    assert {json.loads(line)["process"] for line in lines} == {"api"}


def test_a_proxy_is_believed_about_who_asks(served: Served, module_database: Database) -> None:
    """Behind a proxy every sign-in comes from one address; the waiting must not be shared by all."""
    for client in ("203.0.113.7", "203.0.113.8"):
        sign_in_from(served, client)
    # Each is counted for the name from its source and for its source: nothing is shared by the two.
    assert [one["count"] for one in module_database.collection("signin_failures").find()] == [1, 1, 1, 1]


def sign_in_from(served: Served, client: str) -> None:
    key = new_key()
    claims = {
        "htm": "POST",
        "htu": f"{served.url}/api/v1/auth/token",
        "iat": to_epoch_s(SystemClock().now()),
        "jti": client,
    }
    proof = write_jwt({"alg": "ES256", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}, claims, key)
    body = {"grant_type": "password", "username": "nobody.here", "password": "guess"}
    headers = {"DPoP": proof, "X-Forwarded-For": client}
    answer = requests.post(f"{served.url}/api/v1/auth/token", json=body, headers=headers, timeout=10)
    assert answer.json()["code"] == "signin.wrong_password", answer.text


def test_a_server_ends_when_it_is_asked_to(
    module_database: Database,
    folders: Folders,
    tmp_path: Path,
) -> None:
    with serving(module_database, folders, tmp_path) as served:
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(15) == 0


def test_a_server_without_keys_says_so_and_ends(module_database: Database, folders: Folders, tmp_path: Path) -> None:
    env = environment_of(folders, uri_of(module_database)) | {
        "CONGDAN_KEYS_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "backend.wsgi"],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "keys.json" in done.stderr
