"""Who may say what about a refund, and when it has been said already. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from backend.infra.mongo import Document
from shared_models.access import Actor, Role
from shared_models.errors import Conflict, Forbidden
from shared_models.payment.desk import RefundAction, RefundState, RefundWay
from shared_models.payment.order import OrderState

SILENCE: Final = timedelta(hours=1)
"""How long a gateway is asked again before persons may send the money by hand."""


def new_refund(refund_id: str, reason: str, actor: Actor, now: datetime) -> Document:
    """A proposal. Its id is also the id under which a gateway is asked."""
    nothing = ("decided_by", "decided_at", "note", "way", "reference", "done_at", "done_by")
    return {
        "id": refund_id,
        "reason": reason,
        "proposed_by": {"id": actor.id, "name": actor.name},
        "proposed_at": now,
        "state": RefundState.PROPOSED.value,
        **dict.fromkeys(nothing),
    }


def approver_of(order: Mapping[str, Any]) -> Actor:
    """The person who approved the refund: what follows is done in their name, when nobody is there."""
    by, agency = order["refund"]["decided_by"], order["agency"]
    return Actor(by["id"], Role.OFFICER, by["name"], frozenset(), agency["code"], agency["name"])


def check_decider(refund: Mapping[str, Any], actor: Actor, wanted: RefundState) -> bool:
    """Whether the decision is still to be made; False when this actor made the same one before.

    Raises:
        Forbidden: ``refund.own_proposal``: two persons decide about money.
        Conflict: ``refund.decided``.
    """
    if refund["proposed_by"]["id"] == actor.id:
        raise Forbidden("refund.own_proposal")
    if refund["state"] == RefundState.PROPOSED:
        return True
    was = RefundState.REFUSED if refund["state"] == RefundState.REFUSED else RefundState.APPROVED
    if was is wanted and refund["decided_by"]["id"] == actor.id:
        return False
    raise Conflict("refund.decided", state=refund["state"])


def same_done(refund: Mapping[str, Any], actor: Actor, reference: str) -> bool:
    """Whether this transfer has been noted already; False when it is to be noted now.

    Raises:
        Forbidden: ``refund.own_proposal``.
        Conflict: ``refund.not_by_hand``: not approved, on its way by the gateway, or back by another transfer.
    """
    if refund["proposed_by"]["id"] == actor.id:
        raise Forbidden("refund.own_proposal")
    if refund["state"] == RefundState.DONE and refund["reference"] == reference:
        return True
    if refund["state"] != RefundState.APPROVED or refund["way"] != RefundWay.BY_HAND:
        raise Conflict("refund.not_by_hand", state=refund["state"])
    return False


def check_silent(refund: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """Whether a refund is to be turned to by hand now; False when it has been.

    Raises:
        Forbidden: ``refund.own_proposal``.
        Conflict: ``refund.not_silent``: it is not on its way by a gateway, or not for long enough.
    """
    if refund["proposed_by"]["id"] == actor.id:
        raise Forbidden("refund.own_proposal")
    if refund["state"] == RefundState.APPROVED and refund["way"] == RefundWay.BY_HAND:
        return False
    if not _is_silent(refund, now):
        raise Conflict("refund.not_silent")
    return True


def _is_silent(refund: Mapping[str, Any], now: datetime) -> bool:
    is_on_its_way = refund["state"] == RefundState.APPROVED and refund["way"] == RefundWay.GATEWAY
    return is_on_its_way and bool(now - refund["decided_at"] >= SILENCE)


def may(order: Mapping[str, Any], actor: Actor, now: datetime) -> list[str]:
    """What the reader of an order may do about a refund now."""
    refund = order["refund"]
    if order["state"] == OrderState.PAID and order["amount"]:
        return [RefundAction.PROPOSE.value]
    if order["state"] != OrderState.REFUND_PENDING or refund["proposed_by"]["id"] == actor.id:
        return []
    if refund["state"] == RefundState.PROPOSED:
        return [RefundAction.APPROVE.value, RefundAction.REFUSE.value]
    if _is_silent(refund, now):
        return [RefundAction.TURN.value]
    by_hand = refund["state"] == RefundState.APPROVED and refund["way"] == RefundWay.BY_HAND
    return [RefundAction.DONE.value] if by_hand else []
