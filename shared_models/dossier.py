"""Dossiers (hồ sơ thủ tục hành chính): the words that server, desk and phone share about them.

The state machine is in `dossier_status.py`, codes in `dossier_code.py`, events in `dossier_events.py`; all of it can be
had from here.
"""

from enum import IntEnum, StrEnum

from shared_models.dossier_code import (
    AGENCY_CODE,
    DOSSIER_CODE,
    DossierCode,
    dossier_code,
    parse_agency_code,
    parse_dossier_code,
)
from shared_models.dossier_events import (
    DossierAssigned,
    DossierExtended,
    DossierMoved,
    DossierResolved,
    DossierWarned,
)
from shared_models.dossier_status import (
    ACTION_DUTY,
    ANSWERS,
    FINAL_STATUSES,
    GROUP_OF_STATUS,
    IN_PLACE,
    MOVES,
    OPEN_STATUSES,
    OWNER_ACTIONS,
    DossierAction,
    DossierStatus,
    StatusGroup,
    may_follow,
    next_status,
)

__all__ = [
    "ACTION_DUTY",
    "AGENCY_CODE",
    "ANSWERS",
    "DOSSIER_CODE",
    "FINAL_STATUSES",
    "GROUP_OF_STATUS",
    "IN_PLACE",
    "MOVES",
    "OPEN_STATUSES",
    "OWNER_ACTIONS",
    "Channel",
    "DeliveryStatus",
    "DossierAction",
    "DossierAssigned",
    "DossierCode",
    "DossierExtended",
    "DossierMoved",
    "DossierResolved",
    "DossierStatus",
    "DossierWarned",
    "PaymentStatus",
    "ReturnWay",
    "StatusGroup",
    "SyncStatus",
    "dossier_code",
    "may_follow",
    "next_status",
    "parse_agency_code",
    "parse_dossier_code",
]


class Channel(IntEnum):
    """How a dossier came in: the national codes."""

    DIRECT = 1
    ONLINE = 2
    POST = 3


class ReturnWay(StrEnum):
    """How the citizen wants the result; the digital original is in the store in any case."""

    DIGITAL = "digital"
    COUNTER = "counter"
    POST = "post"


class PaymentStatus(StrEnum):
    NONE = "none"
    DUE = "due"
    PAID = "paid"
    WAIVED = "waived"
    REFUNDED = "refunded"
    """The fee was paid and went back, by two persons' decision: the dossier goes on, and it may be asked for again."""


class DeliveryStatus(StrEnum):
    """Where the paper result is, if there is one."""

    NONE = "none"
    READY = "ready"
    POSTED = "posted"
    DELIVERED = "delivered"


class SyncStatus(StrEnum):
    """How our copy stands to the one-stop software's."""

    LOCAL = "local"
    PENDING = "pending"
    SYNCED = "synced"
    CLASH = "clash"
