"""VNPAY: our adapter and the sandbox, over HTTP; and a server at VNPAY's address that lies."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from flask import Flask, request

from backend.infra.system import SystemClock
from backend.payments.adapters.accounts import load_accounts
from backend.payments.adapters.http import Http
from backend.payments.adapters.vnpay import Vnpay, VnpayAccount
from backend.payments.adapters.vnpay_signing import (
    HASH,
    QUERY_ANSWER_FIELDS,
    REFUND_ANSWER_FIELDS,
    joined,
    sign_string,
    signature,
)
from backend.payments.ports import BadNotice, Bill, Judgement, NoticeOutcome, Paid, RawNotice
from scripts.sandbox.gateways.accounts import accounts_folder
from shared_models.clock import city_date
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey
from tests.support.bills import a_bill
from tests.support.gateway_town import Town, query_of, served

VNPAY = GatewayKey.VNPAY


def paid(bill: Bill, provider_ref: str) -> Paid:
    return Paid(bill, provider_ref, {}, SystemClock().now())


def test_a_payment_is_told_once_it_is_made(town: Town) -> None:
    bill, page = town.begun(VNPAY)
    shown = requests.get(page, timeout=5).text
    assert "115.000" in shown
    assert str(bill.code) in shown
    assert town.gateways[VNPAY].query(bill, {}).outcome is NoticeOutcome.PENDING
    back = town.press(page, "paid")
    assert town.hear(1) == [Judgement.TAKEN]
    notice = town.city.heard[0][1]
    assert notice is not None
    assert (notice.code, notice.amount, notice.outcome) == (bill.code, 115_000, NoticeOutcome.PAID)
    assert town.told(VNPAY, bill)["deliveries"][0]["answers"][0]["body"] == (
        '{"RspCode": "00", "Message": "Confirm Success"}'
    )
    # The way back is signed like a notice, and keeps the address that we gave.
    came = query_of(back)
    assert back.startswith(f"{bill.return_url}&vnp_Amount=11500000")
    assert (came["order"], came["vnp_ResponseCode"]) == ("ord_1", "00")
    raw = RawNotice("GET", tuple(parse_qsl(urlsplit(back).query)), {}, b"")
    assert town.gateways[VNPAY].read(raw) == notice
    asked = town.gateways[VNPAY].query(bill, {})
    assert (asked.outcome, asked.amount, asked.provider_ref) == (NoticeOutcome.PAID, 115_000, notice.provider_ref)
    assert asked.at == notice.at


@pytest.mark.parametrize(("outcome", "why"), [("cancelled", "24"), ("no_money", "51"), ("expired", "11")])
def test_what_was_not_paid_says_why_and_is_told_no_more_once_it_is_taken(town: Town, outcome: str, why: str) -> None:
    bill, page = town.begun(VNPAY)
    back = town.press(page, outcome)
    assert town.hear(1) == [Judgement.TAKEN]
    notice = town.city.heard[0][1]
    assert notice is not None
    assert (notice.outcome, notice.why, notice.provider_ref) == (NoticeOutcome.FAILED, why, None)
    assert query_of(back)["vnp_ResponseCode"] == why
    assert town.gateways[VNPAY].query(bill, {}).outcome is NoticeOutcome.FAILED
    assert town.told(VNPAY, bill)["deliveries"][0]["is_done"]


def test_it_is_told_again_until_it_is_taken(town: Town) -> None:
    bill, page = town.begun(VNPAY)
    town.city.broken = 2
    town.press(page, "paid")
    assert town.hear(3) == [Judgement.BROKEN, Judgement.BROKEN, Judgement.TAKEN]
    town.until(lambda: town.told(VNPAY, bill)["deliveries"][0]["is_done"])
    assert len(town.told(VNPAY, bill)["deliveries"][0]["answers"]) == 3


def test_the_notice_may_come_twice_late_or_out_of_order(town: Town) -> None:
    bill, page = town.begun(VNPAY)
    town.press(page, "paid", "twice")
    assert sorted(town.hear(2)) == [Judgement.REPEATED, Judgement.TAKEN]
    late, page = town.begun(VNPAY)
    town.press(page, "paid", "late", "0.5")
    assert town.gateways[VNPAY].query(late, {}).outcome is NoticeOutcome.PAID
    assert len(town.city.heard) == 2
    assert town.hear(3)[-1] is Judgement.TAKEN
    disordered, page = town.begun(VNPAY)
    town.press(page, "paid", "failure_after")
    assert town.hear(5)[3:] == [Judgement.TAKEN, Judgement.REPEATED]
    assert town.city.heard[4][1] is not None
    assert town.city.heard[4][1].outcome is NoticeOutcome.FAILED
    assert set(town.city.paid) == {bill.code, late.code, disordered.code}


def test_a_forged_notice_is_answered_97_and_a_wrong_amount_04(town: Town) -> None:
    bill, _ = town.begun(VNPAY)
    assert town.control(VNPAY, bill, "none", "forged") is None
    assert town.hear(1) == [Judgement.FORGED]
    town.until(lambda: town.told(VNPAY, bill)["deliveries"][0]["is_done"])
    assert '"97"' in town.told(VNPAY, bill)["deliveries"][0]["answers"][0]["body"]
    assert town.told(VNPAY, bill)["state"] == "open"
    assert town.control(VNPAY, bill, "paid", "wrong_amount") is None
    assert town.hear(3)[1:3] == [Judgement.WRONG_AMOUNT] * 2
    assert '"04"' in town.told(VNPAY, bill)["deliveries"][1]["answers"][0]["body"]
    assert bill.code not in town.city.paid


def test_a_notice_that_never_comes_is_asked_for(town: Town) -> None:
    bill, page = town.begun(VNPAY)
    town.press(page, "paid", "never")
    assert town.gateways[VNPAY].query(bill, {}).outcome is NoticeOutcome.PAID
    assert town.city.heard == []


def test_a_refund_is_made_once(town: Town) -> None:
    bill, page = town.begun(VNPAY)
    gateway = town.gateways[VNPAY]
    with pytest.raises(Upstream, match=r"gateway\.refused") as refused:
        gateway.refund(paid(bill, "14000001"), "rfd_1", "nop nham")
    assert refused.value.params["why"] == "91"
    town.press(page, "paid", "never")
    ref = str(gateway.query(bill, {}).provider_ref)
    first = gateway.refund(paid(bill, ref), "rfd_" + "a" * 26, "Nộp nhầm hồ sơ")
    assert first
    assert gateway.refund(paid(bill, ref), "rfd_" + "a" * 26, "Nộp nhầm hồ sơ")
    assert [each["amount"] for each in town.told(VNPAY, bill)["refunds"]] == [115_000]
    with pytest.raises(Upstream, match=r"gateway\.refused"):
        gateway.refund(paid(replace(bill, code=bill.code + 1000), ref), "rfd_2", "nop nham")


def test_the_days_statement_has_what_was_paid(town: Town) -> None:
    bills = [town.begun(VNPAY, amount=amount)[0] for amount in (8_000, 115_000, 700_000)]
    assert town.control(VNPAY, bills[0], "paid", "never") is None
    assert town.control(VNPAY, bills[1], "cancelled", "never") is None
    assert town.control(VNPAY, bills[2], "paid", "never") is None
    day = city_date(SystemClock().now()).isoformat()
    content = requests.get(f"{town.url}/vnpay/statement/{day}.csv", timeout=5).content
    rows = town.gateways[VNPAY].statement(content)
    assert [(row.code, row.amount) for row in rows] == [(bills[0].code, 8_000), (bills[2].code, 700_000)]
    asked = town.gateways[VNPAY].query(bills[0], {})
    assert (rows[0].provider_ref, rows[0].at) == (asked.provider_ref, asked.at)
    other = requests.get(f"{town.url}/vnpay/statement/2020-01-01.csv", timeout=5).content
    assert town.gateways[VNPAY].statement(other) == []


def test_the_sandbox_refuses_what_vnpay_refuses(town: Town) -> None:
    bill = town.bill(VNPAY)
    url = str(town.gateways[VNPAY].start(bill).url)
    forged = requests.get(url.replace("vnp_Amount=115", "vnp_Amount=116"), timeout=5)
    assert (forged.status_code, "Mã lỗi 70" in forged.text) == (400, True)
    assert requests.get(url.partition("&vnp_SecureHash")[0], timeout=5).status_code == 400
    first = town.visit(url)
    # The same again, in another language and from another place, is the same page; another amount is not.
    again = town.gateways[VNPAY].start(replace(bill, source="198.51.100.4", lang="en")).url
    assert town.visit(str(again)) == first
    dearer = requests.get(str(town.gateways[VNPAY].start(replace(bill, amount=116_000)).url), timeout=5)
    assert (dearer.status_code, "Mã lỗi 01" in dearer.text) == (400, True)
    late = town.bill(VNPAY)
    past = replace(late, expires_at=late.started_at, started_at=late.started_at)
    gone = requests.get(str(town.gateways[VNPAY].start(past).url), timeout=5)
    assert (gone.status_code, "Mã lỗi 15" in gone.text) == (400, True)


def account_of(town: Town, data: object) -> VnpayAccount:
    account: VnpayAccount = load_accounts(accounts_folder(data))[VNPAY]  # type: ignore[arg-type]
    return account


def test_the_sandbox_answers_97_and_91_like_vnpay(town: Town, tmp_path: object) -> None:
    account = account_of(town, tmp_path)
    stranger = Vnpay(replace(account, secret="somebody else"), Http(), SystemClock())
    bill, _ = town.begun(VNPAY)
    # The answer is signed with a secret that the stranger has not.
    with pytest.raises(Upstream, match=r"gateway\.answer"):
        stranger.query(bill, {})
    said = requests.post(account.api_url, json={"vnp_Command": "querydr", HASH: "x"}, timeout=5).json()
    assert said["vnp_ResponseCode"] == "97"
    assert said[HASH] == signature(account.secret, joined(QUERY_ANSWER_FIELDS, said))
    assert requests.post(account.api_url, data=b"[]", timeout=5).json()["vnp_ResponseCode"] == "03"
    unknown = town.gateways[VNPAY].query(a_bill(code=bill.code + 500), {})
    assert (unknown.outcome, unknown.why) == (NoticeOutcome.PENDING, "91")


ANSWER = {
    "vnp_ResponseId": "1",
    "vnp_Command": "querydr",
    "vnp_ResponseCode": "00",
    "vnp_Message": "ok",
    "vnp_TmnCode": "TEST0001",
    "vnp_TxnRef": str(a_bill().code),
    "vnp_Amount": "11500000",
    "vnp_PayDate": "20261122133500",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionType": "01",
    "vnp_TransactionStatus": "00",
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"vnp_TxnRef": "1234567890123457"},
        {"vnp_TmnCode": "OTHER001"},
        {"vnp_Command": "refund"},
        {"vnp_ResponseCode": "03"},
        {"vnp_Amount": "11500001"},
        {"vnp_TransactionNo": "0"},
        {HASH: "0" * 128},
        {HASH: None},
    ],
)
def test_only_a_signed_answer_to_this_very_question_is_believed(change: dict[str, str | None]) -> None:
    app = Flask("lying")
    account = VnpayAccount("TEST0001", "s", "http://x.invalid/", "http://x.invalid/")

    @app.post("/")
    def answer() -> dict[str, str | None]:
        asked = request.get_json()
        assert asked["vnp_TransactionDate"] == "20261122093000"
        said: dict[str, str | None] = {**ANSWER, **change}
        return {HASH: signature("s", joined(QUERY_ANSWER_FIELDS, said)), **said}

    with served(app) as url:
        gateway = Vnpay(replace(account, api_url=url), Http(), SystemClock())
        if not change:
            assert gateway.query(a_bill(), {}).outcome is NoticeOutcome.PAID
            return
        with pytest.raises(Upstream, match=r"gateway\.answer"):
            gateway.query(a_bill(), {})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"vnp_ResponseCode": "94"}, None),
        ({"vnp_ResponseCode": "95"}, "gateway.refused"),
        ({"vnp_TxnRef": "1234567890123457"}, "gateway.unreachable"),
        ({"vnp_Command": "querydr"}, "gateway.unreachable"),
        ({HASH: "0" * 128}, "gateway.unreachable"),
        ({HASH: None}, "gateway.unreachable"),
    ],
)
def test_a_refund_whose_answer_says_nothing_sure_is_asked_for_again(
    change: dict[str, str | None], code: str | None
) -> None:
    """Calling it refused would send the money a second time, by hand."""
    app = Flask("lying")

    @app.post("/")
    def answer() -> dict[str, str | None]:
        said: dict[str, str | None] = {**ANSWER, "vnp_Command": "refund", **change}
        return {HASH: signature("s", joined(REFUND_ANSWER_FIELDS, said)), **said}

    with served(app) as url:
        gateway = Vnpay(VnpayAccount("TEST0001", "s", "http://x.invalid/", url), Http(), SystemClock())
        if code is None:
            assert gateway.refund(paid(a_bill(), "14422574"), "rfd_1", "nop nham") == "14422574"
            return
        with pytest.raises(Upstream) as refused:
            gateway.refund(paid(a_bill(), "14422574"), "rfd_1", "nop nham")
        assert (refused.value.code, refused.value.transient) == (code, code == "gateway.unreachable")


def test_a_notice_signed_over_other_pairs_is_forged(town: Town, tmp_path: object) -> None:
    secret = account_of(town, tmp_path).secret
    pairs = [("vnp_TxnRef", "1"), ("vnp_Amount", "100")]
    raw = RawNotice("GET", (*pairs, ("vnp_Info", "a"), (HASH, signature(secret, sign_string(pairs)))), {}, b"")
    with pytest.raises(BadNotice, match="forged"):
        town.gateways[VNPAY].read(raw)
