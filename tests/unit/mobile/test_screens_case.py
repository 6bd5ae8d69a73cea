"""An officer's page of a dossier: what is offered, what is sent once, and what comes when line or colleague cut in."""

import pytest

from tests.support.flet_harness import Screen
from tests.support.phone_case import EVERYTHING, ID, PATH, CaseServer, a_case, a_clash, an_opinion, proposed
from tests.support.phone_data import Phone
from tests.support.phone_desk import a_desk, desk_card
from tests.support.phone_screens import run

ACTIONS = f"{PATH}/actions"
PAPER = "premises_description"
REASON = "Ảnh mờ, không đọc được"


async def on_page(server: CaseServer) -> tuple[Phone, Screen]:
    return await a_desk({"unit": [desk_card(1)]}, route=f"/dossiers/{ID}", serve=server.serve)


async def asking_for_a_paper(screen: Screen, reason: str = REASON) -> None:
    await screen.click("case.do.ask_supplement")
    await screen.click(f"case.demand.{PAPER}")
    await screen.type(f"case.reason.{PAPER}", reason)


def test_only_what_the_server_offers_can_be_begun() -> None:
    async def story() -> None:
        _, screen = await on_page(CaseServer(a_case("propose", "stop", "ask_opinion")))
        assert screen.has("case.do.propose")
        assert not screen.has("case.do.accept")
        assert not screen.has("case.do.stop"), "seldom done: behind one more tap"
        await screen.click("case.more")
        assert screen.has("case.do.stop")

    run(story)


def test_nothing_to_do_is_said_in_a_sentence() -> None:
    async def story() -> None:
        _, screen = await on_page(CaseServer(a_case(waits_for="supplement")))
        assert screen.shows("Đang chờ công dân bổ sung")

    run(story)


def test_a_supplement_names_each_paper_and_its_reason_once() -> None:
    async def story() -> None:
        server = CaseServer(a_case("ask_supplement"))
        _, screen = await on_page(server)
        await asking_for_a_paper(screen)
        await screen.click("case.send")
        (sent,) = server.asked
        assert sent["items"] == [{"component": PAPER, "reason": REASON}]
        assert sent["version"] == 3
        assert "note" not in sent
        assert not screen.has("case.form.ask_supplement")
        assert screen.shows("Đã gửi yêu cầu bổ sung.")

    run(story)


def test_what_is_held_cannot_be_ticked_and_says_why() -> None:
    async def story() -> None:
        _, screen = await on_page(CaseServer(a_case("ask_supplement")))
        await screen.click("case.do.ask_supplement")
        assert screen.shows("Đã có (cơ sở dữ liệu: Giấy phép 12/GP) nên không được yêu cầu")
        assert not screen.has("case.demand.food_knowledge")

    run(story)


def test_an_unfinished_form_is_not_sent_and_names_what_is_missing() -> None:
    async def story() -> None:
        server = CaseServer(a_case("ask_supplement"))
        _, screen = await on_page(server)
        await asking_for_a_paper(screen, "mờ")
        await screen.click("case.send")
        assert server.asked == []
        assert screen.has(f"case.demand.{PAPER}.fault")
        assert screen.shows("Còn mục cần xem lại bên dưới.")

    run(story)


def test_a_refused_demand_is_told_at_its_paper_and_the_words_stay() -> None:
    async def story() -> None:
        server = CaseServer(a_case("ask_supplement"))
        refusal = {"code": "supplement.already_held", "errors": {f"items.{PAPER}": ["supplement.already_held"]}}
        server.carry_out = lambda _body: (422, refusal)
        _, screen = await on_page(server)
        await asking_for_a_paper(screen)
        await screen.click("case.send")
        assert screen.has(f"case.demand.{PAPER}.fault")
        assert screen.shows("Giấy tờ này đã có trong kho nên không được yêu cầu công dân nộp.")
        server.carry_out = server.done
        await screen.click("case.send")
        first, second = server.asked
        assert first["id"] != second["id"], "a refused action is over; the next try is another one"

    run(story)


def test_a_lost_answer_is_asked_for_again_under_the_same_id() -> None:
    async def story() -> None:
        server = CaseServer(a_case("ask_supplement"))
        phone, screen = await on_page(server)
        await asking_for_a_paper(screen)
        phone.server.loses_answers = 3
        await screen.click("case.send")
        await screen.settle(40)
        assert screen.shows("chưa biết máy chủ đã nhận chưa")
        assert server.data["version"] == 4, "it had arrived all the same"
        await screen.click("case.send")
        assert {body["id"] for body in server.asked} == {server.asked[0]["id"]}
        assert server.data["version"] == 4, "and was done once"
        assert not screen.has("case.form.ask_supplement")

    run(story)


def test_other_words_after_a_lost_answer_are_another_action() -> None:
    """It had arrived: the server refuses the second as too late, and the page shows that the first was done."""

    async def story() -> None:
        server = CaseServer(a_case("ask_supplement"))
        phone, screen = await on_page(server)
        await asking_for_a_paper(screen)
        phone.server.loses_answers = 3
        await screen.click("case.send")
        await screen.settle(40)
        await screen.type(f"case.reason.{PAPER}", "Thiếu trang thứ hai")
        await screen.click("case.send")
        assert server.asked[-1]["id"] != server.asked[0]["id"]
        assert screen.has("case.changed")
        assert screen.shows("Yêu cầu bổ sung"), "the line of the timeline that is new"
        assert server.data["version"] == 4

    run(story)


