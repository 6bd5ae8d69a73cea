"""Receipts in the app, and a stall's own QR: what the phone keeps, and what works with no network."""

from typing import Any

import flet as ft
import pytest

from mobile.screens.citizen.payments.merchant import amount_in
from mobile.screens.citizen.payments.stall_form import banks_like
from mobile.state.payments import Stall
from shared_models.errors import Upstream
from shared_models.ids import new_id
from shared_models.payment.banks import BANKS
from shared_models.payment.vietqr import VietQr, parse_vietqr
from shared_models.schemas.payments import GatewayListSchema, OrderSchema
from shared_models.schemas.receipts import ReceiptPageSchema
from tests.support.flet_harness import Screen
from tests.support.phone_data import CITIZEN, PIN, Phone, serve_citizen, signed_in
from tests.support.phone_paying import WAYS, Cashier, a_receipt
from tests.support.phone_screens import enter, opened, run
from tests.support.phone_services import API, serve_services

STALL = Stall("970436", "0011001234567", "QUÁN BÀ MUA")


async def at(route: str, *receipts: dict[str, Any], stall: Stall | None = None) -> tuple[Phone, Screen]:
    phone = Phone()
    serve_citizen(phone.server, [], [])
    serve_services(phone.server)
    phone.server.on("GET", f"{API}/receipts", (200, {"items": list(receipts), "next_cursor": None}))
    await signed_in(phone, CITIZEN)
    if stall is not None:
        await phone.services.payments.keep_stall(stall)
    await phone.web.vault_lock()
    screen = await opened(phone, route)
    await enter(screen, PIN)
    await screen.settle(20)
    return phone, screen


def test_receipts_tell_amount_agency_number_and_day_and_open_as_pdf():
    async def story() -> None:
        receipt = a_receipt(7)
        phone, screen = await at("/me/receipts", receipt)
        for words in ("115.000 đ", "Ban Quản lý An toàn thực phẩm", "26TAA-00000007", "21/11/2026"):
            assert screen.shows(words), words
        phone.server.on("GET", f"{API}/receipts/{receipt['id']}.pdf", (200, b"%PDF-1.7 sealed"))
        await screen.click(f"receipts.save.{receipt['id']}")
        assert phone.web.saved == [("bien-lai-26TAA-00000007.pdf", b"%PDF-1.7 sealed")]

    run(story)


def test_cancelled_and_replaced_ones_are_marked():
    async def story() -> None:
        _, screen = await at(
            "/me/receipts", a_receipt(1, state="cancelled"), a_receipt(2, state="replaced"), a_receipt(3)
        )
        assert screen.texts().count("Đã hủy") == 1
        assert screen.texts().count("Đã thay thế") == 1

    run(story)


def test_a_replaced_one_leads_to_the_new_one_and_each_names_the_other():
    async def story() -> None:
        new = a_receipt(2, replaces=a_receipt(1)["id"])
        old = a_receipt(1, state="replaced", replaced_by=new["id"])
        phone, screen = await at("/me/receipts", new, old)
        assert screen.texts().count("26TAA-00000001") == 2, "its own, and what the new one replaces"
        phone.server.on("GET", f"{API}/receipts/{new['id']}.pdf", (200, b"%PDF-1.7 new"))
        await screen.click(f"receipts.new.{old['id']}")
        assert phone.web.saved == [("bien-lai-26TAA-00000002.pdf", b"%PDF-1.7 new")]
        assert not screen.has(f"receipts.new.{new['id']}")

    run(story)


def test_its_data_can_be_had_for_books():
    async def story() -> None:
        receipt = a_receipt(7)
        phone, screen = await at("/me/receipts", receipt)
        phone.server.on("GET", f"{API}/receipts/{receipt['id']}.xml", (200, b"<BienLai/>"))
        await screen.click(f"receipts.xml.{receipt['id']}")
        assert phone.web.saved == [("bien-lai-26TAA-00000007.xml", b"<BienLai/>")]

    run(story)


def test_without_a_network_what_was_opened_before_opens_as_long_as_it_stands_so():
    async def story() -> None:
        receipt, other = a_receipt(7), a_receipt(8)
        phone, screen = await at("/me/receipts", receipt, other)
        phone.server.on("GET", f"{API}/receipts/{receipt['id']}.pdf", (200, b"%PDF-1.7 sealed"))
        await screen.click(f"receipts.save.{receipt['id']}")
        phone.server.is_down = True
        payments = phone.services.payments
        assert await payments.receipt_file(receipt["id"], "issued", "pdf") == b"%PDF-1.7 sealed"
        for never in (
            (other["id"], "issued", "pdf"),
            (receipt["id"], "issued", "xml"),
            (receipt["id"], "replaced", "pdf"),
        ):
            with pytest.raises(Upstream):
                await payments.receipt_file(*never)

    run(story)


def test_a_full_phone_gives_the_file_all_the_same():
    async def story() -> None:
        receipt = a_receipt(7)
        phone, screen = await at("/me/receipts", receipt)
        phone.server.on("GET", f"{API}/receipts/{receipt['id']}.pdf", (200, b"%PDF-1.7 sealed"))
        phone.web.full = True
        await screen.click(f"receipts.save.{receipt['id']}")
        assert [content for _, content in phone.web.saved] == [b"%PDF-1.7 sealed"]

    run(story)


