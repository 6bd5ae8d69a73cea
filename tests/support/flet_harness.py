"""A whole Flet app without Flutter: a real session over a connection that only records (15-25 ms a test).

The semi-private names of flet 1.0.5 that this takes are all in this file; the version is pinned.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import flet as ft
from flet.controls.context import _context_page
from flet.messaging.connection import Connection
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

TURNS = 12


class RecordingConnection(Connection):
    """Keeps what would go to Flutter."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.sent: list[Any] = []
        self.page_url = url
        self.loop = asyncio.get_running_loop()
        self.pubsubhub = PubSubHub()

    def send_message(self, message: Any) -> None:
        self.sent.append(message)


class Screen:
    """What a user would see, and what a user can do."""

    def __init__(self, route: str = "/", width: int = 390, height: int = 844) -> None:
        self.connection = RecordingConnection(f"http://localhost{route}")
        self.session = Session(self.connection)
        self.page = self.session.page
        self.page.route = route
        self.page.width, self.page.height = width, height
        _context_page.set(self.page)
        self._navigate_here()

    def _navigate_here(self) -> None:
        """Flutter answers a navigation with a route change; here that answer is given at once."""

        def navigate(route: str, **_: Any) -> None:
            self.page.route = route
            asyncio.get_running_loop().create_task(
                self.session.dispatch_event(self.page._i, "route_change", {"route": route})
            )

        object.__setattr__(self.page, "navigate", navigate)

    def draw(self, start: Callable[[ft.Page], None]) -> None:
        start(self.page)
        self.session.get_page_patch()

    async def settle(self, turns: int = TURNS) -> None:
        """Let effects, updates and fetches run until nothing is left to do."""
        for _ in range(turns):
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)

    def controls(self) -> Iterator[Any]:
        """Every control on screen, the top view last."""
        seen: set[int] = set()
        stack: list[Any] = [self.page._dialogs, *reversed(self._views())]
        while stack:
            control = stack.pop()
            if control is None or id(control) in seen:
                continue
            seen.add(id(control))
            yield control
            stack.extend(reversed(list(_children(control))))

    def _views(self) -> list[Any]:
        views = self.page.views
        return list(views) if isinstance(views, list) else [views]

    def texts(self) -> list[str]:
        """All texts on screen, in order."""
        found = []
        for control in self.controls():
            if isinstance(control, ft.Text) and control.value:
                found.append(control.value)
            for name in ("content", "title", "label"):
                value = getattr(control, name, None)
                if isinstance(value, str):
                    found.append(value)
        return found

    def shows(self, text: str) -> bool:
        return any(text in shown for shown in self.texts())

    def find(self, identifier: str) -> Any:
        """The semantics node with this identifier. Raises LookupError."""
        for control in self.controls():
            if isinstance(control, ft.Semantics) and control.identifier == identifier:
                return control
        raise LookupError(identifier)

    def has(self, identifier: str) -> bool:
        return any(
            isinstance(control, ft.Semantics) and control.identifier == identifier for control in self.controls()
        )

    def identifiers(self) -> list[str]:
        return [c.identifier for c in self.controls() if isinstance(c, ft.Semantics) and c.identifier]

    async def click(self, identifier: str) -> None:
        """Tap what carries this identifier; a disabled control cannot be tapped."""
        for control in _within(self.find(identifier)):
            if getattr(control, "on_click", None) is not None:
                if getattr(control, "disabled", False):
                    raise LookupError(f"{identifier} is disabled")
                await self.session.dispatch_event(control._i, "click", None)
                await self.settle()
                return
        raise LookupError(f"{identifier} cannot be tapped")

    async def press_key(self, key: str) -> None:
        """A key of a keyboard, as Flutter names it."""
        data = {"key": key, "shift": False, "ctrl": False, "alt": False, "meta": False}
        await self.session.dispatch_event(self.page._i, "keyboard_event", data)
        await self.settle()

    async def type(self, identifier: str, value: str) -> None:
        for control in _within(self.find(identifier)):
            if isinstance(control, ft.TextField):
                self.session.apply_patch(control._i, {"value": value})
                await self.session.dispatch_event(control._i, "change", value)
                await self.settle()
                return
        raise LookupError(f"{identifier} has no text field")

    def typed(self, identifier: str) -> str:
        """What stands in a field."""
        return str(next(one.value for one in _within(self.find(identifier)) if isinstance(one, ft.TextField)) or "")

    async def type_faster_than_it_draws(self, identifier: str, words: str) -> list[str]:
        """Letter by letter, the next before what came of the last is drawn; what the app wrote over the field."""
        written = []
        for turns in range(4):
            before = len(self.connection.sent)
            beginnings = [words[:length] for length in range(1, len(words) + 1)]
            for value in beginnings:
                field = next(one for one in _within(self.find(identifier)) if isinstance(one, ft.TextField))
                self.session.apply_patch(field._i, {"value": value})
                asyncio.get_running_loop().create_task(self.session.dispatch_event(field._i, "change", value))
                for _ in range(turns):
                    await asyncio.sleep(0)
            await self.settle()
            sent = "".join(map(repr, self.connection.sent[before:]))
            written += [value for value in beginnings if repr(value) in sent]
        return written

    async def choose(self, identifier: str, value: str) -> None:
        for control in _within(self.find(identifier)):
            if isinstance(control, ft.SegmentedButton):
                self.session.apply_patch(control._i, {"selected": [value]})
                await self.session.dispatch_event(control._i, "change", None)
                await self.settle()
                return
        raise LookupError(f"{identifier} has no choice")


def _children(control: Any) -> Iterator[Any]:
    body = getattr(control, "_b", None)
    if body is not None:
        yield from body if isinstance(body, list) else [body]
    for name in ("appbar", "controls", "content", "title", "actions", "leading", "navigation_bar", "label"):
        value = getattr(control, name, None)
        if isinstance(value, list):
            yield from (item for item in value if isinstance(item, ft.BaseControl))
        elif isinstance(value, ft.BaseControl):
            yield value


def _within(root: Any) -> Iterator[Any]:
    stack = [root]
    while stack:
        control = stack.pop()
        yield control
        stack.extend(reversed(list(_children(control))))
