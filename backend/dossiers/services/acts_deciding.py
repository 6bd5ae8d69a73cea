"""Acts that decide: a proposal, the leader's decision, a stop, a later day with an apology."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from backend.dossiers.services.act import Act
from backend.dossiers.services.acts_desk import require_in_charge
from shared_models.access import Actor
from shared_models.clock import city_date
from shared_models.deadline import PauseReason
from shared_models.dossier import (
    DeliveryStatus,
    DossierAction,
    DossierExtended,
    DossierResolved,
    DossierStatus,
    SyncStatus,
    next_status,
)
from shared_models.errors import Conflict, Forbidden, Invalid
from shared_models.notice import (
    DOSSIER_APOLOGY,
    DOSSIER_RESOLVED,
    DOSSIER_RESUMED,
    DOSSIER_SENT_BACK,
    DOSSIER_STOPPED,
    DOSSIER_UNANSWERED,
)

FARTHEST: Final = timedelta(days=366)
UNANSWERED: Final = "supplement.unanswered"


def propose(act: Act) -> None:
    """The person in charge says what should be decided; somebody else decides."""
    act.move()
    require_in_charge(act)
    outcomes, given = act.tools.ports.outcomes, dict(act.ask.get("result") or {})
    if outcomes is not None:
        outcomes.check(given)
    act.dossier["proposal"] = {
        "decision": act.ask["decision"],
        "text": act.ask["text"],
        "result": given,
        "by": act.by(),
        "at": act.now,
    }


def send_back(act: Act) -> None:
    """The leader does not agree; the proposal goes back to whoever made it."""
    act.move()
    proposal = act.dossier["proposal"]
    if proposal is None:
        raise Conflict("dossier.nothing_proposed")
    act.note = act.ask["reason"]
    act.dossier["proposal"] = None
    act.tell(proposal["by"]["id"], DOSSIER_SENT_BACK)


def resolve(act: Act) -> None:
    """The leader decides as proposed. Whoever proposed cannot: the signer is not the processor."""
    dossier, proposal = act.dossier, check_resolvable(act.dossier, act.officer)
    act.move()
    is_approved = proposal["decision"] == "approve"
    dossier |= {
        "ended_at": act.now,
        "decision": {
            "decision": proposal["decision"],
            "text": proposal["text"],
            "result": proposal["result"],
            "proposed_by": proposal["by"],
            "resolved_by": act.by(),
            "at": act.now,
        },
        "result": {
            "result_id": None,
            "licence_id": None,
            "number": None,
            "decision": "approved" if is_approved else "refused",
        },
        "delivery": DeliveryStatus.READY.value,
    }
    outcomes = act.tools.ports.outcomes
    if outcomes is not None:
        made = outcomes.store(act.prepared, act.session)
        dossier["result"] |= {"result_id": made.result_id, "licence_id": made.licence_id, "number": made.number}
    act.note = proposal["text"]
    act.tell_owner(DOSSIER_RESOLVED)
    act.events.append(
        DossierResolved(
            act.new_event_id(),
            dossier["_id"],
            dossier["owner_id"],
            dossier["agency_code"],
            dossier["procedure"]["version"],
            is_approved,
            act.officer.id,
            act.now,
        )
    )


def check_resolvable(dossier: Mapping[str, Any], leader: Actor) -> dict[str, Any]:
    """The proposal that this leader may decide on.

    Raises:
        Forbidden: ``dossier.same_person``. Conflict: ``dossier.nothing_proposed``, ``dossier.parts_open``: another
            agency's part of an interlinked procedure is not done; ``dossier.clash_open``, ``dossier.move_not_allowed``.
    """
    next_status(DossierStatus(dossier["status"]), DossierAction.RESOLVE)
    proposal: dict[str, Any] | None = dossier["proposal"]
    if proposal is None:
        raise Conflict("dossier.nothing_proposed")
    if proposal["by"]["id"] == leader.id:
        raise Forbidden("dossier.same_person")
    if dossier["sync"] == SyncStatus.CLASH.value:
        # Nothing is signed while two agencies' records say two things.
        raise Conflict("dossier.clash_open")
    if any(one["kind"] == "part" and one["answered_at"] is None for one in dossier["opinions"]):
        raise Conflict("dossier.parts_open")
    return proposal


def stop(act: Act) -> None:
    """Stops the work (slip 05): by an officer with the law that says so, or because a supplement was never answered."""
    dossier = act.dossier
    if act.actor is not None:
        require_in_charge(act)
    act.move()
    reason = act.ask["reason"]
    act.note = reason if act.actor is None else f"{reason} ({act.ask['legal_basis']})"
    dossier |= {"stopped_from": int(act.before), "asks": None, "asked_from": None, "answer_by": None}
    act.pause_clock(PauseReason.STOPPED)
    act.slip("05")
    if act.actor is None:
        act.tell_owner(DOSSIER_UNANSWERED)
    else:
        act.tell_owner(DOSSIER_STOPPED, reason=reason)


def resume(act: Act) -> None:
    """Goes on with a stopped dossier; one that was never taken in has nothing to go on with."""
    require_in_charge(act)
    act.move()
    if act.dossier["accepted_at"] is None:
        raise Conflict("dossier.never_accepted")
    act.dossier["stopped_from"] = None
    act.resume_clock()
    act.tell_owner(DOSSIER_RESUMED)


def extend(act: Act) -> None:
    """A later day, with an apology and its reason (slip 04), at least a day before (NĐ 61/2018 art. 19.9 and 19)."""
    require_in_charge(act)
    act.move()
    dossier, new = act.dossier, act.ask["new_due_date"]
    if len(dossier["apologies"]) >= act.procedure.max_reappointments:
        raise Conflict("apology.again", most=act.procedure.max_reappointments)
    old = city_date(dossier["due_at"])
    if city_date(act.now) >= old:
        raise Conflict("apology.too_late")
    if new <= old:
        raise Invalid("apology.not_later", {"new_due_date": ["apology.not_later"]})
    if new > old + FARTHEST:
        raise Invalid("apology.too_far", {"new_due_date": ["apology.too_far"]})
    if not act.calendar.is_working(new):
        raise Invalid("apology.day_off", {"new_due_date": ["apology.day_off"]})
    act.keep_clock(act.clock().extend(new))
    dossier["apologies"].append(
        {
            "at": act.now,
            "reason": act.ask["reason"],
            "old_due_date": old.isoformat(),
            "new_due_date": new.isoformat(),
            "by": act.by(),
        }
    )
    dossier["warned"] = []
    act.note = act.ask["reason"]
    act.slip("04")
    act.tell_owner(DOSSIER_APOLOGY, reason=act.ask["reason"], due_date=new.strftime("%d/%m/%Y"))
    event = DossierExtended(
        act.new_event_id(), dossier["_id"], dossier["owner_id"], dossier["agency_code"], old, new, act.now
    )
    act.events.append(event)
