"""What follows from a dossier's fields, and what may stand in them. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import combinations
from typing import Any, Final

from shared_models.access import DUTY_SCOPES, Actor, Duty
from shared_models.clock import city_date
from shared_models.deadline import DeadlineClock
from shared_models.dossier import ACTION_DUTY, DossierAction, DossierStatus, PaymentStatus
from shared_models.errors import Forbidden
from shared_models.fee import Assessment
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import FilingWay
from shared_models.text import search_key
from shared_models.working_time import WorkingCalendar

CHANNEL_WAY: Final[Mapping[int, FilingWay]] = {1: "direct", 2: "online", 3: "direct"}
"""The way of filing whose fee and deadline hold; what comes by post is worked on as at the counter."""

HANDLING: Final = "dossiers.handling"
"""Why an officer reads a dossier: to handle it. ``purpose.<code>`` in the message catalogues."""

FORM: Final = "form"
"""Stands among the components for the form itself: the declaration (tờ khai) is one by law."""

_STAGES: Final[Mapping[DossierStatus, str]] = {
    DossierStatus.SUBMITTED: "intake",
    DossierStatus.ACCEPTED: "unit",
    DossierStatus.PROCESSING: "unit",
    DossierStatus.SUPPLEMENT_REQUESTED: "waiting",
    DossierStatus.PAYMENT_REQUESTED: "waiting",
    DossierStatus.STOPPED: "waiting",
    DossierStatus.RESOLVED: "ready",
}
_WAITS: Final[Mapping[DossierStatus, str]] = {
    DossierStatus.SUBMITTED: "agency",
    DossierStatus.ACCEPTED: "agency",
    DossierStatus.PROCESSING: "agency",
    DossierStatus.SUPPLEMENT_REQUESTED: "supplement",
    DossierStatus.PAYMENT_REQUESTED: "payment",
    DossierStatus.STOPPED: "agency",
    DossierStatus.RESOLVED: "agency",
}
_MOST_WORDS: Final = 12
"""Words of a name that are paired; a longer name is still found as a whole."""

WATCHED: Final = frozenset({DossierStatus.ACCEPTED, DossierStatus.PROCESSING})


def content_sha256(*content: Any) -> str:
    """A name for what was asked, and by whom: under the same id another content is another thing."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def stage_of(status: DossierStatus, *, is_proposed: bool) -> str:
    """The view of the queue that a dossier belongs to."""
    if status is DossierStatus.PROCESSING and is_proposed:
        return "approval"
    return _STAGES.get(status, "done")


def waits_for(status: int) -> str:
    """Whose turn it is."""
    return _WAITS.get(DossierStatus(status), "nobody")


def act_by(dossier: Mapping[str, Any]) -> datetime:
    """The moment by which somebody has to act, or since which the dossier waits: its place in the queue."""
    status = DossierStatus(dossier["status"])
    moments = {
        DossierStatus.SUBMITTED: dossier["intake_due_at"],
        DossierStatus.ACCEPTED: dossier["due_at"],
        DossierStatus.PROCESSING: dossier["due_at"],
        DossierStatus.SUPPLEMENT_REQUESTED: dossier["answer_by"],
    }
    moment: datetime = moments.get(status) or dossier["status_since"]
    return moment


def clock_fields(clock: DeadlineClock, calendar: WorkingCalendar) -> dict[str, Any]:
    return {"clock": clock.to_json(), "due_at": clock.due(calendar), "original_due_at": clock.original_due(calendar)}


def tokens_of(name: str, agency_codes: Iterable[str]) -> list[str]:
    """What a search by name finds a dossier by, for each agency that may: the whole name, and each two of its words."""
    key = search_key(name)
    words = sorted(set(key.split()))[:_MOST_WORDS]
    found = [f"={key}", *(pair_token(one, other) for one, other in combinations(words, 2))]
    return [f"{code}|{token}" for code in sorted(set(agency_codes)) for token in found]


def pair_token(one: str, other: str) -> str:
    """What two words of a name are found by, whichever comes first: one word alone is too many people's."""
    return "+".join(sorted((one, other)))


def counter_of(agency_code: str, at: datetime) -> str:
    """The name of what one counter received on one day: ``H17.30.05:2026-11-23``."""
    return f"{agency_code}:{city_date(at).isoformat()}"


def demandable(procedure: ProcedureVersion) -> dict[str, dict[str, str]]:
    """Names by key of all that a supplement may ask for: the published components and the form itself."""
    named = {one.key: one.name.to_json() for one in procedure.components}
    return named | ({FORM: {"vi": "Tờ khai", "en": "The form"}} if procedure.form else {})


def has_duty(actor: Actor, duties: Iterable[Duty]) -> bool:
    return any(DUTY_SCOPES[duty] <= actor.scopes for duty in duties)


def require_duty(actor: Actor, action: DossierAction) -> None:
    """Raises ``Forbidden("access.scope_missing")`` when no duty of the officer's lets them do that."""
    duties = ACTION_DUTY[action]
    if not has_duty(actor, duties):
        raise Forbidden("access.scope_missing", scope=",".join(sorted(f"dossiers:{duty.value}" for duty in duties)))


def fee_of(assessment: Assessment) -> dict[str, Any]:
    """``{amount, lines, paid_at, receipt_number, recorded_by}``; a line's ``amount`` is what is due of it.

    Why somebody pays less stands beside it: ``evidence`` and ``unasked`` (`services.fees.Priced`).
    """
    return {
        "amount": assessment.total,
        "lines": [{**line.to_json(), "amount": line.due} for line in assessment.lines],
        "paid_at": None,
        "receipt_number": None,
        "recorded_by": None,
    }


def payment_status_of(assessment: Assessment) -> PaymentStatus:
    """Due, waived by a rule, or nothing that anybody pays."""
    if assessment.total:
        return PaymentStatus.DUE
    return PaymentStatus.WAIVED if any(line.listed for line in assessment.lines) else PaymentStatus.NONE


def is_unpaid(dossier: Mapping[str, Any]) -> bool:
    """Whether a fee of the procedure is still to be paid."""
    settled = {PaymentStatus.PAID.value, PaymentStatus.WAIVED.value, PaymentStatus.REFUNDED.value}
    return bool(dossier["fee"]["amount"]) and dossier["payment"] not in settled
