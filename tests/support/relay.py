"""A line between a browser and the server that can be counted and cut, on loopback.

Bytes that workers fetch are hidden from the page's own tools, and their requests cannot be intercepted there: both are
seen here.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 65_536


class Relay:
    """Passes connections on to ``target``; ``sent`` counts the bytes towards the browser, headers included."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._sent = 0
        self._cuts = 0
        self._cut_start = b""
        self.seen = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def sent(self) -> int:
        with self._lock:
            return self._sent

    def lose_answers(self, request_start: bytes, count: int) -> None:
        """Lets the next ``count`` requests that start so reach the server, and hangs up before their answers.

        ``seen`` counts such requests, cut or not.
        """
        with self._lock:
            self._cut_start, self._cuts, self.seen = request_start, count, 0

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            is_doomed = threading.Event()
            ends = (browser, server)
            for pass_on, source in ((self._to_server, browser), (self._to_browser, server)):
                threading.Thread(target=_until_closed, args=(pass_on, source, ends, is_doomed), daemon=True).start()

    def _to_server(self, browser: socket.socket, server: socket.socket, is_doomed: threading.Event) -> None:
        while chunk := browser.recv(CHUNK):
            with self._lock:
                if self._cut_start and chunk.startswith(self._cut_start):
                    self.seen += 1
                    if self._cuts:
                        self._cuts -= 1
                        is_doomed.set()
            server.sendall(chunk)

    def _to_browser(self, browser: socket.socket, server: socket.socket, is_doomed: threading.Event) -> None:
        while chunk := server.recv(CHUNK):
            if is_doomed.is_set():
                return
            browser.sendall(chunk)
            with self._lock:
                self._sent += len(chunk)


def _until_closed(pass_on, source: socket.socket, ends: tuple[socket.socket, ...], is_doomed: threading.Event) -> None:
    """One direction of a connection; when it ends, however it ends, the other one ends too."""
    try:
        pass_on(*ends, is_doomed)
    except OSError:
        is_doomed.set()
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    source.close()


@contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()
