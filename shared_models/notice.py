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

DOSSIER_RECEIVED: Final = NoticeKind("dossier.received", ("number", "agency"))
DOSSIER_ACCEPTED: Final = NoticeKind("dossier.accepted", ("number", "agency", "due_date"))
DOSSIER_REFUSED: Final = NoticeKind("dossier.refused", ("number", "agency", "reason"), Urgency.HIGH)
DOSSIER_SUPPLEMENT: Final = NoticeKind("dossier.supplement", ("number", "agency", "count", "answer_by"), Urgency.HIGH)
DOSSIER_PAYMENT: Final = NoticeKind("dossier.payment", ("number", "agency", "amount"), Urgency.HIGH)
DOSSIER_STOPPED: Final = NoticeKind("dossier.stopped", ("number", "agency", "reason"), Urgency.HIGH)
DOSSIER_UNANSWERED: Final = NoticeKind("dossier.unanswered", ("number", "agency"), Urgency.HIGH)
DOSSIER_RESUMED: Final = NoticeKind("dossier.resumed", ("number", "agency"))
DOSSIER_APOLOGY: Final = NoticeKind("dossier.apology", ("number", "agency", "due_date", "reason"), Urgency.HIGH)
DOSSIER_RESOLVED: Final = NoticeKind("dossier.resolved", ("number", "agency"))
DOSSIER_RETURNED: Final = NoticeKind("dossier.returned", ("number", "agency"))
DOSSIER_POSTED: Final = NoticeKind("dossier.posted", ("number", "agency", "tracking"))
DOSSIER_ASSIGNED: Final = NoticeKind("dossier.assigned", ("number",))
DOSSIER_ANSWERED: Final = NoticeKind("dossier.answered", ("number",))
DOSSIER_OPINION: Final = NoticeKind("dossier.opinion", ("number", "agency"))
DOSSIER_SENT_BACK: Final = NoticeKind("dossier.sent_back", ("number",))
DOSSIER_CLASH: Final = NoticeKind("dossier.clash", ("number",), Urgency.HIGH)
DOSSIER_NEAR_DUE: Final = NoticeKind("dossier.near_due", ("number", "due_date"))
DOSSIER_LAST_DAY: Final = NoticeKind("dossier.last_day", ("number", "due_date"), Urgency.HIGH)
DOSSIER_OVERDUE: Final = NoticeKind("dossier.overdue", ("number", "due_date"), Urgency.HIGH)

PAYMENT_RECEIVED: Final = NoticeKind("payment.received", ("number", "amount"))
PAYMENT_TWICE: Final = NoticeKind("payment.twice", ("number", "amount"))
PAYMENT_OTHER_AMOUNT: Final = NoticeKind("payment.other_amount", ("number", "amount", "due"), Urgency.HIGH)
PAYMENT_NOT_WANTED: Final = NoticeKind("payment.not_wanted", ("number", "amount"))
PAYMENT_REFUND_COMING: Final = NoticeKind("payment.refund_coming", ("number", "amount"))
PAYMENT_REFUNDED: Final = NoticeKind("payment.refunded", ("number", "amount"))
RECEIPT_CANCELLED: Final = NoticeKind("receipt.cancelled", ("number", "agency", "reason"), Urgency.HIGH)
RECEIPT_REPLACED: Final = NoticeKind("receipt.replaced", ("number", "agency", "new_number", "reason"))

PAYMENT_NOTICES: Final = (
    PAYMENT_RECEIVED,
    PAYMENT_TWICE,
    PAYMENT_OTHER_AMOUNT,
    PAYMENT_NOT_WANTED,
    PAYMENT_REFUND_COMING,
    PAYMENT_REFUNDED,
    RECEIPT_CANCELLED,
    RECEIPT_REPLACED,
)
"""What happens to money that somebody paid."""

DOSSIER_NOTICES: Final = (
    *(DOSSIER_RECEIVED, DOSSIER_ACCEPTED, DOSSIER_REFUSED, DOSSIER_SUPPLEMENT, DOSSIER_PAYMENT, DOSSIER_STOPPED),
    *(DOSSIER_UNANSWERED, DOSSIER_RESUMED, DOSSIER_APOLOGY, DOSSIER_RESOLVED, DOSSIER_RETURNED, DOSSIER_POSTED),
    *(DOSSIER_ASSIGNED, DOSSIER_ANSWERED, DOSSIER_OPINION, DOSSIER_SENT_BACK, DOSSIER_CLASH),
    *(DOSSIER_NEAR_DUE, DOSSIER_LAST_DAY, DOSSIER_OVERDUE),
)
"""What happens to a dossier: the first twelve its owner hears of, the others the officers who have it."""

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
            *DOSSIER_NOTICES,
            *PAYMENT_NOTICES,
        )
    }
)
"""Every kind, by name."""

MAX_SUBSCRIPTIONS: Final = 10
"""Push subscriptions of one user; the one that was seen longest ago makes room."""
