"""VNPAY 2.1.0: what is signed and how, and what a notice is read as; with the vectors of the public documents."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.payments.adapters.http import Http
from backend.payments.adapters.vnpay import Vnpay, VnpayAccount
from backend.payments.adapters.vnpay_signing import (
    QUERY_ANSWER_FIELDS,
    QUERY_FIELDS,
    REFUND_FIELDS,
    from_time,
    holds,
    joined,
    sign_string,
    signature,
    to_time,
)
from backend.payments.ports import BadNotice, Bill, Judgement, NoticeOutcome, RawNotice
from shared_models.clock import FixedClock

SECRET = "RAOEXHYVSDDIIENYWSLDIIZTANXUXZFJ"
SIGNED = (
    "vnp_Amount=1806000&vnp_Command=pay&vnp_CreateDate=20210801153333&vnp_CurrCode=VND&vnp_IpAddr=127.0.0.1"
    "&vnp_Locale=vn&vnp_OrderInfo=Thanh+toan+don+hang+%3A5&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Fdomainmerchant.vn%2FReturnUrl&vnp_TmnCode=DEMOV210&vnp_TxnRef=5&vnp_Version=2.1.0"
)
HASHED = (
    "d0058b07898b38ab1771b0a443387f017fcfdb859c53c3fb9afa3e69c4c636d9"
    "0cddfac399120776d67115299676465a58157e17d4972b25ff4a53ba73009b62"
)
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
ACCOUNT = VnpayAccount("DEMOV210", SECRET, "https://vnpay.invalid/pay", "https://vnpay.invalid/api")
TOLD = {
    "vnp_Amount": "11500000",
    "vnp_BankCode": "NCB",
    "vnp_OrderInfo": "Le phi H17.12-261122-0001",
    "vnp_PayDate": "20261122133500",
    "vnp_ResponseCode": "00",
    "vnp_TmnCode": "DEMOV210",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionStatus": "00",
    "vnp_TxnRef": "1234567890123456",
}


def adapter() -> Vnpay:
    return Vnpay(ACCOUNT, Http(), FixedClock(NOW))


def raw(told: dict[str, str], secret: str = SECRET) -> RawNotice:
    pairs = tuple(told.items())
    return RawNotice("GET", (*pairs, ("vnp_SecureHash", signature(secret, sign_string(pairs)))), {}, b"")


def refused(notice: RawNotice) -> Judgement:
    with pytest.raises(BadNotice) as bad:
        adapter().read(notice)
    return bad.value.judgement


def test_the_documents_address_is_signed_to_the_letter() -> None:
    pairs = parse_qsl(SIGNED)
    assert sign_string(reversed(pairs)) == SIGNED
    assert signature(SECRET, SIGNED) == HASHED
    assert holds(SECRET, SIGNED, HASHED.upper())
    assert not holds(SECRET, SIGNED + "0", HASHED)


def test_neither_the_hash_nor_what_is_empty_is_signed() -> None:
    more = [("vnp_SecureHash", "x"), ("vnp_SecureHashType", "HMACSHA512"), ("vnp_BankCode", "")]
    assert sign_string([*parse_qsl(SIGNED), *more]) == SIGNED


def test_json_messages_are_signed_in_their_own_order_with_absent_values_empty() -> None:
    asked = {"vnp_TxnRef": "5", "vnp_RequestId": "r1", "vnp_Version": "2.1.0", "vnp_Command": "querydr"}
    assert joined(QUERY_FIELDS, asked) == "r1|2.1.0|querydr||5||||"
    assert joined(REFUND_FIELDS, {"vnp_Amount": 500, "vnp_TransactionNo": None}) == "||||||500||||||"
    assert joined(QUERY_ANSWER_FIELDS, {}) == "|" * 14


def test_times_are_those_of_the_city() -> None:
    assert to_time(NOW) == "20261122133000"
    assert from_time("20261122133000") == NOW
    assert [from_time(text) for text in ("", "20261332000000", "2026-11-22")] == [None] * 3


def test_the_way_to_the_page_says_what_is_to_be_paid_and_no_name() -> None:
    bill = Bill(
        code=1234567890123456,
        amount=115_000,
        reference="H17.12-261122-0001",
        title="Cấp, đổi Giấy phép: GPLX/hạng A1 (" + "rất dài " * 40 + ")",
        return_url="https://city.example/pay/return?order=ord_1",
        notice_url="https://city.example/n",
        started_at=NOW,
        expires_at=datetime(2026, 11, 22, 6, 45, tzinfo=UTC),
        source="203.0.113.9",
        lang="vi",
        procedure_code="3.000347",
        agency={},
    )
    url = adapter().start(bill).url
    assert url is not None
    assert url == adapter().start(bill).url
    said = dict(parse_qsl(urlsplit(url).query))
    hashed = said.pop("vnp_SecureHash")
    assert hashed == signature(SECRET, sign_string(said.items()))
    assert said == {
        "vnp_Amount": "11500000",
        "vnp_Command": "pay",
        "vnp_CreateDate": "20261122133000",
        "vnp_CurrCode": "VND",
        "vnp_ExpireDate": "20261122134500",
        "vnp_IpAddr": "203.0.113.9",
        "vnp_Locale": "vn",
        "vnp_OrderInfo": ("Le phi H17.12-261122-0001 Cap doi Giay phep: GPLX hang A1" + " rat dai" * 40)[:255].rstrip(),
        "vnp_OrderType": "other",
        "vnp_ReturnUrl": "https://city.example/pay/return?order=ord_1",
        "vnp_TmnCode": "DEMOV210",
        "vnp_TxnRef": "1234567890123456",
        "vnp_Version": "2.1.0",
    }
    english = adapter().start(replace(bill, lang="en")).url
    assert english is not None
    assert "vnp_Locale=en" in english


def test_a_notice_is_read_in_vnd() -> None:
    notice = adapter().read(raw(TOLD))
    assert (notice.code, notice.outcome, notice.amount) == (1234567890123456, NoticeOutcome.PAID, 115_000)
    assert (notice.provider_ref, notice.why) == ("14422574", None)
    assert notice.at == datetime(2026, 11, 22, 6, 35, tzinfo=UTC)


def test_an_odd_time_makes_a_payment_no_less_true() -> None:
    for odd in ("00010101000000", "soon", ""):
        notice = adapter().read(raw({**TOLD, "vnp_PayDate": odd}))
        assert (notice.outcome, notice.at) == (NoticeOutcome.PAID, None)


def test_fields_of_days_to_come_and_other_peoples_do_not_hurt() -> None:
    assert adapter().read(raw({**TOLD, "vnp_New": "x y"})).amount == 115_000
    signed = raw(TOLD)
    assert adapter().read(replace(signed, query=(*signed.query, ("utm", "1"), ("utm", "2")))).amount == 115_000


@pytest.mark.parametrize(
    ("code", "status", "outcome", "why"),
    [
        ("00", "00", NoticeOutcome.PAID, None),
        ("24", "02", NoticeOutcome.FAILED, "24"),
        ("51", "02", NoticeOutcome.FAILED, "51"),
        ("24", "00", NoticeOutcome.FAILED, "24"),
        ("00", "02", NoticeOutcome.FAILED, "02"),
        ("00", "01", NoticeOutcome.PENDING, "01"),
        ("00", "", NoticeOutcome.PENDING, ""),
        ("07", "00", NoticeOutcome.PENDING, "07"),
    ],
)
def test_paid_is_only_what_both_codes_say(code: str, status: str, outcome: NoticeOutcome, why: str | None) -> None:
    notice = adapter().read(raw({**TOLD, "vnp_ResponseCode": code, "vnp_TransactionStatus": status}))
    assert (notice.outcome, notice.why) == (outcome, why)
    assert (notice.provider_ref is None) == (outcome is not NoticeOutcome.PAID)


def test_what_is_not_signed_by_them_is_forged_and_what_cannot_be_checked_is_malformed() -> None:
    assert refused(raw(TOLD, "somebody else")) is Judgement.FORGED
    signed = raw(TOLD)
    dearer = tuple((name, "11500100" if name == "vnp_Amount" else value) for name, value in signed.query)
    assert refused(replace(signed, query=dearer)) is Judgement.FORGED
    assert refused(replace(signed, query=(*signed.query, ("vnp_Extra", "1")))) is Judgement.FORGED
    assert refused(replace(signed, query=signed.query[:-1])) is Judgement.MALFORMED
    assert refused(replace(signed, query=(*signed.query[:-1], ("vnp_SecureHash", "")))) is Judgement.MALFORMED
    assert refused(replace(signed, query=(*signed.query, ("vnp_TxnRef", "1234567890123456")))) is Judgement.MALFORMED
    assert refused(replace(signed, query=(*signed.query[:-1], ("vnp_SecureHash", "é")))) is Judgement.FORGED
    assert refused(replace(signed, query=(*signed.query, ("vnp_Extra", "\ud800")))) is Judgement.MALFORMED


@pytest.mark.parametrize(
    "change",
    [
        {"vnp_Amount": "11500050"},
        {"vnp_Amount": "0"},
        {"vnp_Amount": "-100"},
        {"vnp_Amount": "100.00"},
        {"vnp_Amount": "１００"},
        {"vnp_TxnRef": "DN0001"},
        {"vnp_TxnRef": ""},
        {"vnp_TransactionNo": "0"},
        {"vnp_TransactionNo": "x"},
        {"vnp_ResponseCode": ""},
    ],
)
def test_numbers_that_are_none_are_malformed_though_they_are_signed(change: dict[str, str]) -> None:
    assert refused(raw({**TOLD, **change})) is Judgement.MALFORMED


def test_another_terminals_payment_is_no_order_of_ours() -> None:
    assert refused(raw({**TOLD, "vnp_TmnCode": "OTHER001"})) is Judgement.UNKNOWN_ORDER


@given(st.lists(st.tuples(st.text(), st.text())), st.text(max_size=140))
def test_no_query_does_more_than_be_refused(pairs: list[tuple[str, str]], hashed: str) -> None:
    named = tuple((f"vnp_{name}", value) for name, value in pairs)
    with pytest.raises(BadNotice):
        adapter().read(RawNotice("GET", (*named, ("vnp_SecureHash", hashed)), {}, b""))
