"""A town in small: the sandbox's gateways, our adapters, and a listener that judges notices as the city does.

The listener keeps to the order of docs/payments.md, section 3: signature, attempt, amount, what it says.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from flask import Flask, Response, request
from werkzeug.serving import make_server

from backend.infra.system import SystemClock
from backend.payments.adapters.accounts import load_accounts
from backend.payments.adapters.http import Http
from backend.payments.adapters.registry import gateways
from backend.payments.ports import BadNotice, Bill, Gateway, Judgement, Notice, NoticeOutcome, RawNotice
from scripts.sandbox.gateways.accounts import accounts_folder, make_accounts
from scripts.sandbox.gateways.courier import Courier
from scripts.sandbox.gateways.party import Party, Place
from scripts.sandbox.gateways.site import make_gateways_site
from scripts.sandbox_gateways import open_ledger, open_parties
from shared_models.clock import Clock
from shared_models.payment.order import LEAST_CODE, GatewayKey
from tests.support.bills import a_bill

PATIENCE_S = 10


@dataclass
class City:
    """What the city knows: amounts by code, what it was told, and how it judged each notice."""

    gateways: dict[str, Gateway] = field(default_factory=dict)
    amounts: dict[int, int] = field(default_factory=dict)
    paid: dict[int, str] = field(default_factory=dict)
    heard: list[tuple[Judgement, Notice | None]] = field(default_factory=list)
    broken: int = 0
    """How many of the next notices find the city unable to write."""

    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, gateway: Gateway, raw: RawNotice) -> Judgement:
        with self.lock:
            try:
                notice = gateway.read(raw)
            except BadNotice as bad:
                self.heard.append((bad.judgement, None))
                return bad.judgement
            judgement = self._judge(notice)
            self.heard.append((judgement, notice))
            return judgement

    def _judge(self, notice: Notice) -> Judgement:
        if self.broken:
            self.broken -= 1
            return Judgement.BROKEN
        if notice.code not in self.amounts:
            return Judgement.UNKNOWN_ORDER
        if notice.amount != self.amounts[notice.code]:
            return Judgement.WRONG_AMOUNT
        if notice.code in self.paid:
            return Judgement.REPEATED
        if notice.outcome is NoticeOutcome.PAID:
            self.paid[notice.code] = str(notice.provider_ref)
        return Judgement.TAKEN

    @property
    def judgements(self) -> list[Judgement]:
        return [judgement for judgement, _ in self.heard]


@dataclass
class Town:
    """``url`` is the sandbox, ``city_url`` the listener; ``codes`` the last number given to a bill.

    ``listener`` may be given another ``wsgi_app``: the city itself.
    """

    url: str
    city_url: str
    city: City
    gateways: dict[GatewayKey, Gateway]
    accounts: dict[GatewayKey, Any]
    parties: Mapping[str, Party]
    data: Path
    listener: Flask
    http: Http
    clock: Clock
    codes: int = LEAST_CODE

    def bill(self, key: GatewayKey, **changes: Any) -> Bill:
        """A bill that the city knows, with a code of its own."""
        self.codes += 1
        now = SystemClock().now().replace(microsecond=0)
        before = a_bill()
        bill = replace(
            before,
            code=self.codes,
            started_at=now,
            expires_at=now + (before.expires_at - before.started_at),
            return_url=f"{self.city_url}/pay/return?order=ord_1",
            notice_url=f"{self.city_url}/api/v1/gateways/{key.value}/notice",
            **changes,
        )
        self.city.amounts[bill.code] = bill.amount
        return bill

    def begun(self, key: GatewayKey, **changes: Any) -> tuple[Bill, str]:
        """A bill that was started, and the address of its page once the citizen has gone there."""
        bill = self.bill(key, **changes)
        url = self.gateways[key].start(bill).url
        assert url is not None
        return bill, self.visit(url)

    def visit(self, url: str) -> str:
        answer = requests.get(url, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.url

    def press(self, page: str, outcome: str, behaviour: str = "at_once", seconds: str = "") -> str:
        """Presses a button of the page as a browser does; where it leads."""
        visitor = requests.Session()
        text = visitor.get(page, timeout=5).text
        token = text.split('name="form_token" value="', 1)[1].split('"', 1)[0]
        form = {"form_token": token, "outcome": outcome, "behaviour": behaviour, "seconds": seconds}
        answer = visitor.post(page, data=form, timeout=5, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def control(self, key: GatewayKey, bill: Bill, outcome: str, *behaviours: str, **more: Any) -> str | None:
        wish = {"gateway": key.value, "code": str(bill.code), "outcome": outcome, "behaviours": list(behaviours)}
        answer = requests.post(f"{self.url}/control", json={"items": [wish | more]}, timeout=5)
        error: str | None = answer.json()["items"][0]["error"]
        return error

    def told(self, key: GatewayKey, bill: Bill) -> dict[str, Any]:
        """The payment as the sandbox keeps it, with every answer to every notice."""
        answer = requests.get(f"{self.url}/control/{key.value}", params={"code": bill.code}, timeout=5)
        found: dict[str, Any] = answer.json()["items"][0]
        return found

    def until(self, what: Callable[[], bool]) -> None:
        waited_from = monotonic()
        while not what():
            assert monotonic() - waited_from < PATIENCE_S, self.city.heard
            sleep(0.02)

    def hear(self, count: int) -> list[Judgement]:
        """The judgements, once there are as many."""
        self.until(lambda: len(self.city.heard) >= count)
        return self.city.judgements


def notice_app(city: City) -> Flask:
    """The city's notice address as a gateway sees it."""
    app = Flask("city")

    @app.route("/api/v1/gateways/<key>/notice", methods=["GET", "POST"])
    def notice(key: str) -> Response:
        query = tuple(parse_qsl(request.query_string.decode(), keep_blank_values=True))
        raw = RawNotice(request.method, query, dict(request.headers), request.get_data())
        reply = city.gateways[key].reply(city.take(city.gateways[key], raw))
        return Response(reply.body, reply.status, content_type=reply.content_type)

    return app


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def open_town(data: Path) -> Iterator[Town]:
    """The sandbox over ``data``; what is there already goes on."""
    city = City()
    shell, listener = Flask("shell"), notice_app(city)
    with served(listener) as city_url, served(shell) as url:
        make_accounts(data, url)
        ledger, place = open_ledger(data), Place(url, city_url)
        parties = open_parties(data, ledger, place)
        site = make_gateways_site(parties, ledger, place)
        # The port is known only now, and the accounts name it.
        shell.wsgi_app = site.wsgi_app  # type: ignore[method-assign]
        accounts, http, clock = load_accounts(accounts_folder(data)), Http(), SystemClock()
        ours = dict(gateways(accounts, http, clock))
        city.gateways = {key.value: gateway for key, gateway in ours.items()}
        courier = Courier(ledger, parties, first_pause_s=0.05)
        courier.start()
        try:
            yield Town(url, city_url, city, ours, accounts, parties, data, listener, http, clock)
        finally:
            courier.end()


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))
