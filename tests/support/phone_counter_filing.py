"""A dossier at the counter, filled in for somebody who is present as far as a test wants it."""

from typing import Any

from mobile.ui.app_context import current_app
from tests.support.flet_harness import Screen
from tests.support.phone_counter import NAME, CounterServer, PagePapers, a_counter
from tests.support.phone_data import Phone
from tests.support.phone_services import BIRTH, form

ANSWERS = {
    "applicant_commune": "20242",
    "applicant_address": "12 Trần Phú",
    "applicant_phone": "0905123456",
    "applicant_relation": "mother",
    "child_name": "Trần Bảo Ngọc",
    "child_birth_date": "2026-11-02",
    "child_gender": "female",
    "child_ethnicity": "Kinh",
    "child_nationality": "Việt Nam",
    "child_birth_place_kind": "hospital",
    "child_hospital": "Bệnh viện Phụ sản",
    "child_hometown": "Đà Nẵng",
    "mother_name": NAME,
    "mother_birth_date": "1992-03-12",
    "mother_ethnicity": "Kinh",
    "mother_nationality": "Việt Nam",
    "mother_residence": "12 Trần Phú",
    "father_declared": False,
    "pledge": True,
}


def filing(phone: Phone) -> Any:
    return phone.services.counter_state.filing


async def begun(code: str = BIRTH, width: int = 390) -> tuple[Phone, Screen, CounterServer, PagePapers]:
    phone, screen, server, papers = await a_counter(width=width)
    await screen.type("counter.search", code)
    await screen.click(f"counter.procedure.{code}")
    await screen.settle(20)
    return phone, screen, server, papers


async def answered(phone: Phone, screen: Screen, step: str = "review") -> None:
    """Everything the form asks, and the way back; then the step."""
    counter = current_app().counter
    draft = filing(phone).draft
    for name in form("birth_registration@1")["schema"]["properties"]:
        if name in ANSWERS and name not in draft.values:
            draft = draft.answered(name, ANSWERS[name])
    changed = filing(phone).__class__
    counter.change(
        changed(
            draft=draft.__class__(**{**fields_of(draft), "way": "digital", "phone": "0905123456", "step": step}),
            owner=filing(phone).owner,
            place=filing(phone).place,
            goes=filing(phone).goes,
        )
    )
    await screen.settle(20)


async def ready(phone: Phone, screen: Screen) -> None:
    """Who is present, their answers and their paper; then the last look."""
    await screen.click("counter.scan")
    await screen.click("counter.next")
    await screen.settle(20)
    await answered(phone, screen, "papers")
    await screen.click("paper.birth_certificate.choose")
    await screen.settle(20)
    current_app().counter.change(filing(phone).at("review"))
    await screen.settle(10)


def fields_of(thing: Any) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in thing.__slots__}
