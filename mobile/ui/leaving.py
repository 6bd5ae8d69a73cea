"""Leaving a page that holds something no store could keep: asked about first, whichever way one leaves."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import flet as ft

from mobile.ui.app_context import current_app
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.hooks import use_observed
from shared_models.errors import DomainError


@dataclass(frozen=True, slots=True)
class Leaving:
    """`note` is told whether leaving would lose something; `to` goes to a path, after a second question if it would."""

    note: Callable[[bool], Awaitable[None]]
    to: Callable[[str], Awaitable[None]]


def use_leaving(question: str, back: str = "/") -> Leaving:
    """For a whole page; `question` is the stem of its sentences, `back` is where the browser's back button leads."""
    state = use_observed(current_app().services.app_state)
    ask = use_question()
    loses: Any = ft.use_ref(False)

    async def note(is_lost: bool) -> None:
        if loses.current == is_lost:
            return
        loses.current = is_lost
        # The page asks about its back button and about closing the tab; where it cannot, the arrow still does.
        with suppress(DomainError):
            await current_app().services.web.call("leave.guard", {"on": is_lost})

    async def leave(path: str) -> None:
        await note(False)
        current_app().go(path)

    async def to(path: str) -> None:
        if not loses.current:
            await leave(path)
            return

        async def yes() -> None:
            await leave(path)

        ask(Question(question, yes))

    async def answer_back_button() -> None:
        if state.asks_to_leave:
            state.asks_to_leave = False
            await to(back)

    ft.use_effect(answer_back_button, dependencies=[state.asks_to_leave], cleanup=lambda: None)
    return Leaving(note, to)
