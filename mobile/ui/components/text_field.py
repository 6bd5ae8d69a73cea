"""A field that is typed into, and that loses nothing of what is typed while the app is busy."""

from dataclasses import dataclass, field
from typing import Any, cast

import flet as ft

from mobile import theme
from mobile.i18n.safe_text import TYPEABLE
from mobile.ui.app_context import current_app
from mobile.ui.components.buttons import Handler
from mobile.ui.errors import safely


@dataclass
class _Held:
    """`control`: drawn last, Flet keeps in it what stands on the screen. `told`: what its owner has heard of since."""

    control: ft.TextField | None = None
    told: list[str] = field(default_factory=list)


def text_field(identifier: str, control: ft.TextField) -> ft.Control:
    """A text field over the whole width, with a stable name; `control` is made anew at each drawing."""
    control.expand = True
    # Without a colour of its own the text keeps the light scheme's ink in dark mode and cannot be read.
    control.color = control.cursor_color = current_app().look.text
    control.border = ft.OutlineInputBorder(border_radius=theme.RADIUS_FIELD)
    if not control.password:
        control.input_filter = ft.InputFilter(regex_string=TYPEABLE, allow=True)
    box: ft.Control = _Box(control, key=f"box-{identifier}")
    return ft.Semantics(identifier=identifier, content=ft.Row(controls=[box]))


@safely
def _Box(control: ft.TextField) -> ft.Control:
    """Keeps what was typed after the last that its owner has heard of.

    Drawn with the older value, Flet would send that to the screen, over the letters that were typed meanwhile.
    """
    held, _ = ft.use_state(_Held())
    before, given = held.control, control.value or ""
    if control is before:
        return control
    if before is not None and given in held.told:
        control.value = before.value
        last = len(held.told) - 1 - held.told[::-1].index(given)
        held.told = held.told[last:]
    else:
        held.told = [given]
    held.control = control
    hear = cast("Handler | None", control.on_change)

    async def changed(event: Any) -> None:
        held.told.append(event.control.value or "")
        if hear is not None:
            await hear(event)

    control.on_change = changed
    return control
