"""The national platform: our adapter and the sandbox, over HTTP; and a server at its address that lies."""

import json
from dataclasses import replace
from typing import Any

import pytest
import requests
from flask import Flask, request

from backend.infra.system import SystemClock
from backend.payments.adapters.http import Http
from backend.payments.adapters.national import National, NationalAccount
from backend.payments.adapters.national_wire import (
    SIGNED_OF_INIT,
    SIGNED_OF_INIT_ANSWER,
    SIGNED_OF_QUERY_ANSWER,
    authentication_code,
)
from backend.payments.ports import Judgement, NoticeOutcome, Paid
from shared_models.clock import city_date
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey
from tests.support.bills import a_bill
from tests.support.gateway_town import Town, query_of, served

NATIONAL = GatewayKey.NATIONAL
SECRET = "a-secret-of-the-test"
PAYEE = {"agency": "000.00.12.H17", "account": "3511010932190", "bank": "970436", "holder": "SO XAY DUNG"}


def account(url: str, **changes: Any) -> NationalAccount:
    return replace(NationalAccount(f"{url}/init", f"{url}/query", "CITY", SECRET, {"*": PAYEE}), **changes)


def test_a_payment_is_found_by_asking_and_told_besides(town: Town) -> None:
    bill, page = town.begun(NATIONAL)
    gateway = town.gateways[NATIONAL]
    assert not gateway.sends_notices
    assert "115.000" in requests.get(page, timeout=5).text
    assert gateway.query(bill, {}).outcome is NoticeOutcome.PENDING
    back = town.press(page, "paid")
    asked = gateway.query(bill, {})
    assert (asked.code, asked.amount, asked.outcome) == (bill.code, 115_000, NoticeOutcome.PAID)
    assert town.hear(1) == [Judgement.TAKEN]
    assert town.city.heard[0][1] == asked
    assert back == f"{town.city_url}/pay/return?MaThamChieu={bill.code}"
    assert query_of(back) == {"MaThamChieu": str(bill.code)}


@pytest.mark.parametrize("outcome", ["cancelled", "no_money", "expired"])
def test_what_was_not_paid_has_failed(town: Town, outcome: str) -> None:
    bill, page = town.begun(NATIONAL)
    town.press(page, outcome)
    asked = town.gateways[NATIONAL].query(bill, {})
    assert (asked.outcome, asked.why, asked.amount) == (NoticeOutcome.FAILED, "4", bill.amount)
    assert town.hear(1) == [Judgement.TAKEN]
    notice = town.city.heard[0][1]
    assert notice is not None
    assert (notice.outcome, notice.provider_ref) == (NoticeOutcome.FAILED, None)
    assert town.city.paid == {}


def test_the_answer_that_was_lost_is_asked_for_again(town: Town) -> None:
    bill, page = town.begun(NATIONAL)
    again = town.gateways[NATIONAL].start(replace(bill, source="198.51.100.4"))
    assert again.url == page
    with pytest.raises(Upstream, match=r"gateway\.refused") as caught:
        town.gateways[NATIONAL].start(replace(bill, amount=116_000))
    assert caught.value.params["why"] == "02"


def test_confirms_come_again_late_twice_and_out_of_order(town: Town) -> None:
    first, page = town.begun(NATIONAL)
    town.city.broken = 1
    town.press(page, "paid", "twice")
    assert sorted(town.hear(3)) == [Judgement.BROKEN, Judgement.REPEATED, Judgement.TAKEN]
    late, page = town.begun(NATIONAL)
    town.press(page, "paid", "late", "0.4")
    assert town.gateways[NATIONAL].query(late, {}).outcome is NoticeOutcome.PAID
    assert town.hear(4)[3:] == [Judgement.TAKEN]
    mixed, page = town.begun(NATIONAL)
    town.press(page, "paid", "failure_after")
    assert town.hear(6)[4:] == [Judgement.TAKEN, Judgement.REPEATED]
    assert set(town.city.paid) == {first.code, late.code, mixed.code}


