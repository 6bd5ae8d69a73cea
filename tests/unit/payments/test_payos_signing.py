"""payOS: its official vector, what else its signature covers, and what a webhook means."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.payments.adapters.http import Http
from backend.payments.adapters.payos import Payos, PayosAccount, link_signature, payos_signature, transfer_words
from backend.payments.ports import BadNotice, Judgement, NoticeOutcome
from shared_models.clock import FixedClock
from tests.support.bills import STARTED, posted

OFFICIAL_KEY = "1a54716c8f0efb2744fb28b6e38b25da7f67a925d98bc1c18bd8faaecadd7675"
OFFICIAL = {
    "orderCode": 123,
    "amount": 3000,
    "description": "VQRIO123",
    "accountNumber": "12345678",
    "reference": "TF230204212323",
    "transactionDateTime": "2023-02-04 18:25:00",
    "currency": "VND",
    "paymentLinkId": "124c33293c43417ab7879e14c8d9eb18",
    "code": "00",
    "desc": "Thành công",
    "counterAccountBankId": "",
    "counterAccountBankName": "",
    "counterAccountName": "",
    "counterAccountNumber": "",
    "virtualAccountName": "",
    "virtualAccountNumber": "",
}
OFFICIAL_SIGNATURE = "412e915d2871504ed31be63c8f62a149a4410d34c4c42affc9006ef9917eaa03"


def by_hand(text: str, key: str = OFFICIAL_KEY) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def gateway() -> Payos:
    account = PayosAccount("http://127.0.0.1:1", "http://127.0.0.1:1/web", "client", "key", OFFICIAL_KEY)
    return Payos(account, Http(), FixedClock(STARTED))


def webhook(signature: str | None = None, **changes: Any) -> bytes:
    data = {**OFFICIAL, **changes}
    told = {"code": "00", "desc": "success", "success": True, "data": data}
    return json.dumps({**told, "signature": signature or payos_signature(data, OFFICIAL_KEY)}).encode()


def refused(body: bytes) -> Judgement:
    with pytest.raises(BadNotice) as caught:
        gateway().read(posted(body))
    return caught.value.judgement


def test_the_official_vector() -> None:
    assert payos_signature(OFFICIAL, OFFICIAL_KEY) == OFFICIAL_SIGNATURE


def test_the_order_of_members_does_not_matter() -> None:
    assert payos_signature(dict(reversed(OFFICIAL.items())), OFFICIAL_KEY) == OFFICIAL_SIGNATURE


def test_null_is_nothing_and_lists_are_compact_json_in_order() -> None:
    data = {"b": None, "a": [{"y": "Đà Nẵng", "x": None}], "c": True, "d": 5}
    assert payos_signature(data, "k") == by_hand('a=[{"x":null,"y":"Đà Nẵng"}]&b=&c=true&d=5', "k")


@pytest.mark.parametrize("nothing", ["null", "undefined"])
def test_what_their_samples_take_for_null_is_nothing_too(nothing: str) -> None:
    assert payos_signature({"a": nothing, "b": f"{nothing} x"}, "k") == by_hand(f"a=&b={nothing} x", "k")


def test_a_link_is_signed_over_five_members_alone() -> None:
    link = {"orderCode": 7, "amount": 2000, "description": "CD7", "cancelUrl": "http://c?a=1", "returnUrl": "http://r"}
    text = "amount=2000&cancelUrl=http://c?a=1&description=CD7&orderCode=7&returnUrl=http://r"
    assert link_signature({**link, "expiredAt": 9}, "k") == by_hand(text, "k")


@pytest.mark.parametrize(
    ("chars", "words"),
    [
        (25, "CD1234567890123456 LE PHI"),
        (24, "CD1234567890123456"),
        (18, "CD1234567890123456"),
        (17, "CD234567890123456"),
        (9, "CD0123456"),
    ],
)
def test_the_words_of_the_transfer_have_room(chars: int, words: str) -> None:
    assert transfer_words(1_234_567_890_123_456, chars) == words


def test_a_webhook_is_a_payment() -> None:
    notice = gateway().read(posted(webhook(OFFICIAL_SIGNATURE)))
    assert (notice.code, notice.amount, notice.outcome) == (123, 3000, NoticeOutcome.PAID)
    assert notice.provider_ref == "TF230204212323"
    assert notice.at is not None
    assert notice.at.astimezone(UTC) == datetime(2023, 2, 4, 11, 25, tzinfo=UTC)


def test_a_webhook_of_a_failure_has_its_code_and_no_payment() -> None:
    notice = gateway().read(posted(webhook(code="01")))
    assert (notice.outcome, notice.why, notice.provider_ref) == (NoticeOutcome.FAILED, "01", None)


@pytest.mark.parametrize(
    "change",
    [{"amount": 3001}, {"orderCode": 124}, {"code": "01"}, {"reference": "TF230204212324"}, {"desc": "Thanh cong"}],
)
def test_whatever_is_changed_is_forged(change: dict[str, Any]) -> None:
    assert refused(webhook(OFFICIAL_SIGNATURE, **change)) is Judgement.FORGED


def test_a_member_that_is_added_is_forged() -> None:
    assert refused(webhook(OFFICIAL_SIGNATURE, more="")) is Judgement.FORGED


@pytest.mark.parametrize(
    "change",
    [
        {"amount": True},
        {"amount": -3000},
        {"amount": "3000"},
        {"amount": 3000.0},
        {"orderCode": None},
        {"orderCode": 10**30},
        {"reference": ""},
        {"reference": "x" * 65},
        {"transactionDateTime": "0001-01-01 00:00:00"},
        {"reference": 5},
        {"transactionDateTime": "yesterday"},
        {"transactionDateTime": None},
        {"currency": "USD"},
    ],
)
def test_signed_nonsense_is_malformed(change: dict[str, Any]) -> None:
    assert refused(webhook(**change)) is Judgement.MALFORMED


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"{}", b'{"data": {}}', b'{"data": 1, "signature": "a"}', b"\xff", b"[" * 100_000],
)
def test_what_has_no_signature_to_check_is_malformed(body: bytes) -> None:
    assert refused(body) is Judgement.MALFORMED


def test_only_what_may_be_told_again_is_not_answered_2xx() -> None:
    statuses = {judgement: gateway().reply(judgement).status for judgement in Judgement}
    assert {judgement for judgement, status in statuses.items() if status >= 300} == {
        Judgement.FORGED,
        Judgement.MALFORMED,
        Judgement.BROKEN,
    }
    assert gateway().reply(Judgement.TAKEN).body == b'{"success":true}'
