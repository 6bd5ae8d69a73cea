"""The counter as a whole app, without Flutter: who is present, nothing left behind, look-up and handing out."""

from typing import Any

import flet as ft

from mobile.ui.app_context import current_app
from tests.support.flet_harness import Screen
from tests.support.phone_counter import NAME, NUMBER, OTHER, WARD, a_counter
from tests.support.phone_counter_filing import answered, begun, fields_of, filing
from tests.support.phone_data import PIN
from tests.support.phone_desk import desk_card, to_receive
from tests.support.phone_screens import enter, run
from tests.support.phone_services import BIRTH, FOOD


def test_who_cannot_be_is_told_before_anything_is_asked() -> None:
    async def story() -> None:
        _, screen, server, _ = await begun()
        await screen.click("counter.next")
        assert screen.has("form.personal_id.fault")
        assert screen.has("form.full_name.fault")
        await screen.type("form.personal_id", "048299900077")
        await screen.type("form.full_name", NAME)
        await screen.click("counter.next")
        assert server.prepared == []
        server.refusal = (
            422,
            {
                "code": "person.name_differs",
                "status": 422,
                "errors": {"owner.full_name": ["person.name_differs"]},
            },
        )
        await screen.type("form.personal_id", NUMBER)
        await screen.click("counter.next")
        await screen.settle(20)
        assert screen.has("form.full_name.fault")
        assert screen.shows("Bước 1 trên")

    run(story)


def test_a_code_that_is_no_card_names_nobody() -> None:
    async def story() -> None:
        phone, screen, _, papers = await begun()
        papers.code = "H17.30.05-261121-0001"
        await screen.click("counter.scan")
        assert filing(phone).owner.personal_id == ""
        assert screen.shows("không phải mã trên thẻ căn cước")
        papers.code = None
        await screen.click("counter.scan")
        assert filing(phone).owner.personal_id == ""

    run(story)


def test_another_person_finds_nothing_of_the_one_before() -> None:
    async def story() -> None:
        phone, screen, _, papers = await begun()
        await screen.click("counter.scan")
        await screen.click("counter.next")
        await screen.settle(20)
        await answered(phone, screen, "papers")
        await screen.click("paper.birth_certificate.choose")
        await screen.settle(20)
        assert papers.held
        current_app().counter.change(filing(phone).at("who"))
        await screen.settle(10)
        await screen.type("form.personal_id", "048085900001")
        kept = filing(phone)
        assert (kept.draft.values, kept.draft.files, kept.goes, papers.held) == ({}, {}, None, {})

    run(story)


def test_leaving_what_is_not_sent_is_asked_about_and_forgets_all_of_it() -> None:
    async def story() -> None:
        phone, screen, _, papers = await begun()
        await screen.click("counter.scan")
        await screen.settle(10)
        await screen.click("nav.back")
        assert screen.shows("Bỏ hồ sơ đang làm?")
        await screen.click("question.no")
        assert filing(phone) is not None
        await screen.click("nav.back")
        await screen.click("question.yes")
        await screen.settle(30)
        assert filing(phone) is None
        assert screen.page.route == "/counter"
        assert papers.held == {}

    run(story)


def test_a_locked_screen_forgets_who_was_present() -> None:
    async def story() -> None:
        phone, screen, _, papers = await begun()
        await screen.click("counter.scan")
        papers.held["upl_1"] = b"paper"
        await phone.app.lifecycle.lock()
        await screen.settle(10)
        assert (filing(phone), papers.held) == (None, {})
        await enter(screen, PIN)
        assert not screen.shows(NAME)

    run(story)


def test_help_for_another_commune_says_who_receives_and_who_decides() -> None:
    async def story() -> None:
        phone, screen, server, _ = await begun()
        await screen.click("form.place.commune")
        await screen.click("counter.next")
        assert screen.has("form.place_commune.fault")
        await screen.click("counter.scan")
        current_app().counter.change(_with_agency(filing(phone)))
        server.competent = OTHER
        await current_app().counter.prepare()
        await screen.settle(20)
        assert server.prepared[-1]["receiving_agency"] == OTHER["code"]
        goes = filing(phone).goes
        assert (goes.receiving, goes.support) == (OTHER["name"], WARD["name"])

    run(story)


def _with_agency(held: Any) -> Any:
    draft = held.draft.__class__(**{**fields_of(held.draft), "agency": OTHER["code"], "commune": "20200"})
    return held.__class__(**{**fields_of(held), "draft": draft})


def test_a_procedure_of_another_agency_is_filed_there_for_somebody() -> None:
    async def story() -> None:
        phone, screen, _, _ = await a_counter()
        phone.services.counter_state.receives = frozenset({BIRTH})
        await screen.type("counter.search", FOOD)
        assert screen.shows("Nộp giúp đến nơi khác")
        await screen.click(f"counter.procedure.{FOOD}")
        await screen.settle(20)
        assert filing(phone).draft.agency == "H17.08"

    run(story)


def test_the_day_at_the_counter_and_a_result_handed_out() -> None:
    async def story() -> None:
        phone, screen, server, _ = await a_counter(today=[to_receive(1), to_receive(2)])
        assert screen.has("desk.dos_1")
        ready = desk_card(3, status=9, waits_for="nobody", code="H17.30.05-261120-0003")
        phone.server.on("GET", "/api/v1/desk/dossiers/search", (200, {"items": [ready]}))
        await screen.type("counter.code_field", " h17.30.05-261120-0003 ")
        await screen.click("counter.look_up")
        await screen.settle(20)
        server.dossier = {**ready, "timeline": []}
        await screen.click("counter.hand_out")
        await screen.click("question.yes")
        await screen.settle(20)
        assert [(one["action"], one["way"], one["version"]) for one in server.acts] == [("return_result", "counter", 3)]
        assert not screen.has("counter.hand_out"), "once"

    run(story)


def test_another_agencys_dossier_tells_how_it_stands_and_no_more() -> None:
    async def story() -> None:
        phone, screen, _, papers = await a_counter()
        phone.server.on("GET", "/api/v1/desk/dossiers/search", (200, {"items": []}))
        told = {"code": "H17.08-261120-0001", "status": 4, "agency": {"code": "H17.08", "name": "Ban ATTP"}}
        told |= {"received_at": "2026-11-20T02:00:00Z", "due_date": "2026-11-26", "ended_at": None}
        phone.server.on("POST", "/api/v1/dossier-lookups", (200, told))
        papers.code = "https://congdan.example/q?code=H17.08-261120-0001"
        await screen.type("counter.code_field", "H17")
        await screen.click("counter.scan_code")
        await screen.settle(20)
        assert screen.typed("counter.code_field") == "H17.08-261120-0001"
        assert screen.has("counter.public")
        assert screen.shows("Đang giải quyết")
        await screen.type("counter.code_field", "12345")
        await screen.click("counter.look_up")
        assert screen.has("counter.code_fault")

    run(story)


def test_a_field_keeps_its_focus_when_the_fault_above_it_goes() -> None:
    async def story() -> None:
        _, screen, _, _ = await begun()
        await screen.click("counter.next")
        assert screen.has("form.full_name.fault")
        before = text_field(screen, "form.full_name")._i
        await screen.type("form.full_name", "T")
        assert not screen.has("form.full_name.fault")
        assert text_field(screen, "form.full_name")._i == before, "another control is another field, without the focus"

    run(story)


def text_field(screen: Screen, identifier: str) -> ft.TextField:
    node = screen.find(identifier)
    found: ft.TextField = node.content.controls[0]
    return found
