"""The citizen's wallet and licences as a whole app, without Flutter: what is on screen, and what a tap does."""

import json
from datetime import timedelta

from mobile.screens.citizen.wallet import matches
from mobile.state.licence import Licence
from shared_models.errors import DomainError
from tests.support.phone_data import a_licence
from tests.support.phone_screens import a_wallet, run

LOG = "/api/v1/wallet/licences/lic_1/access-log"


def test_the_licence_screen_shows_a_living_code_and_keeps_the_screen_on():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        await screen.click("licence.lic_1")
        assert screen.has("qr.live")
        assert ("wakelock.set", {"on": True}) in phone.web.ops
        shown = next(c for c in screen.controls() if type(c).__name__ == "Image")
        assert shown.src.startswith(b"PNGVN1:" + a_licence(1)["credential"].encode())
        await screen.click("nav.back")
        assert ("wakelock.set", {"on": False}) in phone.web.ops
        assert not screen.has("qr.live")

    run(story)


def test_the_licence_screen_answers_an_inspectors_question():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), a_licence(2, status="revoked"), route="/licences/lic_1")
        await screen.click("licence.answer")
        licence = a_licence(1)
        assert phone.web.ops[-1] == (
            "answer.open",
            {"credential": licence["credential"], "number": licence["number"]},
        )
        phone.app.go("/licences/lic_2")
        await screen.settle()
        assert not screen.has("licence.answer")

    run(story)


def test_a_code_that_cannot_be_signed_says_so():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))

        async def no_key(_credential: str, _nonce: str | None = None) -> str:
            raise DomainError("key.missing")

        phone.web.present = no_key  # type: ignore[method-assign]
        await screen.click("licence.lic_1")
        assert screen.shows("không còn khóa của giấy này")

    run(story)


def test_a_suspended_licence_tells_who_when_and_why_before_its_code():
    async def story() -> None:
        licence = a_licence(1, status="suspended", status_reason="Bếp chưa đạt", decision_number="12/QĐ")
        _, screen = await a_wallet(licence, route="/licences/lic_1")
        texts = screen.texts()
        why = next(number for number, text in enumerate(texts) if "Bếp chưa đạt" in text and "12/QĐ" in text)
        code = texts.index("Đưa cho cán bộ quét")
        assert why < code

    run(story)


def test_a_revoked_licence_has_no_code():
    async def story() -> None:
        _, screen = await a_wallet(a_licence(1, status="revoked"), route="/licences/lic_1")
        assert not screen.has("qr.live")
        assert screen.shows("Đã thu hồi")

    run(story)


def test_pinning_changes_the_instant_card_and_is_remembered():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1, valid_until="2026-12-01"), a_licence(2), route="/licences/lic_2")
        await screen.click("licence.pin")
        card = await phone.web.public_get("pinned")
        assert card is not None
        assert card["licence_id"] == "lic_2"
        assert json.loads(phone.web.disk["public"]["settings"])["pinned_id"] == "lic_2"
        assert screen.shows("Đã ghim")

    run(story)


def test_without_a_pin_the_instant_card_follows_the_licence_shown_last():
    async def story() -> None:
        soon, other, suspended = a_licence(1, valid_until="2026-12-01"), a_licence(2), a_licence(3, status="suspended")
        phone, screen = await a_wallet(soon, other, suspended)
        card = await phone.web.public_get("pinned")
        assert card is not None
        assert card["licence_id"] == "lic_1", "a valid one, not the suspended one on top"
        await screen.click("licence.lic_2")
        card = await phone.web.public_get("pinned")
        assert card is not None
        assert card["licence_id"] == "lic_2"

    run(story)


def test_offline_everything_stays_and_the_bar_says_from_when_it_is():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.server.is_down = True
        phone.clock.advance(timedelta(minutes=50))
        phone.web.emit("online", {"on": False})
        await screen.settle()
        assert screen.shows("Không có mạng – vẫn dùng được · tình trạng 09:30")
        await screen.click("licence.lic_1")
        assert screen.has("qr.live")
        phone.server.is_down = False
        phone.web.emit("online", {"on": True})
        await screen.settle(30)
        assert not screen.has("offline.bar")

    run(story)


