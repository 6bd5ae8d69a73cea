"""What is shown of a stored dossier, to its owner and to officers. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from backend.dossiers.exchange_shown import clash
from backend.dossiers.rules import waits_for
from backend.infra.mongo import Document
from shared_models.clock import city_date
from shared_models.deadline import DeadlineClock, WarningLevel, standing, warning_level
from shared_models.dossier import DossierStatus
from shared_models.person import mask_name
from shared_models.working_time import WorkingCalendar

_INTERNAL = frozenset({"assign", "hand_over", "propose", "send_back"})
"""What colleagues write to each other about the work; the citizen sees that it was done, by whom and when."""

Calendars = Callable[[str], WorkingCalendar]


def card(dossier: Mapping[str, Any], calendars: Calendars, now: datetime) -> dict[str, Any]:
    """``DossierCardSchema``."""
    names = ("version", "procedure", "status", "status_since", "payment", "delivery", "sync", "channel", "reference")
    return {
        "id": dossier["_id"],
        "code": dossier.get("code"),
        **{name: dossier[name] for name in names},
        "receiving_agency": dossier["receiving_agency"],
        "competent_agency": dossier["competent_agency"],
        "received_at": dossier["received_at"],
        "changed_at": changed_at(dossier),
        "deadline": deadline(dossier, calendars, now),
        "waits_for": waits_for(dossier["status"]),
    }


def changed_at(dossier: Mapping[str, Any]) -> datetime:
    """When the last action was: the first 12 digits of its order (infra/order.py)."""
    return datetime.fromtimestamp(int(dossier["change"][:12], 16) / 1000, tz=dossier["received_at"].tzinfo)


def deadline(dossier: Mapping[str, Any], calendars: Calendars, now: datetime) -> dict[str, Any]:
    """``DeadlineSchema``: the promise, how it stands now, and how urgent that is."""
    due_at, ended_at = dossier["due_at"], dossier["ended_at"]
    clock = DeadlineClock.from_json(dossier["clock"]) if dossier["clock"] else None
    is_running = clock is not None and ended_at is None
    level = WarningLevel.NONE
    left = None
    if is_running and due_at is not None:
        calendar = calendars(dossier["competent_agency"]["code"])
        level = warning_level(dossier["complete_at"], due_at, now, calendar)
        left = calendar.working_days_between(city_date(now), city_date(due_at))
    original = dossier["original_due_at"]
    return {
        "due_at": due_at,
        "due_date": city_date(due_at) if due_at else None,
        "original_due_date": city_date(original) if original else None,
        "standing": standing(due_at, now, ended_at).value,
        "level": level.value,
        "paused": clock.paused if clock and ended_at is None else False,
        "working_days_left": left,
        "policy": clock.policy.value if clock else "",
        "intake_due_at": dossier["intake_due_at"] if dossier["status"] == DossierStatus.SUBMITTED else None,
    }


def whole(
    dossier: Mapping[str, Any], events: Iterable[Mapping[str, Any]], calendars: Calendars, now: datetime
) -> dict[str, Any]:
    """``DossierSchema``: what its owner sees."""
    handler = dossier["handler"]
    names = ("support_agency", "accepted_at", "ended_at", "asks", "form_id", "values", "slips", "rating")
    return {
        **card(dossier, calendars, now),
        **{name: dossier[name] for name in names},
        "owner": {"name": dossier["owner_name"]},
        "assisted_by": dossier["assisted_by"]["name"] if dossier["assisted_by"] else None,
        "handler": {"name": handler["name"], "unit": handler["unit"]} if handler else None,
        "components": [
            {name: one[name] for name in ("key", "name", "source", "label", "media_type", "size")}
            for one in dossier["components"]
        ],
        "fee": dossier["fee"],
        "apologies": [
            {**one, **{name: date.fromisoformat(one[name]) for name in ("old_due_date", "new_due_date")}}
            for one in dossier["apologies"]
        ],
        "result": dossier["result"],
        "return_to": dossier["return_to"],
        "timeline": [_line(event, is_internal=False) for event in events],
    }


def for_desk(
    shown: Mapping[str, Any], dossier: Mapping[str, Any], events: Iterable[Mapping[str, Any]], may: list[str]
) -> dict[str, Any]:
    """``DeskDossierSchema`` out of what its owner sees; ``may``: the actions that the officer could do now."""
    handler = dossier["handler"]
    return {
        **shown,
        "owner": {
            "id": dossier["owner_id"],
            "name": dossier["owner_name"],
            "masked_personal_id": dossier["owner_masked_id"],
        },
        # Who works on it in the one-stop software has no account here.
        "assigned_to": {"id": handler["id"], "name": handler["name"]} if handler and handler["id"] else None,
        "clash": clash(dossier, events),
        "held_evidence": [
            {
                name: one["evidence"][name]
                for name in ("component", "source", "key", "id", "label", "asked_at", "sha256")
            }
            for one in dossier["components"]
            if one["evidence"]
        ],
        "fee_reason": fee_reason(dossier["fee"]),
        **{name: dossier[name] for name in ("contact", "origins", "proposal", "opinions", "refused_demands")},
        "timeline": [_line(event, is_internal=True) for event in events],
        "may": may,
    }


def fee_reason(fee: Mapping[str, Any]) -> dict[str, Any]:
    """``FeeReasonSchema``: lines that an officer wrote have no rules, and older dossiers no evidence."""
    applied = {
        one["rule_id"]: {name: one[name] for name in ("rule_id", "name", "basis")}
        for line in fee["lines"]
        for one in line.get("considered", ())
        if one["rule_id"] == line.get("rule_id")
    }
    return {
        "rules": list(applied.values()),
        "evidence": fee.get("evidence", []),
        "unasked": fee.get("unasked", []),
    }


def desk_card(dossier: Document, calendars: Calendars, now: datetime) -> dict[str, Any]:
    """``DeskCardSchema``: a line of the queue, in which nobody's full name stands."""
    handler = dossier["handler"]
    return {
        **card(dossier, calendars, now),
        "owner": mask_name(dossier["owner_name"]),
        "assigned_to": handler["name"] if handler else None,
        "proposed": dossier["proposal"] is not None,
    }


def looked_up(dossier: Mapping[str, Any], *, knows_phone: bool) -> dict[str, Any]:
    """``LookupSchema``: what anybody with the code may know, and what somebody with the phone's end may."""
    handler = dossier["handler"]
    return {
        "code": dossier["code"],
        "status": dossier["status"],
        "agency": dossier["competent_agency"],
        "received_at": dossier["received_at"],
        "due_date": city_date(dossier["due_at"]) if dossier["due_at"] else None,
        "ended_at": dossier["ended_at"],
        "procedure": dossier["procedure"]["name"] if knows_phone else None,
        "handler": handler["name"] if knows_phone and handler else None,
        "next": waits_for(dossier["status"]) if knows_phone else None,
    }


def _line(event: Mapping[str, Any], *, is_internal: bool) -> dict[str, Any]:
    is_shown = is_internal or event["action"] not in _INTERNAL
    return {
        "at": event["at"],
        "action": event["action"],
        "actor": event["actor"].get("name"),
        "agency": event["agency"],
        "note": event["note"] if is_shown else None,
        "status": event["status"],
    }
