"""Acts that ask the citizen for something, and their answers: supplements and payments."""

from datetime import timedelta
from typing import Any

from backend.dossiers.rules import CHANNEL_WAY, FORM, demandable
from backend.dossiers.services.act import Act
from backend.dossiers.services.acts_desk import require_in_charge, take_in
from backend.dossiers.services.handing_in import HandingIn
from shared_models.clock import city_date, end_of_day
from shared_models.deadline import PauseReason, intake_due_at
from shared_models.dossier import DossierStatus, PaymentStatus
from shared_models.errors import Conflict, Invalid
from shared_models.money import vnd_text
from shared_models.notice import DOSSIER_ANSWERED, DOSSIER_PAYMENT, DOSSIER_SUPPLEMENT


class RefusedDemand(Exception):
    """An officer asked for what nobody may ask for. ``refusal`` is what they are told."""

    def __init__(self, refusal: Invalid | Conflict, components: list[str]) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.components = components


def ask_supplement(act: Act) -> None:
    """One complete, reasoned notice (slip 02), limited to the published components (NĐ 61/2018 art. 17; S21)."""
    if act.before is not DossierStatus.SUBMITTED:
        require_in_charge(act)
    act.move()
    procedure, dossier = act.procedure, act.dossier
    keys = [item["component"] for item in act.ask["items"]]
    _refuse_outside(act, keys)
    if dossier["notices_asked"] >= procedure.supplement.max_notices:
        raise RefusedDemand(Conflict("supplement.already_asked", most=procedure.supplement.max_notices), keys)
    named = demandable(procedure)
    answer_by = end_of_day(city_date(act.now) + timedelta(days=procedure.supplement.answer_within_days))
    dossier |= {
        "asked_from": int(act.before),
        "notices_asked": dossier["notices_asked"] + 1,
        "answer_by": answer_by,
        "asks": {
            "kind": "supplement",
            "asked_at": act.now,
            "answer_by": answer_by,
            "items": [{**item, "name": named[item["component"]]} for item in act.ask["items"]],
            "note": act.ask.get("note") or None,
            "amount": None,
        },
    }
    act.pause_clock(PauseReason.SUPPLEMENT)
    act.note = "; ".join(f"{named[item['component']]['vi']}: {item['reason']}" for item in act.ask["items"])
    act.slip("02")
    act.tell_owner(DOSSIER_SUPPLEMENT, count=str(len(keys)), answer_by=answer_by.strftime("%d/%m/%Y"))


def _refuse_outside(act: Act, keys: list[str]) -> None:
    """Refuses the demand for what is in no list, and for what we hold."""
    procedure = act.procedure
    listed = demandable(procedure)
    outside = [key for key in keys if key not in listed]
    if outside:
        fields = {f"items.{key}": ["supplement.not_in_list"] for key in outside}
        raise RefusedDemand(Invalid("supplement.not_in_list", fields), outside)
    if len(set(keys)) < len(keys):
        raise Invalid("component.repeated", {"items": ["component.repeated"]})
    holdings, asked = act.tools.holdings, [one for one in procedure.components if one.key in keys]
    held = [one.key for one in asked if holdings.of_dossier(act.dossier, one) is not None]
    if held:
        fields = {f"items.{key}": ["supplement.already_held"] for key in held}
        raise RefusedDemand(Invalid("supplement.already_held", fields), held)


def answer_supplement(act: Act) -> None:
    """Brings what was asked for; the dossier goes back to where it was, with a new or the same clock."""
    act.move()
    dossier, asks = act.dossier, act.dossier["asks"]
    handing_in = HandingIn(act.tools.ports, act.tools.holdings, act.tools.uploads)
    keys = [item["component"] for item in asks["items"]]
    if FORM in keys:
        _answer_form(act, handing_in)
    elif act.ask.get("values"):
        raise Invalid("form.answers_invalid", {f"values.{name}": ["field.not_asked"] for name in act.ask["values"]})
    needed = [key for key in keys if key != FORM]
    brought = _brought(act, handing_in, needed)
    kept = [one for one in dossier["components"] if one["key"] not in {new["key"] for new in brought}]
    components = [*kept, *brought]
    dossier |= {
        "components": components,
        "file_ids": sorted({one["file_id"] for one in components if one["file_id"]}),
        "asks": None,
        "asked_from": None,
        "answer_by": None,
    }
    if dossier["accepted_at"] is None:
        receiving = act.tools.ports.catalogue.calendar(dossier["receiving_agency"]["code"])
        dossier |= {"complete_at": act.now, "intake_due_at": intake_due_at(act.now, receiving)}
    act.resume_clock()
    if dossier["assignee_id"] is not None:
        act.tell(dossier["assignee_id"], DOSSIER_ANSWERED)


