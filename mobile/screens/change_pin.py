"""A new PIN: the present one first, then the new one twice."""

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.screens.gate.pin import is_too_easy
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, text
from mobile.ui.components.frame import Frame, framed
from mobile.ui.components.pin_pad import PinPad
from mobile.ui.errors import screen
from mobile.ui.hooks import use_observed
from shared_models.errors import DomainError


@screen
def ChangePinView() -> ft.View:
    """`/me/pin`."""
    app = current_app()
    use_observed(app.services.app_state)
    nothing: tuple[str, ...] = ()
    entered, set_entered = ft.use_state(nothing)
    message, set_message = ft.use_state("")

    async def next_pin(pin: str) -> None:
        step = len(entered)
        set_message("")
        if step == 1 and is_too_easy(pin):
            set_message(t("pin.too_easy"))
        elif step < 2:
            set_entered((*entered, pin))
        elif pin != entered[1]:
            set_entered(entered[:1])
            set_message(t("pin.differ"))
        else:
            await change(entered[0], pin)

    async def change(old: str, new: str) -> None:
        try:
            await app.services.web.vault_change_pin(old, new)
        except DomainError as error:
            set_entered(nothing)
            set_message(error_text(error.code))
            return
        app.say("pin.changed")
        app.go("/me")

    body: list[ft.Control] = [
        ft.Container(
            alignment=ft.Alignment.CENTER,
            content=text(t(f"pin.step.{len(entered)}"), Style.TITLE_MEDIUM, align=ft.TextAlign.CENTER),
        ),
        PinPad(next_pin, message=message),
    ]
    return framed(Frame(route="/me/pin", title=t("me.pin"), back="/me", body=body))