def test_a_forged_confirm_and_a_wrong_amount_pay_nothing(town: Town) -> None:
    bill, _ = town.begun(NATIONAL)
    assert town.control(NATIONAL, bill, "none", "forged") is None
    assert town.hear(1) == [Judgement.FORGED]
    town.until(lambda: town.told(NATIONAL, bill)["deliveries"][0]["is_done"])
    assert '"97"' in town.told(NATIONAL, bill)["deliveries"][0]["answers"][0]["body"]
    assert town.control(NATIONAL, bill, "paid", "wrong_amount") is None
    assert town.hear(2)[1] is Judgement.WRONG_AMOUNT
    town.until(lambda: bool(town.told(NATIONAL, bill)["deliveries"][1]["answers"]))
    assert '"04"' in town.told(NATIONAL, bill)["deliveries"][1]["answers"][0]["body"]
    assert town.city.paid == {}


def test_the_days_statement_has_what_was_paid(town: Town) -> None:
    bill, page = town.begun(NATIONAL)
    town.press(page, "paid", "never")
    day = city_date(SystemClock().now()).isoformat()
    content = requests.get(f"{town.url}/national/statement/{day}.csv", timeout=5).content
    rows = town.gateways[NATIONAL].statement(content)
    asked = town.gateways[NATIONAL].query(bill, {})
    assert [(row.code, row.amount, row.provider_ref) for row in rows] == [(bill.code, 115_000, asked.provider_ref)]


def test_money_goes_back_by_hand(town: Town) -> None:
    with pytest.raises(Upstream, match=r"gateway\.refused"):
        town.gateways[NATIONAL].refund(Paid(a_bill(), "1", {}, SystemClock().now()), "rfd_1", "nop nham")


def test_the_sandbox_refuses_what_is_not_signed(town: Town) -> None:
    ours: NationalAccount = town.accounts[NATIONAL]
    bill = town.bill(NATIONAL)
    for wrong in ({"secret": "other"}, {"partner": "other"}):
        stranger = National(replace(ours, **wrong), Http(), SystemClock())  # type: ignore[arg-type]
        for ask in (stranger.start, lambda it, who=stranger: who.query(it, {})):
            with pytest.raises(Upstream, match=r"gateway\.refused") as caught:
                ask(bill)
            assert caught.value.params["why"] == "97"
    with pytest.raises(Upstream, match=r"gateway\.refused") as caught:
        town.gateways[NATIONAL].query(bill, {})
    assert caught.value.params["why"] == "01"
    bodies: list[Any] = [[], {}, {"LoaiBanTin": "INIT"}]
    for body in bodies:
        assert requests.post(ours.init_url, json=body, timeout=5).json()["MaLoi"] == "99"
    assert town.parties["national"].ledger.all("national") == []


def listened(told: dict[str, Any], heard: list[Any]) -> Flask:
    app = Flask("lying")

    @app.post("/<what>")
    def answer(what: str) -> dict[str, Any]:
        heard.append((what, request.get_json(), request.headers.get("Authorization")))
        return told

    return app


def init_answer(**changes: Any) -> dict[str, Any]:
    told = {
        "MaLoi": "00",
        "MaDoiTac": "CITY",
        "MaThamChieu": str(a_bill().code),
        "UrlThanhToan": "https://pay.example.vn/1",
        "ThoiGianGD": "20261122093001",
    } | changes
    return {**told, "MaXacThuc": authentication_code(told, SIGNED_OF_INIT_ANSWER, SECRET)}


def test_an_init_says_what_is_paid_and_to_whom_but_never_who_pays() -> None:
    heard: list[Any] = []
    with served(listened(init_answer(), heard)) as url:
        started = National(account(url, access_token="bus-token"), Http(), SystemClock()).start(a_bill())
    assert started.url == "https://pay.example.vn/1"
    what, told, token = heard[0]
    assert (what, token) == ("init", "Bearer bus-token")
    receipt = told.pop("ThongTinBienLai")
    text = (
        "INIT|1.0.6|CITY|1234567890123456|115000|PAY|1|1|vi-VN|VND|PAYMENT|"
        "Le phi H17.12-261122-0001 Cap doi giay phep lai xe|20261122093000|203.0.113.7"
    )
    assert "|".join(told[name] for name in SIGNED_OF_INIT.split("|")) == text
    assert told["MaXacThuc"] == authentication_code(told, SIGNED_OF_INIT, SECRET)
    assert receipt == {
        "MaDichVu": "2",
        "MaDVC": "3.000347.01",
        "TenDVC": "Cấp đổi giấy phép lái xe",
        "MaTTHC": "3.000347",
        "TenTTHC": "Cấp đổi giấy phép lái xe",
        "MaDonVi": "000.00.12.H17",
        "TenDonVi": "Sở Xây dựng",
        "MaHoSo": "H17.12-261122-0001",
        "TKThuHuong": "3511010932190",
        "MaNHThuHuong": "970436",
        "TenTKThuHuong": "SO XAY DUNG",
        "NoiDungThanhToan": "Lệ phí H17.12-261122-0001: Cấp đổi giấy phép lái xe",
        "HoTenNguoiNop": "",
        "SoCMNDNguoiNop": "",
        "DiaChiNguoiNop": "",
        "PhiLePhi": [
            {
                "LoaiPhiLePhi": "Phi",
                "MaPhiLePhi": "3.000347.01",
                "TenPhiLePhi": "Lệ phí cấp giấy phép",
                "SoTien": "115000",
            }
        ],
        "DSKhoanNop": [{"NoiDung": "Lệ phí cấp giấy phép", "SoTien": "115000"}],
    }


