"""Tells the city what has become of payments: again and again, ever more seldom, until it is taken."""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import requests

from scripts.sandbox.gateways.ledger import Delivery, Ledger, Payment
from scripts.sandbox.gateways.party import Party
from shared_models.clock import to_wire

WAIT_S: Final = 15
"""How long an answer is waited for (MoMo's documents say 15 s)."""

MOST_TRIES: Final = 12
LONGEST_PAUSE_S: Final = 60.0
_LOOKS_S: Final = 0.05
_AT_ONCE: Final = 8
_BODY_KEPT: Final = 500
_log: Final = logging.getLogger(__name__)


class Courier:
    """A thread that looks for due notices, and a few that send them side by side.

    ``first_pause_s`` doubles with each try that was not taken; a forged notice is tried once, as its sender would.
    """

    def __init__(
        self, ledger: Ledger, parties: Mapping[str, Party], *, first_pause_s: float = 1.0, authority: Path | None = None
    ) -> None:
        self._ledger: Final = ledger
        self._parties: Final = parties
        self._first_pause_s: Final = first_pause_s
        self._verify: Final = str(authority) if authority else True
        self._ended: Final = threading.Event()
        self._on_the_way: Final[set[int]] = set()
        self._thread: Final = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Waits for what is on the way."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while not self._ended.wait(_LOOKS_S):
                for payment, delivery in self._ledger.due():
                    if id(delivery) not in self._on_the_way:
                        self._on_the_way.add(id(delivery))
                        pool.submit(self._deliver, payment, delivery)

    def _deliver(self, payment: Payment, delivery: Delivery) -> None:
        try:
            self._tell(payment, delivery)
        except Exception:  # noqa: BLE001 - one notice that cannot be made must not end the others
            _log.exception("%s notice of %s could not be sent", payment.gateway, payment.code)
            self._ledger.note(payment, delivery, {"status": 0, "body": "our own fault"}, None)
        finally:
            self._on_the_way.discard(id(delivery))

    def _tell(self, payment: Payment, delivery: Delivery) -> None:
        party = self._parties[payment.gateway]
        call = party.notice(payment, delivery)
        answer = {"at": to_wire(self._ledger.now()), "status": 0, "body": ""}
        is_taken = False
        try:
            said = requests.request(
                call.method,
                call.url,
                json=call.json,
                data=call.body,
                headers=call.headers,
                timeout=WAIT_S,
                allow_redirects=False,
                verify=self._verify,
            )
        except requests.RequestException as failure:
            answer["body"] = type(failure).__name__
        else:
            answer |= {"status": said.status_code, "body": said.text[:_BODY_KEPT]}
            is_taken = party.is_taken(said.status_code, said.content)
        is_last = is_taken or delivery.forged or delivery.tries + 1 >= MOST_TRIES
        pause_s = min(self._first_pause_s * 2**delivery.tries, LONGEST_PAUSE_S)
        next_at = None if is_last else self._ledger.now().timestamp() + pause_s
        self._ledger.note(payment, delivery, answer, next_at)
