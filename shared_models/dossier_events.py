"""What has happened to a dossier, for the rooms that listen. All ids, codes and dates, nothing personal."""

from dataclasses import dataclass
from datetime import date, datetime

from shared_models.dossier_status import DossierAction, DossierStatus
from shared_models.standing import WarningLevel


@dataclass(frozen=True, slots=True)
class DossierMoved:
    """An action has been done; ``before`` is None when the dossier was just submitted, and ``action`` with it."""

    event_id: str
    dossier_id: str
    owner_id: str
    agency_code: str
    action: DossierAction | None
    before: DossierStatus | None
    status: DossierStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class DossierResolved:
    """A leader has decided: ``approved`` or a negative decision; both are results of the procedure."""

    event_id: str
    dossier_id: str
    owner_id: str
    agency_code: str
    procedure_version: str
    approved: bool
    resolved_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DossierAssigned:
    """An officer has a dossier on their desk; ``before`` is who had it."""

    event_id: str
    dossier_id: str
    agency_code: str
    assignee_id: str
    before: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class DossierExtended:
    """The agency has apologised and promised another date (slip 04)."""

    event_id: str
    dossier_id: str
    owner_id: str
    agency_code: str
    old_due_date: date
    new_due_date: date
    at: datetime


@dataclass(frozen=True, slots=True)
class DossierWarned:
    """A deadline comes near or is over: once per dossier and level."""

    event_id: str
    dossier_id: str
    agency_code: str
    assignee_id: str | None
    level: WarningLevel
    at: datetime
