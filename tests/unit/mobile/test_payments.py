"""Paying from the citizen's phone, as a whole app without Flutter: from the dossier to the receipt."""

import asyncio

from mobile.services.api_client import RETRY_AFTER_S
from mobile.services.paying import QUICK, SLOW_S
from shared_models.clock import FixedClock
from shared_models.ids import is_id
from tests.support.phone import NOW, MemoryWeb
from tests.support.phone_data import CITIZEN, PIN, Phone, serve_citizen, signed_in
from tests.support.phone_paying import (
    ORDER,
    PAGES,
    CountingServer,
    a_second,
    at,
    owing,
)
from tests.support.phone_screens import enter, opened, run
from tests.support.phone_services import API, serve_services

ATTEMPTS = f"{API}/orders/{ORDER}/attempts"


def test_a_dossier_says_what_is_due_and_leads_to_paying():
    async def story() -> None:
        _, screen, _ = await at("/dossiers/dos_1")
        assert screen.shows("115.000 đ")
        assert screen.shows("Nộp 115.000 đ")
        assert screen.shows("Việc của bạn: nộp lệ phí ở trên")
        await screen.click("dossier.pay")
        await screen.settle(20)
        assert screen.has("pay.amount")
        for words in ("115.000 đ", "135.000 đ", "được giảm 20.000 đ", "Ban Quản lý An toàn", "H17.08-261120-0001"):
            assert screen.shows(words), words

    run(story)


def test_a_payment_that_was_asked_for_is_paid_by_the_same_button():
    async def story() -> None:
        asks = {"kind": "payment", "asked_at": "2026-11-21T01:00:00Z", "answer_by": None, "items": [], "note": None,
                "amount": 50_000}  # fmt: skip
        _, screen, _ = await at("/dossiers/dos_1", status=6, waits_for="payment", asks=asks)
        assert screen.shows("Nộp 50.000 đ")
        assert [name for name in screen.identifiers() if name == "dossier.pay"] == ["dossier.pay"]
        assert screen.shows("Nộp tại quầy một cửa")

    run(story)


def test_nothing_is_asked_of_one_that_is_paid_or_withdrawn():
    async def story() -> None:
        for changes in ({"payment": "paid"}, {"payment": "waived"}, {"status": 7}):
            clock = FixedClock(NOW)
            phone = Phone(MemoryWeb(clock), CountingServer(clock))
            serve_citizen(phone.server, [], [])
            serve_services(phone.server, owing() | changes)
            await signed_in(phone, CITIZEN)
            await phone.web.vault_lock()
            screen = await opened(phone, "/dossiers/dos_1")
            await enter(screen, PIN)
            await screen.settle(20)
            assert screen.has("dossier.due")
            assert not screen.has("dossier.pay"), changes

    run(story)


def test_every_rule_that_was_weighed_is_told_with_its_basis_once_unfolded():
    async def story() -> None:
        _, screen, _ = await at(f"/orders/{ORDER}")
        assert not screen.shows("TT 63/2023/TT-BTC")
        await screen.click("pay.why")
        assert screen.shows("Căn cứ: NQ 66.22/2026/NQ-CP")
        assert screen.shows("Căn cứ: TT 63/2023/TT-BTC")
        assert screen.shows("Theo quy định này phải nộp: 121.500 đ")
        assert screen.texts().count("Đã áp dụng") == 1

    run(story)


def test_a_page_opens_beside_the_app_and_paid_shows_within_two_seconds():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.vnpay")
        await screen.settle()
        opening = ("pay.open", {"url": f"{PAGES}vnpay", "order": ORDER})
        assert opening not in phone.web.ops, "no window without a tap for it"
        await screen.click("pay.open")
        assert opening in phone.web.ops
        assert screen.shows("Lượt nộp này còn")
        till.pay()
        await a_second(phone, screen)
        await a_second(phone, screen)
        assert screen.has("pay.settled")
        assert screen.find("pay.said").label == "Đã nộp 115.000 đ"
        assert screen.find("pay.said").live_region is True
        assert screen.shows("00000001")
        await screen.click("pay.see_receipt")
        assert phone.web.saved == [("bien-lai-26TAA-00000001.pdf", b"%PDF-1.7 receipt")]
        await screen.click("pay.to_dossier")
        await screen.settle(20)
        assert screen.has("dossier.due")

    run(story)


def test_while_nothing_changes_only_the_etag_travels_and_after_a_quarter_of_an_hour_seldom():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.vnpay")
        for _ in range(5):
            await a_second(phone, screen)
        assert till.looks >= 5
        assert till.fresh_looks <= 3, "the page, the first look, and the look after the attempt began"
        phone.clock.advance(QUICK)
        await a_second(phone, screen)
        before = till.looks
        await a_second(phone, screen)
        assert till.looks == before, "no longer every second"
        await a_second(phone, screen, SLOW_S)
        assert till.looks == before + 1

    run(story)


def test_hidden_it_asks_nothing_and_back_again_at_once():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.momo")
        await a_second(phone, screen)
        phone.web.emit("visible", {"on": False})
        await screen.settle()
        await a_second(phone, screen)
        before = till.looks
        for _ in range(3):
            await a_second(phone, screen)
        assert till.looks == before
        till.pay()
        phone.web.emit("visible", {"on": True})
        await screen.settle()
        await a_second(phone, screen)
        assert screen.has("pay.settled")

    run(story)


def test_nothing_is_asked_before_an_attempt_begins_or_after_the_page_is_left():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        before = till.looks
        await a_second(phone, screen)
        assert till.looks == before
        await screen.click("way.vnpay")
        phone.app.go("/dossiers")
        await screen.settle(20)
        before = till.looks
        for _ in range(3):
            await a_second(phone, screen)
        assert till.looks == before

    run(story)


def test_leaving_and_coming_back_finds_the_same_attempt():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.vnpay")
        phone.app.go("/dossiers")
        await screen.settle(20)
        phone.app.go(f"/orders/{ORDER}")
        await screen.settle(20)
        assert screen.has("pay.open")
        await screen.click("pay.other_way")
        await screen.click("way.vnpay")
        assert screen.has("pay.open")
        assert len(till.order["attempts"]) == 1

    run(story)


def test_two_taps_and_a_cut_line_make_one_attempt():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await phone.app.paying.open(ORDER)
        phone.server.loses_answers = len(RETRY_AFTER_S) + 1
        await screen.click("way.vnpay")
        await screen.settle(20)
        assert screen.shows("Không kết nối được")
        await screen.click("way.vnpay")
        await screen.settle(20)
        assert screen.has("pay.open")
        bodies = {request.body for request in phone.server.asked("POST", ATTEMPTS)}
        assert len(bodies) == 1, "the same id each time"
        assert len(till.order["attempts"]) == 1
        assert is_id(till.order["attempts"][0]["id"], "att")

    run(story)


def test_two_taps_at_once_make_one_attempt():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        phone.server.goes_on.clear()
        taps = [asyncio.create_task(screen.click(name)) for name in ("way.vnpay", "way.vnpay", "way.momo")]
        await screen.settle(20)
        assert screen.shows("Đang mở…")
        phone.server.goes_on.set()
        await asyncio.gather(*taps)
        await screen.settle(20)
        assert [one["gateway"] for one in till.order["attempts"]] == ["vnpay"]

    run(story)
