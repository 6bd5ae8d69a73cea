"""The kinds of notice a person can get.

One explicit list. A kind's ``name`` is also the template that push renders, and the stem of its message keys:
``notice.<name>.title`` and ``notice.<name>.body`` in the app (which may name the licence, the place, the officer's
agency), ``push.<name>.title`` and ``push.<name>.body`` on a lock screen (which name nothing).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from shared_models.outbox import Urgency


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """``params`` are the names that the sentences in the app may use; ``ttl`` is how long a push is worth sending."""

    name: str
    params: tuple[str, ...]
    urgency: Urgency = Urgency.NORMAL
    ttl: timedelta = timedelta(hours=48)

    @property
    def title_key(self) -> str:
        return f"notice.{self.name}.title"

    @property
    def body_key(self) -> str:
        return f"notice.{self.name}.body"


LICENCE_ISSUED: Final = NoticeKind("licence.issued", ("number", "type", "agency"))
LICENCE_SUSPENDED: Final = NoticeKind("licence.suspended", ("number", "type", "agency", "reason"), Urgency.HIGH)
LICENCE_RESTORED: Final = NoticeKind("licence.restored", ("number", "type", "agency"))
LICENCE_REVOKED: Final = NoticeKind("licence.revoked", ("number", "type", "agency", "reason"), Urgency.HIGH)
LICENCE_RESIGNED: Final = NoticeKind("licence.resigned", ("number", "type", "agency"), Urgency.HIGH)
LICENCE_CHECKED: Final = NoticeKind("licence.checked", ("number", "type", "agency", "result"))
DEVICE_ADDED: Final = NoticeKind("device.added", ("label",), Urgency.HIGH)
DEVICE_BLOCKED: Final = NoticeKind("device.blocked", ("label",))
DEVICE_SIGNED_OUT: Final = NoticeKind("device.signed_out", ("label",))
SECOND_STEP_ON: Final = NoticeKind("account.second_step_on", (), Urgency.HIGH)
SECOND_STEP_RESET: Final = NoticeKind("account.second_step_reset", (), Urgency.HIGH)
PASSWORD_RESET: Final = NoticeKind("account.password_reset", (), Urgency.HIGH)
WRONG_CODES: Final = NoticeKind("account.wrong_codes", (), Urgency.HIGH)

ACCOUNT_NOTICES: Final[Mapping[str, NoticeKind]] = MappingProxyType(
    {kind.name.partition(".")[2]: kind for kind in (SECOND_STEP_ON, SECOND_STEP_RESET, PASSWORD_RESET, WRONG_CODES)}
)
"""What happens to an account, by the name of the change; its owner hears of each."""

NOTICE_KINDS: Final[Mapping[str, NoticeKind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            LICENCE_ISSUED,
            LICENCE_SUSPENDED,
            LICENCE_RESTORED,
            LICENCE_REVOKED,
            LICENCE_RESIGNED,
            LICENCE_CHECKED,
            DEVICE_ADDED,
            DEVICE_BLOCKED,
            DEVICE_SIGNED_OUT,
            *ACCOUNT_NOTICES.values(),
        )
    }
)
"""Every kind, by name."""

MAX_SUBSCRIPTIONS: Final = 10
"""Push subscriptions of one user; the one that was seen longest ago makes room."""
