"""An administrator at the rules of fees: the list, a rule's past, a change that is asked about twice."""

from tests.support.flet_harness import Screen
from tests.support.phone_catalogue import DRAFT, an_administrator
from tests.support.phone_screens import run

MERIT = "tt_244_2016_merit"


async def settled(screen: Screen) -> None:
    await screen.settle(30)


def test_the_list_says_what_holds_today_and_what_nobody_has_checked():
    async def story() -> None:
        _, screen, _ = await an_administrator("/rules")
        await settled(screen)
        assert screen.has(f"rule.{MERIT}")
        assert not screen.has("rule.da_nang_online_free")
        assert screen.shows("Còn nộp 100.000 đ mỗi lần thu · Người có công với cách mạng")
        assert screen.shows("Chưa đối chiếu văn bản")
        await screen.click("rules.filter.draft")
        assert [one for one in screen.identifiers() if one.startswith("rule.")] == ["rule.da_nang_online_free"]
        await screen.click("rules.filter.all")
        await screen.type("rules.search", "66.22")
        assert [one for one in screen.identifiers() if one.startswith("rule.")] == ["rule.nq_66_22_2026"]

    run(story)


def test_a_change_is_said_in_words_before_it_is_saved_and_stands_in_the_history():
    async def story() -> None:
        _, screen, server = await an_administrator(f"/rules/{MERIT}")
        await settled(screen)
        assert screen.shows("Chưa sửa lần nào.")
        await screen.click("rule.change")
        await settled(screen)
        await screen.type("form.until_day", "31/12/2026")
        await screen.click("rule.save")
        await settled(screen)
        assert server.rules.sent == []
        assert screen.shows("Từ 01/01/2017, đổi thành: Từ 01/01/2017 đến hết 31/12/2026")
        assert screen.shows("Áp dụng cho hồ sơ nộp từ 21/11/2026.")
        await screen.click("question.yes")
        await settled(screen)
        [sent] = server.rules.sent
        assert (sent["version"], sent["rule"]["until_day"]) == (1, "2026-12-31")
        assert screen.page.route == f"/rules/{MERIT}"
        await settled(screen)
        assert screen.shows("Ngô Thị Bảo Trâm sửa")
        assert screen.shows("đến hết 31/12/2026")

    run(story)


def test_what_cannot_be_is_marked_and_nothing_is_asked():
    async def story() -> None:
        _, screen, server = await an_administrator(f"/rules/{MERIT}/edit")
        await settled(screen)
        await screen.type("form.until_day", "31/12/2016")
        await screen.click("rule.save")
        await settled(screen)
        assert not screen.has("question.yes")
        assert server.rules.sent == []
        assert screen.has("form.until_day.fault")

    run(story)


def test_what_somebody_else_changed_is_not_overwritten():
    async def story() -> None:
        _, screen, server = await an_administrator(f"/rules/{MERIT}/edit")
        await settled(screen)
        server.rules.rows[MERIT].append(server.rules.rows[MERIT][-1])
        await screen.type("form.basis", "Thông tư mới")
        await screen.click("rule.save")
        await settled(screen)
        await screen.click("question.yes")
        await settled(screen)
        assert screen.has("rule.clash")
        assert len(server.rules.rows[MERIT]) == 2
        await screen.click("rule.again")
        await settled(screen)
        assert not screen.has("rule.clash")

    run(story)


def test_a_new_rule_begins_as_a_draft_that_names_its_faults():
    async def story() -> None:
        _, screen, server = await an_administrator("/rules/new")
        await settled(screen)
        await screen.click("rule.save")
        await settled(screen)
        assert screen.has("form.id.fault")
        server.rules.serve("nq_12_2026")
        for name, typed in (
            ("id", "nq_12_2026"),
            ("name.vi", "Miễn phí bản sao"),
            ("name.en", "Free copies"),
            ("basis", "NQ 12/2026"),
        ):
            await screen.type(f"form.{name}", typed)
        await _seek(screen, "procedures", "mọi thủ tục")
        await _seek(screen, "fee_keys", "mọi khoản")
        await screen.click("rule.save")
        await settled(screen)
        assert screen.shows("Chưa áp dụng cho ai.")
        await screen.click("question.yes")
        await settled(screen)
        [sent] = server.rules.sent
        assert (sent["version"], sent["rule"]["procedures"], sent["rule"]["in_force"]) == (0, ["*"], False)

    run(story)


async def _seek(screen: Screen, name: str, words: str) -> None:
    if not screen.has(f"form.{name}.*"):
        await screen.type(f"form.{name}", words)
        await settled(screen)
    await screen.click(f"form.{name}.*")
    await settled(screen)


def test_a_version_that_drops_a_fee_names_the_rule_and_leads_to_it():
    async def story() -> None:
        phone, screen, server = await an_administrator()
        server.begin()
        told = {"rule": MERIT, "name": {"vi": "Giảm phí lý lịch", "en": "Reduced"}, "key": "fee", "version": DRAFT}
        refusal = (409, {"code": "catalogue.rule_orphaned", "params": told})
        phone.server.on("POST", f"/api/v1/catalogue/drafts/{DRAFT}/publish", refusal)
        screen.page.navigate(f"/drafts/{DRAFT}/publish")
        await settled(screen)
        await screen.click("publish.go")
        await settled(screen)
        await screen.click("question.yes")
        await settled(screen)
        assert screen.has("publish.orphan")
        assert screen.shows("“Giảm phí lý lịch”")
        await screen.click("publish.rule")
        assert screen.page.route == f"/rules/{MERIT}"

    run(story)
