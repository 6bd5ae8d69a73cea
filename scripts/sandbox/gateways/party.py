"""What a gateway of the sandbox is to the frame around it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from flask import Flask

from backend.payments.adapters.statement_csv import write_statement
from scripts.sandbox.gateways.ledger import Delivery, Ledger, Payment


@dataclass(frozen=True)
class Place:
    """Where things are. ``own``: this process as the citizen's browser reaches it; ``city``: the app."""

    own: str
    city: str

    def notice_url(self, key: str) -> str:
        """Where the city takes notices of a gateway that is told the address once and not with each payment."""
        return f"{self.city}/api/v1/gateways/{key}/notice"


@dataclass(frozen=True)
class Call:
    """A notice as a request: ``json`` is sent as the body of a POST, ``body`` as it is, where its bytes are signed."""

    method: str
    url: str
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None
    body: bytes | None = None


class Party(ABC):
    """One gateway: its own API under ``/<key>``, what it tells the city, and how its statement looks.

    The page of a payment, the operator's panel, ``/control`` and the sending of notices belong to the frame
    (`site.py`, `courier.py`).
    """

    key: ClassVar[str]
    title: ClassVar[str]
    """What stands at the top of its page, in Vietnamese: what it is, not whose it is."""

    doors: ClassVar[tuple[str, ...]] = ()
    """Paths that a browser opens beside the pages of payments; the rest is for machines."""

    entry: ClassVar[str | None] = None
    """Where somebody begins who was not sent here, such as a bank's app."""

    def __init__(self, account: Mapping[str, Any], ledger: Ledger, place: Place) -> None:
        self.account: Final = account
        self.ledger: Final = ledger
        self.place: Final = place

    @abstractmethod
    def mount(self, site: Flask) -> None:
        """Adds its API to the site. Endpoints are named ``<key>_<what>``."""

    @abstractmethod
    def notice(self, payment: Payment, delivery: Delivery) -> Call:
        """The request that tells ``delivery.says`` of a payment; its signature wrong when ``delivery.forged``."""

    @abstractmethod
    def is_taken(self, status: int, body: bytes) -> bool:
        """Whether the city's answer ends the telling; it is told again otherwise."""

    def statement(self, payments: list[Payment]) -> str:
        """The CSV of a day's payments: in our columns, where nobody knows the gateway's own."""
        return write_statement((each.provider_ref, each.code, each.amount, each.moment, each.text) for each in payments)

    def back(self, payment: Payment) -> str | None:
        """Where the citizen's browser goes when it is over; None stays on the page."""
        return payment.return_url

    def back_with(self, payment: Payment, query: str) -> str | None:
        """The way back with what the gateway adds to it, once it is over."""
        if payment.state == "open" or payment.return_url is None:
            return None
        return f"{payment.return_url}{'&' if '?' in payment.return_url else '?'}{query}"

    def page_url(self, payment: Payment) -> str:
        return f"{self.place.own}/{self.key}/page/{payment.token}"
