"""The counter as a whole app, without Flutter: who is present, what is known, papers, sending, and nothing left behind."""

import json

from tests.support.phone_counter import NAME, NUMBER, a_counter
from tests.support.phone_screens import run
from tests.support.phone_services import BIRTH


def test_a_dossier_from_the_card_to_the_slip():
    async def story() -> None:
        phone, screen, server, papers = await a_counter()
        await screen.type("counter.search", "khai sinh")
        await screen.click(f"counter.procedure.{BIRTH}")
        await screen.settle(20)
        assert screen.shows("Quét thẻ căn cước")
        await screen.click("counter.scan")
        assert phone.services.counter_state.filing.owner.full_name == NAME
        await screen.click("counter.next")
        await screen.settle(20)
        assert server.prepared[0]["owner"] == {"personal_id": NUMBER, "full_name": NAME}
        assert screen.shows("Quầy này tiếp nhận")

    run(story)
