"""Sleep that a test ends."""

import asyncio

from mobile.services.api_client import RETRY_AFTER_S


class Sleeper:
    """Sleep under a test: the breath between two tries is over at once, a beat or a countdown when `wake` says so."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._held: list[tuple[float, asyncio.Event]] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if seconds not in RETRY_AFTER_S:
            over = asyncio.Event()
            self._held.append((seconds, over))
            await over.wait()
        await asyncio.sleep(0)

    def wake(self, seconds: float) -> None:
        """End every sleep that was to last so long."""
        for length, over in self._held:
            if length == seconds:
                over.set()
        self._held = [(length, over) for length, over in self._held if length != seconds]
