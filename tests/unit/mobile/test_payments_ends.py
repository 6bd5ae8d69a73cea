"""How paying ends on the phone: failed, run out, transferred, paid elsewhere, exempt, refunded, or not opened."""

from datetime import timedelta

from mobile.services.paying import SLOW_S
from shared_models.errors import DomainError
from tests.support.phone_paying import ORDER, RECEIPT, Cashier, a_second, an_attempt, an_order, at
from tests.support.phone_screens import run
from tests.support.phone_services import API

ATTEMPTS = f"{API}/orders/{ORDER}/attempts"


def test_a_failure_says_why_and_offers_every_way_again():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.vnpay")
        till.end("failed", "51")
        await a_second(phone, screen)
        assert screen.shows("Tài khoản không đủ tiền.")
        assert screen.find("pay.said").label == "Chưa nộp được"
        await screen.click("way.vnpay")
        await screen.settle(20)
        assert screen.has("pay.open")
        ids = {one["id"] for one in till.order["attempts"]}
        assert len(ids) == 2, "another try has another id"

    run(story)


def test_one_that_ran_out_asks_not_to_pay_twice_and_a_new_one_can_be_begun():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.vnpay")
        phone.clock.advance(timedelta(minutes=15))
        till.now = phone.clock.now()
        await a_second(phone, screen)
        assert screen.shows("xin đừng nộp lại")
        await screen.click("way.vnpay")
        await screen.settle(20)
        assert screen.has("pay.open")
        assert len({one["id"] for one in till.order["attempts"]}) == 2

    run(story)


def test_money_that_comes_after_the_attempt_ran_out_still_shows():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.vnpay")
        phone.clock.advance(timedelta(minutes=16))
        await a_second(phone, screen)
        till.pay()
        await a_second(phone, screen)
        await a_second(phone, screen, SLOW_S)
        assert screen.has("pay.settled")

    run(story)


def test_a_transfer_shows_its_code_and_every_part_to_copy():
    async def story() -> None:
        phone, screen, _ = await at(f"/orders/{ORDER}")
        await screen.click("way.bank")
        await screen.settle(20)
        assert screen.has("pay.qr")
        for words in ("Vietcombank", "0011001234567", "BAN QUAN LY AN TOAN", "LE PHI GPLX", "Dùng được đến hết"):
            assert screen.shows(words), words
        names = {name for name in screen.identifiers() if name.startswith("pay.copy.")}
        assert names == {f"pay.copy.{name}" for name in ("bank", "account", "holder", "amount", "purpose")}
        await screen.click("pay.save_qr")
        kept = [args for op, args in phone.web.ops if op == "download"]
        assert [one["name"] for one in kept] == ["vietqr-H17.08-261120-0001.png"]
        assert kept[0]["url"].startswith("data:image/png;base64,")

    run(story)


def test_without_a_network_the_order_stands_as_it_was_told_and_nothing_is_lost():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        await screen.click("way.bank")
        phone.server.is_down = True
        await a_second(phone, screen)
        assert screen.shows("Không mất gì")
        phone.app.go("/dossiers")
        await screen.settle(20)
        phone.services.payments_state.empty()
        phone.app.go(f"/orders/{ORDER}")
        await screen.settle(30)
        assert screen.shows("115.000 đ")
        phone.server.is_down = False
        till.pay()
        await phone.app.paying.open(ORDER)
        await screen.settle(20)
        assert screen.has("pay.settled")

    run(story)


def test_an_order_that_is_over_leads_back_to_the_dossier():
    async def story() -> None:
        _, screen, _ = await at(f"/orders/{ORDER}", Cashier(an_order(state="expired")))
        assert screen.shows("đã hết hiệu lực")
        assert not screen.has("way.vnpay")
        await screen.click("pay.to_dossier")
        await screen.settle(20)
        assert screen.has("dossier.due")

    run(story)


def test_one_paid_elsewhere_meanwhile_is_shown_as_paid():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        till.begin({"id": an_attempt("att_1", "momo")["id"], "gateway": "momo"})
        till.pay()
        phone.server.on("POST", ATTEMPTS, (409, {"code": "order.move_not_allowed"}))
        await screen.click("way.vnpay")
        await screen.settle(20)
        assert screen.has("pay.settled")
        assert screen.shows("MoMo")

    run(story)


def test_an_exemption_of_all_of_it_needs_no_way_to_pay():
    async def story() -> None:
        free = an_order(amount=0, state="paid", method="none", paid_at="2026-11-21T02:00:00Z",
                        receipt={"id": RECEIPT, "number": "26TAA-00000001", "state": "issued"})  # fmt: skip
        _, screen, _ = await at(f"/orders/{ORDER}", Cashier(free))
        assert screen.shows("Được miễn, không phải nộp")
        assert not screen.has("way.vnpay")

    run(story)


def test_a_refund_is_told_as_what_it_is():
    async def story() -> None:
        for state, words in (("refund_pending", "Đang xem xét hoàn trả"), ("refunded", "Đã hoàn trả")):
            back = an_order(state=state, method="momo", paid_at="2026-11-21T02:00:00Z")
            _, screen, _ = await at(f"/orders/{ORDER}", Cashier(back))
            assert screen.shows(words)

    run(story)


def test_an_older_answer_never_undoes_a_newer_one():
    async def story() -> None:
        phone, screen, till = await at(f"/orders/{ORDER}")
        old = dict(till.order)
        await screen.click("way.vnpay")
        till.pay()
        await phone.app.paying.open(ORDER)
        phone.server.on("GET", f"{API}/orders/{ORDER}", (200, old))
        phone.server.cashier = None
        await phone.app.paying.open(ORDER)
        await screen.settle()
        assert screen.has("pay.settled")

    run(story)


def test_an_unsafe_address_is_not_opened_and_says_so():
    async def story() -> None:
        phone, screen, _ = await at(f"/orders/{ORDER}")
        await screen.click("way.vnpay")
        phone.web.answers["pay.open"] = DomainError("pay.address")
        await screen.click("pay.open")
        await screen.settle()
        assert screen.shows("không an toàn")

    run(story)


def test_nothing_of_it_stays_on_screen_behind_a_closed_door():
    async def story() -> None:
        phone, _, _ = await at(f"/orders/{ORDER}")
        assert phone.services.payments_state.orders
        await phone.app.lifecycle.lock()
        assert phone.services.payments_state.orders == ()

    run(story)
