"""Phiên đăng nhập: where one is signed in; a phone that is not at hand is signed out from here."""

from collections.abc import Callable

import flet as ft

from mobile import theme
from mobile.i18n.catalogue import error_text, has, t
from mobile.i18n.dates import day_of, moment_text
from mobile.services.signins import Signin
from mobile.ui.app_context import current_app
from mobile.ui.components.basics import Style, card, empty, glyph, has_large_text, text
from mobile.ui.components.buttons import Handler, second_button
from mobile.ui.components.confirm import Question, use_question
from mobile.ui.components.frame import Frame, framed
from mobile.ui.errors import action, screen
from mobile.ui.hooks import Failed, Loading, use_async, use_observed

PHONES = {"android", "ios"}


@screen
def SigninsView() -> ft.View:
    """`/me/sessions`."""
    app = current_app()
    use_observed(app.services.app_state)
    tries, set_tries = ft.use_state(0)
    ask = use_question()
    answer = use_async(app.services.signins.fetch, [tries])

    def ask_to_end(signin: Signin) -> None:
        async def yes() -> None:
            await app.services.signins.end(signin.id)
            app.say("signins.ended", label=label_of(signin))
            set_tries(lambda count: count + 1)

        # Only a citizen's phone holds papers, which stay on it.
        ask(Question("signins.end_one", yes) if app.lifecycle.is_citizen else Question("signins.end_staff", yes))

    async def end_others() -> None:
        ended = await app.services.signins.end_others()
        app.say("signins.all_ended", count=ended)
        set_tries(lambda count: count + 1)

    body: list[ft.Control] = [text(t("signins.explain"), Style.BODY_MEDIUM, quiet=True)]
    if isinstance(answer, Loading):
        body.append(text(t("signins.loading"), quiet=True))
    elif isinstance(answer, Failed):
        again = second_button("signins.again", t("retry"), action(set_tries, tries + 1))
        body.append(empty(ft.Icons.CLOUD_OFF, t("signins.unavailable"), error_text(answer.code), again))
    else:
        body += [_signin(signin, ask_to_end) for signin in answer.value]
        if any(not signin.is_current for signin in answer.value):
            everywhere = action(ask, Question("signins.end_all", end_others))
            icon = ft.Icons.LOGOUT
            button = second_button(
                "signins.end_all", t("signins.end_all"), everywhere, icon=icon, expand=True, danger=True
            )
            body.append(ft.Row(controls=[button]))
    return framed(Frame(route="/me/sessions", title=t("me.signins"), back="/me", body=body))


def label_of(signin: Signin) -> str:
    """`Chrome trên Android`, as far as it is known."""
    browser, system = known("browser", signin.browser), known("system", signin.system)
    if (browser, system) == ("other", "other"):
        return t("signins.unknown")
    return t("signins.label", browser=t(f"browser.{browser}"), system=t(f"system.{system}"))


def known(kind: str, family: str) -> str:
    """A family that this version has a word for; the server may know newer ones."""
    return family if has(f"{kind}.{family}") else "other"


def _signin(signin: Signin, ask_to_end: Callable[[Signin], None]) -> ft.Control:
    app = current_app()
    now = app.services.clock.now()
    used = t("signins.used", moment=moment_text(signin.last_used_at, now))
    words: list[ft.Control] = [
        text(label_of(signin), Style.TITLE_MEDIUM),
        text(t("signins.since", day=day_of(signin.created_at)), Style.BODY_MEDIUM, quiet=True),
    ]
    icon = ft.Icons.SMARTPHONE if signin.system in PHONES else ft.Icons.COMPUTER
    line: list[ft.Control] = [
        glyph(icon, color=app.look.primary, size=28),
        ft.Column(expand=True, tight=True, spacing=2, controls=words),
    ]
    if signin.is_current:
        words.append(text(t("signins.this"), Style.BODY_MEDIUM, color=app.look.valid.strong))
        content: ft.Control = ft.Row(spacing=theme.SPACE_M, controls=line)
    else:
        words.append(text(used, Style.BODY_MEDIUM, quiet=True))
        content = _with_button(signin, line, action(ask_to_end, signin))
    return ft.Container(key=f"signin-{signin.id}", content=card(content))


def _with_button(signin: Signin, line: list[ft.Control], end: Handler) -> ft.Control:
    """The button stands at the end of the line, and below it where large text needs the width."""
    button = second_button(f"signins.end.{signin.id}", t("signins.end"), end, danger=True)
    if not has_large_text():
        return ft.Row(spacing=theme.SPACE_M, controls=[*line, button])
    stretch = ft.CrossAxisAlignment.STRETCH
    first = ft.Row(spacing=theme.SPACE_M, controls=line)
    return ft.Column(tight=True, spacing=theme.SPACE_M, horizontal_alignment=stretch, controls=[first, button])
