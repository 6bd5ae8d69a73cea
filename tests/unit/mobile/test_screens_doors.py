"""The doors of the app: sign-in, PIN, locking and leaving."""

import json
from datetime import timedelta

import pytest

from mobile import start
from tests.support.flet_harness import Screen
from tests.support.phone_data import CITIZEN, PIN, Phone, a_licence, a_notice, serve_citizen, tokens
from tests.support.phone_screens import a_wallet, enter, opened, run

OTHER = {**CITIZEN, "id": "per_2", "name": "Lê Văn Bình"}


def test_the_first_signin_ends_in_the_wallet_with_its_licences():
    async def story() -> None:
        phone = Phone()
        serve_citizen(phone.server, [a_licence(1)], [a_notice()])
        screen = await opened(phone)
        await screen.click("signin.vneid")
        assert phone.web.ops[-1][0] == "navigate"
        state = json.loads(phone.web.disk["public"]["settings"])["signin"]["state"]
        phone.web.emit("signin", {"code": "one-time", "state": state})
        await screen.settle()
        await enter(screen, PIN)
        await enter(screen, PIN)
        assert screen.has("licence.lic_1")
        assert screen.shows("Trần Thị Thu Thảo")
        assert screen.shows("cập nhật 09:30")
        card = await phone.web.public_get("pinned")
        assert card is not None
        assert card["licence_id"] == "lic_1"

    run(story)


def test_a_code_in_the_address_and_in_an_event_is_used_once():
    async def story() -> None:
        phone = Phone()
        serve_citizen(phone.server, [], [])
        url = await phone.services.session.start_signin()
        state = url.rsplit("state=", 1)[1]
        screen = Screen(f"/?signin=one-time&state={state}")
        screen.draw(lambda page: start.run(page, phone.app))
        phone.web.emit("signin", {"code": "one-time", "state": state})
        await screen.settle()
        assert phone.services.app_state.stage == "new_pin"
        assert len(phone.server.asked("POST", "/api/v1/auth/token")) == 1

    run(story)


def test_a_failed_signin_says_why_and_leaves_the_door_open():
    async def story() -> None:
        phone = Phone()
        screen = await opened(phone)
        phone.web.emit("signin", {"code": "x", "state": "not ours"})
        await screen.settle()
        assert screen.shows("không bắt đầu từ máy này")
        phone.web.emit("signin", {"code": None, "error": "identity.signin_cancelled", "state": "s"})
        await screen.settle()
        assert screen.shows("Bạn đã dừng đăng nhập.")
        assert screen.has("signin.vneid")

    run(story)


def test_pins_that_differ_or_are_too_easy_are_not_taken():
    async def story() -> None:
        phone = Phone()
        phone.services.app_state.stage = "new_pin"
        screen = await opened(phone)
        phone.services.app_state.stage = "new_pin"
        await screen.settle()
        await enter(screen, "111111")
        assert screen.shows("dễ đoán")
        await enter(screen, PIN)
        await enter(screen, "482916")
        assert screen.shows("chưa giống nhau")
        assert not (await phone.web.vault_status())["exists"]

    run(story)


def test_a_keyboard_types_the_pin_as_well_and_takes_a_digit_back():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        await phone.app.lifecycle.lock()
        await screen.settle()
        for key in ("4", "9", "Backspace", "8", "Numpad 2", "a", "9", "1", "5"):
            await screen.press_key(key)
        await screen.settle(30)
        assert screen.has("licence.lic_1")
        await screen.press_key("1")
        assert phone.web.disk["vault"]["failures"] == 0

    run(story)


async def seconds_pass(phone: Phone, screen: Screen, count: int) -> None:
    for _ in range(count):
        phone.clock.advance(timedelta(seconds=1))
        phone.services.sleep.wake(1)
        await screen.settle(4)


async def a_locked_out_phone() -> tuple[Phone, Screen]:
    phone, screen = await a_wallet(a_licence(1))
    await phone.app.lifecycle.lock()
    await screen.settle()
    for _ in range(5):
        await enter(screen, "000001")
    return phone, screen


def test_wrong_pins_are_told_and_then_make_one_wait():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        await phone.app.lifecycle.lock()
        await screen.settle()
        await enter(screen, "000001")
        assert screen.shows("Mã PIN chưa đúng.")
        for _ in range(4):
            await enter(screen, "000001")
        assert screen.shows("Sai nhiều lần. Thử lại sau 30 giây.")
        with pytest.raises(LookupError):
            await screen.click("pin.1")
        assert phone.services.app_state.stage == "locked"

    run(story)


