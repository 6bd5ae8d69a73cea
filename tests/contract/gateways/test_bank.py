"""Bank transfers: our adapter and the sandbox's bank with its app, over HTTP; and a server at its address that lies."""

from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import Flask, request

from backend.infra.system import SystemClock
from backend.payments.adapters.bank import (
    SIGNATURE_HEADER,
    TIME_HEADER,
    Bank,
    BankAccount,
    bank_signature,
    credits_signature,
)
from backend.payments.adapters.http import Http
from backend.payments.ports import Bill, Judgement, NoticeOutcome, Paid, Transfer
from shared_models.clock import FixedClock, city_date, to_epoch_s
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey
from shared_models.payment.vietqr import VietQr, vietqr_text
from tests.support.bills import STARTED, a_bill
from tests.support.gateway_town import Town, served

BANK = GatewayKey.BANK
SECRET = "a-secret-of-the-test"
PAYEE = {"bin": "970436", "account": "0011001234567", "holder": "SO XAY DUNG"}
MARK = f"CD{a_bill().code}"


def begun(town: Town, **changes: Any) -> tuple[Bill, Transfer]:
    bill = town.bill(BANK, **changes)
    transfer = town.gateways[BANK].start(bill).transfer
    assert transfer is not None
    return bill, transfer


def app_post(town: Town, path: str, form: dict[str, str]) -> requests.Response:
    """Fills in a form of the bank's app as a browser does."""
    visitor = requests.Session()
    text = visitor.get(f"{town.url}/bank/app", timeout=5).text
    token = text.split('name="form_token" value="', 1)[1].split('"', 1)[0]
    return visitor.post(f"{town.url}{path}", data={**form, "form_token": token}, timeout=5)


def sent(town: Town, text: str, amount: int = 115_000, *behaviours: str, **more: Any) -> dict[str, Any]:
    wish = {"account": "0011001234567", "amount": amount, "text": text, "behaviours": list(behaviours) or ["at_once"]}
    answer = requests.post(f"{town.url}/bank/transfers", json=wish | more, timeout=5)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_the_app_reads_the_qr_transfers_and_the_bank_tells(town: Town) -> None:
    bill, transfer = begun(town)
    read = app_post(town, "/bank/app", {"qr": transfer.text})
    assert read.status_code == 200
    for shown in ("Vietcombank", transfer.account, "115.000 đồng", transfer.purpose, "Cổng thử nghiệm"):
        assert shown in read.text
    form = {"account": transfer.account, "amount": "115.000", "text": transfer.purpose, "behaviour": "at_once"}
    done = app_post(town, "/bank/app/transfer", form)
    assert (done.status_code, "Đã thanh toán." in done.text) == (200, True)
    assert town.hear(1) == [Judgement.TAKEN]
    notice = town.city.heard[0][1]
    assert notice is not None
    assert (notice.code, notice.amount, notice.outcome) == (bill.code, 115_000, NoticeOutcome.PAID)
    assert town.gateways[BANK].query(bill, {}) == notice


@pytest.mark.parametrize("text", ["", "hello", "00020101021138", "9" * 600])
def test_the_app_says_what_it_cannot_read(town: Town, text: str) -> None:
    answer = app_post(town, "/bank/app", {"qr": text})
    assert answer.status_code == (422 if text else 200)
    assert ("Chưa đọc được mã này." in answer.text) is bool(text)
    assert town.parties["bank"].ledger.all("bank") == []


def test_the_app_opens_a_qr_from_a_link_and_one_without_an_amount(town: Town) -> None:
    text = vietqr_text(VietQr("970418", "5611009999"))
    answer = requests.get(f"{town.url}/bank/app", params={"qr": text}, timeout=5)
    assert "Bạn tự nhập" in answer.text


