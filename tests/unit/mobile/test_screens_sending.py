"""Sending a draft as a whole app, without Flutter: once, with or without a network, or given back with the reason."""

import json

from mobile.i18n.catalogue import error_text
from shared_models.errors import DomainError
from tests.support.phone import MemoryWeb
from tests.support.phone_data import PIN, Phone
from tests.support.phone_drafts import HOME, a_draft, general, kept, ready
from tests.support.phone_files import FilePicker, UploadDesk
from tests.support.phone_screens import enter, opened, run
from tests.support.phone_services import API, BIRTH, WARD, detail, dossier, preparation

DRIVING = "3.000347"
LIQUOR = "2.000620"


def test_nothing_to_upload_is_no_step_and_the_fee_and_the_day_stand_before_sending():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(DRIVING)
        await general(phone, screen, draft_id)
        assert not screen.has("review.edit.papers")
        assert screen.shows("phường Hải Châu")
        assert not screen.shows(HOME), "a commune by its name, not by its code"
        assert screen.shows("Đã có, bạn không phải nộp")
        assert screen.shows("Lệ phí")
        assert screen.shows("Thứ Năm 26/11"), "due if sent now"
        phone.server.on("POST", f"{API}/dossiers", lambda body, _query: (201, dossier(1) | {"id": body["id"]}))
        phone.server.on("GET", f"{API}/dossiers/{draft_id}", (200, dossier(1) | {"id": draft_id}))
        await screen.click("review.send")
        await screen.settle(40)
        (sent,) = phone.server.asked("POST", f"{API}/dossiers")
        body = json.loads(str(sent.body))
        assert body["id"] == draft_id
        assert all("held" in item for item in body["components"])
        assert body["procedure_version"] == detail(DRIVING)["id"]
        assert await phone.web.vault_list("draft/dossier/") == []
        assert screen.has("dossier.due")

    run(story)


def test_where_communes_receive_it_goes_to_the_one_at_home():
    async def story() -> None:
        phone, _, draft_id = await a_draft(LIQUOR)
        draft = await kept(phone, draft_id)
        assert (draft["commune"], draft["agency"]) == (HOME, WARD["code"])

    run(story)


def test_what_is_missing_at_the_end_opens_where_it_is_missing():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(DRIVING)
        await general(phone, screen, draft_id)
        await ready(phone, draft_id, screen, phone="")
        await screen.click("review.send")
        await screen.settle(20)
        assert screen.has("form.phone")
        assert phone.server.asked("POST", f"{API}/dossiers") == []

    run(story)


def test_faults_of_the_server_stand_at_their_field_and_open_its_group():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(DRIVING)
        await general(phone, screen, draft_id)
        name = next(iter(phone.services.dossiers_state.draft(draft_id).form["schema"]["properties"]))
        refusal = {"code": "form.answers_invalid", "status": 422, "errors": {f"values.{name}": ["field.malformed"]}}
        phone.server.on("POST", f"{API}/dossiers", (422, refusal))
        await screen.click("review.send")
        await screen.settle(40)
        assert screen.has(f"form.{name}.fault")
        assert (await kept(phone, draft_id))["state"] == "open"

    run(story)


def test_a_past_version_says_what_changed_and_keeps_the_answers():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(DRIVING)
        await general(phone, screen, draft_id)
        before = (await kept(phone, draft_id))["values"]
        paper = {**detail(BIRTH)["components"][0], "key": "photo", "name": {"vi": "Ảnh 3x4", "en": "Photo"}}
        paper["held_by"] = []
        new = detail(DRIVING)
        new |= {
            "id": f"{DRIVING}@2026-12-01",
            "components": [*new["components"], paper],
            "deadlines": {
                "direct": {"unit": "working_day", "amount": 2},
                "online": {"unit": "working_day", "amount": 2},
            },
        }
        phone.server.on("GET", f"{API}/procedures/{DRIVING}", (200, new))
        phone.server.on("POST", f"{API}/dossiers", (409, {"code": "procedure.version_past", "status": 409}))
        await screen.click("review.send")
        await screen.settle(40)
        assert screen.shows("Quy định đã thay đổi")
        assert screen.shows("Thêm giấy: Ảnh 3x4")
        assert screen.shows("thành 2 ngày làm việc")
        assert not screen.has("review.send")
        prepared = preparation(DRIVING)
        prepared["components"].append({"key": "photo", "held": None})
        phone.server.on("POST", f"{API}/dossiers/preparations", (200, prepared))
        await screen.click("version.take")
        await screen.settle(40)
        draft = await kept(phone, draft_id)
        assert draft["procedure"]["id"] == f"{DRIVING}@2026-12-01"
        assert draft["values"] == before
        assert draft["error"] is None

    run(story)