def test_the_wait_counts_down_in_words_and_is_read_out_now_and_then():
    async def story() -> None:
        phone, screen = await a_locked_out_phone()
        heard = [screen.find("pin.message").label]
        for _ in range(29):
            await seconds_pass(phone, screen, 1)
            heard.append(screen.find("pin.message").label)
        assert screen.find("pin.message").live_region
        assert screen.shows("Thử lại sau 1 giây.")
        assert len(set(heard)) == 2
        assert heard[0].endswith("30 giây.")
        assert heard[-1].endswith("10 giây.")
        await seconds_pass(phone, screen, 1)
        assert screen.shows("Mời bạn nhập lại mã PIN.")
        await enter(screen, PIN)
        assert screen.has("licence.lic_1")
        assert screen.shows("mã PIN đã bị nhập sai 5 lần")
        assert not screen.shows("chỉnh lùi")

    run(story)


def test_a_longer_wait_from_another_tab_is_shown_here_too():
    async def story() -> None:
        phone, screen = await a_locked_out_phone()
        phone.web.disk["vault"]["failures"] = 6
        phone.web.disk["vault"]["until"] = phone.clock.now() + timedelta(minutes=5)
        await seconds_pass(phone, screen, 6)
        assert screen.shows("Thử lại sau 4 phút 54 giây.")

    run(story)


def test_a_clock_turned_back_is_said_at_the_door_and_behind_it():
    async def story() -> None:
        phone, screen = await a_locked_out_phone()
        phone.web.disk["vault"]["clock_moved"] = True
        phone.web.disk["vault"]["until"] = phone.clock.now() + timedelta(hours=1)
        await seconds_pass(phone, screen, 5)
        assert screen.shows("Giờ của máy vừa bị chỉnh lùi nên phải đợi lại từ đầu. Thử lại sau 59 phút 55 giây.")
        assert "1 giờ" in screen.find("pin.message").label
        phone.web.disk["vault"]["until"] = phone.clock.now()
        await seconds_pass(phone, screen, 6)
        await enter(screen, PIN)
        assert screen.shows("và giờ của máy đã bị chỉnh lùi")

    run(story)


def test_a_slip_of_the_finger_is_not_held_against_anybody():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        await phone.app.lifecycle.lock()
        await screen.settle()
        await enter(screen, "000001")
        await enter(screen, "000001")
        await enter(screen, PIN)
        assert screen.has("licence.lic_1")
        assert not screen.shows("nhập sai")

    run(story)


def test_a_forgotten_pin_needs_a_second_answer_and_forgets_everything():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        await phone.app.lifecycle.lock()
        await screen.settle()
        await screen.click("pin.forgot")
        assert screen.shows("Xóa ví trên điện thoại này?")
        await screen.click("question.no")
        assert phone.web.disk["vault"] is not None
        await screen.click("pin.forgot")
        await screen.click("question.yes")
        assert phone.web.disk["vault"] is None
        assert await phone.web.public_get("pinned") is None
        assert screen.has("signin.vneid")

    run(story)


def test_somebody_else_signing_in_does_not_see_the_wallet_before():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.server.on("POST", "/api/v1/auth/token", (200, tokens(OTHER)))
        await phone.web.key_ensure("session")
        session_key = phone.web.disk["keys"]["session"]
        url = await phone.services.session.start_signin()
        phone.web.emit("signin", {"code": "c", "state": url.rsplit("state=", 1)[1]})
        await screen.settle()
        assert phone.web.disk["vault"] is None
        assert phone.services.app_state.stage == "new_pin"
        assert await phone.web.public_get("pinned") is None
        # The new session is bound to this key: with another one its owner would be sent away again at once.
        assert phone.web.disk["keys"] == {"session": session_key}

    run(story)


def test_sign_out_asks_and_then_leaves_nothing():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), route="/me")
        await screen.click("me.signout")
        await screen.click("question.yes")
        assert phone.web.disk["vault"] is None
        assert screen.has("signin.vneid")
        assert not screen.shows("Trần Thị Thu Thảo")

    run(story)


def test_a_phone_left_alone_locks_itself():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1))
        phone.web.emit("visible", {"on": False})
        await screen.settle()
        phone.clock.advance(timedelta(minutes=16))
        phone.web.emit("visible", {"on": True})
        await screen.settle()
        assert screen.has("pin.1")
        assert not phone.web.is_open
        await enter(screen, PIN)
        assert screen.has("licence.lic_1")

    run(story)


def test_the_pin_is_changed_with_the_present_one():
    async def story() -> None:
        phone, screen = await a_wallet(a_licence(1), route="/me/pin")
        await enter(screen, "000000")
        await enter(screen, "737373")
        await enter(screen, "737373")
        assert screen.shows("Mã PIN chưa đúng.")
        await enter(screen, PIN)
        await enter(screen, "737374")
        await enter(screen, "737374")
        assert phone.web.disk["vault"]["pin"] == "737374"
        assert screen.page.route == "/me"

    run(story)
