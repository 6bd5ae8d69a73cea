"""The PIN: chosen twice after the first sign-in, asked for at every start, forgotten only by forgetting everything."""

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import clock_time
from mobile.screens.gate.frame import door
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import link_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.pin_pad import PinPad
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_async, use_observed
from shared_models.clock import from_wire
from shared_models.errors import DomainError

# What is tried first on a stolen phone.
TOO_EASY = {"123456", "654321", "121212", "112233", "123123"}


def is_too_easy(pin: str) -> bool:
    return pin in TOO_EASY or len(set(pin)) == 1


@screen
def NewPin() -> ft.View:
    """Twice the same six digits."""
    app = current_app()
    first, set_first = ft.use_state("")
    message, set_message = ft.use_state("")

    async def choose(pin: str) -> None:
        if not first:
            if is_too_easy(pin):
                set_message(t("pin.too_easy"))
                return
            set_message("")
            set_first(pin)
            return
        if pin != first:
            set_first("")
            set_message(t("pin.differ"))
            return
        try:
            await app.lifecycle.create_pin(pin)
        except DomainError as error:
            set_message(error_text(error.code))

    title = t("pin.again") if first else t("pin.create")
    body = t("pin.again_body") if first else t("pin.create_body")
    return door(title, body, [PinPad(choose, message=message)], icon=ft.Icons.LOCK_OUTLINE)


@screen
def Unlock() -> ft.View:
    """The door of every start; wrong tries make the wait longer, and the page counts them."""
    app = current_app()
    state = use_observed(app.services.app_state)
    message, set_message = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    ask = use_question()
    status = use_async(app.services.web.vault_status, [tries])
    until = getattr(getattr(status, "value", None), "get", lambda _: None)("locked_until")

    async def wait_over() -> None:
        if until:
            left = (from_wire(until) - app.services.clock.now()).total_seconds()
            await app.services.sleep(max(0.0, left) + 0.5)
            set_tries(lambda count: count + 1)

    ft.use_effect(wait_over, dependencies=[until], cleanup=lambda: None)

    async def unlock(pin: str) -> None:
        try:
            await app.lifecycle.unlock(pin)
        except DomainError as error:
            set_message(error_text(error.code))
            set_tries(lambda count: count + 1)

    message = message or (error_text(state.error) if state.error else "")
    shown = t("pin.locked_until", time=clock_time(from_wire(until))) if until else message
    body = t("pin.unlock_signin") if app.services.session.user else t("pin.unlock_body")
    controls: list[ft.Control] = [
        PinPad(unlock, disabled=bool(until), message=shown),
        link_button("pin.forgot", t("pin.forgot"), action(ask, Question("forgot", app.lifecycle.forget_phone))),
    ]
    return door(t("pin.unlock"), body if state.stage == "locked" else "", controls, icon=ft.Icons.LOCK_OUTLINE)
