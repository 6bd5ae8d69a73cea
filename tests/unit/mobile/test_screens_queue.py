"""The queue tab: what goes up by itself, what was refused and why, and what is lost by signing out."""

from mobile.services.api_client import RETRY_AFTER_S
from tests.support.phone_data import a_scan
from tests.support.phone_inspector import a_desk, records_sent
from tests.support.phone_screens import run

EVERY_TRY = len(RETRY_AFTER_S) + 1


def test_what_waits_goes_up_by_itself_when_the_network_comes_back():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), a_scan(2), route="/queue")
        assert screen.has("queue.item.scn_1")
        phone.server.is_down = False
        phone.web.emit("online", {"on": True})
        await screen.settle(40)
        assert screen.shows("Đã gửi hết")
        assert sorted(record["id"] for record in records_sent(phone)) == ["scn_1", "scn_2"]
        assert screen.shows("Đã gửi")

    run(story)


def test_what_was_put_there_during_a_try_that_failed_goes_up_right_after_it():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/queue")
        phone.server.is_down = False
        phone.web.emit("online", {"on": True})
        await screen.settle(40)
        phone.server.goes_on.clear()
        phone.server.loses_answers = EVERY_TRY
        for number in (2, 3):
            await phone.web.vault_put(f"queue/scn_{number}", a_scan(number))
            phone.web.emit("scan", {})
            await screen.settle(40)
        assert {record["id"] for record in records_sent(phone)} == {"scn_1", "scn_2"}
        phone.server.goes_on.set()
        await screen.settle(40)
        assert records_sent(phone)[-1]["id"] == "scn_3"
        assert screen.shows("Đã gửi hết")

    run(story)


def test_what_was_put_there_after_the_last_look_goes_up_right_after_it():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/queue")
        phone.server.is_down = False
        # All is sent, and the month's history is being tidied.
        phone.web.history_comes.clear()
        phone.web.emit("online", {"on": True})
        await screen.settle(40)
        assert [record["id"] for record in records_sent(phone)] == ["scn_1"]
        await phone.web.vault_put("queue/scn_2", a_scan(2))
        await phone.app.rounds.send_queue()
        phone.web.history_comes.set()
        await screen.settle(40)
        assert [record["id"] for record in records_sent(phone)] == ["scn_1", "scn_2"]
        assert screen.shows("Đã gửi hết")

    run(story)


def test_lists_that_are_slow_to_come_hold_up_nothing_that_waits_to_go():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/queue")
        phone.web.trust_comes.clear()
        phone.server.is_down = False
        phone.web.emit("online", {"on": True})
        await screen.settle(40)
        assert screen.shows("Đã gửi hết")
        phone.web.trust_comes.set()

    run(story)


def test_a_failed_try_stands_in_words_and_can_be_made_again():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/queue")
        await screen.click("queue.send")
        assert screen.shows("Không kết nối được. Kiểm tra mạng rồi thử lại.")
        phone.server.is_down = False
        await screen.click("queue.send")
        assert screen.shows("Đã gửi hết")

    run(story)


def test_a_refused_record_says_why_and_is_not_counted_as_waiting():
    async def story() -> None:
        scan = {**a_scan(1, state="refused"), "last_error": "scan.id_reused"}
        phone, screen = await a_desk(scan, route="/queue")
        assert screen.shows("đã dùng cho nội dung khác")
        assert not screen.has("queue.send")
        phone.server.is_down = False
        await screen.click("queue.retry.scn_1")
        assert [record["id"] for record in records_sent(phone)] == ["scn_1"]

    run(story)


def test_signing_out_with_unsent_records_asks_a_sharper_question():
    async def story() -> None:
        phone, screen = await a_desk(a_scan(1), route="/me")
        await screen.click("me.signout")
        assert screen.shows("Còn biên bản chưa gửi")
        await screen.click("question.no")
        assert len(await phone.services.queue.items()) == 1

    run(story)
