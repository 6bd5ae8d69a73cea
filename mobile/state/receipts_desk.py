"""Receipts as the collecting officer sees them: a day's use and its list. Memory only; all of it is asked for anew."""

from datetime import date
from typing import Any

import flet as ft

from mobile.services.web import Json


def left_over(use: Json) -> int:
    """What has to be there: issued less annulled, in VND. Below 0 on a day that only took back."""
    return int(use["issued"]["amount"]) - int(use["annulled"]["amount"])


class ReceiptsDeskState(ft.Observable):
    """``day``: the one shown, None before the first look; ``page``: what is known of it, None until it is read.

    ``asked_for``: the number that was looked for last; ``is_missing``: there is none of it.
    """

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        self.day: date | None = None
        self.page: Json | None = None
        self.items: tuple[Json, ...] = ()
        self.cursor: str | None = None
        self.error: str | None = None
        self.asked_for = ""
        self.is_missing = False

    def show(self, day: date) -> None:
        """Another day: nothing of the one before stays on the screen."""
        if day != self.day:
            self.day, self.page, self.items, self.cursor, self.error = day, None, (), None, None

    @property
    def order(self) -> list[str]:
        """Ids in the order of the screen: what was taken back on the day, then what was issued."""
        taken_back: list[Any] = self.page["annulled_items"] if self.page else []
        ids = [one["id"] for one in (*taken_back, *self.items)]
        return list(dict.fromkeys(ids))
