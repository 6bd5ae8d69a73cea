"""A loopback relay that counts what the server sends: bytes that workers fetch are hidden from the page's own tools."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK = 65_536


class Relay:
    """Passes connections on to ``port``; ``sent`` counts the bytes towards the browser, headers included."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._count = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def sent(self) -> int:
        with self._lock:
            return self._count

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            for source, sink, is_counted in ((browser, server, False), (server, browser, True)):
                threading.Thread(target=self._pass_on, args=(source, sink, is_counted), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, is_counted: bool) -> None:
        try:
            while chunk := source.recv(CHUNK):
                sink.sendall(chunk)
                if is_counted:
                    with self._lock:
                        self._count += len(chunk)
        except OSError:
            pass  # Either side hung up: the other is told below.
        finally:
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


@contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()
