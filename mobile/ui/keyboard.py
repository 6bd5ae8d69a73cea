"""Which screen has which keys: the one drawn last is asked first."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Run = Callable[..., Awaitable[None]]
Keys = Callable[[], Sequence["Key"]]


def always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Key:
    """What one key does on a screen.

    `names` as the page tells them (`j`, `ArrowDown`, `/`), the one to show first; `word`: the message key of what it
    does; `run`: an `action(…)`. While `when` says no, the key goes on to the screen below.
    """

    names: tuple[str, ...]
    word: str
    run: Run
    when: Callable[[], bool] = always


class Keyboard:
    """Screens put their keys on it while they are drawn and hold it still while they ask something."""

    def __init__(self) -> None:
        self._screens: list[Keys] = []
        self._holders = 0

    def put(self, keys: Keys) -> bool:
        """`keys` is asked at every press, so that it speaks of the newest drawing. Returns whether it is the first."""
        self._screens.append(keys)
        return len(self._screens) == 1

    def take(self, keys: Keys) -> bool:
        """Returns whether none is left."""
        if keys in self._screens:
            self._screens.remove(keys)
        return not self._screens

    @property
    def is_held(self) -> bool:
        return self._holders > 0

    def hold(self) -> bool:
        """Returns whether keys were heard until now."""
        self._holders += 1
        return self._holders == 1 and bool(self._screens)

    def release(self) -> bool:
        """Returns whether keys are heard from now on."""
        self._holders = max(0, self._holders - 1)
        return not self._holders and bool(self._screens)

    def lines(self) -> list[Key]:
        """What can be pressed now, those of the topmost screen first."""
        found: dict[str, Key] = {}
        for keys in reversed(self._screens):
            for key in keys():
                if key.when():
                    found.setdefault(key.names[0], key)
        return list(found.values())

    async def press(self, name: str) -> None:
        if self._holders:
            return
        for key in self.lines():
            if name in key.names:
                await key.run()
                return
