"""Thu phí on screen: money goes back by two persons, and a note stays with the task that it was typed about."""

from tests.support.phone import MemoryServer
from tests.support.phone_payments import DESK, TASK, TaskServer, a_proposal, a_task, a_task_page, a_till, on_task
from tests.support.phone_screens import run

PROPOSED = a_proposal()


def test_sending_money_back_is_proposed_first_and_then_waits_for_somebody_else() -> None:
    async def story() -> None:
        server = TaskServer(a_task_page())
        _, screen = await on_task(server)
        assert screen.shows("Đề nghị chuyển trả")
        await screen.type("collect.note", "Hoàn khoản nộp trùng")
        await screen.click("collect.way.paid_back")
        assert screen.shows("sau khi một người khác trong cơ quan xác nhận")
        await screen.click("question.yes")
        await screen.settle(30)
        (sent,) = server.sent
        assert (sent["way"], "confirms" in sent) == ("paid_back", False)
        _, waiting = await on_task(TaskServer(a_task_page(proposed=PROPOSED)))
        for words in ("Lê Thị Thu", "Hoàn khoản nộp trùng", "Đang chờ một người khác"):
            assert waiting.shows(words), words
        assert not waiting.has("collect.way.paid_back")
        assert waiting.has("collect.way.wrong_row")

    run(story)


def test_a_second_officer_confirms_the_proposal_that_they_read() -> None:
    async def story() -> None:
        server = TaskServer(a_task_page(proposed=PROPOSED, may_confirm=True))
        _, screen = await on_task(server)
        assert screen.shows("Lê Thị Thu")
        assert not screen.shows("Đang chờ một người khác")
        await screen.type("collect.note", "FT26326000111")
        await screen.click("collect.way.paid_back")
        assert screen.shows("Xác nhận chuyển trả tiền?")
        await screen.click("question.yes")
        await screen.settle(30)
        (sent,) = server.sent
        assert (sent["way"], sent["confirms"]) == ("paid_back", PROPOSED["id"])
        for words in ("Người đề nghị", "Người xử lý", "FT26326000111"):
            assert screen.shows(words), words

    run(story)


def test_what_was_typed_about_one_task_is_not_said_of_the_next() -> None:
    async def story() -> None:
        late = a_task_page(**a_task("paid_late"))

        def serve(server: MemoryServer) -> None:
            TaskServer(a_task_page()).serve(server)
            server.on("GET", f"{DESK}/tasks/{late['id']}", lambda _body, _query: (200, late))

        tasks = [a_task(), a_task("paid_late")]
        _, screen = await a_till(tasks, route=f"/collect/tasks/{TASK}", width=1280, serve=serve)
        await screen.type("collect.note", "Chỉ của việc này")
        await screen.click(f"collect.{late['id']}")
        await screen.settle(30)
        assert screen.has("collect.way.accept")
        assert not screen.shows("Chỉ của việc này")
        await screen.click("collect.way.accept")
        assert screen.shows("Hãy ghi chú đã kiểm tra những gì trước khi xử lý.")

    run(story)
