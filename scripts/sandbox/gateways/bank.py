"""A bank: an app that reads VietQR and transfers whatever is typed, credits told to the city, look-ups and statements.

Each transfer is a payment of the ledger under a number of its own; whose order it is for stands in its text or nowhere.
``POST /bank/transfers {account, amount, text, behaviours?, seconds?}`` transfers without the app, for tests.
"""

import csv
import hmac
import io
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from flask import Flask, Response, abort, redirect, render_template, request

from backend.payments.adapters.bank import SIGNATURE_HEADER, TIME_HEADER, WINDOW_S, bank_signature, credits_signature
from scripts.sandbox.gateways.ledger import Delivery, Payment, Refused
from scripts.sandbox.gateways.party import Call, Party
from scripts.sandbox.gateways.site import act
from scripts.sandbox.web import require_own_form
from shared_models.clock import CITY_ZONE, to_epoch_s, to_wire
from shared_models.errors import Invalid
from shared_models.payment.banks import BANKS
from shared_models.payment.vietqr import VietQr, parse_vietqr

_LASTS: Final = timedelta(hours=1)
_LONGEST_TEXT: Final = 200


class BankParty(Party):
    key = "bank"
    title = "Ứng dụng ngân hàng"
    doors = ("/bank/app",)
    entry = "/bank/app"

    def mount(self, site: Flask) -> None:
        site.add_url_rule("/bank/app", "bank_app", self._app, methods=["GET", "POST"])
        site.add_url_rule("/bank/app/transfer", "bank_pay", self._pay, methods=["POST"])
        site.add_url_rule("/bank/transfers", "bank_transfers", self._transfers, methods=["POST"])
        site.add_url_rule("/bank/lookup", "bank_lookup", self._lookup)

    def notice(self, payment: Payment, delivery: Delivery) -> Call:
        """A credit. A bank has no word for money that did not come: every telling tells the same."""
        credit = {**_credit(payment), "amount": delivery.amount or payment.amount}
        body, at = json.dumps(credit, ensure_ascii=False).encode(), str(to_epoch_s(self.ledger.now()))
        secret = "somebody-else" if delivery.forged else str(self.account["secret"])
        headers = {TIME_HEADER: at, SIGNATURE_HEADER: bank_signature(secret, at, body)}
        headers["Content-Type"] = "application/json"
        return Call("POST", self.place.notice_url(self.key), headers=headers, body=body)

    def is_taken(self, status: int, body: bytes) -> bool:  # noqa: ARG002 - the status says it
        return 200 <= status < 300

    def statement(self, payments: list[Payment]) -> str:
        made = io.StringIO(newline="")
        writer = csv.writer(made, lineterminator="\r\n")
        writer.writerow(("Ngày giao dịch", "Số tham chiếu", "Ghi có", "Nội dung"))
        for each in payments:
            at = each.moment.astimezone(CITY_ZONE).strftime("%d/%m/%Y %H:%M:%S")
            writer.writerow((at, _credit(each)["reference"], f"{each.amount:,}", each.text))
        return made.getvalue()

    def back(self, payment: Payment) -> str | None:  # noqa: ARG002 - the app stays open beside the city's
        return None

    def _app(self) -> Any:
        """The app, with what it read of ``qr`` (a QR's text: pasted, or from a link)."""
        if request.method == "POST":
            require_own_form()
        text = request.values.get("qr", "").strip()
        if not text:
            return render_template("gateways/bank_app.html", party=self, qr=text, read=None, problem=False)
        try:
            read = parse_vietqr(text)
        except Invalid:
            return render_template("gateways/bank_app.html", party=self, qr=text, read=None, problem=True), 422
        return self._form(read)

    def _form(self, read: VietQr) -> str:
        bank = BANKS[read.bank_bin]
        return render_template("gateways/bank_transfer.html", party=self, read=read, bank=bank)

    def _pay(self) -> Any:
        require_own_form()
        form = request.form
        wish = {name: form.get(name) for name in ("account", "text", "seconds")}
        amount = form.get("amount", "").replace(".", "").strip()
        try:
            payment = self._transfer(
                {**wish, "amount": int(amount) if amount.isascii() and amount.isdigit() else 0},
                [form.get("behaviour") or "at_once"],
            )
        except Refused:
            abort(400)
        return redirect(self.page_url(payment), 303)

    def _transfers(self) -> Any:
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict) or not isinstance(behaviours := asked.get("behaviours", ["at_once"]), list):
            return {"error": "malformed"}, 400
        try:
            payment = self._transfer(asked, behaviours)
        except Refused as refusal:
            return {"error": str(refusal)}, 400
        return {"code": payment.code, "reference": payment.provider_ref}

    def _transfer(self, wish: Mapping[str, Any], behaviours: list[Any]) -> Payment:
        """Raises ``Refused``: ``malformed``."""
        account, amount, text = wish.get("account"), wish.get("amount"), wish.get("text")
        if type(amount) is not int or not isinstance(account, str) or not isinstance(text, str):
            raise Refused("malformed")
        if not account or len(text) > _LONGEST_TEXT:
            raise Refused("malformed")
        now = self.ledger.now()
        fresh = Payment(
            gateway=self.key,
            code=f"T{secrets.token_hex(8)}",
            amount=amount,
            text=text,
            asked={"account": account},
            created_at=to_wire(now),
            expires_at=to_wire(now + _LASTS),
        )
        payment = self.ledger.open(fresh)
        is_ours = account in {payee["account"] for payee in self.account["payees"].values()}
        told = behaviours if is_ours else ["never"]
        act(self.ledger, payment, {"outcome": "paid", "behaviours": told, "seconds": wish.get("seconds")})
        return payment

    def _lookup(self) -> Any:
        at, given = request.headers.get(TIME_HEADER, ""), request.headers.get(SIGNATURE_HEADER, "")
        query, secret = request.query_string, str(self.account["secret"])
        expected = bank_signature(secret, at, query)
        now = to_epoch_s(self.ledger.now())
        if not at.isdecimal() or abs(now - int(at)) > WINDOW_S:
            return {"error": "time"}, 401
        if not hmac.compare_digest(expected.encode(), given.encode()):
            return {"error": "signature"}, 401
        wanted = _bare(request.args.get("text", ""))
        paid = (each for each in self.ledger.all(self.key) if each.provider_ref)
        found = [_credit(each) for each in paid if wanted and wanted in _bare(each.text)]
        signature = credits_signature(secret, str(now), query.decode(), found)
        answer = {"at": now, "signature": signature, "credits": found}
        return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")


def _credit(payment: Payment) -> dict[str, Any]:
    return {
        # A telling of what was never transferred needs some number too.
        "reference": f"FT{payment.provider_ref or '99999999'}",
        "account": payment.asked["account"],
        "amount": payment.amount,
        "text": payment.text,
        "at": to_wire(payment.moment),
    }


def _bare(text: str) -> str:
    return "".join(text.split()).upper()
