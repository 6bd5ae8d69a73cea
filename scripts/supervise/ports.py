"""The ports of a city: one is chosen, the others follow it."""

import socket
from contextlib import closing
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """Ports by what answers there: on the loopback address, with ``--lan`` some on the LAN address too."""

    app: int

    @property
    def vneid(self) -> int:
        return self.app + 1

    @property
    def agency(self) -> int:
        return self.app + 2

    @property
    def database(self) -> int:
        return self.app + 3

    @property
    def push(self) -> int:
        return self.app + 4

    @property
    def jobs(self) -> int:
        return self.app + 5

    @property
    def certificate(self) -> int:
        """The page that gives phones the certificate of the LAN; only with ``--lan``."""
        return self.app + 6

    @property
    def registries(self) -> int:
        return self.app + 7

    @property
    def egov(self) -> int:
        """Agencies' one-stop software."""
        return self.app + 8

    @property
    def gateways(self) -> int:
        """The payment gateways and banks."""
        return self.app + 9

    def sandboxes(self) -> tuple[int, ...]:
        return (self.vneid, self.agency, self.registries, self.egov, self.gateways)

    def in_lan(self) -> tuple[int, ...]:
        """What phones reach with ``--lan``."""
        return (self.app, self.vneid, self.certificate, self.gateways)

    def all(self) -> tuple[int, ...]:
        return (*range(self.app, self.app + 6), self.registries, self.egov, self.gateways)

    def taken(self, lan_address: str | None = None) -> list[int]:
        here = [port for port in self.all() if not is_free(port)]
        there = [port for port in self.in_lan() if not is_free(port, lan_address)] if lan_address else []
        return sorted({*here, *there})


def is_free(port: int, address: str = LOOPBACK) -> bool:
    with closing(socket.socket()) as probe:
        # As servers do: a port whose last connections are still fading counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def is_listening(port: int, address: str = LOOPBACK) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((address, port)) == 0


def free_base(span: int = 10) -> int:
    """The first of ``span`` free ports in a row, below the range that outgoing connections take theirs from."""
    with closing(socket.socket()) as probe:
        probe.bind((LOOPBACK, 0))
        start = 12_000 + probe.getsockname()[1] % 18_000
    for base in (*range(start, 31_000, span), *range(12_000, start, span)):
        if all(is_free(base + step) for step in range(span)):
            return base
    raise OSError(f"no {span} free ports in a row")