def test_a_form_of_another_page_transfers_nothing(town: Town) -> None:
    form = {"account": "0011001234567", "amount": "1000", "text": MARK}
    assert requests.post(f"{town.url}/bank/app/transfer", data=form, timeout=5).status_code == 403
    for wrong in ({"amount": "0"}, {"amount": "x"}, {"account": ""}, {"text": "x" * 201}, {"behaviour": "odd"}):
        assert app_post(town, "/bank/app/transfer", form | wrong).status_code == 400
    assert not any(each.provider_ref for each in town.parties["bank"].ledger.all("bank"))


def test_nothing_came_yet(town: Town) -> None:
    bill, _ = begun(town)
    sent(town, "CD1 something else", 115_000, "never")
    asked = town.gateways[BANK].query(bill, {})
    assert (asked.outcome, asked.amount, asked.provider_ref) == (NoticeOutcome.PENDING, 115_000, None)


def test_credits_come_again_late_and_twice(town: Town) -> None:
    bill, transfer = begun(town)
    town.city.broken = 1
    sent(town, transfer.purpose, 115_000, "twice")
    assert sorted(town.hear(3)) == [Judgement.BROKEN, Judgement.REPEATED, Judgement.TAKEN]
    late, transfer = begun(town)
    sent(town, transfer.purpose, 115_000, "late", seconds=0.4)
    assert town.gateways[BANK].query(late, {}).outcome is NoticeOutcome.PAID
    assert town.hear(4)[3:] == [Judgement.TAKEN]
    assert set(town.city.paid) == {bill.code, late.code}


def test_a_text_that_the_bank_or_payer_has_changed(town: Town) -> None:
    bill, _ = begun(town)
    number = str(bill.code)
    sent(town, f"MBVCB 77 chuyen tien cd {number[:4]} {number[4:8]} {number[8:]}. TU 0071")
    assert town.hear(1) == [Judgement.TAKEN]
    sent(town, f"CD{number[:-1]}")
    sent(town, "nop le phi")
    assert town.hear(3)[1:] == [Judgement.UNKNOWN_ORDER] * 2
    assert set(town.city.paid) == {bill.code}


def test_a_wrong_amount_is_told_and_the_right_one_is_found(town: Town) -> None:
    bill, transfer = begun(town)
    sent(town, transfer.purpose, 100_000)
    assert town.hear(1) == [Judgement.WRONG_AMOUNT]
    assert town.gateways[BANK].query(bill, {}).amount == 100_000
    right = sent(town, transfer.purpose, 115_000, "never")
    asked = town.gateways[BANK].query(bill, {})
    assert (asked.amount, asked.provider_ref) == (115_000, f"FT{right['reference']}")


def test_a_forged_credit_and_one_with_another_amount_pay_nothing(town: Town) -> None:
    bill, transfer = begun(town)
    made = sent(town, transfer.purpose, 115_000, "forged", "wrong_amount")
    assert sorted(town.hear(2)[:2]) == [Judgement.FORGED, Judgement.WRONG_AMOUNT]
    answers = [each for each in town.parties["bank"].ledger.all("bank") if each.code == made["code"]]
    town.until(lambda: all(delivery.is_done for delivery in answers[0].deliveries))
    assert {answer["status"] for each in answers[0].deliveries for answer in each.answers} == {401, 200}
    assert bill.code not in town.city.paid


def test_money_to_somebody_elses_account_is_not_told(town: Town) -> None:
    _, transfer = begun(town)
    sent(town, transfer.purpose, 115_000, account="999")
    sent(town, transfer.purpose, 115_000)
    assert town.hear(1) == [Judgement.TAKEN]
    assert len(town.city.heard) == 1


def test_the_days_statement_has_what_came_with_and_without_a_number(town: Town) -> None:
    bill, transfer = begun(town)
    sent(town, transfer.purpose, 115_000, "never")
    sent(town, "nop le phi", 2_500_000, "never")
    day = city_date(SystemClock().now()).isoformat()
    content = requests.get(f"{town.url}/bank/statement/{day}.csv", timeout=5).content
    rows = town.gateways[BANK].statement(content)
    assert [(row.code, row.amount, row.text) for row in rows] == [
        (bill.code, 115_000, transfer.purpose),
        (None, 2_500_000, "nop le phi"),
    ]
    asked = town.gateways[BANK].query(bill, {})
    assert (rows[0].provider_ref, rows[0].at) == (asked.provider_ref, asked.at)


