"""The second question before something that cannot be taken back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.errors import action
from mobile.ui.keys import use_still_keys


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is the stem of its sentences: `<key>.title`, `.body`, `.yes`; `params` are those of title and body."""

    key: str
    on_yes: Callable[[], Awaitable[None]]
    danger: bool = True
    params: Mapping[str, Any] = field(default_factory=dict)


def use_question() -> Callable[[Question | None], None]:
    """Return what asks a question; the dialog closes by itself after either answer."""
    nothing: Question | None = None
    asked, set_asked = ft.use_state(nothing)

    def ask(question: Question | None) -> None:
        set_asked(lambda _: question)

    ft.use_dialog(_dialog(asked, ask) if asked is not None else None)
    use_still_keys(asked is not None)
    return ask


def _dialog(question: Question, ask: Callable[[Question | None], None]) -> ft.AlertDialog:
    look = current_app().look

    async def yes() -> None:
        ask(None)
        await question.on_yes()

    async def no() -> None:
        ask(None)

    return ft.AlertDialog(
        modal=True,
        bgcolor=look.card,
        title=text(t(f"{question.key}.title", **question.params), Style.TITLE_LARGE),
        content=ft.Container(width=380, content=text(t(f"{question.key}.body", **question.params), Style.BODY_LARGE)),
        actions=[
            ft.Semantics(
                identifier="question.no",
                content=ft.TextButton(content=t("question.no"), on_click=action(no), height=48),
            ),
            ft.Semantics(
                identifier="question.yes",
                content=ft.FilledButton(
                    content=t(f"{question.key}.yes"),
                    on_click=action(yes),
                    height=48,
                    style=ft.ButtonStyle(bgcolor=look.danger.strong, color=look.on_primary)
                    if question.danger
                    else None,
                ),
            ),
        ],
    )
