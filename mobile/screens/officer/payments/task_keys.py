"""Keys of Thu phí's tasks: from one to the next, back to the list, and to the other sections."""

import flet as ft

from mobile.screens.officer.key_help import use_key_help
from mobile.screens.officer.payments.sections import SECTIONS
from mobile.state.payments_desk import Task, by_kind
from mobile.ui.app_context import current_app
from mobile.ui.errors import action
from mobile.ui.keyboard import Key
from mobile.ui.keys import use_keys


def use_task_keys(route: str, selected: str | None) -> None:
    """Only while this page is the one on top."""
    app = current_app()
    desk = app.services.payments_desk
    show_help = use_key_help()

    def is_here() -> bool:
        return ft.context.page.route == route

    async def move(step: int) -> None:
        target = beside(desk.state.tasks or (), selected, step)
        if target is not None:
            app.go(f"/collect/tasks/{target}")

    use_keys(
        Key(("j", "ArrowDown"), "keys.next_task", action(move, 1), is_here),
        Key(("k", "ArrowUp"), "keys.task_before", action(move, -1), is_here),
        Key(("Escape",), "keys.back", action(app.go, "/collect"), lambda: is_here() and selected is not None),
        Key(("r",), "keys.refresh", action(desk.refresh), is_here),
        *(
            Key((str(number),), "keys.sections", action(app.go, path), is_here)
            for number, (_, path) in enumerate(SECTIONS, 1)
        ),
        Key(("?",), "keys.help", action(show_help), is_here),
    )


def beside(tasks: tuple[Task, ...], selected: str | None, step: int) -> str | None:
    """The task a step away in the order of the list; from nowhere the first, and none past either end."""
    order = [task.id for _, group in by_kind(tasks) for task in group]
    if selected not in order:
        return order[0] if order else None
    place = order.index(selected) + step
    return order[place] if 0 <= place < len(order) else None
