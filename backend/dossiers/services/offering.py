"""What an officer could do with a dossier now: the same conditions that the acts themselves insist on. Pure.

A screen offers no more than this; the acts decide all the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from backend.dossiers.rules import CHANNEL_WAY, has_duty, is_unpaid
from backend.dossiers.services.machinery import is_on_desk
from shared_models.access import Actor, Duty
from shared_models.clock import city_date
from shared_models.dossier import (
    ACTION_DUTY,
    ANSWERS,
    IN_PLACE,
    MOVES,
    DossierAction,
    DossierStatus,
    PaymentStatus,
    SyncStatus,
)
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import PayAt
from shared_models.schemas.desk import DESK_ACTIONS


@dataclass(frozen=True, slots=True)
class Offer:
    """Who asks, of which dossier, under which version of its procedure, and when."""

    actor: Actor
    dossier: Mapping[str, Any]
    procedure: ProcedureVersion
    now: datetime

    @property
    def status(self) -> DossierStatus:
        return DossierStatus(self.dossier["status"])

    @property
    def holder(self) -> str | None:
        found: str | None = self.dossier["assignee_id"]
        return found

    @property
    def is_leader(self) -> bool:
        return has_duty(self.actor, [Duty.APPROVE])

    @property
    def is_in_charge(self) -> bool:
        """As `acts_desk.require_in_charge`."""
        return self.holder in {None, self.actor.id} or self.is_leader

    @property
    def is_due(self) -> bool:
        return bool(self.dossier["payment"] == PaymentStatus.DUE.value and self.dossier["fee"]["amount"])

    @property
    def is_clash(self) -> bool:
        return bool(self.dossier["sync"] == SyncStatus.CLASH.value)


def may(offer: Offer) -> list[str]:
    """The actions that could succeed now, in the order of `DESK_ACTIONS`."""
    return [name for name in DESK_ACTIONS if _could(offer, DossierAction(name))]


def _could(offer: Offer, action: DossierAction) -> bool:
    actor, dossier = offer.actor, offer.dossier
    return (
        (_is_possible(offer.status, action) or (action is DossierAction.RECORD_PAYMENT and offer.is_due))
        and has_duty(actor, ACTION_DUTY[action])
        and is_on_desk(actor, dossier, action)
        and _SENSE.get(action, _always)(offer)
    )


def _is_possible(status: DossierStatus, action: DossierAction) -> bool:
    pair = (status, action)
    return pair in MOVES or pair in ANSWERS or status in IN_PLACE.get(action, ())


def _always(_offer: Offer) -> bool:
    return True


def _accept(offer: Offer) -> bool:
    return not (offer.procedure.pay_at is PayAt.RECEPTION and is_unpaid(offer.dossier))


def _asking(offer: Offer) -> bool:
    """At intake whoever receives may ask; later only who is in charge."""
    return offer.status is DossierStatus.SUBMITTED or offer.is_in_charge


def _ask_supplement(offer: Offer) -> bool:
    """One complete notice is all that there is."""
    return _asking(offer) and offer.dossier["notices_asked"] < offer.procedure.supplement.max_notices


def _ask_payment(offer: Offer) -> bool:
    lines = offer.procedure.fee_lines(CHANNEL_WAY[offer.dossier["channel"]], offer.dossier["values"])
    is_paid = offer.dossier["payment"] == PaymentStatus.PAID.value
    return _asking(offer) and not is_paid and any(amount for _, amount in lines)


def _resolve(offer: Offer) -> bool:
    proposal, opinions = offer.dossier["proposal"], offer.dossier["opinions"]
    is_other = proposal is not None and proposal["by"]["id"] != offer.actor.id
    is_open = any(one["kind"] == "part" and one["answered_at"] is None for one in opinions)
    return is_other and not offer.is_clash and not is_open


def _answer_opinion(offer: Offer) -> bool:
    return any(
        one["agency"]["code"] == offer.actor.agency_code and one["answered_at"] is None
        for one in offer.dossier["opinions"]
    )


def _extend(offer: Offer) -> bool:
    due = offer.dossier["due_at"]
    is_in_time = due is not None and city_date(offer.now) < city_date(due)
    return offer.is_in_charge and is_in_time and len(offer.dossier["apologies"]) < offer.procedure.max_reappointments


def _is_on_its_way(delivery: str) -> Callable[[Offer], bool]:
    def check(offer: Offer) -> bool:
        return bool(offer.dossier["return_to"]["way"] == "post" and offer.dossier["delivery"] == delivery)

    return check


_SENSE: Final[Mapping[DossierAction, Callable[[Offer], bool]]] = MappingProxyType(
    {
        DossierAction.ACCEPT: _accept,
        DossierAction.START: lambda offer: offer.holder in {None, offer.actor.id},
        DossierAction.ASSIGN: lambda offer: offer.holder is None or offer.is_leader,
        DossierAction.HAND_OVER: lambda offer: offer.holder is not None and offer.is_in_charge,
        DossierAction.ASK_SUPPLEMENT: _ask_supplement,
        DossierAction.ASK_PAYMENT: _ask_payment,
        DossierAction.ASK_OPINION: lambda offer: offer.is_in_charge,
        DossierAction.ANSWER_OPINION: _answer_opinion,
        DossierAction.PROPOSE: lambda offer: offer.is_in_charge,
        DossierAction.SEND_BACK: lambda offer: offer.dossier["proposal"] is not None,
        DossierAction.RESOLVE: _resolve,
        DossierAction.STOP: lambda offer: offer.is_in_charge,
        DossierAction.RESUME: lambda offer: offer.is_in_charge and offer.dossier["accepted_at"] is not None,
        DossierAction.EXTEND: _extend,
        DossierAction.RETURN_RESULT: lambda offer: not is_unpaid(offer.dossier),
        DossierAction.POST: _is_on_its_way("ready"),
        DossierAction.DELIVERED: _is_on_its_way("posted"),
        DossierAction.SETTLE_CLASH: lambda offer: offer.is_clash,
    }
)
"""What an act insists on beyond status, duty and desk; an action that is not named insists on nothing more."""
