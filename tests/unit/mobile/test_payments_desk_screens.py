"""Thu phí on screen: what is offered, what is sent once, what a wide screen keeps beside each other."""

import asyncio
from typing import Any

from shared_models.errors import Invalid
from shared_models.schemas.payments_desk import StatementImportSchema
from tests.support.phone import MemoryServer
from tests.support.phone_counter import PagePapers
from tests.support.phone_desk import an_officer
from tests.support.phone_payments import (
    DESK,
    PAYER,
    REFERENCE,
    TASK,
    TaskServer,
    a_card,
    a_collector,
    a_statement,
    a_statement_page,
    a_task,
    a_task_page,
    a_till,
    on_task,
)
from tests.support.phone_screens import run

ORDER = a_card()["id"]
Json = dict[str, Any]


def test_who_collects_only_begins_there_and_has_no_dossiers() -> None:
    async def story() -> None:
        _, screen = await a_till([a_task()], route="/")
        assert screen.shows("Tiền về chưa được ghi nhận · 1")
        assert screen.has("tab.collect")
        assert not screen.has("tab.desk")
        assert not screen.has("tab.search")

    run(story)


def test_the_tab_is_only_for_those_with_the_duty() -> None:
    async def story() -> None:
        _, screen = await a_till([], route="/", user=an_officer())
        assert screen.has("tab.desk")
        assert not screen.has("tab.collect")
        _, both = await a_till([], route="/", user=a_collector("dossiers:read"))
        assert both.has("tab.desk")
        assert both.has("tab.collect")

    run(story)


def test_lines_say_amount_way_dossier_and_age_and_nobodys_name() -> None:
    async def story() -> None:
        _, screen = await a_till([a_task(), a_task("paid_late", days=0, order=None)])
        for words in ("700.000 đ", f"Chuyển khoản VietQR · {REFERENCE}", "Đã chờ 2 ngày", "Mới hôm nay"):
            assert screen.shows(words), words
        assert screen.shows("chưa rõ hồ sơ nào")
        assert not screen.shows(PAYER)

    run(story)


def test_nothing_to_do_is_said_kindly() -> None:
    async def story() -> None:
        _, screen = await a_till([])
        assert screen.shows("Không còn việc nào")

    run(story)


def test_both_sides_of_a_task_are_shown() -> None:
    async def story() -> None:
        _, screen = await on_task(TaskServer(a_task_page()))
        for words in (PAYER, REFERENCE, "4100200300400", "FT26325001987", "dòng 7", "Đã hết thời gian"):
            assert screen.shows(words), words

    run(story)


def test_a_task_is_settled_with_a_note_and_after_a_second_question() -> None:
    async def story() -> None:
        server = TaskServer(a_task_page())
        _, screen = await on_task(server)
        await screen.click("collect.way.count")
        assert screen.shows("Hãy ghi chú đã kiểm tra những gì trước khi xử lý.")
        await screen.type("collect.note", "Ngân hàng xác nhận FT26325001987")
        await screen.click("collect.way.count")
        assert server.sent == []
        await screen.click("question.yes")
        await screen.settle(30)
        (sent,) = server.sent
        assert (sent["way"], sent["note"]) == ("count", "Ngân hàng xác nhận FT26325001987")
        assert not screen.has("collect.way.count")
        assert screen.shows("Người xử lý")

    run(story)


def test_a_lost_answer_settles_with_the_same_id() -> None:
    async def story() -> None:
        server = TaskServer(a_task_page())
        phone, screen = await on_task(server)
        await screen.type("collect.note", "đã hỏi ngân hàng")
        await screen.click("collect.way.wrong_row")
        phone.server.loses_answers = 1
        await screen.click("question.yes")
        await asyncio.sleep(0)
        await screen.settle(60)
        assert len({body["id"] for body in server.sent}) == 1

    run(story)


def test_money_without_an_attempt_cannot_be_counted_here_either() -> None:
    async def story() -> None:
        page = a_task_page(attempt=None, order=None, payer=None)
        _, screen = await on_task(TaskServer(page))
        assert not screen.has("collect.way.count")
        assert screen.has("collect.way.wrong_row")
        assert screen.shows("Không tìm thấy lần thanh toán nào")

    run(story)


