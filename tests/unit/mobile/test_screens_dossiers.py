"""Hồ sơ as a whole app, without Flutter: from the first question to a rating, online and not."""

from typing import Any

from tests.support.flet_harness import Screen
from tests.support.phone_data import CITIZEN, PIN, Phone, a_licence, serve_citizen, signed_in
from tests.support.phone_files import FilePicker, UploadDesk
from tests.support.phone_screens import enter, opened, run
from tests.support.phone_services import API, dossier, serve_services, supplement

DRIVING = "3.000347"


async def at(route: str, *dossiers: dict[str, Any], width: int = 390) -> tuple[Phone, Screen]:
    phone = Phone()
    serve_citizen(phone.server, [a_licence(1)], [])
    serve_services(phone.server, *dossiers)
    await signed_in(phone, CITIZEN)
    await phone.web.vault_lock()
    screen = await opened(phone, route, width)
    await enter(screen, PIN)
    await screen.settle(20)
    return phone, screen


def test_what_is_asked_of_its_owner_stands_first_in_the_list():
    async def story() -> None:
        asked = dossier(2) | supplement("workers_health") | {"id": "dos_2"}
        done = dossier(3, status=10, waits_for="nobody")
        _, screen = await at("/dossiers", dossier(1), asked, done)
        order = [name for name in screen.identifiers() if name.startswith("dossier.dos_")]
        assert order == ["dossier.dos_2", "dossier.dos_1", "dossier.dos_3"]
        assert screen.shows("Bổ sung giấy tờ")
        assert screen.shows("còn 3 ngày làm việc")

    run(story)


def test_an_empty_list_leads_to_the_services():
    async def story() -> None:
        _, screen = await at("/dossiers")
        await screen.click("dossiers.find")
        assert screen.has("services.search")

    run(story)


def test_a_dossier_says_when_it_is_due_who_has_it_and_what_happened():
    async def story() -> None:
        _, screen = await at("/dossiers/dos_1", dossier(1))
        for words in ("Thứ Năm 26/11", "còn 3 ngày làm việc", "Nguyễn Văn Hải", "đang giải quyết", "Tiếp nhận"):
            assert screen.shows(words), words
        texts = screen.texts()
        assert texts.index("Bắt đầu giải quyết") < texts.index("Ký kết quả"), "what is to come stands after what was"

    run(story)


def test_a_late_one_says_that_the_agency_owes_an_apology():
    async def story() -> None:
        late = dossier(1)
        late["deadline"] = {**late["deadline"], "due_date": "2026-11-19", "standing": "overdue", "working_days_left": 0}
        _, screen = await at("/dossiers/dos_1", late)
        assert screen.shows("đã quá hạn và phải xin lỗi")
        late["apologies"] = [
            {"at": "2026-11-20T02:00:00Z", "reason": "Chờ ý kiến Sở Y tế.", "old_due_date": "2026-11-19",
             "new_due_date": "2026-11-25"},
        ]  # fmt: skip
        _, screen = await at("/dossiers/dos_1", late)
        assert screen.shows("không được hẹn thêm lần nữa")
        assert screen.shows("hẹn lại từ Thứ Năm 19/11 sang Thứ Tư 25/11")
        assert screen.shows("Chờ ý kiến Sở Y tế.")

    run(story)


def test_withdrawing_asks_first_and_goes_once():
    async def story() -> None:
        phone, screen = await at("/dossiers/dos_1", dossier(1))
        path = f"{API}/dossiers/dos_1/actions"
        phone.server.on("POST", path, (200, dossier(1, status=7, waits_for="nobody")))
        await screen.click("dossier.withdraw")
        await screen.click("question.no")
        assert phone.server.asked("POST", path) == []
        await screen.click("dossier.withdraw")
        await screen.click("question.yes")
        assert len(phone.server.asked("POST", path)) == 1
        assert '"action": "withdraw"' in str(phone.server.asked("POST", path)[0].body)

    run(story)


def test_slips_are_saved_under_their_names():
    async def story() -> None:
        phone, screen = await at("/dossiers/dos_1", dossier(1))
        phone.server.on("GET", f"{API}/dossiers/dos_1/slips/01.pdf", (200, b"%PDF-1.7"))
        await screen.click("slip.01")
        assert phone.web.saved == [("phieu-01-H17.08-261120-0001.pdf", b"%PDF-1.7")]

    run(story)