def test_an_answer_that_came_over_a_service_bus_is_checked_like_any_other() -> None:
    for message, is_believed in (
        (init_answer(), True),
        ({**init_answer(), "UrlThanhToan": "https://evil.example"}, False),
    ):
        wrapped = {"error_code": "0", "message": json.dumps(message)}
        with served(listened(wrapped, [])) as url:
            gateway = National(account(url), Http(), SystemClock())
            if is_believed:
                assert gateway.start(a_bill()).url == "https://pay.example.vn/1"
                continue
            with pytest.raises(Upstream, match=r"gateway\.answer"):
                gateway.start(a_bill())


@pytest.mark.parametrize(
    "told",
    [
        {**init_answer(), "UrlThanhToan": "https://evil.example/1"},
        {**init_answer(), "MaXacThuc": None},
        init_answer(MaThamChieu="7"),
        init_answer(UrlThanhToan=""),
        init_answer(MaLoi="05"),
        {"error_code": "0", "message": "nonsense"},
        {},
    ],
)
def test_a_page_that_the_platform_did_not_sign_for_is_not_gone_to(told: dict[str, Any]) -> None:
    with served(listened(told, [])) as url, pytest.raises(Upstream):
        National(account(url), Http(), SystemClock()).start(a_bill())


def query_answer(order: str = SIGNED_OF_QUERY_ANSWER, **changes: Any) -> dict[str, Any]:
    told = {
        "LoaiBanTin": "QUERY",
        "MaLoi": "00",
        "MaDoiTac": "CITY",
        "MaThamChieu": str(a_bill().code),
        "SoTien": "115000",
        "MaTienTe": "VND",
        "MaGiaoDich": "PP1",
        "MaNganHang": "VCB",
        "ThoiGianGD": "20261122093500",
        "ThongTinGiaoDich": "le phi",
        "TrangThaiGD": "1",
    } | changes
    return {**told, "MaXacThuc": authentication_code(told, order, SECRET)}


def asked_of(told: dict[str, Any], **changes: Any) -> Any:
    with served(listened(told, [])) as url:
        return National(account(url, **changes), Http(), SystemClock()).query(a_bill(), {})


@pytest.mark.parametrize(
    ("state", "outcome"),
    [("1", "paid"), (1, "paid"), ("3", "pending"), ("4", "failed"), ("9", "pending"), ("", "pending")],
)
def test_the_state_of_a_payment_is_the_platforms(state: Any, outcome: str) -> None:
    assert asked_of(query_answer(TrangThaiGD=state)).outcome == outcome


def test_what_an_answer_is_signed_over_is_data_of_the_account() -> None:
    order = "MaLoi|TrangThaiGD|MaThamChieu|SoTien|MaGiaoDich|MaTienTe"
    assert asked_of(query_answer(order), signed_of_query_answer=order).outcome is NoticeOutcome.PAID
    with pytest.raises(Upstream, match=r"gateway\.answer"):
        asked_of(query_answer(order))


@pytest.mark.parametrize(
    "told",
    [
        {**query_answer(TrangThaiGD="4"), "TrangThaiGD": "1"},
        {**query_answer(), "SoTien": "1"},
        query_answer(MaThamChieu="7"),
        query_answer(MaGiaoDich=""),
        query_answer(SoTien="1.5"),
        query_answer(MaTienTe="USD"),
        query_answer(MaLoi="05"),
        {},
    ],
)
def test_an_answer_that_is_not_signed_for_this_order_is_not_believed(told: dict[str, Any]) -> None:
    with pytest.raises(Upstream):
        asked_of(told)
