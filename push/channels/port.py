"""What a channel is to the relay: it takes a rendered message to one address and says what came of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Protocol

from shared_models.outbox import PushTarget, Urgency


class Outcome(Enum):
    """What came of one try. Nothing else may come out of a channel: it raises nothing for what the network does."""

    DELIVERED = auto()
    GONE = auto()
    """The address does not exist any more: forget it."""
    LATER = auto()
    """Not now; a later try may succeed."""
    OUR_FAULT = auto()
    """The service refuses us, not the message: keys or settings are wrong. Tried again, and told to the operators."""
    REFUSED = auto()
    """This message will never be taken."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one try came to.

    ``reason`` is a dotted code without anything personal; ``wait`` is what the service asked for, for its whole
    origin; ``hung``: no answer came, which counts against the origin.
    """

    outcome: Outcome
    reason: str | None = None
    wait: timedelta | None = None
    hung: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """One rendered message.

    ``payload`` is UTF-8 JSON, ``ttl_s`` what is left of its life; ``topic`` replaces an undelivered message of the
    same topic (RFC 8030 5.4).
    """

    payload: bytes
    to: PushTarget
    ttl_s: int
    urgency: Urgency
    topic: str | None


class Channel(Protocol):
    """A way to reach people. Instances are used by several threads at once."""

    def origin(self, to: PushTarget) -> str:
        """Whose service the address belongs to: what a Retry-After pauses."""
        ...

    def send(self, parcel: Parcel) -> Attempt:
        """Try once, within the channel's own time limit."""
        ...
