"""How a process knows that its own loop still turns: each step says for how long it may be silent.

A thread that beats by itself would say "alive" while the work hangs; the loop's word is the one that counts.
"""

from collections.abc import Callable
from typing import Final

from backend.infra.system import elapsed_s


class Pulse:
    """Before the first `turn` the loop has ``patience_s`` seconds to begin."""

    def __init__(self, patience_s: float, elapsed: Callable[[], float] = elapsed_s) -> None:
        self._elapsed: Final = elapsed
        self._until = elapsed() + patience_s

    def turn(self, patience_s: float) -> None:
        """The loop has come round; its next word is due within ``patience_s`` seconds."""
        self._until = self._elapsed() + patience_s

    def is_beating(self) -> bool:
        return self._elapsed() < self._until
