"""The ten national statuses of a dossier and the table of moves between them.

The statuses are those that one-stop systems exchange with the National Public Service Portal. Status, payment, delivery
and synchronisation are four fields; overdue is computed from the deadline (`standing.py`) and never stored.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Final

from shared_models.access import Duty
from shared_models.errors import Conflict


class DossierStatus(IntEnum):
    """The national codes; a draft on the phone has none."""

    SUBMITTED = 1
    ACCEPTED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT_REQUESTED = 5
    PAYMENT_REQUESTED = 6
    WITHDRAWN = 7
    STOPPED = 8
    RESOLVED = 9
    RETURNED = 10


class StatusGroup(StrEnum):
    """How provincial statistics count the statuses; the national three, and the two that they leave out."""

    INTAKE = "intake"
    PROCESSING = "processing"
    PAUSED = "paused"
    DONE = "done"
    REFUSED = "refused"


class DossierAction(StrEnum):
    """Everything that can be done to a dossier; each is an event of its timeline."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    START = "start"
    ASK_SUPPLEMENT = "ask_supplement"
    ANSWER_SUPPLEMENT = "answer_supplement"
    ASK_PAYMENT = "ask_payment"
    PAY = "pay"
    RECORD_PAYMENT = "record_payment"
    REFUND = "refund"
    WITHDRAW = "withdraw"
    STOP = "stop"
    RESUME = "resume"
    RESOLVE = "resolve"
    RETURN_RESULT = "return_result"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    ASK_OPINION = "ask_opinion"
    ANSWER_OPINION = "answer_opinion"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    EXTEND = "extend"
    POST = "post"
    DELIVERED = "delivered"
    RATE = "rate"
    SETTLE_CLASH = "settle_clash"
    EXCHANGE = "exchange"
    CLASH = "clash"


_SUBMITTED: Final = DossierStatus.SUBMITTED
_ACCEPTED: Final = DossierStatus.ACCEPTED
_PROCESSING: Final = DossierStatus.PROCESSING
_ASKED: Final = DossierStatus.SUPPLEMENT_REQUESTED
_UNPAID: Final = DossierStatus.PAYMENT_REQUESTED
_STOPPED: Final = DossierStatus.STOPPED
_RESOLVED: Final = DossierStatus.RESOLVED
_RETURNED: Final = DossierStatus.RETURNED

_AFTER_PAYMENT: Final = MappingProxyType(
    {_SUBMITTED: _ACCEPTED, _ACCEPTED: _ACCEPTED, _PROCESSING: _PROCESSING},
)
"""Where a payment leads, by the status in which it was asked for."""

_AFTER_SUPPLEMENT: Final = MappingProxyType({status: status for status in (_SUBMITTED, _ACCEPTED, _PROCESSING)})


def _from(
    sources: tuple[DossierStatus, ...], action: DossierAction, to: DossierStatus
) -> dict[tuple[DossierStatus, DossierAction], DossierStatus]:
    return {(source, action): to for source in sources}


MOVES: Final[Mapping[tuple[DossierStatus, DossierAction], DossierStatus]] = MappingProxyType(
    {
        **_from((_SUBMITTED,), DossierAction.ACCEPT, _ACCEPTED),
        **_from((_SUBMITTED,), DossierAction.REFUSE, DossierStatus.REFUSED),
        **_from((_ACCEPTED,), DossierAction.START, _PROCESSING),
        **_from((_SUBMITTED, _ACCEPTED, _PROCESSING), DossierAction.ASK_SUPPLEMENT, _ASKED),
        **_from((_SUBMITTED, _ACCEPTED, _PROCESSING), DossierAction.ASK_PAYMENT, _UNPAID),
        **_from((_SUBMITTED, _ACCEPTED, _PROCESSING, _ASKED, _UNPAID), DossierAction.WITHDRAW, DossierStatus.WITHDRAWN),
        **_from((_ACCEPTED, _PROCESSING, _ASKED, _UNPAID), DossierAction.STOP, _STOPPED),
        **_from((_STOPPED,), DossierAction.RESUME, _PROCESSING),
        **_from((_PROCESSING,), DossierAction.RESOLVE, _RESOLVED),
        **_from((_RESOLVED,), DossierAction.RETURN_RESULT, _RETURNED),
    }
)
"""The moves that always lead to one status."""

