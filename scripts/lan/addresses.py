"""This machine's addresses in the local network (IPv4, Linux). Standard library only: asked before all is set up."""

import fcntl
import re
import socket
import struct
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

_GET_ADDRESS, _GET_MASK = 0x8915, 0x891B
"""SIOCGIFADDR and SIOCGIFNETMASK of <linux/sockios.h>."""

# Connecting a datagram socket sends nothing; it only asks the routing table (RFC 5737: nobody has this address).
_SOMEWHERE_ELSE = ("198.51.100.1", 9)
_VIRTUAL = re.compile(r"docker|br-|veth|virbr|vmnet|lxc|tun|tap|wg")


class NoLanAddress(ValueError):
    """Said in one sentence that the person at the terminal understands."""


@dataclass(frozen=True, slots=True)
class LanAddress:
    """An address of an interface with its network, such as 192.168.1.7/24 of wlan0."""

    interface: str
    at: IPv4Interface

    @property
    def ip(self) -> IPv4Address:
        return self.at.ip


def lan_addresses() -> list[LanAddress]:
    """Addresses that only the local network can reach: private ones, no loopback, no link-local."""
    found = []
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                address = fcntl.ioctl(probe, _GET_ADDRESS, request)[20:24]
                mask = fcntl.ioctl(probe, _GET_MASK, request)[20:24]
            except OSError:
                continue  # an interface without an IPv4 address
            at = IPv4Interface(f"{IPv4Address(address)}/{IPv4Address(mask)}")
            if at.ip.is_private and not at.ip.is_loopback and not at.ip.is_link_local:
                found.append(LanAddress(name, at))
    return found


def choose(wanted: str, found: Sequence[LanAddress], route: str | None) -> LanAddress:
    """The address phones should use.

    Args:
        wanted: what was typed behind ``--lan``, empty for "the one that leads outside".
        found: ``lan_addresses()``.
        route: the address that packets to elsewhere leave from.

    Raises:
        NoLanAddress: in one sentence.
    """
    named = ", ".join(f"{one.ip} ({one.interface})" for one in found)
    if not found:
        raise NoLanAddress("This machine has no address in a private network. Connect it to the Wi-Fi of the phones.")
    if wanted:
        chosen = next((one for one in found if str(one.ip) == wanted), None)
        if chosen is None:
            raise NoLanAddress(f"{wanted} is not a private address of this machine. It has: {named}")
        return chosen
    routed = next((one for one in found if str(one.ip) == route), None)
    return routed or next((one for one in found if not _VIRTUAL.match(one.interface)), found[0])


def routed_address() -> str | None:
    """The address that packets to elsewhere leave from; None without a route."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(_SOMEWHERE_ELSE)
        except OSError:
            return None
        return str(probe.getsockname()[0])


def local_name() -> str:
    """The machine's name in the local network (RFC 6762), such as ``laptop.local``."""
    label = re.sub(r"[^a-z0-9-]+", "-", socket.gethostname().partition(".")[0].lower()).strip("-")
    return f"{label or 'congdan'}.local"


def wanted_address(text: str) -> LanAddress:
    """What ``--lan [ADDRESS]`` means on this machine. Raises NoLanAddress."""
    return choose(text, lan_addresses(), routed_address())
