"""The national platform: ``MaXacThuc`` against literal strings, what is told of whom, and what a CONFIRM means."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.payments.adapters.http import Http
from backend.payments.adapters.national import National, NationalAccount
from backend.payments.adapters.national_wire import (
    SIGNED_OF_CONFIRM,
    SIGNED_OF_INIT,
    SIGNED_OF_QUERY_ANSWER,
    SIGNED_OF_QUESTION,
    authentication_code,
    off_the_bus,
)
from backend.payments.ports import BadNotice, Judgement, NoticeOutcome
from shared_models.clock import FixedClock
from shared_models.errors import Upstream
from tests.support.bills import STARTED, posted

SECRET = "a-secret-of-the-test"
PAYEE = {"agency": "H17.12", "account": "3511.0.1093219", "bank": "970436", "holder": "SO XAY DUNG"}
CONFIRM: dict[str, Any] = {
    "LoaiBanTin": "CONFIRM",
    "MaLoi": "00",
    "MaDoiTac": "CITY",
    "MaThamChieu": "1234567890123456",
    "SoTien": 115000,
    "MaTienTe": "VND",
    "MaGiaoDich": "PP778899",
    "MaNganHang": "VCB",
    "ThoiGianGD": "20261122093500",
    "ThongTinGiaoDich": "le phi h17.12-261122-0001",
}
CONFIRM_TEXT = (
    "CONFIRM|00|CITY|1234567890123456|115000|VND|PP778899|VCB|20261122093500|le phi h17.12-261122-0001|" + SECRET
)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def account(**changes: Any) -> NationalAccount:
    payees = {"*": PAYEE}
    return NationalAccount(
        **{"init_url": "u", "query_url": "u", "partner": "CITY", "secret": SECRET, "payees": payees} | changes
    )


def gateway() -> National:
    return National(account(), Http(), FixedClock(STARTED))


def confirm(**changes: Any) -> bytes:
    told = {**CONFIRM, **changes}
    return json.dumps({**told, "MaXacThuc": authentication_code(told, SIGNED_OF_CONFIRM, SECRET)}).encode()


def refused(body: bytes) -> Judgement:
    with pytest.raises(BadNotice) as caught:
        gateway().read(posted(body))
    return caught.value.judgement


def test_init_is_signed_in_its_order() -> None:
    told = {
        "Ip": "203.0.113.7",
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": "CITY",
        "MaThamChieu": "1234567890123456",
        "SoTien": "115000",
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": "VND",
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": "le phi h17.12-261122-0001",
        "ThoiGianGD": "20261122093000",
        "ThongTinBienLai": {"MaDichVu": "2"},
    }
    text = (
        "INIT|1.0.6|CITY|1234567890123456|115000|PAY|1|1|vi-VN|VND|PAYMENT|le phi h17.12-261122-0001|20261122093000"
        "|203.0.113.7|a-secret-of-the-test"
    )
    assert authentication_code(told, SIGNED_OF_INIT, SECRET) == sha256(text)
    assert sha256(text) == "d46e1c5489d59f06c3734bb1024ac40add28c0873220213cd038ddf043a788fc"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("QUERY", "f196af30eb07694629135bbedb79f3ad13c44c1e96e0cb1f36f45a6fdb59a11d"),
        ("GET_BILL", "0889352f2a6b801f1bced6bf13f96de3934d579822cccb79e3a0906dc1808cf0"),
    ],
)
def test_questions_are_signed_in_their_order(kind: str, expected: str) -> None:
    told = {"LoaiBanTin": kind, "PhienBan": "1.0.6", "MaDoiTac": "CITY", "MaThamChieu": "1234567890123456"}
    text = f"{kind}|1.0.6|CITY|1234567890123456|20261122093000|a-secret-of-the-test"
    made = authentication_code({**told, "ThoiGianGD": "20261122093000"}, SIGNED_OF_QUESTION, SECRET)
    assert made == sha256(text) == expected


def test_vietnamese_is_signed_as_utf_8_and_null_as_nothing() -> None:
    assert authentication_code({"a": "Lệ phí", "b": None}, "a|b|c", "s") == sha256("Lệ phí|||s")


def test_a_value_with_the_separator_is_not_signed() -> None:
    with pytest.raises(ValueError, match="separator"):
        authentication_code({"a": "1|2"}, "a", "s")


def test_a_confirm_is_a_payment() -> None:
    notice = gateway().read(posted(json.dumps({**CONFIRM, "MaXacThuc": sha256(CONFIRM_TEXT)}).encode()))
    assert (notice.code, notice.amount, notice.outcome) == (1_234_567_890_123_456, 115_000, NoticeOutcome.PAID)
    assert notice.provider_ref == "PP778899"
    assert notice.at is not None
    assert notice.at.astimezone(UTC) == datetime(2026, 11, 22, 2, 35, tzinfo=UTC)


def test_a_confirm_of_a_failure_has_its_code() -> None:
    notice = gateway().read(posted(confirm(MaLoi="24", MaGiaoDich=None)))
    assert (notice.outcome, notice.why, notice.provider_ref) == (NoticeOutcome.FAILED, "24", None)


@pytest.mark.parametrize("name", SIGNED_OF_CONFIRM.split("|")[1:])
def test_whatever_is_changed_is_forged(name: str) -> None:
    told = {**CONFIRM, name: "7", "MaXacThuc": sha256(CONFIRM_TEXT)}
    assert refused(json.dumps(told).encode()) is Judgement.FORGED


def test_a_confirm_for_another_partner_is_not_ours() -> None:
    assert refused(confirm(MaDoiTac="OTHER")) is Judgement.FORGED


def test_an_answer_to_a_query_is_no_notice() -> None:
    told = {**CONFIRM, "LoaiBanTin": "QUERY", "TrangThaiGD": "1"}
    told["MaXacThuc"] = authentication_code(told, SIGNED_OF_QUERY_ANSWER, SECRET)
    assert refused(json.dumps(told).encode()) is Judgement.MALFORMED


def test_a_separator_that_moves_a_border_is_forged() -> None:
    moved = {**CONFIRM, "MaGiaoDich": "PP778899|VCB", "MaNganHang": "20261122093500", "ThoiGianGD": "le phi"}
    assert refused(json.dumps({**moved, "MaXacThuc": sha256(CONFIRM_TEXT)}).encode()) is Judgement.FORGED


@pytest.mark.parametrize(
    "change",
    [
        {"SoTien": "x"},
        {"SoTien": True},
        {"SoTien": -5},
        {"SoTien": 10**30},
        {"MaThamChieu": "a"},
        {"MaGiaoDich": ""},
        {"MaGiaoDich": "x" * 65},
        {"MaTienTe": "USD"},
    ],
)
def test_signed_nonsense_is_malformed(change: dict[str, Any]) -> None:
    assert refused(confirm(**change)) is Judgement.MALFORMED


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"LoaiBanTin": "CONFIRM"}', b"\xff", b"[" * 100_000])
def test_what_has_no_signature_to_check_is_malformed(body: bytes) -> None:
    assert refused(body) is Judgement.MALFORMED


def test_every_judgement_has_its_answer() -> None:
    codes = {judgement: json.loads(gateway().reply(judgement).body)["MaLoi"] for judgement in Judgement}
    assert [judgement for judgement, code in codes.items() if code == "00"] == [Judgement.TAKEN, Judgement.REPEATED]


def test_an_answer_comes_off_the_bus_as_it_was_put_on() -> None:
    assert off_the_bus({"error_code": "0", "message": '{"MaLoi": "00"}'}) == {"MaLoi": "00"}


@pytest.mark.parametrize(
    "answer",
    [{"error_code": "1", "message": "{}"}, {"error_code": "0"}, {"error_code": "0", "message": "[]"}],
)
def test_what_the_bus_has_spoilt_is_no_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(Upstream):
        off_the_bus(answer)


@pytest.mark.parametrize(
    "payees",
    [{}, {"H17.12": PAYEE}, {"*": {**PAYEE, "more": "x"}}, {"*": {**PAYEE, "bank": " "}}, {"*": "x"}],
)
def test_an_account_needs_a_payee_for_every_agency(payees: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="payees"):
        account(payees=payees)
