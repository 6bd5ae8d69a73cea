"""What screens show, as observables: they hold values and never fetch. `services/lifecycle.py` fills them."""

from typing import Any, Literal

import flet as ft

from mobile.services.session import User
from mobile.services.settings import Settings
from mobile.state.licence import Licence
from mobile.state.records import Notice, QueueItem

Stage = Literal["starting", "welcome", "second_step", "new_pin", "locked", "open"]
# From here on there is room for a rail and a second pane (Material 3: expanded window).
WIDE = 840


class AppState(ft.Observable):
    """The frame: who is here, what this phone is like, and whether there is a network.

    `is_visiting`: somebody without an account reads what the city does.
    `asks_to_leave`: the back button was pressed where something would be lost (`leave.guard`).
    `is_visible`: false while the app lies behind another window or the screen is off.
    `is_kept_offline`: false when the phone has no room for the app's own files, so that it needs a network to start.
    `unkept` names what could not be written because the phone is full (`services/room.py`).
    """

    def __init__(self) -> None:
        self.stage: Stage = "starting"
        self.user: User | None = None
        self.settings = Settings()
        self.is_online = True
        self.is_visible = True
        self.width = 390.0
        self.is_dark = False
        self.session_ended = False
        self.update_ready = False
        self.signing_in = False
        self.error: str | None = None
        self.unkept: tuple[str, ...] = ()
        self.is_kept_offline = True
        self.asks_to_leave = False
        self.is_visiting = False
        self.message: tuple[str, dict[str, Any]] | None = None

    @property
    def is_wide(self) -> bool:
        return self.width >= WIDE


class WalletState(ft.Observable):
    """`synced_at` is RFC 3339 or None; tuples, because a changed list must be a new value."""

    def __init__(self) -> None:
        self.licences: tuple[Licence, ...] = ()
        self.synced_at: str | None = None
        self.profile: dict[str, Any] | None = None
        self.is_loaded = False
        self.is_syncing = False
        self.error: str | None = None

    def find(self, licence_id: str) -> Licence | None:
        return next((licence for licence in self.licences if licence.id == licence_id), None)


class InboxState(ft.Observable):
    """Notices, newest first."""

    def __init__(self) -> None:
        self.notices: tuple[Notice, ...] = ()
        self.push = "off"

    @property
    def unread(self) -> int:
        return sum(not notice.is_read for notice in self.notices)


class QueueState(ft.Observable):
    """`as_of`: when the status data on this phone was signed (RFC 3339)."""

    def __init__(self) -> None:
        self.items: tuple[QueueItem, ...] = ()
        self.history: tuple[QueueItem, ...] = ()
        self.is_sending = False
        self.error: str | None = None
        self.as_of: str | None = None
