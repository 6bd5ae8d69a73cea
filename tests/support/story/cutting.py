"""A line to the city that breaks in the middle of requests: before the body, within it, or once the answer is there.

Each broken connection is counted by where it broke. Other connections and requests pass unchanged; requests of one
connection come one after the other (HTTP/1.1 without pipelining, as all our clients speak).
"""

import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from random import Random

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_CHUNK = 65_536


class Where(StrEnum):
    """Where a line breaks. The server has done what was asked in ``BEFORE_ANSWER`` and ``IN_ANSWER`` only."""

    BEFORE_BODY = "before the body"
    IN_BODY = "in the body"
    BEFORE_ANSWER = "before the answer"
    IN_ANSWER = "in the answer"


class BreakingLine:
    """Passes connections on to ``target`` and breaks a ``share`` of the requests with a body while `is_breaking`."""

    def __init__(self, target: int, chance: Random, share: float) -> None:
        self.broken: Counter[Where] = Counter()
        self.is_breaking = True
        self._target = target
        self._chance = chance
        self._share = share
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as server:
            for end in (client, server):
                end.settimeout(60)
            while self._pass_request(client, server):
                continue

    def _pass_request(self, client: socket.socket, server: socket.socket) -> bool:
        """One request and its answer; False when the connection is over."""
        head, body = _read_head(client)
        if not head:
            return False
        length = _length(head)
        where = self._break_here(length)
        server.sendall(head)
        if where is Where.BEFORE_BODY:
            return False
        wanted = length // 2 if where is Where.IN_BODY else length
        server.sendall(body[:wanted])
        _pass_bytes(client, server, wanted - len(body))
        if where is Where.IN_BODY:
            return False
        answer, rest = _read_head(server)
        if where is Where.BEFORE_ANSWER or not answer:
            return False
        size = 0 if b" 204 " in answer[:20] or b" 304 " in answer[:20] else _length(answer)
        if where is Where.IN_ANSWER:
            client.sendall(answer + rest[: size // 2])
            return False
        client.sendall(answer + rest)
        _pass_bytes(server, client, size - len(rest))
        return b"connection: close" not in answer.lower()

    def _break_here(self, length: int) -> Where | None:
        with self._lock:
            if not length or not self.is_breaking or self._chance.random() >= self._share:
                return None
            where = self._chance.choice(list(Where))
            self.broken[where] += 1
            return where


def _read_head(source: socket.socket) -> tuple[bytes, bytes]:
    """Head and whatever came with it of the body; empty when the other end hung up."""
    read = b""
    while _HEAD_END not in read:
        chunk = source.recv(_CHUNK)
        if not chunk:
            return b"", b""
        read += chunk
    head, _, body = read.partition(_HEAD_END)
    return head + _HEAD_END, body


def _length(head: bytes) -> int:
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0


def _pass_bytes(source: socket.socket, target: socket.socket, count: int) -> None:
    while count > 0:
        chunk = source.recv(min(count, _CHUNK))
        if not chunk:
            raise ConnectionError("hung up")
        target.sendall(chunk)
        count -= len(chunk)


@contextmanager
def breaking_line(target: int, chance: Random, share: float) -> Iterator[BreakingLine]:
    line = BreakingLine(target, chance, share)
    try:
        yield line
    finally:
        line.close()
