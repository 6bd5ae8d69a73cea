"""Bringing a statement in: which gateway, which day, which file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import flet as ft

from mobile.i18n.catalogue import t
from mobile.i18n.dates import day as day_text
from mobile.i18n.names import word
from mobile.state.draft import PickedFile
from mobile.state.payments_desk import STATED, typed_day
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, heading, notice_box, text
from mobile.ui.components.buttons import primary_button, second_button, tappable
from mobile.ui.components.text_field import text_field
from mobile.ui.errors import action, action_with
from shared_models.clock import city_date
from shared_models.errors import Invalid


@dataclass(frozen=True, slots=True)
class Import:
    """What has been chosen so far; ``id`` stays the same until it has gone through.

    ``unreadable``: the line of the file that the server could not read.
    """

    id: str
    gateway: str
    day: str
    file: PickedFile | None = None
    unreadable: int | None = None


@dataclass(frozen=True, slots=True)
class Importing:
    chosen: Import
    change: Callable[[Import], None]
    tell: Callable[[int], None]


def use_import() -> Importing:
    """The last full day is what is reconciled as a rule."""
    app = current_app()
    desk = app.services.payments_desk

    yesterday = city_date(app.services.clock.now()) - timedelta(days=1)
    chosen, set_chosen = ft.use_state(Import(desk.new_id("stm"), STATED[0], day_text(yesterday)))

    def change(fresh: Import) -> None:
        # Another file, day or gateway is another import.
        set_chosen(lambda _: replace(fresh, id=desk.new_id("stm"), unreadable=None))

    def tell(unreadable: int) -> None:
        set_chosen(lambda before: replace(before, unreadable=unreadable))

    return Importing(chosen, change, tell)


def import_body(importing: Importing) -> list[ft.Control]:
    app = current_app()
    desk, chosen, change = app.services.payments_desk, importing.chosen, importing.change

    async def pick() -> None:
        if (file := await desk.pick()) is not None:
            change(replace(chosen, file=file))

    async def bring() -> None:
        day = typed_day(chosen.day)
        if chosen.file is None or day is None:
            app.say("collect.day_wrong" if day is None else "collect.file_missing")
            return
        try:
            statement = await desk.bring(chosen.id, chosen.gateway, day, chosen.file)
        except Invalid as error:
            if error.code != "statement.unreadable" or "line" not in error.params:
                raise
            importing.tell(int(error.params["line"]))
            return
        app.go(f"/collect/statements/of/{statement['id']}")

    def type_day(event: Any) -> None:
        change(replace(chosen, day=str(event.control.value or "")))

    box = ft.TextField(
        value=chosen.day,
        label=t("collect.statement_day"),
        hint_text=t("collect.day_hint"),
        keyboard_type=ft.KeyboardType.DATETIME,
        on_change=action_with(type_day),
    )
    day = ft.Container(padding=ft.Padding.only(top=8), content=text_field("collect.day", box))
    name = chosen.file.name if chosen.file else t("collect.no_file")
    label = t("collect.other_file") if chosen.file else t("collect.pick")
    is_busy = desk.state.is_busy
    send = t("collect.importing") if is_busy else t("collect.import_now")
    # Pressed without a file it says what is missing; greyed it would say nothing.
    go = action(bring)
    wrong = [_unreadable(chosen.unreadable)] if chosen.unreadable is not None else []
    return [
        notice_box(t("collect.import_told"), ft.Icons.INFO_OUTLINE, app.look.neutral),
        heading(t("collect.which_gateway"), Style.TITLE_MEDIUM),
        ft.Column(spacing=8, controls=[_gateway(importing, key) for key in STATED]),
        heading(t("collect.which_day"), Style.TITLE_MEDIUM),
        day,
        heading(t("collect.which_file"), Style.TITLE_MEDIUM),
        text(name, Style.BODY_LARGE),
        *wrong,
        ft.Row(wrap=True, controls=[second_button("collect.pick", label, action(pick), icon=ft.Icons.ATTACH_FILE)]),
        ft.Row(
            controls=[
                primary_button("collect.bring", send, go, icon=ft.Icons.UPLOAD_FILE, expand=True, busy=is_busy),
            ]
        ),
    ]


def _unreadable(line: int) -> ft.Control:
    return notice_box(t("collect.unreadable", line=line), ft.Icons.ERROR_OUTLINE, current_app().look.danger)


def _gateway(importing: Importing, key: str) -> ft.Control:
    look, chosen = current_app().look, importing.chosen
    is_selected = chosen.gateway == key
    name = word("pay.way", key, key)

    def choose() -> None:
        importing.change(replace(chosen, gateway=key))

    icon = ft.Icons.RADIO_BUTTON_CHECKED if is_selected else ft.Icons.RADIO_BUTTON_UNCHECKED
    inside = ft.Container(
        padding=12,
        content=ft.Row(
            controls=[
                ft.Icon(icon, color=look.primary if is_selected else look.text_quiet),
                ft.Container(expand=True, content=text(name, Style.BODY_LARGE)),
            ]
        ),
    )
    return tappable(f"collect.gateway.{key}", inside, action(choose), label=name, selected=is_selected)