def test_an_ended_session_leaves_the_wallet_usable_and_offers_the_way_back():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.clock.advance(timedelta(minutes=20))
        phone.server.on("POST", "/api/v1/auth/token", (401, {"code": "session.ended"}))
        await screen.click("wallet.refresh")
        assert screen.has("session.again")
        assert screen.has("licence.lic_1")
        await screen.click("session.again")
        assert phone.web.ops[-1][0] == "navigate"

    run(story)


def test_the_log_tells_who_looked_and_a_failure_offers_another_try():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.server.on("GET", LOG, (503, {"code": "server.busy"}))
        await screen.click("licence.lic_1")
        await screen.click("licence.log")
        assert screen.shows("Máy chủ đang bận")
        entry = {
            "at": "2026-11-21T02:20:00Z", "action": "licence.checked", "actor_name": "Nguyễn V. H.",
            "agency_name": "Ban Quản lý ATTP", "purpose": "inspection.routine", "licence_id": "lic_1",
            "place": {"lat": 16.0, "lon": 108.2, "accuracy_m": 8},
        }  # fmt: skip
        phone.server.on("GET", LOG, (200, {"items": [entry], "next_cursor": None}))
        await screen.click("log.again")
        for words in (
            "Ban Quản lý ATTP",
            "Nguyễn V. H.",
            "Quét mã kiểm tra giấy",
            "kiểm tra tại chỗ",
            "09:20 · tại chỗ",
        ):
            assert screen.shows(words), words

    run(story)


def test_papers_are_fetched_with_the_owners_proof_and_saved_under_a_name():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), route="/licences/lic_1/documents")
        phone.server.on("GET", "/api/v1/licences/lic_1/sheet.pdf", (200, b"%PDF-1.7"))
        await screen.click("documents.sheet")
        assert phone.web.saved == [("phieu-kiem-tra-1-2026-ATTP-CNĐK.pdf", b"%PDF-1.7")]
        assert phone.server.requests[-1].headers["Authorization"].startswith("DPoP ")
        phone.server.on("GET", "/api/v1/licences/lic_1/document.pdf", (404, {"code": "licence.unknown"}))
        await screen.click("documents.document")
        assert screen.shows("Không tìm thấy giấy này.")

    run(story)


def test_the_eye_hides_name_and_numbers():
    async def story() -> None:
        _, screen = await a_wallet(a_licence(1))
        await screen.click("identity.eye")
        assert not screen.shows("Trần Thị Thu Thảo")
        assert not screen.shows("048•••••••12")
        assert not screen.shows("1/2026/ATTP-CNĐK ·")

    run(story)


def test_search_comes_with_the_ninth_licence_and_needs_no_diacritics():
    async def story() -> None:
        many = [a_licence(number) for number in range(1, 9)]
        _, screen = await a_wallet(*many)
        assert not screen.has("wallet.search")
        _, screen = await a_wallet(*many, a_licence(9, type="road_works", holder_name="CẤP NƯỚC ĐÀ NẴNG"))
        await screen.type("wallet.search", "cap nuoc")
        assert screen.has("licence.lic_9")
        assert not screen.has("licence.lic_1")
        await screen.type("wallet.search", "khong co")
        assert screen.shows("Không tìm thấy giấy nào")

    run(story)


def test_matches_looks_at_type_number_holder_and_address():
    licence = Licence.from_json(a_licence(1))
    assert all(matches(licence, words) for words in ("attp", "ba mua", "LE DINH duong", "1/2026", ""))
    assert not matches(licence, "hai phong")


def test_on_a_wide_screen_the_wallet_stands_beside_the_licence():
    async def story() -> None:
        _, screen = await a_wallet(a_licence(1), a_licence(2), route="/licences/lic_1", width=1280)
        assert screen.has("qr.live")
        assert screen.identifiers().count("licence.lic_2") >= 2, "in the wallet below and in the pane beside"
        assert not screen.has("nav.back")

    run(story)
