"""The way through a draft as a whole app, without Flutter: kept at every change, sent once, given back with reasons."""

from tests.support.phone import MemoryWeb
from tests.support.phone_data import PIN, Phone
from tests.support.phone_drafts import HOME, a_draft, kept, ready
from tests.support.phone_screens import enter, opened, run
from tests.support.phone_services import BIRTH

DRIVING = "3.000347"
LIQUOR = "2.000620"


def test_what_is_known_is_shown_to_be_kept_or_changed():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(BIRTH)
        assert screen.shows("Đã có, đúng không?")
        assert screen.shows("Trần Thị Thu Thảo")
        assert screen.shows("theo VNeID, ngày 22/10/2026")
        assert not screen.has("form.applicant_name"), "nothing to type what is known"
        await screen.click("form.applicant_phone.change")
        await screen.type("form.applicant_phone", "0912 000 111")
        draft = await kept(phone, draft_id)
        assert draft["values"]["applicant_phone"] == "0912000111"
        assert draft["origins"]["applicant_phone"] == "changed"
        assert draft["origins"]["applicant_name"] == "prefilled"

    run(story)


def test_it_goes_on_only_when_its_questions_are_answered_and_says_which_are_not():
    async def story() -> None:
        _, screen, _ = await a_draft(BIRTH)
        assert screen.shows("Bước 1 trên")
        await screen.click("draft.next")
        assert screen.has("form.fix")
        assert screen.has("form.applicant_relation.fault")
        assert screen.shows("Quan hệ với trẻ")
        await screen.type("form.applicant_commune", "hai chau")
        await screen.click(f"form.applicant_commune.{HOME}")
        await screen.type("form.applicant_address", "12 Trần Phú")
        await screen.click("form.applicant_relation.mother")
        await screen.click("draft.next")
        await screen.settle(20)
        assert screen.shows("Bước 2 trên")
        await screen.click("nav.back")
        assert screen.shows("Bước 1 trên")

    run(story)


def test_a_question_is_asked_when_its_condition_holds_and_dates_are_read_as_typed():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(BIRTH)
        await ready(phone, draft_id, screen, step="group:child")
        assert not screen.has("form.child_hospital")
        await screen.click("form.child_birth_place_kind.hospital")
        assert screen.has("form.child_hospital")
        assert not screen.has("form.child_birth_place")
        await screen.type("form.child_birth_date", "5/11/2026")
        assert (await kept(phone, draft_id))["values"]["child_birth_date"] == "2026-11-05"
        await screen.type("form.child_birth_date", "31/02/2026")
        await screen.click("draft.next")
        assert screen.has("form.child_birth_date.fault")

    run(story)


def test_a_draft_is_there_after_a_restart_without_a_network():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(BIRTH)
        await screen.type("form.applicant_address", "12 Trần Phú")
        phone.server.is_down = True
        phone.web.is_open = False
        again = Phone(MemoryWeb(phone.clock, phone.web.disk), phone.server)
        screen = await opened(again, f"/dossiers/drafts/{draft_id}")
        await enter(screen, PIN)
        await screen.settle(40)
        assert screen.shows("Bước 1 trên")
        fields = [c.value for c in screen.controls() if type(c).__name__ == "TextField"]
        assert "12 Trần Phú" in fields

    run(story)


def test_throwing_it_away_asks_first_and_takes_its_files_with_it():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(BIRTH)
        await screen.click("draft.discard")
        await screen.click("question.no")
        assert await kept(phone, draft_id)
        await phone.web.vault_put("piece/upl_x/0000", {"b64": "QQ"})
        file = {
            "state": "waiting",
            "code": None,
            "id": "upl_x",
            "name": "a.pdf",
            "size": 1,
            "sha256": "0",
            "pieces": 1,
            "piece_bytes": 4,
        }
        await ready(phone, draft_id, screen, files={"birth_certificate": file})
        await screen.click("draft.discard")
        await screen.click("question.yes")
        await screen.settle(20)
        assert await phone.web.vault_list("draft/dossier/") == []
        assert await phone.web.vault_list("piece/") == []

    run(story)


def test_signing_out_says_that_drafts_exist_here_only():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(BIRTH)
        await screen.click("nav.back")
        await screen.click("tab.me")
        await screen.click("me.signout")
        assert screen.shows("Còn hồ sơ chưa gửi")
        await screen.click("question.no")
        assert await kept(phone, draft_id)

    run(story)