def test_a_finished_one_can_be_rated_once():
    async def story() -> None:
        done = dossier(1, status=10, waits_for="nobody")
        phone, screen = await at("/dossiers/dos_1", done)
        rated = done | {"rating": {"stars": 4, "comment": None, "at": "2026-11-21T02:30:00Z"}}
        phone.server.on("POST", f"{API}/dossiers/dos_1/actions", (200, rated))
        phone.server.on("GET", f"{API}/dossiers/dos_1", (200, rated))
        assert not screen.has("dossier.withdraw")
        await screen.click("rating.4")
        await screen.click("rating.send")
        await screen.settle(20)
        body = str(phone.server.asked("POST", f"{API}/dossiers/dos_1/actions")[0].body)
        assert '"stars": 4' in body
        assert not screen.has("rating.4")

    run(story)


def test_without_a_network_the_page_read_last_is_shown():
    async def story() -> None:
        phone, screen = await at("/dossiers/dos_1", dossier(1))
        phone.app.go("/dossiers")
        await screen.settle()
        phone.server.is_down = True
        await screen.click("dossier.dos_1")
        await screen.settle(40)
        assert screen.shows("Nguyễn Văn Hải")

    run(story)


def test_a_supplement_shows_its_reasons_and_is_answered_with_a_file():
    async def story() -> None:
        asked = dossier(1) | supplement("workers_health")
        phone, screen = await at("/dossiers/dos_1", asked)
        texts = screen.texts()
        assert texts.index("Bổ sung 1 giấy tờ") < texts.index("Quá trình")
        await screen.click("asks.answer")
        await screen.settle(20)
        assert screen.shows("Ảnh gửi lên bị mờ")
        await screen.click("answer.send")
        assert screen.has("paper.workers_health.fault"), "without the file nothing is sent"
        FilePicker(phone.web)
        desk = UploadDesk(phone.server)
        await screen.click("paper.workers_health.choose")
        await screen.settle(30)
        assert [file["state"] for file in desk.files.values()] == ["checked"]
        answered = dossier(1, status=4, waits_for="agency", asks=None)
        phone.server.on("POST", f"{API}/dossiers/dos_1/actions", (200, answered))
        await screen.click("answer.send")
        await screen.settle(30)
        sent = phone.server.asked("POST", f"{API}/dossiers/dos_1/actions")
        assert len(sent) == 1
        assert '"components": [{"key": "workers_health", "upload_id": "upl_' in str(sent[0].body)
        assert await phone.web.vault_list("draft/answer/") == []
        assert await phone.web.vault_list("piece/") == []

    run(story)


def test_a_list_tells_the_failure_and_keeps_what_was_there():
    async def story() -> None:
        phone, screen = await at("/dossiers", dossier(1))
        phone.server.on("GET", f"{API}/dossiers", (503, {"code": "server.busy"}))
        await screen.click("dossiers.refresh")
        await screen.settle(30)
        assert screen.shows("Máy chủ đang bận")
        assert screen.has("dossier.dos_1")

    run(story)


def test_a_dossier_that_is_nobodys_says_so():
    async def story() -> None:
        phone, screen = await at("/dossiers/dos_9")
        phone.server.on("GET", f"{API}/dossiers/dos_9", (404, {"code": "dossier.unknown"}))
        await screen.click("dossier.again")
        await screen.settle()
        assert screen.has("dossier.again")

    run(story)


def test_on_a_wide_screen_the_list_stands_beside_the_dossier():
    async def story() -> None:
        _, screen = await at("/dossiers/dos_1", dossier(1), dossier(2, code=DRIVING), width=1280)
        assert screen.has("dossier.due")
        assert screen.has("dossier.dos_2")

    run(story)


def test_what_it_ended_in_is_opened_from_its_page():
    async def story() -> None:
        ended = dossier(1, status=10, waits_for="nobody")
        ended["result"] = {"result_id": "res_1", "licence_id": None, "number": "12/2026", "decision": "approved"}
        phone, screen = await at("/dossiers/dos_1", ended)
        phone.server.on("GET", f"{API}/dossiers/dos_1/result.pdf", (200, b"%PDF-1.7 result"))
        await screen.click("dossier.result")
        await screen.settle(10)
        assert [(name, content[:8]) for name, content in phone.web.saved] == [("ket-qua-12-2026.pdf", b"%PDF-1.7")]

    run(story)
