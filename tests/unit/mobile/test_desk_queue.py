"""The officer's queue: its views and lines in words, paging, taking, a network that is away, and nothing kept."""

import asyncio
import json
from datetime import timedelta

import pytest

from shared_models.clock import to_wire
from tests.support.phone import NOW
from tests.support.phone_desk import DESK, a_desk, an_officer, desk_card, to_receive
from tests.support.phone_screens import run

LATE = {"level": "overdue", "standing": "overdue", "due_date": "2026-11-20", "working_days_left": -1}
LAST = {"level": "last_day", "due_date": "2026-11-21", "working_days_left": 0}
NEAR = {"level": "near_due", "due_date": "2026-11-24", "working_days_left": 1}
PAUSED = {"paused": True, "due_at": None, "due_date": None, "working_days_left": None}

NOTHING = {
    "intake": "Không có hồ sơ chờ tiếp nhận",
    "mine": "Bạn chưa giữ hồ sơ nào",
    "approval": "Không có hồ sơ chờ ký",
}


def test_every_line_says_in_words_how_pressing_it_is():
    async def story() -> None:
        lines = [
            desk_card(1, deadline=LATE),
            desk_card(2, deadline=LAST),
            desk_card(3, deadline=NEAR, assigned_to="Lê Thị Mai", proposed=True),
            desk_card(4),
            desk_card(5, status=5, deadline=PAUSED),
        ]
        _, screen = await a_desk({"mine": lines}, user=an_officer("process"))
        wanted = ("Quá hạn từ", "Hẹn trả", "Tạm dừng ·")
        assert [text for text in screen.texts() if text.startswith(wanted)] == [
            "Quá hạn từ Thứ Sáu 20/11",
            "Hẹn trả hôm nay",
            "Hẹn trả Thứ Ba 24/11 · còn 1 ngày làm việc",
            "Hẹn trả Thứ Năm 26/11 · còn 3 ngày làm việc",
            "Tạm dừng · chờ người nộp bổ sung",
        ]
        assert screen.shows("Trần T. T. T. · H17.08-261120-0001")
        assert screen.shows("Lê Thị Mai · đã đề xuất, chờ ký")
        spoken = screen.find("desk.dos_1").label
        assert "Quá hạn từ" in spoken
        assert "Trần T. T. T." in spoken

    run(story)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (3, "Trả lời tiếp nhận trước 12:30 hôm nay"),
        (50, "Trả lời tiếp nhận trước 11:30, Thứ Hai 23/11"),
        (-1, "Quá hạn tiếp nhận từ 08:30 hôm nay"),
        (-26, "Quá hạn tiếp nhận từ 07:30, Thứ Sáu 20/11"),
    ],
)
def test_what_was_just_sent_says_by_when_it_has_to_be_answered(hours: float, words: str):
    async def story() -> None:
        _, screen = await a_desk({"intake": [to_receive(1, hours=hours)]}, user=an_officer("receive"))
        assert screen.shows(words)

    run(story)


@pytest.mark.parametrize(
    ("duties", "tabs", "views"),
    [
        (("receive",), ["desk", "counter", "search", "me"], ["intake", "mine", "unit", "waiting", "ready", "done"]),
        (("process",), ["desk", "search", "me"], ["mine", "unit", "approval", "waiting", "ready", "done"]),
        (("approve",), ["desk", "search", "me"], ["mine", "unit", "approval", "waiting", "ready", "done"]),
    ],
)
def test_duties_decide_the_tabs_and_the_views(duties: tuple[str, ...], tabs: list[str], views: list[str]):
    async def story() -> None:
        phone, screen = await a_desk({}, user=an_officer(*duties))
        found = screen.identifiers()
        assert [name.removeprefix("tab.") for name in found if name.startswith("tab.")] == tabs
        assert [name.removeprefix("desk.view.") for name in found if name.startswith("desk.view.")] == views
        first = {"receive": "intake", "process": "mine", "approve": "approval"}[duties[0]]
        assert phone.services.desk_state.view == first
        assert screen.shows(NOTHING[first])

    run(story)


def test_an_officer_without_a_duty_is_told_whom_to_ask_and_nothing_is_asked_of_the_server():
    async def story() -> None:
        phone, screen = await a_desk({}, user=an_officer() | {"scopes": ["notices", "profile"]})
        assert screen.shows("Tài khoản chưa được giao việc hồ sơ")
        assert not screen.has("tab.search")
        assert phone.server.asked("GET", f"{DESK}/dossiers") == []

    run(story)


def test_a_view_is_read_page_by_page_and_keeps_its_length_when_it_is_refreshed():
    async def story() -> None:
        lines = [desk_card(number) for number in range(1, 41)]
        phone, screen = await a_desk({"mine": lines}, user=an_officer("process"))
        state = phone.services.desk_state
        assert (len(state.rows), state.counts["mine"]) == (30, (30, True))
        assert screen.shows("Của tôi · 30+")
        await screen.click("desk.more")
        assert [row.id for row in state.rows] == [f"dos_{number}" for number in range(1, 41)]
        assert not screen.has("desk.more")
        assert screen.shows("Của tôi · 40")
        await screen.click("desk.refresh")
        assert len(state.rows) == 40

    run(story)


def test_a_line_that_moved_onto_the_next_page_meanwhile_is_not_told_twice():
    async def story() -> None:
        lines = [desk_card(number) for number in range(1, 35)]
        phone, screen = await a_desk({"mine": lines}, user=an_officer("process"))
        lines.insert(0, desk_card(99))
        await screen.click("desk.more")
        ids = [row.id for row in phone.services.desk_state.rows]
        assert len(ids) == len(set(ids)) == 34

    run(story)