def _brought(act: Act, handing_in: HandingIn, needed: list[str]) -> list[Any]:
    actor = act.actor
    assert actor is not None, "the system answers no supplement"
    person = act.tools.ports.identity.people.person(act.dossier["owner_id"])
    given = act.ask.get("components") or []
    brought = handing_in.components(actor, person, act.procedure, given, needed=needed)
    handing_in.claim(actor, brought, act.session)
    return brought


def _answer_form(act: Act, handing_in: HandingIn) -> None:
    if act.ask.get("values") is None:
        raise Invalid("form.answers_invalid", {"values": ["field.required"]})
    values = handing_in.answers(act.procedure, act.procedure.form, act.ask["values"])
    before = act.dossier["values"]
    origins = {
        name: act.dossier["origins"].get(name, "typed") if before.get(name) == value else "changed"
        for name, value in values.items()
    }
    act.dossier |= {"values": values, "origins": origins}


def ask_payment(act: Act) -> None:
    """Asks for the fee: the dossier waits, and its clock with it, until it is paid."""
    if act.before is not DossierStatus.SUBMITTED:
        require_in_charge(act)
    act.move()
    if act.dossier["payment"] == PaymentStatus.PAID.value:
        raise Conflict("dossier.already_paid")
    amount, lines = act.ask["amount"], act.ask.get("lines") or act.dossier["fee"]["lines"]
    if act.ask.get("lines") and sum(line["amount"] for line in lines) != amount:
        raise Invalid("fee.sum_differs", {"amount": ["fee.sum_differs"]})
    if amount > _most(act):
        raise Invalid("fee.above_list", {"amount": ["fee.above_list"]}, most=_most(act))
    act.dossier["fee"] |= {"amount": amount, "lines": list(lines)}
    act.dossier |= {
        "payment": PaymentStatus.DUE.value,
        "asked_from": int(act.before),
        "asks": {
            "kind": "payment",
            "asked_at": act.now,
            "answer_by": None,
            "items": [],
            "note": None,
            "amount": amount,
        },
    }
    act.pause_clock(PauseReason.PAYMENT)
    act.tell_owner(DOSSIER_PAYMENT, amount=vnd_text(amount))


def _most(act: Act) -> int:
    """What this procedure can cost: nobody may be asked for more than the published fees for these answers."""
    lines = act.procedure.fee_lines(CHANNEL_WAY[act.dossier["channel"]], act.dossier["values"])
    return sum(amount for _, amount in lines)


def record_payment(act: Act) -> None:
    """A clerk took the money at the counter, all of it or nothing; with the number of a receipt that is on paper."""
    dossier = act.dossier
    is_waited_for = act.before is DossierStatus.PAYMENT_REQUESTED
    if not is_waited_for and dossier["payment"] != PaymentStatus.DUE.value:
        raise Conflict("dossier.nothing_to_pay")
    if act.ask["amount"] != dossier["fee"]["amount"]:
        raise Invalid("fee.amount_differs", {"amount": ["fee.amount_differs"]}, due=dossier["fee"]["amount"])
    dossier["fee"] |= {
        "paid_at": act.now,
        "receipt_number": act.ask.get("receipt_number"),
        "recorded_by": act.by(),
    }
    dossier["payment"] = PaymentStatus.PAID.value
    act.note = act.ask.get("receipt_number")
    if is_waited_for:
        settle(act)
    elif act.before is not DossierStatus.RESOLVED:
        # Before it is asked for, a fee is paid with the dossier at the counter; afterwards with the result.
        _require_open(act)


def settle(act: Act) -> None:
    """What a payment that was waited for means: back to work, or taken in when it was asked for before that."""
    was_submitted = act.dossier["asked_from"] == int(DossierStatus.SUBMITTED)
    asked_at = act.dossier["asks"]["asked_at"]
    act.move()
    act.dossier |= {"asks": None, "asked_from": None}
    if was_submitted:
        take_in(act, waited_since=asked_at)
    else:
        act.resume_clock()


def _require_open(act: Act) -> None:
    if not act.dossier["is_open"]:
        raise Conflict("dossier.move_not_allowed", status=int(act.before), action=act.action.value)
