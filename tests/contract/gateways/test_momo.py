"""MoMo: our adapter and the sandbox, over HTTP; and a server at MoMo's address that lies."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, request

from backend.infra.system import SystemClock
from backend.payments.adapters.accounts import load_accounts
from backend.payments.adapters.http import Http
from backend.payments.adapters.momo import Momo, MomoAccount
from backend.payments.adapters.momo_signing import NOTICE_FIELDS, sign_string, signature
from backend.payments.ports import Bill, Judgement, NoticeOutcome, Paid, RawNotice
from scripts.sandbox.gateways.accounts import accounts_folder
from shared_models.clock import city_date
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey
from tests.support.bills import a_bill
from tests.support.gateway_town import Town, query_of, served

MOMO = GatewayKey.MOMO
ACCOUNT = MomoAccount("P1", "a", "s", "http://x.invalid/", "http://x.invalid/", "http://x.invalid/")


def paid(bill: Bill, provider_ref: str) -> Paid:
    return Paid(bill, provider_ref, {}, SystemClock().now())


def momo_at(url: str) -> Momo:
    """Our adapter against whoever answers at ``url``."""
    return Momo(replace(ACCOUNT, create_url=url, query_url=url, refund_url=url), Http(), SystemClock())


def test_a_payment_is_told_once_it_is_made(town: Town) -> None:
    bill, page = town.begun(MOMO)
    assert "115.000" in requests.get(page, timeout=5).text
    assert town.gateways[MOMO].query(bill, {}).outcome is NoticeOutcome.PENDING
    back = town.press(page, "paid")
    assert town.hear(1) == [Judgement.TAKEN]
    notice = town.city.heard[0][1]
    assert notice is not None
    assert (notice.code, notice.amount, notice.outcome) == (bill.code, 115_000, NoticeOutcome.PAID)
    assert town.told(MOMO, bill)["deliveries"][0]["answers"][0]["status"] == 204
    came: dict[str, Any] = dict(query_of(back))
    assert came.pop("order") == "ord_1"
    for name in ("amount", "transId", "resultCode", "responseTime"):
        came[name] = int(came[name])
    # parse_qsl leaves out what is empty; the signature was made over it all the same.
    assert town.gateways[MOMO].read(RawNotice("POST", (), {}, json.dumps(came).encode())) == notice
    asked = town.gateways[MOMO].query(bill, {})
    assert (asked.outcome, asked.amount, asked.provider_ref) == (NoticeOutcome.PAID, 115_000, notice.provider_ref)


@pytest.mark.parametrize(("outcome", "why"), [("cancelled", "1006"), ("no_money", "1001"), ("expired", "1005")])
def test_what_was_not_paid_says_why(town: Town, outcome: str, why: str) -> None:
    bill, page = town.begun(MOMO)
    back = town.press(page, outcome)
    assert town.hear(1) == [Judgement.TAKEN]
    notice = town.city.heard[0][1]
    assert notice is not None
    assert (notice.outcome, notice.why, notice.provider_ref) == (NoticeOutcome.FAILED, why, None)
    assert query_of(back)["resultCode"] == why
    asked = town.gateways[MOMO].query(bill, {})
    assert (asked.outcome, asked.why) == (NoticeOutcome.FAILED, why)


def test_it_is_told_again_until_204(town: Town) -> None:
    bill, page = town.begun(MOMO)
    town.city.broken = 2
    town.press(page, "paid")
    assert town.hear(3) == [Judgement.BROKEN, Judgement.BROKEN, Judgement.TAKEN]
    town.until(lambda: town.told(MOMO, bill)["deliveries"][0]["is_done"])
    statuses = [each["status"] for each in town.told(MOMO, bill)["deliveries"][0]["answers"]]
    assert statuses == [500, 500, 204]


def test_the_notice_may_come_twice_late_or_out_of_order(town: Town) -> None:
    bill, page = town.begun(MOMO)
    town.press(page, "paid", "twice")
    assert sorted(town.hear(2)) == [Judgement.REPEATED, Judgement.TAKEN]
    assert len(town.city.paid) == 1
    late, page = town.begun(MOMO)
    town.press(page, "paid", "late", "0.5")
    assert town.gateways[MOMO].query(late, {}).outcome is NoticeOutcome.PAID
    assert len(town.city.heard) == 2
    assert town.hear(3)[-1] is Judgement.TAKEN
    disordered, page = town.begun(MOMO)
    town.press(page, "paid", "failure_after")
    assert town.hear(5)[3:] == [Judgement.TAKEN, Judgement.REPEATED]
    assert set(town.city.paid) == {bill.code, late.code, disordered.code}


def test_forged_and_wrong_amounts_are_refused_and_what_never_comes_is_asked_for(town: Town) -> None:
    bill, _ = town.begun(MOMO)
    assert town.control(MOMO, bill, "none", "forged") is None
    assert town.hear(1) == [Judgement.FORGED]
    assert town.control(MOMO, bill, "paid", "wrong_amount") is None
    assert town.hear(2)[1] is Judgement.WRONG_AMOUNT
    assert town.city.paid == {}
    town.until(lambda: bool(town.told(MOMO, bill)["deliveries"][1]["answers"]))
    answers = [each["answers"][0] for each in town.told(MOMO, bill)["deliveries"]]
    assert [(each["status"], json.loads(each["body"])["resultCode"]) for each in answers] == [(400, 13), (400, 22)]
    silent, page = town.begun(MOMO)
    town.press(page, "paid", "never")
    assert town.gateways[MOMO].query(silent, {}).outcome is NoticeOutcome.PAID


def test_a_refund_is_made_once(town: Town) -> None:
    bill, page = town.begun(MOMO)
    gateway = town.gateways[MOMO]
    with pytest.raises(Upstream, match=r"gateway\.refused") as refused:
        gateway.refund(paid(bill, "14000001"), "rfd_0", "Nộp nhầm")
    assert refused.value.params["why"] == "42"
    town.press(page, "paid", "never")
    ref = str(gateway.query(bill, {}).provider_ref)
    first = gateway.refund(paid(bill, ref), "rfd_1", "Nộp nhầm hồ sơ")
    assert gateway.refund(paid(bill, ref), "rfd_1", "Nộp nhầm hồ sơ") == first
    assert [each["reference"] for each in town.told(MOMO, bill)["refunds"]] == [first]
    with pytest.raises(Upstream, match=r"gateway\.refused") as again:
        gateway.refund(paid(bill, ref), "rfd_2", "Nộp nhầm hồ sơ")
    assert again.value.params["why"] == "1081"


def test_the_days_statement_has_what_was_paid(town: Town) -> None:
    bills = [town.begun(MOMO, amount=amount)[0] for amount in (8_000, 115_000, 700_000)]
    for bill, outcome in zip(bills, ("paid", "cancelled", "paid"), strict=True):
        assert town.control(MOMO, bill, outcome, "never") is None
    day = city_date(SystemClock().now()).isoformat()
    rows = town.gateways[MOMO].statement(requests.get(f"{town.url}/momo/statement/{day}.csv", timeout=5).content)
    assert [(row.code, row.amount) for row in rows] == [(bills[0].code, 8_000), (bills[2].code, 700_000)]
    assert rows[0].provider_ref == town.gateways[MOMO].query(bills[0], {}).provider_ref


def test_the_sandbox_refuses_what_momo_refuses(town: Town, tmp_path: Path) -> None:
    account: MomoAccount = load_accounts(accounts_folder(tmp_path))[MOMO]
    bill = town.bill(MOMO)
    first = town.gateways[MOMO].start(bill).url
    assert town.gateways[MOMO].start(replace(bill, lang="en")).url == first
    for change, why in (({"amount": 999}, "22"), ({"amount": 116_000}, "41"), ({"code": 0, "amount": 1_000}, None)):
        with_change = replace(bill, **change)  # type: ignore[arg-type]
        if why is None:
            assert town.gateways[MOMO].start(with_change).url != first
            continue
        with pytest.raises(Upstream, match=r"gateway\.refused") as refused:
            town.gateways[MOMO].start(with_change)
        assert refused.value.params["why"] == why
    stranger = Momo(replace(account, secret="somebody else"), Http(), SystemClock())
    with pytest.raises(Upstream, match=r"gateway\.refused") as unknown:
        stranger.start(town.bill(MOMO))
    assert unknown.value.params["why"] == "13"
    with pytest.raises(Upstream, match=r"gateway\.answer"):
        stranger.query(bill, {})
    assert requests.post(account.query_url, data=b"[]", timeout=5).json()["resultCode"] == 20
    never = town.gateways[MOMO].query(a_bill(code=bill.code + 500), {})
    assert (never.outcome, never.why) == (NoticeOutcome.PENDING, "42")


CREATED = {"partnerCode": "P1", "orderId": str(a_bill().code), "resultCode": 0, "payUrl": "http://page.invalid/1"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"partnerCode": "P2"}, "gateway.answer"),
        ({"orderId": "1234567890123457"}, "gateway.answer"),
        ({"payUrl": "javascript:alert(1)"}, "gateway.answer"),
        ({"payUrl": None}, "gateway.answer"),
        ({"resultCode": "0"}, "gateway.answer"),
        ({"resultCode": True}, "gateway.answer"),
        ({"resultCode": 11}, "gateway.refused"),
    ],
)
def test_only_an_answer_about_this_payment_starts_it(change: dict[str, Any], code: str | None) -> None:
    app = Flask("lying")
    app.post("/")(lambda: {**CREATED, **change})
    with served(app) as url:
        if code is None:
            assert momo_at(url).start(a_bill()).url == CREATED["payUrl"]
            return
        with pytest.raises(Upstream) as refused:
            momo_at(url).start(a_bill())
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"resultCode": 7000}, "gateway.unreachable"),
        ({"resultCode": 41}, "gateway.unreachable"),
        ({"resultCode": 1081}, "gateway.refused"),
        ({"transId": 0}, "gateway.unreachable"),
        ({"transId": "5"}, "gateway.unreachable"),
        ({"resultCode": None}, "gateway.unreachable"),
        ({"partnerCode": "P2"}, "gateway.unreachable"),
    ],
)
def test_a_refund_that_may_be_under_way_is_asked_for_again(change: dict[str, Any], code: str) -> None:
    app = Flask("lying")
    app.post("/")(lambda: {**CREATED, "transId": 5, **change})
    with served(app) as url, pytest.raises(Upstream) as refused:
        momo_at(url).refund(paid(a_bill(), "4088878653"), "rfd_1", "")
    assert (refused.value.code, refused.value.transient) == (code, code == "gateway.unreachable")


def test_what_we_sign_is_what_the_documents_say() -> None:
    seen: list[dict[str, Any]] = []
    app = Flask("listening")

    @app.post("/")
    def answer() -> dict[str, Any]:
        seen.append(request.get_json())
        return {**CREATED, "transId": 5, "amount": 115_000}

    with served(app) as url:
        momo_at(url).query(a_bill(), {})
        momo_at(url).refund(paid(a_bill(), "77"), "rfd_1", "Nộp nhầm")
    question, refund = seen
    expected = f"accessKey=a&orderId={a_bill().code}&partnerCode=P1&requestId={question['requestId']}"
    assert question["signature"] == signature("s", expected)
    assert refund["signature"] == signature(
        "s", "accessKey=a&amount=115000&description=Nộp nhầm&orderId=rfd_1&partnerCode=P1&requestId=rfd_1&transId=77"
    )


def test_a_notice_signed_with_another_access_key_is_forged(town: Town, tmp_path: Path) -> None:
    account: MomoAccount = load_accounts(accounts_folder(tmp_path))[MOMO]
    told = {"partnerCode": account.partner_code, "orderId": "1", "amount": 1, "accessKey": "other"}
    body = {**told, "signature": signature(account.secret, sign_string(NOTICE_FIELDS, told))}
    bill = town.bill(MOMO)
    answer = requests.post(bill.notice_url, json=body, timeout=5)
    assert (answer.status_code, town.city.judgements) == (400, [Judgement.FORGED])
