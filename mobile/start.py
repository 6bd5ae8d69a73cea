"""Puts the app together on a page and keeps it going: events of the browser, and one beat a minute."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flet as ft

from mobile.app import Root, fit, is_dark
from mobile.services import app_services
from mobile.services.app_services import Surroundings
from mobile.services.choices import Choices
from mobile.services.counter_work import CounterWork
from mobile.services.desk_work import DeskWork
from mobile.services.editing import Editing
from mobile.services.lifecycle import Lifecycle
from mobile.services.paperwork import Paperwork
from mobile.services.paying import Paying
from mobile.services.rounds import Rounds
from mobile.services.web import FULL
from mobile.ui.app_context import App, hold
from mobile.ui.errors import outlive_late_answers
from shared_models.errors import DomainError

logger = logging.getLogger("congdan")
BEAT_S = 60
Handler = Callable[[App, dict[str, Any]], Awaitable[None]]


def build(around: Surroundings) -> App:
    services = app_services.build(around)
    choices = Choices(services)
    paperwork = Paperwork(services)
    rounds = Rounds(services, choices, paperwork)
    desk = DeskWork(services)
    rounds.also = desk.catch_up
    counter, editing = CounterWork(services), Editing(services)
    lifecycle, paying = Lifecycle(services, rounds), Paying(services)
    app = App(services, lifecycle, rounds, choices, paperwork, desk, counter, editing, paying)
    hold(app)
    return app


def run(page: ft.Page, app: App) -> None:
    """Draw the first screen and start listening; returns at once."""
    fit(page, app)
    outlive_late_answers(page)
    app.services.app_state.is_dark = is_dark(page, "system")
    page.on_resize = lambda _: fit(page, app)
    page.on_platform_brightness_change = lambda _: _brightness(page, app)
    page.render_views(Root)

    async def dispatch(name: str, data: dict[str, Any]) -> None:
        handler = HANDLERS.get(name)
        if handler is not None:
            await guarded(handler(app, data), name)

    # The page speaks from outside Flet: run_task binds the session, without which no component is drawn again.
    def heard(name: str, data: dict[str, Any]) -> None:
        page.run_task(dispatch, name, data)

    async def beat() -> None:
        await guarded(app.rounds.beat(), "beat")

    def opened() -> None:
        page.run_task(beat)

    app.lifecycle.after_open = opened
    app.services.web.on_event(heard)
    page.run_task(_live, app, signin_in(page.url or ""))


def signin_in(url: str) -> dict[str, Any] | None:
    """What VNeID's way back put into the address the app was opened with.

    The page says it as an event too, but Python may not be listening yet when it does.
    """
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if "signin" not in query and "signin_error" not in query:
        return None
    return {"code": query.get("signin"), "error": query.get("signin_error"), "state": query.get("state")}


async def _live(app: App, signin: dict[str, Any] | None) -> None:
    await guarded(app.lifecycle.start(), "start")
    if signin:
        await guarded(_signin(app, signin), "signin")
    while True:
        await guarded(app.rounds.beat(), "beat")
        await app.services.sleep(BEAT_S)


async def guarded(work: Awaitable[None], name: str) -> None:
    """Work that nobody waits for must not take the app down with it."""
    try:
        await work
    except DomainError as error:
        logger.warning("%s: %s", name, error.code)
    except Exception:
        logger.exception("%s failed", name)


def _brightness(page: ft.Page, app: App) -> None:
    app.services.app_state.is_dark = is_dark(page, app.services.app_state.settings.theme)


async def _scan(app: App, _data: dict[str, Any]) -> None:
    await app.rounds.queue_changed()
    await app.rounds.send_queue()


async def _record(app: App, data: dict[str, Any]) -> None:
    scan_id = data.get("scan_id") or (data.get("record") or {}).get("id") or data.get("id")
    await app.rounds.queue_changed()
    app.go(f"/records/{scan_id}")


async def _signin(app: App, data: dict[str, Any]) -> None:
    if data.get("error") or not data.get("code"):
        await app.lifecycle.signin_failed(str(data.get("error") or "identity.signin_cancelled"))
    else:
        await app.lifecycle.finish_signin(data["code"], str(data.get("state")))


async def _online(app: App, data: dict[str, Any]) -> None:
    await app.rounds.went_online(bool(data.get("on")))


async def _visible(app: App, data: dict[str, Any]) -> None:
    app.services.app_state.is_visible = bool(data.get("on"))
    await app.lifecycle.became_visible(bool(data.get("on")))


async def _pushed(app: App, _data: dict[str, Any]) -> None:
    await app.rounds.pushed()


async def _opened(app: App, data: dict[str, Any]) -> None:
    app.go(str(data.get("url") or "/"))


async def _updated(app: App, _data: dict[str, Any]) -> None:
    app.services.app_state.update_ready = True


async def _leave_asked(app: App, _data: dict[str, Any]) -> None:
    app.services.app_state.asks_to_leave = True


async def _paper_closed(app: App, _data: dict[str, Any]) -> None:
    await app.services.desk_papers.close()


async def _kept_offline(app: App, data: dict[str, Any]) -> None:
    """A full phone is told; other faults (a cut line) mend themselves at the next try of the page."""
    app.services.app_state.is_kept_offline = bool(data.get("kept")) or data.get("code") != FULL


async def _pressed(app: App, data: dict[str, Any]) -> None:
    await app.keyboard.press(str(data.get("key")))


async def _reload_queue(app: App, _data: dict[str, Any]) -> None:
    if not app.lifecycle.is_citizen:
        await app.rounds.queue_changed()


HANDLERS: dict[str, Handler] = {
    "scan": _scan,
    "scan.record": _record,
    "scanner.closed": _reload_queue,
    "leave.asked": _leave_asked,
    "paper.closed": _paper_closed,
    "signin": _signin,
    "online": _online,
    "visible": _visible,
    "push.received": _pushed,
    "notification.opened": _opened,
    "update.ready": _updated,
    "key": _pressed,
    "offline.kept": _kept_offline,
}