def test_a_file_that_is_refused_says_why_at_its_row():
    async def story() -> None:
        phone, screen, draft_id = await a_draft("1.014076")
        await ready(phone, draft_id, screen, step="papers")
        picker, desk = FilePicker(phone.web), UploadDesk(phone.server)
        desk.refusals[b"%PDF-1.7 x"] = "file.encrypted"
        await screen.click("paper.practice_certificate.choose")
        await screen.settle(40)
        assert screen.has("paper.practice_certificate.fault")
        assert screen.shows(error_text("file.encrypted"))
        picker.content = b"%PDF-1.4 better"
        await screen.click("paper.practice_certificate.photo")
        await screen.settle(40)
        assert picker.wishes[-1]["photo"] is True
        assert not screen.has("paper.practice_certificate.fault")
        assert screen.shows("đã tải lên")
        (old,) = [file["id"] for file in desk.files.values() if file["state"] == "refused"]
        assert await phone.web.vault_list(f"piece/{old}/") == [], "what was refused takes no room"
        picker.refusal = DomainError("file.too_large")
        await screen.click("paper.practice_certificate.remove")
        await screen.click("paper.practice_certificate.choose")
        await screen.settle(20)
        assert screen.shows(error_text("file.too_large"))

    run(story)


def test_sent_without_a_network_it_waits_visibly_survives_a_restart_and_goes_once():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(DRIVING)
        await general(phone, screen, draft_id)
        phone.server.is_down = True
        phone.web.emit("online", {"on": False})
        await screen.settle()
        assert screen.shows("Gửi khi có mạng")
        await screen.click("review.send")
        await screen.settle(60)
        assert screen.shows("Sẽ gửi khi có mạng")
        phone.web.is_open = False
        again = Phone(MemoryWeb(phone.clock, phone.web.disk), phone.server)
        screen = await opened(again, "/dossiers")
        await enter(screen, PIN)
        await screen.settle(60)
        assert screen.has(f"draft.{draft_id}")
        assert screen.shows("Sẽ gửi khi có mạng")
        phone.server.is_down = False
        phone.server.loses_answers = 0
        phone.server.on("POST", f"{API}/dossiers", lambda body, _query: (201, dossier(1) | {"id": body["id"]}))
        again.web.emit("online", {"on": True})
        await screen.settle(80)
        assert len(phone.server.asked("POST", f"{API}/dossiers")) == 1
        assert not screen.has(f"draft.{draft_id}")

    run(story)


def test_what_waits_can_be_taken_back():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(DRIVING)
        await general(phone, screen, draft_id)
        phone.server.is_down = True
        await screen.click("review.send")
        await screen.settle(60)
        await screen.click("waiting.recall")
        await screen.settle(20)
        assert screen.has("review.send")
        assert (await kept(phone, draft_id))["state"] == "open"

    run(story)


def test_a_full_phone_says_so_and_the_answer_stays_on_screen():
    async def story() -> None:
        phone, screen, draft_id = await a_draft(BIRTH)
        phone.web.full = {f"draft/dossier/{draft_id}"}
        await screen.type("form.applicant_address", "12 Trần Phú")
        assert screen.shows("Bộ nhớ máy đã đầy")
        phone.web.full = False
        await screen.type("form.applicant_address", "12 Trần Phú, tổ 4")
        assert (await kept(phone, draft_id))["values"]["applicant_address"] == "12 Trần Phú, tổ 4"

    run(story)
