"""Acts at the end: the result reaches its owner, who may say how it went; or they take the dossier back before."""

from backend.dossiers.rules import is_unpaid
from backend.dossiers.services.act import Act
from shared_models.dossier import DeliveryStatus, ReturnWay
from shared_models.errors import Conflict, Invalid
from shared_models.notice import DOSSIER_POSTED, DOSSIER_RETURNED


def return_result(act: Act) -> None:
    """Hands the result over; one that goes by post is on its way until `delivered`. A fee that is due comes first."""
    act.move()
    dossier, way = act.dossier, ReturnWay(act.ask["way"])
    if is_unpaid(dossier):
        raise Conflict("dossier.payment_first", amount=dossier["fee"]["amount"])
    if way.value not in {offered.value for offered in act.procedure.result.ways}:
        raise Invalid("return.way_not_offered", {"way": ["return.way_not_offered"]})
    if way is ReturnWay.POST and not dossier["return_to"]["address"]:
        raise Invalid("return.address_missing", {"way": ["return.address_missing"]})
    dossier["return_to"] |= {"way": way.value}
    if way is not ReturnWay.POST:
        dossier["delivery"] = DeliveryStatus.DELIVERED.value
    act.tell_owner(DOSSIER_RETURNED)


def post(act: Act) -> None:
    """Gives the result to a carrier; the citizen can follow it by the tracking number."""
    act.move()
    dossier = act.dossier
    if dossier["return_to"]["way"] != ReturnWay.POST.value or not dossier["return_to"]["address"]:
        raise Conflict("return.not_by_post")
    if dossier["delivery"] == DeliveryStatus.DELIVERED.value:
        raise Conflict("return.already_delivered")
    dossier["return_to"] |= {"carrier": act.ask["carrier"], "tracking": act.ask["tracking"]}
    dossier["delivery"] = DeliveryStatus.POSTED.value
    act.note = f"{act.ask['carrier']}: {act.ask['tracking']}"
    act.tell_owner(DOSSIER_POSTED, tracking=act.ask["tracking"])


def delivered(act: Act) -> None:
    """The carrier says that it has arrived."""
    act.move()
    if act.dossier["delivery"] != DeliveryStatus.POSTED.value:
        raise Conflict("return.not_posted")
    act.dossier["delivery"] = DeliveryStatus.DELIVERED.value


def withdraw(act: Act) -> None:
    """The citizen takes the dossier back."""
    act.move()
    act.note = act.ask.get("reason") or None
    act.dossier |= {"ended_at": act.now, "asks": None, "asked_from": None, "answer_by": None}


def rate(act: Act) -> None:
    """The citizen says how it went (NĐ 61/2018 art. 28); once."""
    act.move()
    if act.dossier["rating"] is not None:
        raise Conflict("dossier.rated")
    act.dossier["rating"] = {"stars": act.ask["stars"], "comment": act.ask.get("comment") or None, "at": act.now}
