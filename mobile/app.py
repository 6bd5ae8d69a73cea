"""The root component: which door is shown, or the tabs of the role behind it."""

from typing import Any

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import t
from mobile.routes import routes_of
from mobile.screens.gate.pin import NewPin, Unlock
from mobile.screens.gate.second_step import SecondStepDoor
from mobile.screens.gate.welcome import Starting, Welcome
from mobile.ui.app_context import App, current_app
from mobile.ui.components.basics import Style, empty
from mobile.ui.components.buttons import primary_button
from mobile.ui.errors import action, safely
from mobile.ui.hooks import use_observed

MESSAGE_S = 5
CLOSING_S = 0.3
Message = tuple[str, dict[str, Any]]
DOORS = {"starting": Starting, "welcome": Welcome, "second_step": SecondStepDoor, "new_pin": NewPin, "locked": Unlock}


@ft.component
def Root() -> ft.Control | list[ft.Control]:
    """Returns the stack of views. Pure: looks are applied by an effect."""
    app = current_app()
    state = use_observed(app.services.app_state)
    settings = state.settings
    ft.use_effect(
        lambda: apply_looks(ft.context.page, app),
        dependencies=[settings.theme, settings.text_size, settings.lang, state.is_dark],
        cleanup=lambda: None,
    )
    _use_message()
    if state.stage != "open" or state.user is None:
        if state.stage == "welcome" and state.is_visiting:
            return Tabs("visitor", (), key="tabs-visitor")
        door = DOORS.get(state.stage, Starting)
        return [door(key=f"door-{state.stage}-{settings.lang}")]
    user = state.user
    # Not in a list: Flutter finds the views of a component in a component, but not of a list in a list.
    return Tabs(user.role, user.scopes, key=f"tabs-{user.role}")


@safely
def Tabs(role: str, scopes: tuple[str, ...]) -> ft.Control:
    """The views of a role; `scopes` are what its duties open."""
    return ft.Router(routes_of(role, scopes), not_found=NotFound, manage_views=True)


def _use_message() -> None:
    """One sentence at a time. Flutter keeps the words of a bar that is open, so the one before goes first."""
    services = current_app().services
    nothing: Message | None = None
    shown, set_shown = ft.use_state(nothing)
    message = services.app_state.message

    async def follow() -> None:
        if shown is not None and message is not None:
            set_shown(lambda _: None)
            await services.sleep(CLOSING_S)
        set_shown(lambda _: services.app_state.message)

    ft.use_effect(follow, dependencies=[message], cleanup=lambda: None)
    ft.use_dialog(_bar(shown) if shown is not None else None)


def _bar(message: Message) -> ft.SnackBar:
    app = current_app()
    key, params = message

    def gone(_event: object) -> None:
        if app.services.app_state.message == message:
            app.services.app_state.message = None

    return ft.SnackBar(
        key=f"message-{key}",
        content=ft.Semantics(
            identifier="message",
            live_region=True,
            content=ft.Text(t(key, **params) if params else t(key), theme_style=Style.BODY_LARGE, color=app.look.page),
        ),
        bgcolor=app.look.text,
        behavior=ft.SnackBarBehavior.FLOATING,
        duration=ft.Duration(seconds=MESSAGE_S),
        on_dismiss=gone,
    )


@safely
def NotFound() -> ft.Control:
    """An address of nothing; the way home is one tap."""
    app = current_app()
    button = primary_button("notfound.home", t("notfound.home"), action(app.go, "/"), icon=ft.Icons.HOME)
    return empty(ft.Icons.EXPLORE_OFF, t("notfound.title"), t("notfound.body"), button)


MODES = {"light": ft.ThemeMode.LIGHT, "dark": ft.ThemeMode.DARK, "system": ft.ThemeMode.SYSTEM}


def is_dark(page: ft.Page, mode: str) -> bool:
    return mode == "dark" or (mode == "system" and page.platform_brightness == ft.Brightness.DARK)


def apply_looks(page: ft.Page, app: App) -> None:
    """Put the chosen looks onto the page, and tell components whether they paint in the dark."""
    settings = app.services.app_state.settings
    page.theme = theme.theme(is_dark=False, text_size=settings.text_size)
    page.dark_theme = theme.theme(is_dark=True, text_size=settings.text_size)
    page.theme_mode = MODES[settings.theme]
    page.title = t("app.title")
    page.locale_configuration = ft.LocaleConfiguration(
        supported_locales=[ft.Locale("vi", "VN"), ft.Locale("en", "US")],
        current_locale=ft.Locale("vi", "VN") if settings.lang == "vi" else ft.Locale("en", "US"),
    )
    app.services.app_state.is_dark = is_dark(page, settings.theme)
    page.update()


def fit(page: ft.Page, app: App) -> None:
    """Note how wide the window is; components ask the state, not the page."""
    app.services.app_state.width = float(page.width or 390)