ANSWERS: Final[Mapping[tuple[DossierStatus, DossierAction], Mapping[DossierStatus, DossierStatus]]] = MappingProxyType(
    {
        (_ASKED, DossierAction.ANSWER_SUPPLEMENT): _AFTER_SUPPLEMENT,
        (_UNPAID, DossierAction.PAY): _AFTER_PAYMENT,
        (_UNPAID, DossierAction.RECORD_PAYMENT): _AFTER_PAYMENT,
    }
)
"""The moves that lead back: to a status by the one in which the question was asked."""

_WITH_AGENCY: Final = frozenset({_SUBMITTED, _ACCEPTED, _PROCESSING, _ASKED, _UNPAID, _STOPPED})
_WORKED_ON: Final = frozenset({_ACCEPTED, _PROCESSING})

IN_PLACE: Final[Mapping[DossierAction, frozenset[DossierStatus]]] = MappingProxyType(
    {
        DossierAction.ASSIGN: _WITH_AGENCY,
        DossierAction.HAND_OVER: _WITH_AGENCY,
        DossierAction.ASK_OPINION: _WORKED_ON,
        # An opinion that comes late is kept with the dossier whatever has become of it, so that its lateness shows.
        DossierAction.ANSWER_OPINION: frozenset(DossierStatus) - {_SUBMITTED, DossierStatus.REFUSED},
        DossierAction.PROPOSE: frozenset({_PROCESSING}),
        DossierAction.SEND_BACK: frozenset({_PROCESSING}),
        DossierAction.EXTEND: _WORKED_ON,
        DossierAction.POST: frozenset({_RESOLVED, _RETURNED}),
        DossierAction.DELIVERED: frozenset({_RESOLVED, _RETURNED}),
        DossierAction.RATE: frozenset({_RESOLVED, _RETURNED}),
        DossierAction.SETTLE_CLASH: frozenset(DossierStatus),
        # Two who collect sent the fee back: where the dossier stands says nothing against it.
        DossierAction.REFUND: frozenset(DossierStatus),
        # What the one-stop software says: another day, another fee; or something that does not go with ours.
        DossierAction.EXCHANGE: frozenset(DossierStatus),
        DossierAction.CLASH: frozenset(DossierStatus),
    }
)
"""The actions that leave the status as it is, and where they make sense."""

FINAL_STATUSES: Final = frozenset({DossierStatus.REFUSED, DossierStatus.WITHDRAWN, _RETURNED})
"""Nothing moves a dossier out of these. A stopped one may stay so for ever, and may go on."""

OPEN_STATUSES: Final = _WITH_AGENCY
"""Somebody still has to do something before there is an outcome."""

GROUP_OF_STATUS: Final[Mapping[DossierStatus, StatusGroup]] = MappingProxyType(
    {
        _SUBMITTED: StatusGroup.INTAKE,
        _ACCEPTED: StatusGroup.PROCESSING,
        DossierStatus.REFUSED: StatusGroup.REFUSED,
        _PROCESSING: StatusGroup.PROCESSING,
        _ASKED: StatusGroup.PAUSED,
        _UNPAID: StatusGroup.PAUSED,
        DossierStatus.WITHDRAWN: StatusGroup.DONE,
        _STOPPED: StatusGroup.PAUSED,
        _RESOLVED: StatusGroup.DONE,
        _RETURNED: StatusGroup.DONE,
    }
)

