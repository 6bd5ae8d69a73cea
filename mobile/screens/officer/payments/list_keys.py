"""Keys of Thu phí's lists: from one line to the next, back to the list, and to the other sections."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

from mobile.screens.officer.key_help import use_key_help
from mobile.screens.officer.payments.sections import SECTIONS
from mobile.state.payments_desk import Task, by_kind
from mobile.ui.app_context import current_app
from mobile.ui.errors import action
from mobile.ui.keyboard import Key
from mobile.ui.keys import use_keys


@dataclass(frozen=True, slots=True)
class KeyedList:
    """A list that keys go along: `order` are ids as they stand on the screen, `item` the path of one before its id.

    `next_word`, `before_word`: what the sheet of keys says.
    """

    root: str
    item: str
    order: Callable[[], list[str]]
    refresh: Callable[[], Awaitable[None]]
    next_word: str
    before_word: str


def use_task_keys(route: str, selected: str | None) -> None:
    """Only while this page is the one on top."""
    desk = current_app().services.payments_desk

    def order() -> list[str]:
        return in_order(desk.state.tasks or ())

    words = ("keys.next_task", "keys.task_before")
    use_list_keys(KeyedList("/collect", "/collect/tasks", order, desk.refresh, *words), route, selected)


def use_receipt_keys(route: str, selected: str | None) -> None:
    """The same for the receipts of a day."""
    desk, root = current_app().services.receipts_desk, "/collect/receipts"

    def order() -> list[str]:
        return desk.state.order

    words = ("keys.next_receipt", "keys.receipt_before")
    use_list_keys(KeyedList(root, root, order, desk.refresh, *words), route, selected)


def use_list_keys(keyed: KeyedList, route: str, selected: str | None) -> None:
    app = current_app()
    show_help = use_key_help()

    def is_here() -> bool:
        return ft.context.page.route == route

    async def move(step: int) -> None:
        target = beside(keyed.order(), selected, step)
        if target is not None:
            app.go(f"{keyed.item}/{target}")

    use_keys(
        Key(("j", "ArrowDown"), keyed.next_word, action(move, 1), is_here),
        Key(("k", "ArrowUp"), keyed.before_word, action(move, -1), is_here),
        Key(("Escape",), "keys.back", action(app.go, keyed.root), lambda: is_here() and selected is not None),
        Key(("r",), "keys.refresh", action(keyed.refresh), is_here),
        *(
            Key((str(number),), "keys.sections", action(app.go, path), is_here)
            for number, (_, path) in enumerate(SECTIONS, 1)
        ),
        Key(("?",), "keys.help", action(show_help), is_here),
    )


def in_order(tasks: tuple[Task, ...]) -> list[str]:
    """Ids of tasks as they stand in the list."""
    return [task.id for _, group in by_kind(tasks) for task in group]


def beside(order: list[str], selected: str | None, step: int) -> str | None:
    """What is a step away in the order of the list; from nowhere the first, and none past either end."""
    if selected not in order:
        return order[0] if order else None
    place = order.index(selected) + step
    return order[place] if 0 <= place < len(order) else None
