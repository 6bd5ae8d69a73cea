"""A phone on screen: opened, unlocked, and with a wallet in it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mobile import start
from tests.support.flet_harness import Screen
from tests.support.phone_data import CITIZEN, PIN, Phone, serve_citizen, signed_in

NO_ROOM = "Bộ nhớ máy đã đầy. Xóa bớt ảnh hoặc ứng dụng rồi thử lại."
NO_ROOM_BAR = "Bộ nhớ máy đã đầy nên chưa lưu được dữ liệu mới."
"""What a person is told when the storage is full: where it happened, and on every screen until it is kept."""


def run(story: Callable[[], Awaitable[None]]) -> None:
    """A story from beginning to end, in a loop of its own."""
    asyncio.run(story())


async def opened(phone: Phone, route: str = "/", width: int = 390) -> Screen:
    screen = Screen(route, width)
    screen.draw(lambda page: start.run(page, phone.app))
    await screen.settle()
    return screen


async def enter(screen: Screen, pin: str) -> None:
    for digit in pin:
        await screen.click(f"pin.{digit}")
    await screen.settle(30)


async def a_wallet(
    *licences: dict[str, Any], notices: list[dict[str, Any]] | None = None, route: str = "/", width: int = 390
) -> tuple[Phone, Screen]:
    phone = Phone()
    serve_citizen(phone.server, list(licences), notices or [])
    await signed_in(phone, CITIZEN)
    await phone.web.vault_lock()
    screen = await opened(phone, route, width)
    await enter(screen, PIN)
    return phone, screen