def test_money_goes_back_by_hand(town: Town) -> None:
    with pytest.raises(Upstream, match=r"gateway\.refused"):
        town.gateways[BANK].refund(Paid(a_bill(), "1", {}, SystemClock().now()), "rfd_1", "nop nham")


def test_the_sandbox_looks_up_for_nobody_else(town: Town) -> None:
    ours: BankAccount = town.accounts[BANK]
    bill, _ = begun(town)
    with pytest.raises(Upstream, match=r"gateway\.answer"):
        Bank(replace(ours, secret="other"), Http(), SystemClock()).query(bill, {})
    with pytest.raises(Upstream, match=r"gateway\.answer"):
        Bank(ours, Http(), FixedClock(STARTED)).query(bill, {})
    query = f"text=CD{bill.code}"
    at = str(to_epoch_s(SystemClock().now()))
    headers = {TIME_HEADER: at, SIGNATURE_HEADER: bank_signature(ours.secret, at, b"text=CD1")}
    assert requests.get(f"{ours.lookup_url}?{query}", headers=headers, timeout=5).status_code == 401
    assert requests.get(f"{ours.lookup_url}?{query}", timeout=5).status_code == 401


CREDIT = {
    "reference": "FT1",
    "account": "0011001234567",
    "amount": 115_000,
    "text": MARK,
    "at": "2026-11-22T02:31:00Z",
}


def answered(credits_told: Any, at: int | None = None, query: str = f"text={MARK}", **changes: Any) -> dict[str, Any]:
    at = to_epoch_s(STARTED) if at is None else at
    signature = credits_signature(SECRET, str(at), query, credits_told)
    return {"at": at, "signature": signature, "credits": credits_told} | changes


def asked_of(told: dict[str, Any]) -> Any:
    app = Flask("lying")

    @app.get("/lookup")
    def lookup() -> dict[str, Any]:
        at = request.headers[TIME_HEADER]
        assert at == str(to_epoch_s(STARTED))
        assert request.headers[SIGNATURE_HEADER] == bank_signature(SECRET, at, request.query_string)
        return told

    with served(app) as url:
        account = BankAccount(f"{url}/lookup", SECRET, {"*": PAYEE})
        return Bank(account, Http(), FixedClock(STARTED)).query(a_bill(), {})


def test_only_credits_that_name_this_very_bill_count() -> None:
    others = [{**CREDIT, "text": f"{MARK} CD1234567890123457"}, {**CREDIT, "account": "999"}, {**CREDIT, "text": "x"}]
    assert asked_of(answered(others)).outcome is NoticeOutcome.PENDING
    assert asked_of(answered([*others, {**CREDIT, "reference": "FT9"}])).provider_ref == "FT9"
    early = {**CREDIT, "reference": "FT0", "at": "2026-11-22T02:30:30Z"}
    assert asked_of(answered([CREDIT, early])).provider_ref == "FT0"


@pytest.mark.parametrize(
    "told",
    [
        answered([CREDIT], signature="0" * 64),
        answered([CREDIT], signature=None),
        answered([CREDIT], credits=[{**CREDIT, "amount": 1}]),
        answered([CREDIT], query="text=CD7"),
        answered([CREDIT], at=to_epoch_s(STARTED) - 301),
        answered([CREDIT], at=to_epoch_s(STARTED) + 301),
        answered({"a": 1}),
        answered([{**CREDIT, "amount": True}]),
        answered([5]),
        {},
    ],
)
def test_an_answer_that_is_old_or_not_signed_for_this_question_is_not_believed(told: dict[str, Any]) -> None:
    with pytest.raises(Upstream, match=r"gateway\.answer"):
        asked_of(told)
