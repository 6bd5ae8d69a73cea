"""The papers of a dossier on an officer's screen: beside it where there is room, over it on a phone, gone with it."""

from tests.support.flet_harness import Screen
from tests.support.phone_case import ID, CaseServer, a_case
from tests.support.phone_data import Phone
from tests.support.phone_desk import WIDE, a_desk, desk_card
from tests.support.phone_screens import run

PAPER = "premises_description"


async def on_page(server: CaseServer, width: int = 390) -> tuple[Phone, Screen]:
    return await a_desk({"unit": [desk_card(1)]}, route=f"/dossiers/{ID}", width=width, serve=server.serve)


def test_a_paper_stands_beside_the_dossier_and_goes_with_it() -> None:
    async def story() -> None:
        phone, screen = await on_page(CaseServer(a_case("accept")), WIDE)
        await screen.settle(40)
        if not screen.has(f"case.paper.{PAPER}"):
            await screen.click("desk.dos_1")
            await screen.settle(40)
        await screen.click(f"case.paper.{PAPER}")
        assert phone.web.paper is not None
        assert phone.web.paper["media_type"] == "image/jpeg"
        assert phone.web.paper["content"] == b"the picture"
        assert phone.web.paper["dock_px"] == 400
        assert "Thảo" not in phone.web.paper["name"]
        phone.web.emit("paper.closed")
        await screen.settle()
        assert phone.app.services.desk_papers.state.beside_px == 0
        await screen.click("case.slip.01")
        assert phone.web.paper["content"] == b"%PDF-slip"
        await phone.app.lifecycle.lock()
        await screen.settle(40)
        assert phone.web.paper is None, "nothing stays on a locked screen"

    run(story)


def test_on_a_phone_a_paper_lies_over_the_dossier() -> None:
    async def story() -> None:
        phone, screen = await on_page(CaseServer(a_case("accept")))
        await screen.click(f"case.paper.{PAPER}")
        assert phone.web.paper is not None
        assert phone.web.paper["dock_px"] is None

    run(story)
