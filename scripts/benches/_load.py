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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 30
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What one run saw: whole answers and how many a second, those that were not 200, the client's share of a core."""

    answers: int
    per_s: float
    faults: int
    busy_share: float


def run_load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    """Sends ``request`` again and again over ``connections`` at once."""
    return _run({"port": port, "requests": [request.decode("latin-1")], "connections": connections, "seconds": seconds})


def run_each(port: int, requests: Sequence[bytes], connections: int) -> Load:
    """Sends each of ``requests`` once, shared out over ``connections``."""
    texts = [request.decode("latin-1") for request in requests]
    return _run({"port": port, "requests": texts, "connections": connections, "seconds": None})


def _run(job: dict[str, Any]) -> Load:
    command = [sys.executable, "-m", "scripts.benches._load"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(job), capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout))


class _Connection(threading.Thread):
    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        super().__init__()
        self._address = ("127.0.0.1", port)
        self._requests = requests
        self.answers = 0
        self.faults = 0

    def run(self) -> None:
        line = self._open()
        for request in self._requests:
            head = None
            while head is None:
                try:
                    line.sendall(request)
                    head = _read_answer(line)
                except OSError:
                    # The server closed a kept connection, as it may.
                    line.close()
                    line = self._open()
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


def _again(request: bytes, until: float) -> Iterator[bytes]:
    while time.monotonic() < until:
        yield request


def main() -> None:
    job = json.load(sys.stdin)
    requests = [request.encode("latin-1") for request in job["requests"]]
    connections, began = job["connections"], time.monotonic()
    if job["seconds"] is None:
        shares = [iter(requests[at::connections]) for at in range(connections)]
    else:
        shares = [_again(requests[0], began + job["seconds"]) for _ in range(connections)]
    threads = [_Connection(job["port"], share) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    answers = sum(thread.answers for thread in threads)
    load = {
        "answers": answers,
        "per_s": answers / took,
        "faults": sum(thread.faults for thread in threads),
        "busy_share": (used.ru_utime + used.ru_stime) / took,
    }
    print(json.dumps(load))


if __name__ == "__main__":
    main()