def test_somebody_was_faster_what_changed_is_shown_and_what_was_typed_stays() -> None:
    async def story() -> None:
        server = CaseServer(a_case("hand_over", "ask_supplement"))
        _, screen = await on_page(server)
        await asking_for_a_paper(screen)
        server.somebody_else("assign", assigned_to={"id": "stf_8", "name": "Lê Thị Hoa"})
        await screen.click("case.send")
        assert screen.has("case.changed")
        assert screen.shows("Đã khác: người phụ trách.")
        assert screen.shows("Giao người phụ trách")
        assert screen.has(f"case.reason.{PAPER}")
        await screen.click("case.send")
        assert [body["version"] for body in server.asked] == [3, 4]
        assert server.asked[0]["id"] != server.asked[1]["id"]
        assert server.asked[1]["items"][0]["reason"] == REASON

    run(story)


def test_what_cannot_be_done_any_more_is_said_and_not_sent() -> None:
    async def story() -> None:
        server = CaseServer(a_case("ask_supplement"))
        _, screen = await on_page(server)
        await asking_for_a_paper(screen)
        server.somebody_else("stop", status=8, may=["resume"])
        await screen.click("case.send")
        assert screen.shows("việc này không làm được nữa")
        with pytest.raises(LookupError):
            await screen.click("case.send")
        assert len(server.asked) == 1

    run(story)


@pytest.mark.parametrize("action", ["refuse", "stop"])
def test_what_harms_is_asked_about_a_second_time(action: str) -> None:
    async def story() -> None:
        server = CaseServer(a_case("accept", action))
        _, screen = await on_page(server)
        if screen.has("case.more"):
            await screen.click("case.more")
        await screen.click(f"case.do.{action}")
        await screen.type("form.reason", "Không thuộc thẩm quyền")
        await screen.type("form.legal_basis", "Điều 17 NĐ 61/2018")
        await screen.click("case.send")
        assert server.asked == []
        await screen.click("question.no")
        assert server.asked == []
        await screen.click("case.send")
        await screen.click("question.yes")
        (sent,) = server.asked
        assert (sent["action"], sent["reason"]) == (action, "Không thuộc thẩm quyền")

    run(story)


def test_a_leader_sees_what_is_signed_and_who_proposed_it() -> None:
    async def story() -> None:
        server = CaseServer(a_case("resolve", "send_back", **proposed()))
        _, screen = await on_page(server)
        assert screen.shows("Người trình (Lê Thị Hoa) không được tự ký")
        await screen.click("case.do.resolve")
        await screen.click("case.send")
        assert screen.shows("Chấp thuận cho Trần Thị Thu Thảo, theo đề xuất của Lê Thị Hoa")
        await screen.click("question.yes")
        assert [body["action"] for body in server.asked] == ["resolve"]

    run(story)


def test_who_proposed_is_told_who_signs() -> None:
    async def story() -> None:
        _, screen = await on_page(CaseServer(a_case("propose", **proposed(by="stf_9"))))
        assert screen.shows("Bạn là người trình nên không tự ký được")
        assert not screen.has("case.do.resolve")

    run(story)


def test_what_asks_nothing_is_done_by_one_tap_and_a_second_tap_does_no_more() -> None:
    async def story() -> None:
        server = CaseServer(a_case("start"))
        _, screen = await on_page(server)
        await screen.click("case.do.start")
        assert [body["action"] for body in server.asked] == ["start"]
        assert not screen.has("case.do.start")

    run(story)


def test_every_form_opens_and_closes_and_keeps_its_words_in_memory_only() -> None:
    async def story() -> None:
        server = CaseServer(a_case(*EVERYTHING, **proposed(), opinions=[an_opinion()]))
        phone, screen = await on_page(server)
        await screen.click("case.more")
        for action in EVERYTHING:
            if action in {"start", "resume", "delivered"}:
                continue
            await screen.click(f"case.do.{action}")
            assert screen.has(f"case.form.{action}")
            await screen.click("case.leave")
            if screen.has("case.more"):
                await screen.click("case.more")
        await screen.click("case.do.refuse")
        await screen.type("form.reason", "Không thuộc thẩm quyền")
        await screen.click("case.leave")
        await screen.click("case.do.refuse")
        assert phone.app.services.desk_actions.typed[ID, "refuse"] == {"reason": "Không thuộc thẩm quyền"}
        kept = " ".join(phone.web.values.values())
        assert "thẩm quyền" not in kept
        assert "Trần Thị Thu Thảo" not in kept
        await phone.app.lifecycle.lock()
        assert phone.app.services.desk_actions.typed == {}

    run(story)


def test_a_clash_shows_both_versions_and_is_settled_by_a_person_after_a_second_question() -> None:
    async def story() -> None:
        server = CaseServer(a_case("settle_clash", sync="clash", clash=a_clash()))
        _, screen = await on_page(server)
        assert screen.has("case.clash")
        assert screen.shows("Chờ công dân bổ sung")
        assert screen.shows("Đang giải quyết")
        assert not screen.shows(PAPER), "a paper has a name"
        await screen.click("case.do.settle_clash")
        await screen.click("form.keep.theirs")
        await screen.click("case.send")
        assert server.asked == []
        await screen.click("question.yes")
        assert [(body["action"], body["keep"]) for body in server.asked] == [("settle_clash", "theirs")]

    run(story)