def test_a_wide_screen_keeps_the_list_beside_the_task() -> None:
    async def story() -> None:
        _, screen = await on_task(TaskServer(a_task_page()), width=1280)
        assert screen.has(f"collect.{TASK}")
        assert screen.has("collect.note")
        assert screen.has("collect.section.statements")

    run(story)


def test_a_statement_shows_first_what_does_not_match() -> None:
    async def story() -> None:
        page = a_statement_page()

        def serve(server: MemoryServer) -> None:
            server.on("GET", f"{DESK}/statements/{page['id']}", (200, page))

        _, screen = await a_till([], route=f"/collect/statements/of/{page['id']}", serve=serve)
        texts = screen.texts()
        assert texts.index("Cần xem") < texts.index("Không cần làm gì")
        assert screen.shows("Đã ghi thu, sao kê không có")
        assert screen.shows("NOP PHI CHO CON")
        assert not screen.has("collect.row.64"), "nobody has to look at it"

    run(story)


def test_a_row_that_does_not_match_leads_to_its_task() -> None:
    async def story() -> None:
        server, page = TaskServer(a_task_page()), a_statement_page()

        def serve(memory: MemoryServer) -> None:
            server.serve(memory)
            memory.on("GET", f"{DESK}/statements/{page['id']}", (200, page))

        task = a_task_page()
        page["rows"][0]["task_id"] = task["id"]
        _, screen = await a_till([a_task()], route=f"/collect/statements/of/{page['id']}", serve=serve)
        await screen.click(f"collect.row.{page['rows'][0]['line']}")
        await screen.settle(40)
        assert screen.has("collect.note")

    run(story)


def test_a_statement_is_chosen_and_sent_with_its_gateway_and_day() -> None:
    async def story() -> None:
        sent: list[Json] = []

        def take(body: Json, _query: Json) -> tuple[int, Json]:
            loaded = StatementImportSchema().load(body)
            sent.append(loaded)
            return 200, a_statement_page()

        def serve(server: MemoryServer) -> None:
            server.on("POST", f"{DESK}/statements", take)
            server.on("GET", f"{DESK}/statements/{a_statement()['id']}", (200, a_statement_page()))

        phone, screen = await a_till([], route="/collect/statements/new", serve=serve)
        papers = PagePapers(phone.web)
        papers.content = b"provider_ref,code,amount,paid_at,text\n"
        await screen.click("collect.gateway.momo")
        await screen.type("collect.day", "20/11/2026")
        await screen.click("collect.pick")
        await screen.settle(10)
        await screen.click("collect.bring")
        await screen.settle(60)
        (body,) = sent
        assert (body["gateway"], body["day"].isoformat()) == ("momo", "2026-11-20")
        assert body["content"] == papers.content
        assert papers.held == {}, "nothing of it stays on the machine"
        assert screen.shows("Dòng chưa khớp")

    run(story)


def test_a_file_that_cannot_be_read_names_its_line() -> None:
    async def story() -> None:
        def serve(server: MemoryServer) -> None:
            problem = {"code": "statement.unreadable", "status": 422, "params": {"line": 9}, "errors": {}}
            server.on("POST", f"{DESK}/statements", (422, problem))

        phone, screen = await a_till([], route="/collect/statements/new", serve=serve)
        PagePapers(phone.web)
        await screen.click("collect.pick")
        await screen.settle(10)
        await screen.click("collect.bring")
        await screen.settle(40)
        assert screen.shows("Không đọc được dòng 9 của tệp")

    run(story)


def test_a_refused_file_is_told() -> None:
    async def story() -> None:
        phone, screen = await a_till([], route="/collect/statements/new")
        PagePapers(phone.web).refusal = Invalid("file.too_large")
        await screen.click("collect.pick")
        await screen.settle(20)
        assert screen.shows("Chưa chọn tệp")
        await screen.click("collect.bring")
        assert screen.shows("Hãy chọn tệp sao kê.")

    run(story)


def test_keys_open_the_next_task_and_lead_back() -> None:
    async def story() -> None:
        server = TaskServer(a_task_page())
        phone, screen = await a_till([a_task()], width=1280, serve=server.serve)
        phone.web.emit("key", {"key": "j"})
        await screen.settle(40)
        assert screen.has("collect.note")
        phone.web.emit("key", {"key": "Escape"})
        await screen.settle(20)
        assert not screen.has("collect.note")

    run(story)
