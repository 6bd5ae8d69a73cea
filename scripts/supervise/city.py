"""A whole city on one machine: its processes in order, from nothing to healthy, and back to nothing."""

import fcntl
import json
import os
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import IO, Any

from scripts.supervise.child import Child, end_all
from scripts.supervise.city_env import ROOT, Lan, city_env, write_settings
from scripts.supervise.database import Probe, embedded_database
from scripts.supervise.ports import LOOPBACK, Ports, is_listening

END_WITHIN_S = 25.0
READY_WITHIN_S = 120.0
FIRST_PREPARE_WITHIN_S = 300.0
WATCH_EVERY_S = 0.5
TELL_WHY_AFTER = 3


class CannotStart(RuntimeError):
    """Said in one sentence that the person at the terminal understands."""


class City:
    """Starts, watches and ends everything. Used by ``scripts/run``, by the tests of the whole stack and by benches.

    Args:
        data: where keys, database, logs live; made when missing.
        ports: where what answers.
        say: told what happens, a line at a time.
        extra: settings over the usual ones.
        lan: where phones reach it, with the certificates for that; None: nobody outside this machine does.
    """

    def __init__(
        self,
        data: Path,
        ports: Ports,
        say: Callable[[str], None] = print,
        extra: Mapping[str, str] | None = None,
        lan: Lan | None = None,
    ) -> None:
        self.data = data.resolve()
        self.ports = ports
        self.lan = lan
        self.env = city_env(self.data, ports, extra, lan)
        self.origin = self.env["CONGDAN_PUBLIC_URL"]
        self.has_own_database = "MONGODB_URI" in os.environ or "MONGODB_URI" in (extra or {})
        self._say = say
        self._lock: IO[str] | None = None
        self._database = embedded_database(self.data / "db", ports.database, self._log("database"))
        self._probe: Probe | None = None
        self._services = self._make_services()
        self._running: list[Child] = []

    def _log(self, name: str) -> Path:
        return self.data / "logs" / f"{name}.log"

    def _make_services(self) -> list[Child]:
        sandbox = ["--data", str(self.data), "--public-url", self.origin]
        modules = {
            "api": ["backend.wsgi"],
            "push": ["push", "--health-port", str(self.ports.push)],
            "jobs": ["backend.jobs"],
            "vneid": ["scripts.sandbox_vneid", "--port", str(self.ports.vneid), *sandbox],
            "registries": ["scripts.sandbox_registries", "--port", str(self.ports.registries), *sandbox],
            "agency": ["scripts.sandbox_agency", "--port", str(self.ports.agency), *sandbox],
            "egov": ["scripts.sandbox_egov", "--port", str(self.ports.egov), *sandbox],
            "gateways": ["scripts.sandbox_gateways", "--port", str(self.ports.gateways), *sandbox],
        }
        if self.lan is not None:
            for name in ("vneid", "gateways"):
                modules[name] += ["--lan-address", self.lan.address]
            for name in ("agency", "egov", "gateways"):
                modules[name] += ["--authority", str(self.lan.authority)]
            place = ["--port", str(self.ports.certificate), "--lan-address", self.lan.address]
            modules["certificate"] = ["scripts.lan.page", *place, *sandbox]
        return [
            Child(name, [sys.executable, "-m", *module], self.env, self._log(name), ROOT)
            for name, module in modules.items()
        ]

    def start(self) -> None:
        """From whatever is there to ``/healthz`` answering 200.

        Raises:
            CannotStart: with everything that was started ended again.
        """
        try:
            self._take_folder()
            self._refuse_taken_ports()
            write_settings(self.data, self.env)
            if not self.has_own_database:
                self._start_database()
            self._prepare()
            for child in self._services:
                self._run(child)
            self._wait_until(self._is_healthy, READY_WITHIN_S, "the city")
        except BaseException:
            self.stop()
            raise

    def _take_folder(self) -> None:
        """Hold the folder: two databases over the same files would destroy them."""
        self.data.mkdir(parents=True, exist_ok=True)
        self._lock = (self.data / "stack.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(f"Another run is already using {self.data}. End it, or give another --data.") from None

    def _refuse_taken_ports(self) -> None:
        taken = self.ports.taken(self.lan.address if self.lan else None)
        taken = [port for port in taken if port != self.ports.database or not self.has_own_database]
        if taken:
            named = ", ".join(map(str, taken))
            raise CannotStart(
                f"Something else is using port {named}. End it, or choose others: scripts/run --port 9000"
            )

    def _start_database(self) -> None:
        self._run(self._database)
        self._probe = Probe(self.ports.database)
        self._wait_until(lambda: is_listening(self.ports.database), READY_WITHIN_S, "the database")

    def _prepare(self) -> None:
        """Keys, migrations, demonstration data, in a process of its own; its lines are passed on."""
        command = [sys.executable, "-m", "scripts.supervise.prepare", "--data", str(self.data)]
        command += ["--gateways", f"http://{LOOPBACK}:{self.ports.gateways}"]
        if self.lan is not None:
            command += ["--gateway-pages", f"https://{self.lan.address}:{self.ports.gateways}"]
        log = self._log("prepare")
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
            try:
                code = process.wait(FIRST_PREPARE_WITHIN_S)
            except BaseException:
                process.kill()
                process.wait()
                raise
        if code:
            end = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
            raise CannotStart(f"Keys, migrations or demonstration data failed ({log}):\n{end}")

    def _run(self, child: Child) -> None:
        child.start()
        self._running.append(child)

    def _wait_until(self, is_so: Callable[[], bool], within_s: float, what: str) -> None:
        deadline = time.monotonic() + within_s
        while not is_so():
            for child in self._running:
                if not child.is_running():
                    raise CannotStart(f"{child.name} ended by itself ({child.log}):\n{child.tail()}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{what} did not come up within {within_s:.0f} s; it says {self.health()}")
            time.sleep(0.1)

    def _is_healthy(self) -> bool:
        sandboxes = all(is_listening(port) for port in self.ports.sandboxes())
        lan = self.lan is None or all(is_listening(port, self.lan.address) for port in self.ports.in_lan())
        return sandboxes and lan and self.health().get("status") == "ok"

    def health(self) -> dict[str, Any]:
        """What ``/healthz`` says; empty when nothing answers."""
        tls = None
        address = f"http://{LOOPBACK}:{self.ports.app}/healthz"
        if self.lan is not None:
            tls = ssl.create_default_context(cafile=str(self.lan.authority))
            address = f"https://{self.lan.address}:{self.ports.app}/healthz"
        try:
            with urllib.request.urlopen(address, timeout=5, context=tls) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as unhealthy:
            with unhealthy:
                found = json.load(unhealthy)
        except (OSError, ValueError):
            found = {}
        return found

    def watch(self, stop: Event) -> None:
        """Bring back what dies until ``stop`` is set. Only ever from the thread that started the city."""
        while not stop.wait(WATCH_EVERY_S):
            if self._probe and self._database.is_running() and self._probe.is_stuck():
                self._say(f"the database can do nothing any more and is started again; see {self._database.log}")
                self._database.kill()
            for child in self._running:
                code = child.revive()
                if code is not None:
                    self._say(f"{child.name} ended by itself (code {code}) and was started again; see {child.log}")
                    if len(child.deaths) >= TELL_WHY_AFTER:
                        self._say(f"{child.name} keeps ending. The end of its log:\n{child.tail()}")

    def stop(self) -> None:
        """End every process, the database last. Takes at most ``END_WITHIN_S``."""
        services = [child for child in self._running if child is not self._database]
        killed = end_all([services, [child for child in self._running if child is self._database]], END_WITHIN_S)
        if killed:
            self._say(f"Had to be killed: {', '.join(killed)}")
        self._running.clear()
        if self._probe is not None:
            self._probe.close()
            self._probe = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def child(self, name: str) -> Child:
        """One process by name, for tests that hurt it."""
        return next(child for child in self._running if child.name == name)
