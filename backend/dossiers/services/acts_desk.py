"""Acts of the desk before there is a decision: taking in, handing out, and asking other agencies."""

from datetime import datetime
from typing import Final

from backend.dossiers.rules import has_duty, is_unpaid, tokens_of
from backend.dossiers.services.act import Act
from shared_models.access import Duty
from shared_models.clock import city_date
from shared_models.deadline import PauseReason
from shared_models.dossier import DossierAssigned
from shared_models.errors import Conflict, Forbidden, Invalid, NotFound
from shared_models.notice import DOSSIER_ACCEPTED, DOSSIER_ASSIGNED, DOSSIER_OPINION, DOSSIER_REFUSED
from shared_models.procedure_terms import COMMUNE, PayAt

MOST_OPINIONS: Final = 40


def accept(act: Act) -> None:
    """Takes the dossier in: code, slip 01, the clock. A fee that is due at reception comes first."""
    act.move()
    if act.procedure.pay_at is PayAt.RECEPTION and is_unpaid(act.dossier):
        raise Conflict("dossier.payment_first", amount=act.dossier["fee"]["amount"])
    act.note = act.ask.get("note") or None
    take_in(act)


def take_in(act: Act, waited_since: datetime | None = None) -> None:
    """What acceptance means, by whichever action it came: the officer's, or the payment that was waited for since."""
    dossier = act.dossier
    dossier["accepted_at"] = act.now
    act.give_code()
    act.start_clock()
    if waited_since is not None:
        act.pause_clock(PauseReason.PAYMENT, waited_since)
        act.resume_clock()
    act.slip("01")
    act.slip("06")
    dossier["agency_code"] = dossier["competent_agency"]["code"]
    _open_parts(act)
    due = dossier["due_at"]
    act.tell_owner(DOSSIER_ACCEPTED, due_date=due.strftime("%d/%m/%Y") if due else "")


def _open_parts(act: Act) -> None:
    """An interlinked dossier goes to all its agencies at once (NĐ 61/2018 art. 19.6-7)."""
    for part in act.procedure.interlinked:
        if part.lead:
            continue
        agency = act.tools.ports.identity.people.agency(part.agency) if part.agency != COMMUNE else None
        named = {"code": agency["_id"], "name": agency["name"]} if agency else act.dossier["receiving_agency"]
        act.dossier["opinions"].append(_opinion(act, act.tools.ports.ids.new("act"), "part", named, part.part.vi))


def _opinion(act: Act, opinion_id: str, kind: str, agency: dict[str, str], question: str) -> dict[str, object]:
    return {
        "id": opinion_id,
        "kind": kind,
        "agency": dict(agency),
        "question": question,
        "asked_at": act.now,
        "due_at": None,
        "text": None,
        "answered_by": None,
        "answered_at": None,
    }


def refuse(act: Act) -> None:
    """Does not take the dossier in; slip 03 says why and by what law."""
    act.move()
    act.note = f"{act.ask['reason']} ({act.ask['legal_basis']})"
    act.dossier["ended_at"] = act.now
    act.slip("03")
    act.tell_owner(DOSSIER_REFUSED, reason=act.ask["reason"])


def start(act: Act) -> None:
    """Begins the work: whoever does becomes the person in charge, unless somebody was chosen."""
    act.move()
    holder = act.dossier["assignee_id"]
    if holder is not None and holder != act.officer.id:
        raise Forbidden("dossier.assigned_elsewhere")
    if holder is None:
        _give_to(act, act.officer.id, act.officer.name)


def assign(act: Act) -> None:
    """Gives a dossier that nobody has to a colleague; one that somebody has, only a leader."""
    act.move()
    if act.dossier["assignee_id"] is not None and not has_duty(act.officer, [Duty.APPROVE]):
        raise Forbidden("dossier.assigned_elsewhere")
    _give_to(act, *_colleague(act))


