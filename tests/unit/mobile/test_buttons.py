"""Buttons as a screen reader and a thumb find them."""

import flet as ft

from tests.support.flet_harness import Screen
from tests.support.phone_paying import ORDER, at
from tests.support.phone_screens import run


def nameless(screen: Screen) -> list[ft.IconButton]:
    """Icons whose tooltip is a node beside the button, and not its name."""
    merged = {
        id(one.content.content)
        for one in screen.controls()
        if isinstance(one, ft.MergeSemantics) and isinstance(one.content, ft.Semantics)
    }
    icons = [one for one in screen.controls() if isinstance(one, ft.IconButton)]
    return [one for one in icons if id(one) not in merged or not one.tooltip]


def test_a_screen_reader_hears_the_name_of_every_icon() -> None:
    async def story() -> None:
        _, screen, _ = await at(f"/orders/{ORDER}")
        await screen.click("way.bank")
        await screen.settle(20)
        icons = [one for one in screen.controls() if isinstance(one, ft.IconButton)]
        assert {"nav.back", "pay.copy.account", "pay.copy.amount"} <= set(screen.identifiers())
        assert len(icons) >= 3
        assert nameless(screen) == []

    run(story)


def test_a_title_is_said_once() -> None:
    async def story() -> None:
        _, screen, _ = await at(f"/orders/{ORDER}")
        headings = [one for one in screen.controls() if isinstance(one, ft.Semantics) and one.header]
        assert headings
        assert [one.label for one in headings if one.label] == []

    run(story)