OWNER_ACTIONS: Final = frozenset(
    {DossierAction.ANSWER_SUPPLEMENT, DossierAction.PAY, DossierAction.WITHDRAW, DossierAction.RATE}
)
"""What the citizen does whose dossier it is."""

_HANDLING: Final = frozenset({Duty.RECEIVE, Duty.PROCESS, Duty.APPROVE})

ACTION_DUTY: Final[Mapping[DossierAction, frozenset[Duty]]] = MappingProxyType(
    {
        DossierAction.ACCEPT: frozenset({Duty.RECEIVE}),
        DossierAction.REFUSE: frozenset({Duty.RECEIVE}),
        DossierAction.START: frozenset({Duty.PROCESS}),
        DossierAction.ASK_SUPPLEMENT: frozenset({Duty.RECEIVE, Duty.PROCESS}),
        # At the counter, for a citizen who is present.
        DossierAction.ANSWER_SUPPLEMENT: frozenset({Duty.RECEIVE}),
        DossierAction.WITHDRAW: frozenset({Duty.RECEIVE}),
        DossierAction.ASK_PAYMENT: frozenset({Duty.RECEIVE, Duty.PROCESS}),
        DossierAction.PAY: frozenset(),
        DossierAction.RECORD_PAYMENT: frozenset({Duty.RECEIVE}),
        DossierAction.STOP: frozenset({Duty.PROCESS, Duty.APPROVE}),
        DossierAction.RESUME: frozenset({Duty.PROCESS, Duty.APPROVE}),
        DossierAction.RESOLVE: frozenset({Duty.APPROVE}),
        DossierAction.RETURN_RESULT: frozenset({Duty.RECEIVE}),
        DossierAction.ASSIGN: _HANDLING,
        DossierAction.HAND_OVER: _HANDLING,
        DossierAction.ASK_OPINION: frozenset({Duty.PROCESS}),
        DossierAction.ANSWER_OPINION: frozenset({Duty.PROCESS, Duty.APPROVE}),
        DossierAction.PROPOSE: frozenset({Duty.PROCESS}),
        DossierAction.SEND_BACK: frozenset({Duty.APPROVE}),
        DossierAction.EXTEND: frozenset({Duty.PROCESS, Duty.APPROVE}),
        DossierAction.POST: frozenset({Duty.RECEIVE}),
        DossierAction.DELIVERED: frozenset({Duty.RECEIVE}),
        DossierAction.RATE: frozenset(),
        DossierAction.SETTLE_CLASH: frozenset({Duty.RECEIVE, Duty.PROCESS}),
        DossierAction.REFUND: frozenset(),
        DossierAction.EXCHANGE: frozenset(),
        DossierAction.CLASH: frozenset(),
    }
)
"""Any one of these duties lets an officer of the dossier's agency do it; an empty set: no officer does."""


def may_follow(status: DossierStatus, following: DossierStatus) -> bool:
    """Whether some action moves a dossier from the one status straight to the other."""
    ends = {to for (source, _), to in MOVES.items() if source is status}
    for (source, _), back in ANSWERS.items():
        if source is status:
            ends.update(back.values())
    return following in ends


def next_status(status: DossierStatus, action: DossierAction, asked_in: DossierStatus | None = None) -> DossierStatus:
    """The status after ``action``: the same for those of `IN_PLACE`.

    ``asked_in``: the status in which the supplement or the payment was asked for, which its answer leads back to.

    Raises:
        Conflict: ``dossier.move_not_allowed`` with ``status`` and ``action``.
        ValueError: an answer to a question that cannot have been asked in ``asked_in``.
    """
    if (status, action) in MOVES:
        return MOVES[status, action]
    if (status, action) in ANSWERS:
        back = ANSWERS[status, action]
        if asked_in is None or asked_in not in back:
            raise ValueError(f"nothing is asked for in status {asked_in}")
        return back[asked_in]
    if status in IN_PLACE.get(action, ()):
        return status
    raise Conflict("dossier.move_not_allowed", status=int(status), action=action.value)