def test_without_a_network_the_list_stays_with_its_time_and_can_be_tried_again():
    async def story() -> None:
        phone, screen = await a_desk({"mine": [desk_card(1)]}, user=an_officer("process"))
        phone.server.is_down = True
        phone.clock.advance(timedelta(minutes=10))
        await screen.click("desk.refresh")
        assert screen.has("desk.dos_1")
        assert screen.shows("Không có mạng – danh sách lúc 09:30")
        phone.server.is_down = False
        await screen.click("desk.again")
        assert not screen.has("desk.again")
        assert screen.shows("Danh sách lúc 09:40")

    run(story)


def test_a_line_that_nobody_has_is_taken_upon_oneself():
    async def story() -> None:
        lines = {"unit": [desk_card(1), desk_card(2, assigned_to="Lê Thị Mai")]}
        phone, screen = await a_desk(lines, user=an_officer("process"))

        def assigned(_body: object, _query: object) -> tuple[int, object]:
            lines["unit"][0] = desk_card(1, assigned_to="Nguyễn Văn Hải")
            return 200, {}

        phone.server.on("POST", f"{DESK}/dossiers/dos_1/actions", assigned)
        await screen.click("desk.view.unit")
        assert not screen.has("desk.take.dos_2")
        await screen.click("desk.take.dos_1")
        [request] = phone.server.asked("POST", f"{DESK}/dossiers/dos_1/actions")
        body = json.loads(request.body or "{}")
        assert body.pop("id").startswith("act_")
        assert body == {"version": 3, "action": "assign", "to": "stf_9"}
        assert screen.shows("Bạn đã nhận 1 hồ sơ.")
        assert screen.shows("Nguyễn Văn Hải")
        assert not screen.has("desk.take.dos_1")

    run(story)


def test_several_lines_are_taken_at_once_and_what_had_changed_is_counted():
    async def story() -> None:
        lines = {"unit": [desk_card(number) for number in (1, 2, 3)]}
        phone, screen = await a_desk(lines, user=an_officer("process"))
        phone.server.on("POST", f"{DESK}/dossiers/dos_1/actions", (200, {}))
        phone.server.on("POST", f"{DESK}/dossiers/dos_2/actions", (412, {"code": "dossier.changed", "status": 412}))
        await screen.click("desk.view.unit")
        await screen.click("desk.tick")
        with pytest.raises(LookupError, match="cannot be tapped"):
            await screen.click("desk.take_ticked")
        for number in (1, 2, 3, 3):
            await screen.click(f"desk.dos_{number}")
        assert phone.services.desk_state.selected is None
        await screen.click("desk.take_ticked")
        assert screen.shows("Bạn đã nhận 1 hồ sơ; 1 hồ sơ vừa có thay đổi nên chưa nhận được.")
        assert phone.server.asked("POST", f"{DESK}/dossiers/dos_3/actions") == []
        assert not screen.has("desk.take_ticked")

    run(story)


def test_a_lost_answer_to_taking_is_asked_for_again_under_the_same_id():
    async def story() -> None:
        phone, screen = await a_desk({"unit": [desk_card(1)]}, user=an_officer("process"))
        phone.server.on("POST", f"{DESK}/dossiers/dos_1/actions", (200, {}))
        await screen.click("desk.view.unit")
        phone.server.loses_answers = 1
        await screen.click("desk.take.dos_1")
        sent = [json.loads(r.body or "{}") for r in phone.server.asked("POST", f"{DESK}/dossiers/dos_1/actions")]
        assert len(sent) == 2
        assert sent[0] == sent[1]

    run(story)


def test_nothing_of_the_desk_is_written_to_the_machine_and_locking_empties_it():
    async def story() -> None:
        phone, screen = await a_desk({"mine": [desk_card(1)]}, user=an_officer("process"), width=1280)
        phone.server.on("GET", f"{DESK}/dossiers/search", (200, {"items": [desk_card(2)]}))
        await phone.app.desk.search(name="Trần Thảo")
        await screen.settle()
        assert phone.services.desk_state.found
        kept = json.dumps(phone.web.disk["vault"]["values"], ensure_ascii=False) + json.dumps(phone.web.disk["public"])
        assert "dos_" not in kept
        assert "Trần T." not in kept
        await phone.app.lifecycle.lock()
        state = phone.services.desk_state
        assert (state.rows, state.found, state.view, state.selected, state.counts) == ((), None, "", None, {})

    run(story)


def test_the_list_is_brought_up_to_date_by_itself_when_it_is_not_fresh():
    async def story() -> None:
        lines = {"mine": [desk_card(1)]}
        phone, screen = await a_desk(lines, user=an_officer("process"))
        lines["mine"].append(desk_card(2))
        before = len(phone.server.asked("GET", f"{DESK}/dossiers"))
        await phone.app.rounds.sync()
        assert len(phone.server.asked("GET", f"{DESK}/dossiers")) == before
        phone.clock.advance(timedelta(minutes=6))
        await phone.app.rounds.beat()
        await screen.settle()
        assert screen.has("desk.dos_2")
        assert to_wire(NOW) < to_wire(phone.services.desk_state.fetched_at)

    run(story)


def test_of_two_views_asked_for_at_once_the_later_one_is_shown():
    async def story() -> None:
        phone, screen = await a_desk({"mine": [desk_card(1)], "unit": [desk_card(2)]}, user=an_officer("process"))
        desk = phone.app.desk
        await asyncio.gather(desk.show("unit"), desk.show("mine"))
        await screen.settle()
        assert [row.id for row in phone.services.desk_state.rows] == ["dos_1"]
        assert not phone.services.desk_state.is_fetching

    run(story)
