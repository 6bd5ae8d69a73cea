"""payOS: our adapter and the sandbox, over HTTP; and a server at payOS's address that lies."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, request

from backend.infra.system import SystemClock
from backend.payments.adapters.http import Http
from backend.payments.adapters.payos import Payos, PayosAccount, link_signature, payos_signature
from backend.payments.ports import Bill, Judgement, NoticeOutcome, Paid
from shared_models.clock import city_date, to_epoch_s
from shared_models.errors import Upstream
from shared_models.payment.order import MOST_CODE, GatewayKey
from tests.support.bills import a_bill
from tests.support.gateway_town import Town, open_town, query_of, served

PAYOS = GatewayKey.PAYOS
KEY = "a-checksum-key"


def link_of(bill: Bill, key: str, **changes: Any) -> dict[str, Any]:
    link = {
        "orderCode": bill.code,
        "amount": bill.amount,
        "description": "CD1",
        "cancelUrl": bill.return_url,
        "returnUrl": bill.return_url,
    } | changes
    return {**link, "signature": link_signature(link, key)}


def test_a_payment_is_told_once_it_is_made(town: Town) -> None:
    bill, page = town.begun(PAYOS)
    assert f"CD{bill.code}" in requests.get(page, timeout=5).text
    assert town.gateways[PAYOS].query(bill, {}).outcome is NoticeOutcome.PENDING
    back = town.press(page, "paid")
    assert town.hear(1) == [Judgement.TAKEN]
    notice = town.city.heard[0][1]
    assert notice is not None
    assert (notice.code, notice.amount, notice.outcome) == (bill.code, 115_000, NoticeOutcome.PAID)
    assert town.told(PAYOS, bill)["deliveries"][0]["answers"][0]["body"] == '{"success":true}'
    came = query_of(back)
    assert (came["order"], came["status"], came["orderCode"]) == ("ord_1", "PAID", str(bill.code))
    asked = town.gateways[PAYOS].query(bill, {})
    assert (asked.outcome, asked.amount, asked.provider_ref) == (NoticeOutcome.PAID, 115_000, notice.provider_ref)
    assert asked.at == notice.at


@pytest.mark.parametrize(
    ("outcome", "why"), [("cancelled", "CANCELLED"), ("no_money", "FAILED"), ("expired", "EXPIRED")]
)
def test_what_was_not_paid_is_never_told_and_found_by_asking(town: Town, outcome: str, why: str) -> None:
    bill, page = town.begun(PAYOS)
    assert query_of(town.press(page, outcome, "never"))["status"] == why
    asked = town.gateways[PAYOS].query(bill, {})
    assert (asked.outcome, asked.why, asked.amount) == (NoticeOutcome.FAILED, why, bill.amount)
    assert town.city.heard == []


def test_the_answer_that_was_lost_is_asked_for_again(town: Town) -> None:
    bill, page = town.begun(PAYOS)
    again = town.gateways[PAYOS].start(bill).url
    assert again is not None
    assert town.visit(again) == page
    assert len(town.parties["payos"].ledger.all("payos")) == 1


def test_notices_come_again_late_twice_and_out_of_order(town: Town) -> None:
    first, page = town.begun(PAYOS)
    town.city.broken = 1
    town.press(page, "paid", "twice")
    assert sorted(town.hear(3)) == [Judgement.BROKEN, Judgement.REPEATED, Judgement.TAKEN]
    late, page = town.begun(PAYOS)
    town.press(page, "paid", "late", "0.4")
    assert town.gateways[PAYOS].query(late, {}).outcome is NoticeOutcome.PAID
    assert town.hear(4)[3:] == [Judgement.TAKEN]
    mixed, page = town.begun(PAYOS)
    town.press(page, "paid", "failure_after")
    assert town.hear(6)[4:] == [Judgement.TAKEN, Judgement.REPEATED]
    assert set(town.city.paid) == {first.code, late.code, mixed.code}


def test_a_forged_notice_and_a_wrong_amount_pay_nothing(town: Town) -> None:
    bill, _ = town.begun(PAYOS)
    assert town.control(PAYOS, bill, "none", "forged") is None
    assert town.hear(1) == [Judgement.FORGED]
    town.until(lambda: town.told(PAYOS, bill)["deliveries"][0]["is_done"])
    assert town.told(PAYOS, bill)["deliveries"][0]["answers"][0]["status"] == 400
    assert town.control(PAYOS, bill, "paid", "wrong_amount") is None
    assert town.hear(2)[1] is Judgement.WRONG_AMOUNT
    town.until(lambda: town.told(PAYOS, bill)["deliveries"][1]["is_done"])
    assert town.city.paid == {}


def test_a_webhook_for_an_order_that_nobody_knows_is_answered_2xx(town: Town) -> None:
    bill, page = town.begun(PAYOS)
    del town.city.amounts[bill.code]
    town.press(page, "paid")
    assert town.hear(1) == [Judgement.UNKNOWN_ORDER]
    town.until(lambda: town.told(PAYOS, bill)["deliveries"][0]["is_done"])
    assert town.told(PAYOS, bill)["deliveries"][0]["answers"][0]["status"] == 200


def test_the_days_statement_has_what_was_paid(town: Town) -> None:
    bills = [town.begun(PAYOS, amount=amount)[0] for amount in (8_000, 115_000)]
    assert town.control(PAYOS, bills[0], "paid", "never") is None
    assert town.control(PAYOS, bills[1], "cancelled", "never") is None
    day = city_date(SystemClock().now()).isoformat()
    content = requests.get(f"{town.url}/payos/statement/{day}.csv", timeout=5).content
    rows = town.gateways[PAYOS].statement(content)
    asked = town.gateways[PAYOS].query(bills[0], {})
    assert [(row.code, row.amount, row.provider_ref) for row in rows] == [(bills[0].code, 8_000, asked.provider_ref)]


def test_it_goes_on_telling_after_it_was_started_again(tmp_path: Path) -> None:
    with open_town(tmp_path) as town:
        bill, page = town.begun(PAYOS)
        town.press(page, "paid", "late", "1")
        ref = town.gateways[PAYOS].query(bill, {}).provider_ref
        assert town.city.heard == []
    with open_town(tmp_path) as again:
        asked = again.gateways[PAYOS].query(bill, {})
        assert (asked.outcome, asked.provider_ref) == (NoticeOutcome.PAID, ref)
        again.city.amounts[bill.code] = bill.amount
        assert again.hear(1) == [Judgement.TAKEN]
        assert again.city.paid == {bill.code: ref}


def test_money_goes_back_by_hand(town: Town) -> None:
    gateway = town.gateways[PAYOS]
    assert not gateway.can_refund
    with pytest.raises(Upstream, match=r"gateway\.refused"):
        gateway.refund(Paid(a_bill(), "1", {}, SystemClock().now()), "rfd_1", "nop nham")


def test_the_sandbox_refuses_what_payos_refuses(town: Town) -> None:
    account: PayosAccount = town.accounts[PAYOS]
    bill, url = town.bill(PAYOS), f"{account.api_url}/v2/payment-requests"
    ours = {"x-client-id": account.client_id, "x-api-key": account.api_key}

    def code_of(link: Any, headers: dict[str, str] = ours) -> str:
        return str(requests.post(url, json=link, headers=headers, timeout=5).json()["code"])

    assert code_of(link_of(bill, account.checksum_key), {}) == "401"
    assert code_of(link_of(bill, account.checksum_key), {**ours, "x-api-key": "other"}) == "401"
    assert code_of(link_of(bill, "other")) == "201"
    assert code_of({**link_of(bill, account.checksum_key), "amount": 1}) == "201"
    for wrong in ({"amount": "5"}, {"amount": 0}, {"orderCode": MOST_CODE + 1}, {"description": "x" * 26}):
        assert code_of(link_of(bill, account.checksum_key, **wrong)) == "20"
    assert code_of([]) == "20"
    assert requests.get(f"{url}/{bill.code}", headers=ours, timeout=5).json()["code"] == "101"
    assert town.parties["payos"].ledger.all("payos") == []


def test_a_refusal_is_said_with_its_code(town: Town) -> None:
    stranger = Payos(replace(town.accounts[PAYOS], checksum_key="other"), Http(), SystemClock())
    with pytest.raises(Upstream, match=r"gateway\.refused") as caught:
        stranger.start(town.bill(PAYOS))
    assert caught.value.params["why"] == "201"
    with pytest.raises(Upstream, match=r"gateway\.refused") as caught:
        town.gateways[PAYOS].query(town.bill(PAYOS), {})
    assert caught.value.params["why"] == "101"


TRANSFER = {"reference": "FT1", "amount": 100_000, "transactionDateTime": "2026-11-22T09:31:00+07:00"}
LATER = {"reference": "FT2", "amount": 15_000, "transactionDateTime": "2026-11-22T09:33:00+07:00"}
STATE: dict[str, Any] = {
    "id": "link",
    "orderCode": a_bill().code,
    "amount": 115_000,
    "amountPaid": 115_000,
    "status": "PAID",
    "transactions": [LATER, TRANSFER],
}


def asked_of(told: dict[str, Any]) -> Any:
    app = Flask("lying")

    @app.get("/v2/payment-requests/<code>")
    def state(code: str) -> dict[str, Any]:
        assert code == str(a_bill().code)
        assert request.headers["x-client-id"] == "client"
        return told

    with served(app) as url:
        account = PayosAccount(url, f"{url}/web", "client", "api-key", KEY)
        return Payos(account, Http(), SystemClock()).query(a_bill(), {})


def signed(**changes: Any) -> dict[str, Any]:
    data = {**STATE, **changes}
    return {"code": "00", "desc": "success", "data": data, "signature": payos_signature(data, KEY)}


def test_what_was_paid_in_parts_is_paid_by_the_last_of_them() -> None:
    found = asked_of(signed())
    assert (found.outcome, found.amount, found.provider_ref) == (NoticeOutcome.PAID, 115_000, "FT2")
    part = asked_of(signed(status="UNDERPAID", amountPaid=100_000, transactions=[TRANSFER]))
    assert part.outcome is NoticeOutcome.PENDING


@pytest.mark.parametrize(
    "told",
    [
        {**signed(), "signature": "0" * 64},
        {**signed(), "signature": None},
        {**signed(), "data": {**STATE, "status": "PENDING"}},
        {**signed(), "data": None},
        signed(orderCode=1),
        signed(transactions=[]),
        signed(transactions=[{**TRANSFER, "reference": None}]),
        signed(amountPaid="115000"),
        {},
    ],
)
def test_an_answer_that_is_not_signed_for_this_order_is_not_believed(told: dict[str, Any]) -> None:
    with pytest.raises(Upstream):
        asked_of(told)


def test_what_is_told_of_a_bill_names_nobody(town: Town) -> None:
    bill, _ = town.begun(PAYOS)
    asked = town.told(PAYOS, bill)["asked"]
    assert set(asked) == {"orderCode", "amount", "description", "cancelUrl", "returnUrl"}
    assert asked["description"] == f"CD{bill.code} LE PHI"
    assert to_epoch_s(bill.expires_at) > to_epoch_s(SystemClock().now())
