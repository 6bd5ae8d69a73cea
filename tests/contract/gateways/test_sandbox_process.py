"""The sandbox as a process of its own: what it had not told when it was killed, it tells when it is started again."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import requests

from backend.infra.system import SystemClock
from backend.payments.adapters.accounts import load_accounts
from backend.payments.adapters.http import Http
from backend.payments.adapters.registry import gateways
from backend.payments.ports import Judgement, NoticeOutcome
from scripts.sandbox.gateways.accounts import accounts_folder
from shared_models.payment.order import GatewayKey
from tests.support.gateway_town import City, Town, notice_app, served

ROOT = Path(__file__).parents[3]
VNPAY = GatewayKey.VNPAY
START_S = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(data: Path, port: int, city_url: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "scripts.sandbox_gateways", "--port", str(port), "--data", str(data)]
    process = subprocess.Popen([*command, "--public-url", city_url], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        began = monotonic()
        while True:
            try:
                requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).raise_for_status()
                break
            except requests.RequestException:
                assert process.poll() is None
                assert monotonic() - began < START_S
                sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_killed_sandbox_tells_afterwards_what_it_had_not_told(tmp_path: Path) -> None:
    city, port = City(), free_port()
    listener = notice_app(city)
    with served(listener) as city_url:
        with running(tmp_path, port, city_url) as process:
            accounts, http, clock = load_accounts(accounts_folder(tmp_path)), Http(), SystemClock()
            ours = dict(gateways(accounts, http, clock))
            city.gateways = {key.value: gateway for key, gateway in ours.items()}
            town = Town(f"http://127.0.0.1:{port}", city_url, city, ours, accounts, {}, tmp_path, listener, http, clock)
            told, page = town.begun(VNPAY)
            town.press(page, "paid")
            assert town.hear(1) == [Judgement.TAKEN]
            late, _ = town.begun(VNPAY)
            assert town.control(VNPAY, late, "paid", "late", seconds=2) is None
            refused, _ = town.begun(VNPAY)
            before = [town.told(VNPAY, bill)["provider_ref"] for bill in (told, late)]
            process.kill()
            process.wait()
        sleep(2)
        assert len(city.heard) == 1
        with running(tmp_path, port, city_url) as process:
            assert town.hear(2) == [Judgement.TAKEN, Judgement.TAKEN]
            assert [town.told(VNPAY, bill)["provider_ref"] for bill in (told, late)] == before
            assert town.gateways[VNPAY].query(late, {}).outcome is NoticeOutcome.PAID
            assert town.control(VNPAY, refused, "paid", "at_once") is None
            assert town.hear(3)[2] is Judgement.TAKEN
            # The numbers go on: no two payments have the same.
            assert len(set(city.paid.values())) == 3
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(10) == 0
    kept = sorted((tmp_path / "sandbox" / "gateways" / "vnpay").iterdir())
    assert [file.name for file in kept] == [f"{bill.code}.json" for bill in (told, late, refused)]
    assert all(json.loads(file.read_text("utf-8"))["state"] == "paid" for file in kept)
