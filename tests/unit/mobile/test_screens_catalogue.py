"""An administrator at the list, at a version, and on the way through a draft to its publishing."""

from typing import Any

from mobile.services.editing import AUTOSAVE_S
from tests.support.flet_harness import Screen
from tests.support.phone_catalogue import DRAFT, FOOD, CatalogueServer, an_administrator
from tests.support.phone_data import Phone
from tests.support.phone_screens import run

AT = f"/drafts/{DRAFT}"


async def go(screen: Screen, path: str) -> None:
    screen.page.navigate(path)
    await screen.settle(30)


async def saved(phone: Phone, screen: Screen) -> None:
    """What was typed last is a moment old."""
    phone.services.sleep.wake(AUTOSAVE_S)
    await screen.settle(30)


async def a_draft(page: str = "", **members: Any) -> tuple[Phone, Screen, CatalogueServer]:
    phone, screen, server = await an_administrator()
    server.begin(**members)
    await go(screen, f"{AT}{page}")
    return phone, screen, server


def test_the_list_is_searched_and_filtered_and_counts_changes():
    async def story() -> None:
        _, screen, server = await an_administrator("/", FOOD, "1.001193", "1.000894")
        assert screen.has("version.1.001193@2025-07-01")
        await screen.type("catalogue.search", "an toan thuc pham")
        assert [one for one in screen.identifiers() if one.startswith("version.")] == [f"version.{FOOD}@2025-07-01"]
        await screen.type("catalogue.search", "")
        await screen.click("catalogue.filter.drafts")
        assert not screen.has(f"version.{FOOD}@2025-07-01")
        server.begin()
        await screen.click("tab.catalogue")
        assert screen.has(f"version.{DRAFT}")
        assert screen.shows("Bản thảo · 1")
        await screen.click("changes.shortened")
        assert screen.shows("Thời hạn: 20 ngày làm việc thành 15 ngày làm việc")
        await screen.click(f"change.{FOOD}@2025-07-01:shortened")
        assert screen.page.route == f"/versions/{FOOD}@2025-07-01"

    run(story)


def test_a_version_is_never_shown_under_anothers_address():
    async def story() -> None:
        phone, screen, _ = await an_administrator(f"/versions/{FOOD}@2025-07-01", FOOD, "1.001193")
        await screen.settle(30)
        assert screen.has("version.begin")
        phone.server.goes_on.clear()
        await go(screen, "/versions/1.001193@2025-07-01")
        assert screen.shows("Đang mở thủ tục")
        assert not screen.has("version.begin")
        phone.server.goes_on.set()
        await screen.settle(30)
        assert screen.has("version.begin")

    run(story)


def test_a_draft_begins_for_a_day_that_has_not_passed():
    async def story() -> None:
        _, screen, server = await an_administrator(f"/versions/{FOOD}@2025-07-01")
        await screen.settle(30)
        assert screen.shows("Chưa đối chiếu với văn bản: Thời hạn; Phí, lệ phí.")
        await screen.type("version.day", "31/2/2027")
        await screen.click("version.begin")
        assert screen.shows("Không có ngày này")
        await screen.type("version.day", "1/11/2026")
        await screen.click("version.begin")
        assert server.drafts == {}
        await screen.type("version.day", "1/12/2026")
        await screen.click("version.begin")
        await screen.settle(30)
        assert (screen.page.route, list(server.drafts)) == (AT, [DRAFT])

    run(story)


def test_what_is_typed_is_saved_and_told():
    async def story() -> None:
        phone, screen, server = await a_draft("/deadlines")
        await screen.type("form.deadlines.online.amount", "12")
        assert screen.shows("Đang sửa, sẽ tự lưu")
        await saved(phone, screen)
        assert server.drafts[DRAFT]["procedure"]["deadlines"]["online"] == {"unit": "working_day", "amount": 12}
        assert screen.shows("Đã lưu lúc")
        await screen.click("form.deadlines.online.unit.same_day")
        await saved(phone, screen)
        assert server.drafts[DRAFT]["procedure"]["deadlines"]["online"] == {"unit": "same_day", "amount": 0}
        assert not screen.has("form.deadlines.online.amount")

    run(story)


def test_a_fault_stands_at_its_question_and_its_page():
    async def story() -> None:
        phone, screen, server = await a_draft("/about")
        await screen.type("form.name.en", "")
        await saved(phone, screen)
        assert server.drafts[DRAFT]["draft_version"] == 1
        assert screen.has("form.name.en.fault")
        assert screen.shows("Chưa lưu được: còn 1 chỗ cần sửa")
        await go(screen, AT)
        assert screen.shows("1 chỗ cần sửa")
        await go(screen, f"{AT}/publish")
        assert screen.has("publish.mend.about")
        await go(screen, f"{AT}/about")
        await screen.type("form.name.en", "Food safety certificate")
        await saved(phone, screen)
        assert not screen.has("form.name.en.fault")
        assert server.drafts[DRAFT]["draft_version"] == 2

    run(story)


