"""A load generator that costs little: prepared requests over connections that stay open, one thread for each.

The client runs in a process of its own, so that what it costs is known: ``busy_share`` of one core. Above a half, the
client may be what is measured.
"""

import json
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 30
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What one run saw: whole answers a second, answers that were not 200, the client's share of one core."""

    per_s: float
    faults: int
    busy_share: float


def run_load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    """Sends ``request`` again and again over ``connections`` at once."""
    job = {"port": port, "request": request.decode("latin-1"), "connections": connections, "seconds": seconds}
    command = [sys.executable, "-m", "scripts.benches._load"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(job), capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout))


class _Connection(threading.Thread):
    def __init__(self, job: dict[str, Any], until: float) -> None:
        super().__init__()
        self._address = ("127.0.0.1", job["port"])
        self._request = job["request"].encode("latin-1")
        self._until = until
        self.answers = 0
        self.faults = 0

    def run(self) -> None:
        line = self._open()
        while time.monotonic() < self._until:
            try:
                line.sendall(self._request)
                head = _read_answer(line)
            except OSError:
                # The server closed a kept connection, as it may.
                line.close()
                line = self._open()
                continue
            self.answers += 1
            self.faults += not head.startswith(b"HTTP/1.1 200 ")
        line.close()

    def _open(self) -> socket.socket:
        line = socket.create_connection(self._address, TIMEOUT_S)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line


def _read_answer(line: socket.socket) -> bytes:
    """The head of one whole answer with a length, its body read and thrown away."""
    read = line.recv(65_536)
    while b"\r\n\r\n" not in read:
        more = line.recv(65_536)
        if not more:
            raise ConnectionError("hung up")
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    found = _LENGTH.search(head)
    left = (int(found[1]) if found else 0) - len(body)
    while left > 0:
        more = line.recv(65_536)
        if not more:
            raise ConnectionError("hung up")
        left -= len(more)
    return head


def main() -> None:
    job = json.load(sys.stdin)
    began = time.monotonic()
    threads = [_Connection(job, began + job["seconds"]) for _ in range(job["connections"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    load = {
        "per_s": sum(thread.answers for thread in threads) / took,
        "faults": sum(thread.faults for thread in threads),
        "busy_share": (used.ru_utime + used.ru_stime) / took,
    }
    print(json.dumps(load))


if __name__ == "__main__":
    main()