def test_every_page_of_them_is_fetched():
    async def story() -> None:
        phone, screen = await at("/me/receipts")
        pages = {None: ([a_receipt(1)], "next"), "next": ([a_receipt(2)], None)}

        def page(_body: Any, query: dict[str, str]) -> tuple[int, Any]:
            items, cursor = pages[query.get("cursor")]
            return 200, {"items": items, "next_cursor": cursor}

        phone.server.on("GET", f"{API}/receipts", page)
        await phone.app.paying.fill_receipts()
        await screen.settle()
        assert [receipt.number for receipt in phone.services.payments_state.receipts] == ["00000001", "00000002"]

    run(story)


def test_none_yet_says_where_they_come_from():
    async def story() -> None:
        _, screen = await at("/me/receipts")
        assert screen.shows("Chưa có biên lai")
        await screen.click("receipts.dossiers")
        assert screen.has("dossiers.refresh")

    run(story)


def test_without_a_network_those_read_last_stay_with_their_time():
    async def story() -> None:
        phone, screen = await at("/me/receipts", a_receipt(1))
        phone.app.go("/me")
        await screen.settle()
        phone.server.is_down = True
        phone.services.payments_state.empty()
        phone.app.go("/me/receipts")
        await screen.settle(30)
        assert screen.shows("26TAA-00000001")
        assert screen.shows("Danh sách lúc 09:30")
        phone.server.is_down = False
        await screen.click("receipts.again")
        await screen.settle()
        assert not screen.has("receipts.again")

    run(story)


def test_a_stall_is_set_up_once_and_kept_on_this_phone_alone():
    async def story() -> None:
        phone, screen = await at("/me/merchant")
        before = len(phone.server.requests)
        await screen.type("bank.search", "ngoai thuong")
        await screen.click("bank.970436")
        await screen.type("stall.account", "0011 0012 34567")
        await screen.type("stall.name", "QUÁN BÀ MUA")
        await screen.click("stall.save")
        await screen.settle()
        assert screen.has("till.amount")
        assert await phone.services.payments.stall() == STALL
        assert len(phone.server.requests) == before, "nothing of it leaves the phone"

    run(story)


def test_an_impossible_account_is_not_kept():
    async def story() -> None:
        phone, screen = await at("/me/merchant")
        await screen.click("bank.970425")
        await screen.type("stall.account", "12-34")
        await screen.click("stall.save")
        assert screen.shows("Số tài khoản hoặc số thẻ chưa đúng")
        assert await phone.services.payments.stall() is None

    run(story)


async def shown_code(phone: Phone, screen: Screen) -> str:
    """The text of the code on screen: the memory phone draws it as itself."""
    await screen.settle()
    pictures = [one for one in screen.controls() if isinstance(one, ft.Image) and isinstance(one.src, bytes)]
    return pictures[-1].src.removeprefix(b"PNG").removesuffix(b"1080").decode()


def test_an_amount_makes_its_code_at_once_with_no_network():
    async def story() -> None:
        phone, screen = await at("/me/merchant", stall=STALL)
        phone.server.is_down = True
        assert not screen.has("pay.qr")
        await screen.type("till.amount", "85.000")
        await screen.type("till.purpose", "Mì Quảng")
        code = parse_vietqr(await shown_code(phone, screen))
        assert code == VietQr("970436", "0011001234567", 85_000, purpose="MI QUANG")
        assert screen.shows("85.000 đ")
        assert screen.shows("không biết tiền đã đến hay chưa")

    run(story)


def test_without_an_amount_the_code_is_static():
    async def story() -> None:
        phone, screen = await at("/me/merchant", stall=STALL)
        await screen.type("till.amount", "85000")
        await screen.choose("till.way", "without")
        code = await shown_code(phone, screen)
        assert code.startswith("000201010211")
        assert parse_vietqr(code).amount is None
        assert screen.shows("Khách tự nhập số tiền")

    run(story)


def test_the_screen_stays_on_while_a_code_is_shown():
    async def story() -> None:
        phone, screen = await at("/me/merchant", stall=STALL)
        await screen.choose("till.way", "without")
        await screen.settle()
        assert ("wakelock.set", {"on": True}) in phone.web.ops

    run(story)


def test_a_locked_phone_shows_no_account():
    async def story() -> None:
        phone, _ = await at("/me/merchant", stall=STALL)
        assert phone.services.payments_state.stall == STALL
        await phone.app.lifecycle.lock()
        assert phone.services.payments_state.stall is None

    run(story)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("115.000", 115_000), ("115 000", 115_000), ("115000", 115_000), ("", 0), ("đ", 0), ("9" * 20, 10**13 - 1)],
)
def test_amounts_are_read_as_people_type_them(typed: str, amount: int):
    assert amount_in(typed) == amount


@pytest.mark.parametrize(
    ("query", "found"),
    [("ngoai thuong", "970436"), ("NGOẠI THƯƠNG", "970436"), ("vietcom", "970436"), ("acb", "970416")],
)
def test_a_bank_is_found_by_either_name_without_marks(query: str, found: str):
    assert [bank.bin for bank in banks_like(query)] == [found]


def test_every_bank_is_listed_once_and_unknown_ones_are_not():
    assert {bank.bin for bank in banks_like("")} == set(BANKS)
    assert banks_like("ngân hàng trên mây") == []


def test_what_these_tests_tell_the_phone_is_what_the_server_may_tell():
    till = Cashier()
    for number, way in enumerate(("vnpay", "bank"), start=1):
        till.begin({"id": new_id("att", bytes([number]) * 17), "gateway": way})
        OrderSchema().load(till.order)
    till.pay()
    OrderSchema().load(till.order)
    GatewayListSchema().load({"items": WAYS})
    ReceiptPageSchema().load({"items": [*till.receipts, a_receipt(2, state="cancelled")], "next_cursor": None})
