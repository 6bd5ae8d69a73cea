"""The frame around the gateways: a payment's page with its operator's panel, statements, and ``/control``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, render_template, request
from werkzeug.exceptions import NotFound

from scripts.sandbox.gateways.ledger import BEHAVIOURS, LATE_S, OUTCOMES, Ledger, Payment, Refused, planned
from scripts.sandbox.gateways.party import Party, Place
from scripts.sandbox.web import make_site, require_own_form
from shared_models.clock import CITY_ZONE, city_date, from_wire
from shared_models.money import vnd_text

_MOST_LATE_S: Final = 3600
_LATEST: Final = 30
_MOST_WISHES_BYTES: Final = 4 * 1024 * 1024


def make_gateways_site(parties: Mapping[str, Party], ledger: Ledger, place: Place) -> Flask:
    """All gateways under their prefixes, and what tests and the fault run drive them with."""
    city = urlsplit(place.city)
    app = make_site("sandbox_gateways", posts_to=(f"{city.scheme}://{city.netloc}",))
    app.jinja_env.globals |= {"vnd": vnd_text, "city_time": _city_time}
    for party in parties.values():
        party.mount(app)
    _mount_overview(app, parties, ledger)
    _mount_page(app, parties, ledger)
    _mount_control(app, parties, ledger)
    return app


def _mount_overview(app: Flask, parties: Mapping[str, Party], ledger: Ledger) -> None:
    @app.get("/")
    def overview() -> str:
        """For whoever sits at this computer: the gateways, today's statements, and what the city was told last."""
        payments = [each for key in parties for each in ledger.all(key)]
        latest = sorted(payments, key=lambda each: each.moment, reverse=True)[:_LATEST]
        today = city_date(ledger.now()).isoformat()
        return render_template("gateways/index.html", parties=parties, payments=latest, today=today)


def _mount_page(app: Flask, parties: Mapping[str, Party], ledger: Ledger) -> None:
    def found(key: str, token: str) -> tuple[Party, Payment]:
        party = parties.get(key)
        payment = ledger.by_token(key, token) if party else None
        if party is None or payment is None:
            abort(404)
        return party, payment

    @app.get("/<key>/page/<token>")
    def payment_page(key: str, token: str) -> str:
        party, payment = found(key, token)
        return render_template(
            "gateways/page.html",
            party=party,
            payment=payment,
            until=_city_time(payment.expires_at),
            back=party.back(payment),
        )

    @app.post("/<key>/page/<token>")
    def payment_act(key: str, token: str) -> Response:
        require_own_form()
        party, payment = found(key, token)
        try:
            act(ledger, payment, request.form.to_dict())
        except Refused as refusal:
            if str(refusal) != "settled":
                abort(400)
        # The page itself when it is over already, or when the gateway knows no way back.
        return _see_other(party.back(payment) or party.page_url(payment))

    @app.get("/<key>/statement/<day>.csv")
    def statement(key: str, day: str) -> Response:
        party = parties.get(key)
        try:
            wanted = date.fromisoformat(day)
        except ValueError:
            abort(404)
        if party is None:
            abort(404)
        answer = Response(party.statement(ledger.paid_on(key, wanted)), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="{key}-{day}.csv"'
        return answer


def _city_time(text: str) -> str:
    return from_wire(text).astimezone(CITY_ZONE).strftime("%H:%M, %d/%m/%Y")


def act(ledger: Ledger, payment: Payment, wish: Mapping[str, Any]) -> None:
    """Ends a payment as wished and plans its notices.

    ``outcome``: one of OUTCOMES, or ``none``: nothing becomes of the payment and the notices are sent all the same;
    ``behaviour`` or ``behaviours``: of BEHAVIOURS; ``seconds``: how late "late" is.

    Raises:
        Refused: ``malformed``, ``settled``.
    """
    outcome = wish.get("outcome")
    behaviours = wish.get("behaviours") or [wish.get("behaviour") or "at_once"]
    late_s = _seconds(wish.get("seconds"))
    if outcome not in (*OUTCOMES, "none") or not isinstance(behaviours, list):
        raise Refused("malformed")
    if not all(behaviour in BEHAVIOURS for behaviour in behaviours):
        raise Refused("malformed")
    told = "paid" if outcome == "none" else str(outcome)
    deliveries = [each for kind in behaviours for each in planned(told, kind, ledger.now(), payment.amount, late_s)]
    if outcome == "none":
        ledger.plan(payment, deliveries)
    else:
        ledger.settle(payment, str(outcome), deliveries)


def _seconds(given: Any) -> float:
    if given in (None, ""):
        return LATE_S
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        raise Refused("malformed") from None
    if not 0 <= seconds <= _MOST_LATE_S:
        raise Refused("malformed")
    return seconds


def _mount_control(app: Flask, parties: Mapping[str, Party], ledger: Ledger) -> None:
    @app.post("/control")
    def control() -> Any:
        """``{items: [{gateway, code, outcome, behaviours: [...], seconds?}]}`` -> ``{items: [{code, error|null}]}``."""
        request.max_content_length = _MOST_WISHES_BYTES
        wishes = (request.get_json(silent=True) or {}).get("items")
        if not isinstance(wishes, list) or not all(isinstance(wish, dict) for wish in wishes):
            return {"error": "malformed"}, 400
        return {"items": [{"code": wish.get("code"), "error": _carried_out(ledger, wish)} for wish in wishes]}

    @app.get("/control/<key>")
    def payments(key: str) -> Any:
        """Every payment of a gateway with its notices and what was answered; ``?code=`` for one."""
        if key not in parties:
            abort(404)
        code = request.args.get("code")
        found = [each for each in ledger.all(key) if code is None or each.code == code]
        return {"items": [{**asdict(each), "page_url": parties[key].page_url(each)} for each in found]}


def _carried_out(ledger: Ledger, wish: Mapping[str, Any]) -> str | None:
    payment = ledger.find(str(wish.get("gateway")), str(wish.get("code")))
    if payment is None:
        return "unknown"
    try:
        act(ledger, payment, wish)
    except Refused as refusal:
        return str(refusal)
    return None


def _see_other(url: str) -> Response:
    answer: Response = redirect(url, 303)  # type: ignore[assignment]
    return answer


def only_pages(app: Flask, parties: Iterable[Party]) -> Callable[..., Iterable[bytes]]:
    """What phones in the local network may reach: what a payer's browser opens, and no way to drive the sandbox."""
    shown = tuple(path for party in parties for path in (f"/{party.key}/page/", *party.doors))

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        is_shown = path.startswith((*shown, "/static/")) or path == "/roboto.woff2"
        return (app if is_shown else NotFound())(environ, start_response)

    return answer
