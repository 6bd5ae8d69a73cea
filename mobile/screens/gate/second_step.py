"""The door for staff whose city asks for sign-in codes and who have none yet."""

import flet as ft

from mobile.i18n.catalogue import t
from mobile.screens.gate.frame import door
from mobile.ui.app_context import current_app
from mobile.ui.components.buttons import link_button
from mobile.ui.components.enrolment import Enrolment
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed


@screen
def SecondStepDoor() -> ft.View:
    app = current_app()
    use_observed(app.services.app_state)

    async def leave() -> None:
        await app.lifecycle.sign_out()

    return door(
        t("totp.title"),
        t("totp.required"),
        [
            Enrolment(app.lifecycle.staff_door.enrolled),
            link_button("totp.leave", t("me.signout"), action(leave)),
        ],
    )
