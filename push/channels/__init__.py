"""The channels there are, by the name that a message gives. A new one is a file here and a line in ``CHANNELS``."""

from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from push.channels import port
from push.channels.web_push import WebPush
from push.settings import Settings
from shared_models.clock import Clock
from shared_models.outbox import Channel


def _web_push(settings: Settings, clock: Clock) -> port.Channel:
    key = load_pem_private_key(settings.vapid_file.read_bytes(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise TypeError(f"{settings.vapid_file} is not a P-256 key")
    return WebPush(key, settings.subject, clock, settings.extra_hosts, settings.timeout_s)


CHANNELS: Final[dict[Channel, Callable[[Settings, Clock], port.Channel]]] = {
    Channel.WEB_PUSH: _web_push,
}


def open_channels(settings: Settings, clock: Clock) -> dict[str, port.Channel]:
    return {name.value: make(settings, clock) for name, make in CHANNELS.items()}
