"""Drafts as the app holds them: saved a moment later, faults kept, nothing of anybody overwritten."""

import asyncio
import json
from datetime import date
from typing import Any

import pytest

from mobile.services.api_client import BASE
from mobile.services.editing import AUTOSAVE_S
from mobile.state.editing import EditedVersion, found
from shared_models.errors import DomainError, NotFound
from tests.support.phone_catalogue import ADMINISTRATOR, DRAFT, FOOD, CatalogueServer
from tests.support.phone_data import Phone, signed_in
from tests.support.phone_screens import run

TODAY = date(2026, 11, 21)


async def desk() -> tuple[Phone, CatalogueServer, Any]:
    phone = Phone()
    server = CatalogueServer(phone.server)
    await signed_in(phone, ADMINISTRATOR)
    await phone.app.lifecycle.start()
    return phone, server, phone.app.editing


async def opened(name: str | None = None) -> tuple[Phone, CatalogueServer, Any]:
    """A draft that is open at the desk; with a ``name`` the procedure has just been called so, and it is not saved."""
    phone, server, editing = await desk()
    server.begin()
    await editing.open(DRAFT)
    if name is not None:
        rename(editing, name)
    return phone, server, editing


def rename(editing: Any, name: str) -> None:
    editing.change(DRAFT, renamed(editing.draft(DRAFT).procedure, name))


def renamed(procedure: dict[str, Any], name: str) -> dict[str, Any]:
    return {**procedure, "name": {**procedure["name"], "vi": name}}


def test_a_draft_begins_from_the_version_of_its_day_and_is_opened_again():
    async def story() -> None:
        _, server, editing = await desk()
        draft_id = await editing.begin(f"{FOOD}@2025-07-01", date(2026, 12, 1))
        assert draft_id == DRAFT
        kept = server.drafts[DRAFT]["procedure"]
        assert (kept["state"], kept["effective_from"], "agencies" in kept) == ("draft", "2026-12-01", False)
        assert editing.draft(DRAFT).base["id"] == f"{FOOD}@2025-07-01"
        assert await editing.begin(f"{FOOD}@2025-07-01", date(2026, 12, 1)) == DRAFT
        assert server.drafts[DRAFT]["draft_version"] == 1
        with pytest.raises(NotFound):
            await editing.read(f"{FOOD}@2024-01-01")

    run(story)


def test_what_is_changed_is_saved_and_counted():
    async def story() -> None:
        _, server, editing = await opened("Tên mới")
        assert editing.draft(DRAFT).phase == "changed"
        await editing.save(DRAFT)
        draft = editing.draft(DRAFT)
        assert (draft.phase, draft.draft_version) == ("saved", 2)
        assert server.drafts[DRAFT]["procedure"]["name"]["vi"] == "Tên mới"
        await editing.save(DRAFT)
        assert server.drafts[DRAFT]["draft_version"] == 2

    run(story)


def test_it_waits_until_nothing_more_is_typed():
    async def story() -> None:
        phone, server, editing = await opened()
        sleeper = phone.services.sleep
        waits = []
        for name in ("T", "Tê", "Tên"):
            rename(editing, name)
            waits.append(asyncio.create_task(editing.settle(DRAFT)))
            await asyncio.sleep(0)
        assert sleeper.slept.count(AUTOSAVE_S) == 3
        sleeper.wake(AUTOSAVE_S)
        await asyncio.gather(*waits)
        assert server.drafts[DRAFT]["draft_version"] == 2
        assert server.drafts[DRAFT]["procedure"]["name"]["vi"] == "Tên"

    run(story)


def test_faults_stand_at_their_members_until_these_change():
    async def story() -> None:
        _, server, editing = await opened()
        before = editing.draft(DRAFT).procedure
        wrong = {**before, "deadlines": {**before["deadlines"], "direct": {"unit": "working_day", "amount": 0.3}}}
        editing.change(DRAFT, renamed(wrong, ""))
        await editing.save(DRAFT)
        draft = editing.draft(DRAFT)
        assert (draft.phase, draft.error) == ("refused", "catalogue.procedure_invalid")
        assert draft.faults["name.vi"] == ["field.length"]
        assert server.drafts[DRAFT]["draft_version"] == 1
        editing.change(DRAFT, renamed(draft.procedure, "Tên"))
        assert "name.vi" not in editing.draft(DRAFT).faults
        await editing.save(DRAFT)
        assert editing.draft(DRAFT).faults == {"deadlines.direct.amount": ["catalogue.amount_does_not_fit"]}

    run(story)


