"""The hooks of this app; the only place with `use_effect` for work that takes time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import flet as ft

from shared_models.errors import DomainError

T = TypeVar("T")
O = TypeVar("O", bound=ft.Observable)  # noqa: E741 - O for observable, beside T


@dataclass(frozen=True, slots=True)
class Loading:
    """The answer is on its way."""


@dataclass(frozen=True, slots=True)
class Failed:
    """There is none; `code` says why."""

    code: str


@dataclass(frozen=True, slots=True)
class Loaded(Generic[T]):
    """Here it is."""

    value: T


def use_observed(observable: O) -> O:
    """Render anew whenever the observable changes."""
    value, _ = ft.use_state(observable)
    return value


def use_async(fetch: Callable[[], Awaitable[T]], deps: list[Any]) -> Loading | Failed | Loaded[T]:
    """Fetch when the component appears and when `deps` change; an answer that comes too late is dropped.

    Exceptions of an async effect would be lost, and without a cleanup it would run on after the component has gone.
    """
    state, set_state = ft.use_state(Loading())
    alive = ft.use_ref(0)

    async def run() -> None:
        mine = alive.current = (alive.current or 0) + 1
        try:
            answer: Failed | Loaded[T] = Loaded(await fetch())
        except DomainError as error:
            answer = Failed(error.code)
        if alive.current == mine:
            set_state(lambda _: answer)

    def leave() -> None:
        alive.current = (alive.current or 0) + 1

    ft.use_effect(run, dependencies=deps, cleanup=leave)
    return state
