"""Keys of a wide screen as hooks. The page hears them (`mobile/web/keys.js`) and never tells one that is typed."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import flet as ft

from mobile.ui.app_context import current_app
from mobile.ui.keyboard import Key
from shared_models.errors import DomainError

__all__ = ["Key", "use_keys", "use_still_keys"]


def use_keys(*keys: Key) -> None:
    """These keys work while this component is drawn, as they are in its newest drawing; `?` lists them.

    Give them in every drawing (an empty call takes them away): a hook must not stand in a condition.
    """
    latest: Any = ft.use_ref(keys)
    latest.current = keys
    # One function for the component's whole life: it is what is put on the keyboard and taken from it.
    asked: Any = ft.use_ref(None)
    if asked.current is None:
        asked.current = _newest_of(latest)

    async def put() -> None:
        if current_app().keyboard.put(asked.current) and not current_app().keyboard.is_held:
            await _listen(on=True)

    async def take() -> None:
        if current_app().keyboard.take(asked.current):
            await _listen(on=False)

    ft.use_effect(put, dependencies=[], cleanup=take)


def use_still_keys(is_asking: bool) -> None:
    """No key of a screen does anything while a question, a sheet or a form lies over it."""
    # Flet cleans up with the function of the newest drawing, and may stop that before it has begun: whether this
    # component holds the keys is what counts.
    holds: Any = ft.use_ref(False)

    async def hold_or_release() -> None:
        if not is_asking:
            await release()
        elif not holds.current:
            holds.current = True
            if current_app().keyboard.hold():
                await _listen(on=False)

    async def release() -> None:
        if holds.current:
            holds.current = False
            if current_app().keyboard.release():
                await _listen(on=True)

    ft.use_effect(hold_or_release, dependencies=[is_asking], cleanup=release)


def _newest_of(latest: Any) -> Any:
    def newest() -> Sequence[Key]:
        found: Sequence[Key] = latest.current
        return found

    return newest


async def _listen(*, on: bool) -> None:
    # A page of an older version does not know it; everything can still be tapped.
    with suppress(DomainError):
        await current_app().services.web.call("keys.listen", {"on": on})