def test_every_member_has_its_question():
    async def story() -> None:
        phone, screen, server = await a_draft("/level")
        await screen.click("form.level.information")
        await screen.type("form.level_reason.vi", "Phải kiểm tra tại chỗ")
        await screen.click("form.legacy_level.2")
        await go(screen, f"{AT}/agencies")
        await screen.click("form.receiving.commune")
        await go(screen, f"{AT}/result")
        await screen.click("form.result.kind.document")
        await go(screen, f"{AT}/standing")
        await screen.click("form.standing.abolished")
        await screen.click("form.replaced_by.store")
        await saved(phone, screen)
        kept = server.drafts[DRAFT]["procedure"]
        assert (kept["level"], kept["legacy_level"]) == ("information", 2)
        assert kept["level_reason"]["vi"] == "Phải kiểm tra tại chỗ"
        assert kept["receiving"] == ["H17.08", "commune"]
        assert (kept["result"]["kind"], kept["result"]["licence_type"]) == ("document", None)
        assert (kept["standing"], kept["replaced_by"]) == ("abolished", "store")

    run(story)


def test_a_paper_is_added_named_moved_and_taken_out():
    async def story() -> None:
        phone, screen, server = await a_draft("/components")
        await screen.click("add.components")
        assert screen.page.route == f"{AT}/components/components.4"
        await screen.type("form.components.4.name.vi", "Sơ đồ mặt bằng")
        await screen.type("form.components.4.name.en", "Floor plan")
        await screen.click("form.components.4.required.false")
        await screen.type("form.components.4.held_by", "dat dai")
        await screen.click("form.components.4.held_by.registry:land")
        await screen.type("form.components.4.max_bytes", "5")
        await saved(phone, screen)
        paper = server.drafts[DRAFT]["procedure"]["components"][4]
        assert (paper["key"], paper["required"], paper["max_bytes"]) == ("so_do_mat_bang", False, 5 * 1024 * 1024)
        assert paper["held_by"] == [{"source": "registry", "key": "land"}]
        await screen.click("row.up")
        assert screen.page.route == f"{AT}/components/components.3"
        await screen.click("row.remove")
        await screen.click("question.yes")
        await saved(phone, screen)
        keys = [paper["key"] for paper in server.drafts[DRAFT]["procedure"]["components"]]
        assert (len(keys), "so_do_mat_bang" in keys) == (4, False)

    run(story)


def test_a_fee_hangs_on_an_answer_of_the_form():
    async def story() -> None:
        phone, screen, server = await a_draft("/fees/fees.direct.0")
        await screen.type("form.fees.direct.0.amount", "650.000")
        await screen.click("form.fees.direct.0.when.is.from_200")
        await saved(phone, screen)
        line = server.drafts[DRAFT]["procedure"]["fees"]["direct"][0]
        assert (line["amount"], line["when"]["is"]) == (650_000, ["under_200", "from_200"])
        await go(screen, AT)
        await go(screen, f"{AT}/publish")
        assert screen.shows("Giảm phí")

    run(story)


def test_marks_are_ticked_and_set_again():
    async def story() -> None:
        phone, screen, server = await a_draft("/deadlines")
        await screen.click("mark.deadlines")
        await screen.click("mark.supplement")
        await saved(phone, screen)
        assert server.drafts[DRAFT]["procedure"]["needs_review"] == ["fees", "supplement"]

    run(story)


def test_what_another_saved_is_shown_beside_ones_own():
    async def story() -> None:
        phone, screen, server = await a_draft("/about")
        server.changed_by_another(max_reappointments=0)
        await screen.type("form.name.vi", "Tên tôi đặt")
        await saved(phone, screen)
        assert screen.shows("Lê Văn Quý")
        await screen.click("draft.keep_mine")
        mine = next(one for one in screen.controls() if getattr(one, "read_only", False))
        assert "Tên tiếng Việt: Tên tôi đặt" in mine.value
        assert server.drafts[DRAFT]["draft_version"] == 2
        await screen.click("draft.take")
        assert not screen.has("draft.take")
        assert phone.app.editing.draft(DRAFT).procedure["max_reappointments"] == 0

    run(story)


def test_publishing_shows_what_changes_and_asks_twice():
    async def story() -> None:
        deadlines = {way: {"unit": "working_day", "amount": 12} for way in ("direct", "online")}
        _, screen, server = await a_draft("/publish", deadlines=deadlines)
        assert screen.shows("Trước: 20 ngày làm việc")
        assert screen.shows("Nay: 12 ngày làm việc")
        await screen.click("publish.go")
        assert screen.shows("Từ 01/12/2026 mọi hồ sơ mới theo bản này")
        await screen.click("question.no")
        assert server.published == []
        await screen.click("publish.go")
        await screen.click("question.yes")
        await screen.settle(30)
        assert server.published == [DRAFT]
        assert screen.page.route == f"/versions/{DRAFT}"

    run(story)


def test_a_draft_is_thrown_away_after_a_second_question():
    async def story() -> None:
        _, screen, server = await a_draft()
        await screen.click("draft.discard")
        await screen.click("question.no")
        assert DRAFT in server.drafts
        await screen.click("draft.discard")
        await screen.click("question.yes")
        assert (server.drafts, screen.page.route) == ({}, "/")

    run(story)
