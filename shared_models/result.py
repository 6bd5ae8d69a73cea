"""Results of administrative procedures and the licences they grant.

A result (kết quả giải quyết) is the signed document in the store; a licence is the right it grants, which can be
suspended, restored and revoked by the agency that issued it. The old file stays readable whatever becomes of the
licence (NĐ 45/2020/NĐ-CP: the store record changes state, "sống").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from shared_models.errors import Conflict


class LicenceStatus(StrEnum):
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class StatusAction(StrEnum):
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"


class ResultState(StrEnum):
    """Where a stored result is in its life; ``active`` is the only one under which its licence holds.

    ``superseded``: another result has taken its place (đổi, cấp lại); its licence is revoked with that.
    """

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


class RefusedState(StrEnum):
    """Where a refused delivery is: somebody has to act, it came in later, or it never will."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REJECTED = "rejected"


class Provenance(StrEnum):
    """How a result came into the store: issued digitally now, or digitised from paper later."""

    NEW = "new"
    DIGITISED = "digitised"


class HolderKind(StrEnum):
    ORGANISATION = "organisation"
    PERSON = "person"


TRANSITIONS: Final[Mapping[tuple[LicenceStatus, StatusAction], LicenceStatus]] = MappingProxyType(
    {
        (LicenceStatus.VALID, StatusAction.SUSPEND): LicenceStatus.SUSPENDED,
        (LicenceStatus.VALID, StatusAction.REVOKE): LicenceStatus.REVOKED,
        (LicenceStatus.SUSPENDED, StatusAction.RESTORE): LicenceStatus.VALID,
        (LicenceStatus.SUSPENDED, StatusAction.REVOKE): LicenceStatus.REVOKED,
    }
)
"""Every move there is. Revocation is final: what was revoked in error is issued anew, under its own decision."""

STATE_OF_STATUS: Final[Mapping[LicenceStatus, ResultState]] = MappingProxyType(
    {
        LicenceStatus.VALID: ResultState.ACTIVE,
        LicenceStatus.SUSPENDED: ResultState.SUSPENDED,
        LicenceStatus.REVOKED: ResultState.REVOKED,
    }
)


def next_status(status: LicenceStatus, action: StatusAction) -> LicenceStatus:
    """The status after ``action``.

    Raises:
        Conflict: ``result.transition_not_allowed`` when the table has no such move.
    """
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise Conflict("result.transition_not_allowed", status=status.value, action=action.value) from None


@dataclass(frozen=True, slots=True)
class LicenceIssued:
    """A licence has come into its owner's wallet. All ids, nothing personal."""

    event_id: str
    licence_id: str
    result_id: str
    owner_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LicenceStatusChanged:
    """An agency has suspended, restored or revoked a licence."""

    event_id: str
    licence_id: str
    result_id: str
    owner_id: str
    action: StatusAction
    status: LicenceStatus
    at: datetime