def test_what_another_has_saved_is_shown_and_taken_only_when_said():
    async def story() -> None:
        _, server, editing = await opened()
        server.changed_by_another(max_reappointments=0)
        rename(editing, "Của tôi")
        await editing.save(DRAFT)
        draft = editing.draft(DRAFT)
        assert (draft.phase, draft.theirs["saved_by_name"]) == ("clash", "Lê Văn Quý")
        assert draft.procedure["name"]["vi"] == "Của tôi"
        assert server.drafts[DRAFT]["draft_version"] == 2
        rename(editing, "Của tôi hơn")
        await editing.save(DRAFT)
        assert server.drafts[DRAFT]["draft_version"] == 2
        turn = editing.draft(DRAFT).turn
        await editing.take_theirs(DRAFT)
        taken = editing.draft(DRAFT)
        assert (taken.phase, taken.draft_version, taken.procedure["max_reappointments"]) == ("saved", 2, 0)
        assert taken.turn > turn

    run(story)


def test_without_a_network_nothing_typed_is_lost():
    async def story() -> None:
        phone, server, editing = await opened("Không mạng")
        phone.server.is_down = True
        await editing.save(DRAFT)
        assert (editing.draft(DRAFT).phase, editing.draft(DRAFT).error) == ("failed", "network.unreachable")
        # Opening it anew does not put the server's over it.
        assert (await editing.open(DRAFT, fresh=True)).procedure["name"]["vi"] == "Không mạng"
        with pytest.raises(DomainError, match=r"network\.unreachable"):
            await editing.publish(DRAFT)
        phone.server.is_down = False
        await editing.save(DRAFT)
        assert server.drafts[DRAFT]["procedure"]["name"]["vi"] == "Không mạng"

    run(story)


def test_publishing_waits_for_a_saving_that_is_under_way_and_saves_what_came_after_it():
    async def story() -> None:
        phone, server, editing = await opened("Lần một")
        phone.server.goes_on.clear()
        first = asyncio.create_task(editing.save(DRAFT))
        await asyncio.sleep(0)
        rename(editing, "Lần hai")
        publishing = asyncio.create_task(editing.publish(DRAFT))
        await asyncio.sleep(0)
        phone.server.goes_on.set()
        await asyncio.gather(first, publishing)
        assert server.published == [DRAFT]
        sent = phone.server.asked("PUT", f"{BASE}/catalogue/drafts/{DRAFT}")
        saved = [json.loads(request.body)["procedure"]["name"]["vi"] for request in sent]
        assert saved == ["Lần một", "Lần hai"]

    run(story)


def test_a_draft_that_is_thrown_away_while_it_is_being_saved_stays_away():
    async def story() -> None:
        phone, _, editing = await opened("Lần một")
        editing_state = phone.services.editing_state
        phone.server.goes_on.clear()
        saving = asyncio.create_task(editing.save(DRAFT))
        await asyncio.sleep(0)
        editing_state.empty()
        phone.server.goes_on.set()
        await saving
        assert editing_state.drafts == {}

    run(story)


def test_publishing_and_discarding_end_a_draft():
    async def story() -> None:
        phone, server, editing = await opened()
        await editing.publish(DRAFT)
        assert server.published == [DRAFT]
        assert phone.services.editing_state.drafts == {}
        server.begin(f"{FOOD}@2027-01-01")
        await editing.open(f"{FOOD}@2027-01-01")
        await editing.discard(f"{FOOD}@2027-01-01")
        assert server.drafts == {}
        assert phone.services.editing_state.drafts == {}

    run(story)


def test_a_locked_app_holds_nothing():
    async def story() -> None:
        phone, server, editing = await desk()
        server.begin()
        await editing.refresh()
        await editing.open(DRAFT)
        phone.services.editing_state.empty()
        assert (phone.services.editing_state.versions, phone.services.editing_state.drafts) == ((), {})

    run(story)


def a_version(code: str, name: str, **changes: Any) -> EditedVersion:
    row = {
        "id": f"{code}@2026-01-01",
        "code": code,
        "effective_from": "2026-01-01",
        "state": "published",
        "standing": "active",
        "name": {"vi": name, "en": name},
        "in_force": True,
        "needs_review": [],
    }
    return EditedVersion.from_json(row | changes)


def test_versions_are_found_without_diacritics_and_by_what_is_to_be_done():
    versions = (
        a_version("1.000001", "Đăng ký khai sinh"),
        a_version("1.000002", "Đăng ký kết hôn", needs_review=["fees"]),
        a_version("1.000003", "Cấp phép", state="draft", in_force=False, effective_from="2026-12-01"),
        a_version("1.000004", "Cấp lại", standing="abolished"),
        a_version("1.000005", "Bản cũ", in_force=False, needs_review=["fees"]),
        a_version("1.000006", "Sắp tới", in_force=False, effective_from="2027-01-01"),
    )

    def codes(query: str, wanted: str) -> list[str]:
        return [one.code[-1] for one in found(versions, query, wanted, TODAY)]

    assert codes("dang ky", "all") == ["1", "2"]
    assert codes("000004", "all") == ["4"]
    assert codes("", "current") == ["1", "2", "3", "4", "6"]
    assert codes("", "drafts") == ["3"]
    assert codes("", "review") == ["2"]
    assert codes("", "coming") == ["6"]
    assert codes("", "abolished") == ["4"]
    assert codes("", "all") == ["1", "2", "3", "4", "5", "6"]
