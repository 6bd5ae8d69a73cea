"""MoMo v2: what is signed and how, and what a notice is read as. No network: the vectors of the public documents."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.payments.adapters.http import Http
from backend.payments.adapters.momo import Momo, MomoAccount
from backend.payments.adapters.momo_signing import (
    CREATE_FIELDS,
    NOTICE_FIELDS,
    QUERY_FIELDS,
    REFUND_FIELDS,
    sign_string,
    signature,
)
from backend.payments.ports import BadNotice, Judgement, NoticeOutcome, RawNotice
from shared_models.clock import FixedClock

ACCESS = "F8BBA842ECF85"
SECRET = "K951B6PE1waDMi640xX08PD3vg6EkVlz"
SIGNED = (
    "accessKey=F8BBA842ECF85&amount=115000&extraData=&ipnUrl=https://example.vn/ipn&orderId=DN0001"
    "&orderInfo=Le phi GPLX&partnerCode=MOMO&redirectUrl=https://example.vn/return&requestId=REQ0001"
    "&requestType=captureWallet"
)
HASHED = "f17026a84a1aa80aba224c1c64f84e9b0b1b2fd0132866dfa092a85915d62b09"
BASE = "https://momo.invalid/v2/gateway/api"
ACCOUNT = MomoAccount("MOMO", ACCESS, SECRET, f"{BASE}/create", f"{BASE}/query", f"{BASE}/refund")
TOLD: dict[str, Any] = {
    "partnerCode": "MOMO",
    "orderId": "1234567890123456",
    "requestId": "1234567890123456",
    "amount": 115_000,
    "orderInfo": "Le phi H17.12-261122-0001",
    "orderType": "momo_wallet",
    "transId": 4_088_878_653,
    "resultCode": 0,
    "message": "Thành công.",
    "payType": "qr",
    "responseTime": 1_795_329_300_000,
    "extraData": "",
}


def adapter() -> Momo:
    return Momo(ACCOUNT, Http(), FixedClock(datetime(2026, 11, 22, tzinfo=UTC)))


def signed(told: dict[str, Any], secret: str = SECRET) -> dict[str, Any]:
    return {**told, "signature": signature(secret, sign_string(NOTICE_FIELDS, {**told, "accessKey": ACCESS}))}


def raw(content: Any) -> RawNotice:
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return RawNotice("POST", (), {"Content-Type": "application/json"}, body)


def refused(content: Any) -> Judgement:
    with pytest.raises(BadNotice) as bad:
        adapter().read(raw(content))
    return bad.value.judgement


def test_a_payment_is_signed_raw_in_the_order_of_the_alphabet() -> None:
    asked = {
        "partnerCode": "MOMO",
        "requestId": "REQ0001",
        "amount": 115_000,
        "orderId": "DN0001",
        "orderInfo": "Le phi GPLX",
        "redirectUrl": "https://example.vn/return",
        "ipnUrl": "https://example.vn/ipn",
        "requestType": "captureWallet",
        "extraData": "",
        "lang": "vi",
        "accessKey": ACCESS,
    }
    assert sign_string(CREATE_FIELDS, asked) == SIGNED
    assert signature(SECRET, SIGNED) == HASHED


def test_each_message_is_signed_in_the_order_of_the_alphabet() -> None:
    for fields in (CREATE_FIELDS, NOTICE_FIELDS, QUERY_FIELDS, REFUND_FIELDS):
        assert list(fields) == sorted(fields)


@pytest.mark.parametrize("value", [True, 1.5, [], {}])
def test_only_text_and_whole_numbers_can_be_signed(value: Any) -> None:
    with pytest.raises(ValueError, match="neither text"):
        sign_string(("amount",), {"amount": value})


def test_a_notice_is_read() -> None:
    notice = adapter().read(raw(signed(TOLD)))
    assert (notice.code, notice.outcome, notice.amount) == (1234567890123456, NoticeOutcome.PAID, 115_000)
    assert (notice.provider_ref, notice.why) == ("4088878653", None)
    assert notice.at == datetime(2026, 11, 22, 6, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (1001, NoticeOutcome.FAILED),
        (1005, NoticeOutcome.FAILED),
        (1006, NoticeOutcome.FAILED),
        (99, NoticeOutcome.FAILED),
        (1000, NoticeOutcome.PENDING),
        (7000, NoticeOutcome.PENDING),
        (7002, NoticeOutcome.PENDING),
        (9000, NoticeOutcome.PENDING),
    ],
)
def test_only_0_is_paid(result: int, outcome: NoticeOutcome) -> None:
    notice = adapter().read(raw(signed({**TOLD, "resultCode": result})))
    assert (notice.outcome, notice.provider_ref, notice.why) == (outcome, None, str(result))


def test_what_is_not_signed_by_them_is_forged_and_what_cannot_be_checked_is_malformed() -> None:
    assert refused(signed(TOLD, "somebody else")) is Judgement.FORGED
    assert refused({**signed(TOLD), "amount": 115_001}) is Judgement.FORGED
    assert refused({**signed(TOLD), "signature": "é"}) is Judgement.FORGED
    assert refused(TOLD) is Judgement.MALFORMED
    assert refused({**signed(TOLD), "signature": 1}) is Judgement.MALFORMED
    assert refused({**signed(TOLD), "amount": 115_000.0}) is Judgement.MALFORMED
    assert refused({**signed(TOLD), "amount": True}) is Judgement.MALFORMED
    for body in (b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a": 1e999'):
        assert refused(body) is Judgement.MALFORMED


def test_a_field_that_is_there_twice_is_malformed() -> None:
    text = json.dumps(signed(TOLD))
    assert refused((text[:-1] + ', "amount": 115000}').encode()) is Judgement.MALFORMED


def test_a_lone_surrogate_in_a_text_is_no_fault_of_ours() -> None:
    text = json.dumps({**TOLD, "message": "x", "signature": "0" * 64}).replace('"x"', '"\\ud800"')
    assert refused(text.encode()) in {Judgement.FORGED, Judgement.MALFORMED}


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": "115000"},
        {"orderId": "DN0001"},
        {"orderId": 1234567890123456},
        {"resultCode": "0"},
        {"transId": 0},
        {"transId": "4088878653"},
        {"transId": 2**63},
    ],
)
def test_numbers_that_are_none_are_malformed_though_they_are_signed(change: dict[str, Any]) -> None:
    assert refused(signed({**TOLD, **change})) is Judgement.MALFORMED


def test_another_partners_payment_is_no_order_of_ours() -> None:
    assert refused(signed({**TOLD, "partnerCode": "OTHER"})) is Judgement.UNKNOWN_ORDER


def test_a_time_that_is_none_is_left_out() -> None:
    for time_ms in (10**18, -(10**18), "soon", None):
        assert adapter().read(raw(signed({**TOLD, "responseTime": time_ms}))).at is None


@given(st.dictionaries(st.sampled_from([*NOTICE_FIELDS, "signature"]), st.none() | st.text() | st.integers()))
def test_no_body_does_more_than_be_refused(content: dict[str, Any]) -> None:
    with pytest.raises(BadNotice):
        adapter().read(raw(content))
