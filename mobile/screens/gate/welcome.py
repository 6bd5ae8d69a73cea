"""The first door: what this is, and the two ways in."""

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, t
from mobile.screens.gate.frame import door
from mobile.screens.gate.staff_form import StaffForm
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, glyph, notice_box, text
from mobile.ui.components.buttons import link_button, primary_button
from mobile.ui.errors import action, screen
from mobile.ui.hooks import use_observed


@screen
def Starting() -> ft.View:
    """Between Python's start and the vault's answer: a sentence, not a wheel alone."""
    look = current_app().look
    ring = ft.ProgressRing(width=28, height=28, stroke_width=3, color=look.primary)
    return door(t("app.name"), t("gate.starting"), [ring], icon=ft.Icons.VERIFIED_USER)


@screen
def Welcome() -> ft.View:
    app = current_app()
    state = use_observed(app.services.app_state)
    is_staff, set_is_staff = ft.use_state(False)
    if is_staff:
        return door(
            t("staff.title"),
            t("staff.body"),
            [StaffForm(lambda: set_is_staff(False))],
            icon=ft.Icons.BADGE,
        )
    controls: list[ft.Control] = []
    if state.error:
        controls.append(notice_box(error_text(state.error), ft.Icons.ERROR_OUTLINE, app.look.danger))
    controls += [
        ft.Container(height=theme.SPACE_S),
        *(_promise(icon, key) for icon, key in PROMISES),
        ft.Container(height=theme.SPACE_S),
        ft.Row(
            controls=[
                primary_button(
                    "signin.vneid",
                    t("signin.busy") if state.signing_in else t("signin.vneid"),
                    action(app.lifecycle.go_to_vneid),
                    icon=ft.Icons.LOGIN,
                    expand=True,
                    busy=state.signing_in,
                )
            ]
        ),
        link_button("services.visit", t("services.visit"), action(_visit), icon=ft.Icons.SEARCH),
        link_button("signin.staff", t("signin.staff"), action(set_is_staff, True)),
        _languages(),
    ]
    return door(t("app.name"), t("gate.welcome"), controls, icon=ft.Icons.VERIFIED_USER)


PROMISES = (
    (ft.Icons.QR_CODE_2, "gate.promise.qr"),
    (ft.Icons.CLOUD_OFF, "gate.promise.offline"),
    (ft.Icons.VISIBILITY, "gate.promise.log"),
)


def _promise(icon: ft.IconData, key: str) -> ft.Control:
    return ft.Row(
        key=key,
        spacing=14,
        controls=[
            glyph(icon, color=current_app().look.primary, size=26),
            ft.Container(expand=True, content=text(t(key), Style.BODY_LARGE)),
        ],
    )


def _visit() -> None:
    """What the city does is there for everybody."""
    app = current_app()
    app.services.app_state.is_visiting = True
    app.go("/services")


def _languages() -> ft.Control:
    app = current_app()
    other = "en" if app.services.app_state.settings.lang == "vi" else "vi"
    return link_button(
        "language.switch",
        t("language.switch"),
        action(app.choices.change_settings, {"lang": other}),
        icon=ft.Icons.TRANSLATE,
    )