def hand_over(act: Act) -> None:
    """The person in charge, or a leader, hands the dossier to a colleague and says why."""
    act.move()
    holder = act.dossier["assignee_id"]
    if holder != act.officer.id and not has_duty(act.officer, [Duty.APPROVE]):
        raise Forbidden("dossier.assigned_elsewhere")
    act.note = act.ask["reason"]
    _give_to(act, *_colleague(act))


def _colleague(act: Act) -> tuple[str, str]:
    colleagues = act.tools.ports.identity.staff.of_agency(act.dossier["agency_code"])
    found = next((one for one in colleagues if one["_id"] == act.ask["to"]), None)
    if found is None:
        raise Invalid("staff.no_colleague", {"to": ["staff.no_colleague"]})
    return str(found["_id"]), str(found["full_name"])


def _give_to(act: Act, staff_id: str, name: str) -> None:
    dossier, before = act.dossier, act.dossier["assignee_id"]
    dossier["assignee_id"] = staff_id
    unit = dossier["competent_agency"] if dossier["accepted_at"] else dossier["receiving_agency"]
    dossier["handler"] = {"id": staff_id, "name": name, "unit": unit["name"]}
    if staff_id != act.officer.id:
        act.tell(staff_id, DOSSIER_ASSIGNED)
    if staff_id != before:
        event = DossierAssigned(act.new_event_id(), dossier["_id"], dossier["agency_code"], staff_id, before, act.now)
        act.events.append(event)


def require_in_charge(act: Act) -> None:
    """Raises ``Forbidden("dossier.assigned_elsewhere")`` when another officer has the dossier; a leader may anyway."""
    holder = act.dossier["assignee_id"]
    if holder is not None and holder != act.officer.id and not has_duty(act.officer, [Duty.APPROVE]):
        raise Forbidden("dossier.assigned_elsewhere")


def ask_opinion(act: Act) -> None:
    """Asks another agency, in writing and with a day to answer (NĐ 61/2018 art. 19.5); it may read the dossier then."""
    act.move()
    require_in_charge(act)
    code = act.ask["agency"]
    agency = act.tools.ports.identity.people.agency(code)
    if agency is None or code == act.dossier["agency_code"]:
        raise Invalid("agency.unknown", {"agency": ["agency.unknown"]})
    if len(act.dossier["opinions"]) >= MOST_OPINIONS:
        raise Conflict("dossier.too_many_opinions", most=MOST_OPINIONS)
    asked = _opinion(act, act.id, "opinion", {"code": agency["_id"], "name": agency["name"]}, act.ask["question"])
    calendar = act.calendar
    last_day = calendar.add_working_days(city_date(act.now), act.ask["within_days"])
    asked["due_at"] = calendar.close_of(last_day)
    act.dossier["opinions"].append(asked)
    act.note = f"{agency['name']}: {act.ask['question']}"
    readers = sorted({*act.dossier["reader_codes"], code})
    act.dossier |= {"reader_codes": readers, "tokens": tokens_of(act.dossier["owner_name"], readers)}
    for officer in act.tools.ports.identity.staff.of_agency(code, Duty.PROCESS):
        act.tell(str(officer["_id"]), DOSSIER_OPINION)


def answer_opinion(act: Act) -> None:
    """The agency that was asked answers; an answer that comes late is kept all the same."""
    act.move()
    opinion = next((one for one in act.dossier["opinions"] if one["id"] == act.ask["opinion_id"]), None)
    if opinion is None or opinion["agency"]["code"] != act.officer.agency_code:
        raise NotFound("dossier.opinion_unknown")
    if opinion["answered_at"] is not None:
        raise Conflict("dossier.opinion_answered")
    opinion |= {"text": act.ask["text"], "answered_by": act.officer.name, "answered_at": act.now}
    holder = act.dossier["assignee_id"]
    if holder is not None:
        act.tell(holder, DOSSIER_OPINION)
