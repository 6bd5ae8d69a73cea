"""The PIN: chosen twice after the first sign-in, asked for at every start, forgotten only by forgetting everything."""

from collections.abc import Callable
from math import ceil

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.i18n.dates import spoken_wait, wait_text
from mobile.screens.gate.frame import door
from mobile.ui.app_context import current_app
from mobile.ui.components.buttons import link_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.pin_pad import PinPad
from mobile.ui.errors import action, screen
from mobile.ui.hooks import Loaded, use_async, use_observed
from shared_models.clock import from_wire
from shared_models.errors import DomainError

LOOK_AGAIN_S = 5
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
    """The door of every start; wrong tries make the wait longer, and the vault counts them, for all tabs."""
    app = current_app()
    state = use_observed(app.services.app_state)
    message, set_message = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    ask = use_question()
    status = use_async(app.services.web.vault_status, [tries])
    held = status.value if isinstance(status, Loaded) else None
    left = use_wait(held["locked_until"] if held else None, lambda: set_tries(lambda count: count + 1))

    async def unlock(pin: str) -> None:
        try:
            await app.lifecycle.unlock(pin)
        except DomainError as error:
            set_message(error_text(error.code))
            set_tries(lambda count: count + 1)

    shown, spoken = message or (error_text(state.error) if state.error else ""), None
    if left and held:
        stem = "pin.locked_clock" if held["clock_moved"] else "pin.locked"
        shown, spoken = t(stem, wait=wait_text(left)), t(stem, wait=spoken_wait(left))
    elif left is not None:
        shown = t("pin.wait_over")
    body = t("pin.unlock_signin") if app.services.session.user else t("pin.unlock_body")
    controls: list[ft.Control] = [
        PinPad(unlock, disabled=bool(left), message=shown, spoken=spoken),
        link_button("pin.forgot", t("pin.forgot"), action(ask, Question("forgot", app.lifecycle.forget_phone))),
    ]
    return door(t("pin.unlock"), body if state.stage == "locked" else "", controls, icon=ft.Icons.LOCK_OUTLINE)


def use_wait(until: str | None, look_again: Callable[[], None]) -> int | None:
    """Whole seconds until `until` (RFC 3339), drawn anew each second; 0 once that time has come, None without any.

    `look_again` is called now and then: another tab may have tried meanwhile, or somebody may have turned the clock.
    """
    app = current_app()
    nothing: int | None = None
    left, set_left = ft.use_state(nothing)

    async def count_down() -> None:
        if until is None:
            set_left(lambda was: was if was is None else 0)
            return
        ticks = 0
        while True:
            seconds = ceil((from_wire(until) - app.services.clock.now()).total_seconds())
            set_left(max(0, seconds))
            if seconds <= 0:
                break
            await app.services.sleep(1)
            ticks += 1
            if ticks % LOOK_AGAIN_S == 0:
                look_again()
        look_again()

    ft.use_effect(count_down, dependencies=[until], cleanup=lambda: None)
    return left
