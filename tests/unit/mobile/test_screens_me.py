"""Inbox, notifications, phones, looks and addresses."""

import json

from shared_models.errors import DomainError
from tests.support.phone_data import a_licence, a_notice
from tests.support.phone_screens import a_wallet, run


def test_a_notice_is_read_by_opening_it():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), notices=[a_notice(1)])
        phone.server.on("POST", "/api/v1/notices/ntc_1/read", (204, None))
        assert screen.shows("Ví")
        await screen.click("inbox.open")
        assert screen.shows(
            "Ban Quản lý ATTP kiểm tra GCN đủ điều kiện ATTP, số 1/2026/ATTP-CNĐK. Kết quả: Đúng quy định."
        )
        await screen.click("notice.ntc_1")
        assert phone.services.inbox_state.unread == 0
        assert screen.page.route == "/licences/lic_1/log"

    run(story)


def test_push_is_asked_for_in_words_first_and_a_refusal_is_told():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), route="/inbox")
        phone.server.on("GET", "/api/v1/city.json", (200, {}))
        phone.server.on("GET", "/city.json", (200, {"vapid_public_key": "key"}))
        phone.web.answers["push.subscribe"] = DomainError("push.denied")
        await screen.click("push.on")
        assert screen.shows("Trình duyệt không cho gửi thông báo")
        assert phone.services.inbox_state.push == "denied"
        subscription = {"endpoint": "https://push.example/1", "keys": {"p256dh": "p", "auth": "a"}}
        phone.web.answers |= {"push.subscribe": subscription, "push.current": subscription}
        phone.server.on("POST", "/api/v1/push/subscriptions", (201, {"id": "sub_1"}))
        await phone.app.choices.turn_push_on()
        sent = json.loads(phone.server.asked("POST", "/api/v1/push/subscriptions")[0].body or "{}")
        assert sent == {**subscription, "lang": "vi"}

    run(story)


def test_another_phone_is_blocked_only_after_a_second_answer():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), route="/me/devices")
        devices = [{"id": f"dev_{n}", "label": f"Máy {n}", "created_at": "2026-11-01T00:00:00Z"} for n in (1, 2)]
        phone.server.on("GET", "/api/v1/wallet/devices", (200, {"items": devices}))
        phone.server.on("DELETE", "/api/v1/wallet/devices/dev_2", (204, None))
        await screen.click("device.again")
        assert not screen.has("device.block.dev_1"), "this phone does not block itself"
        await screen.click("device.block.dev_2")
        assert phone.server.asked("DELETE", "/api/v1/wallet/devices/dev_2") == []
        await screen.click("question.yes")
        assert len(phone.server.asked("DELETE", "/api/v1/wallet/devices/dev_2")) == 1

    run(story)


def test_language_changes_every_word_at_once():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), route="/me")
        await screen.choose("settings.lang", "en")
        assert screen.shows("Sign out")
        assert not screen.shows("Đăng xuất")
        assert ("looks.set", {"lang": "en", "theme": "system", "text_size": 100}) in phone.web.ops

    run(story)


def test_large_text_and_dark_mode_reach_the_page():
    async def story() -> None:
        _, screen = await a_wallet(a_licence(1), route="/me")
        before = screen.page.theme.text_theme.body_large.size
        await screen.choose("settings.text_size", "200")
        await screen.choose("settings.theme", "dark")
        assert screen.page.theme.text_theme.body_large.size == before * 2
        assert screen.page.theme_mode.value == "dark"

    run(story)


def test_tabs_without_a_room_are_not_shown_and_an_unknown_address_leads_home():
    async def story() -> None:
        _, screen = await a_wallet(a_licence(1), route="/dich-vu")
        assert screen.shows("Không có trang này")
        await screen.click("notfound.home")
        assert [name for name in screen.identifiers() if name.startswith("tab.")] == [
            "tab.wallet",
            "tab.services",
            "tab.dossiers",
            "tab.me",
        ]

    run(story)
