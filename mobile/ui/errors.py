"""Nothing a screen or a handler does wrong may freeze or end the app (Flet 1.0.5, traps 4 and 10)."""

import inspect
import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import flet as ft

from mobile.i18n.catalogue import error_text, t
from mobile.ui.app_context import current_app
from shared_models.errors import DomainError

logger = logging.getLogger("congdan")


def safely(body: Callable[..., Any]) -> Callable[..., Any]:
    """A component whose body may fail: the user gets a sentence and the rest of the app lives on.

    An exception in a component body during a re-render would otherwise stop every later update without a word.
    """

    @wraps(body)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return body(*args, **kwargs)
        except Exception:
            logger.exception("screen %s failed", body.__name__)
            return _sorry()

    return ft.component(guarded)


def screen(body: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a component that is a whole `ft.View`."""

    @wraps(body)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return body(*args, **kwargs)
        except Exception:
            logger.exception("view %s failed", body.__name__)
            return ft.View(route=ft.context.page.route or "/", controls=[_sorry()])

    return ft.component(guarded)


def outlive_late_answers(page: ft.Page) -> None:
    """Ignore what Flutter answers for a control that is gone: Flet 1.0.5 would stop listening to it altogether."""
    session = page.session
    answered = session.handle_invoke_method_results

    def tolerant(control_id: int, call_id: str, result: Any, error: str | None) -> None:
        try:
            answered(control_id, call_id, result, error)
        except RuntimeError:
            logger.warning("an answer came for a control that is gone")

    object.__setattr__(session, "handle_invoke_method_results", tolerant)


def _sorry() -> ft.Control:
    return ft.Container(
        padding=24,
        content=ft.Column(
            tight=True,
            controls=[
                ft.Text(t("error.screen.title"), theme_style=ft.TextThemeStyle.TITLE_LARGE),
                ft.Text(t("error.screen.body")),
            ],
        ),
    )


def action(handler: Callable[..., Awaitable[None] | None], *args: Any) -> Callable[..., Awaitable[None]]:
    """Wrap an event handler: a DomainError becomes a sentence below the screen, anything else is logged and told.

    `args` are passed to the handler; the Flet event is not (handlers that need its value read it from `action_with`).
    """

    async def run(_event: Any = None) -> None:
        await _guard(handler, args)

    return run


def action_with(handler: Callable[..., Awaitable[None] | None], *args: Any) -> Callable[..., Awaitable[None]]:
    """The same for handlers that take the Flet event after their own arguments."""

    async def run(event: Any) -> None:
        await _guard(handler, (*args, event))

    return run


async def _guard(handler: Callable[..., Any], args: tuple[Any, ...]) -> None:
    app = current_app()
    try:
        result = handler(*args)
        if inspect.isawaitable(result):
            await result
    except DomainError as error:
        app.say("message.plain", text=error_text(error.code))
    except Exception:
        logger.exception("a handler failed")
        app.say("message.plain", text=t("error.unknown", code="app"))
