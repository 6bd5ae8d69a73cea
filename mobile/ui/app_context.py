"""How components reach the services: one `App` for the session, kept where handlers find it too."""

from dataclasses import dataclass, field
from typing import Any

import flet as ft

from mobile.services.app_services import Services
from mobile.services.choices import Choices
from mobile.services.counter_work import CounterWork
from mobile.services.desk_work import DeskWork
from mobile.services.editing import Editing
from mobile.services.lifecycle import Lifecycle
from mobile.services.paperwork import Paperwork
from mobile.services.paying import Paying
from mobile.services.rounds import Rounds
from mobile.theme import Tokens, tokens
from mobile.ui.keyboard import Keyboard


@dataclass(frozen=True, slots=True)
class App:
    """What a screen may use."""

    services: Services
    lifecycle: Lifecycle
    rounds: Rounds
    choices: Choices
    paperwork: Paperwork
    desk: DeskWork
    counter: CounterWork
    editing: Editing
    paying: Paying
    keyboard: Keyboard = field(default_factory=Keyboard)

    def say(self, key: str, **params: Any) -> None:
        """Show a sentence at the bottom of the screen for a few seconds."""
        self.services.app_state.message = (key, params)

    def go(self, path: str) -> None:
        ft.context.page.navigate(path)

    @property
    def look(self) -> Tokens:
        return tokens(self.services.app_state.is_dark)


_held: dict[str, App] = {}


def hold(app: App) -> None:
    _held["app"] = app


def current_app() -> App:
    """The app of this worker: a browser tab runs exactly one. Raises KeyError before `hold`."""
    return _held["app"]
