"""A dossier as the one-stop software gets it, and a clash as the desk sees it. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from backend.dossiers.exchange_rules import differing, exchange_of, side_of_dossier, side_of_record, sync_of, way_from
from shared_models.dossier import DossierStatus

_COMPONENT = ("key", "label", "source", "media_type", "size", "sha256")
_SAME = ("reference", "channel", "status", "received_at", "accepted_at", "due_at", "ended_at", "form_id", "values")


def shown(dossier: Mapping[str, Any], personal_id: str) -> dict[str, Any]:
    """``ExchangeDossierSchema`` of a dossier with its ``timeline``. What colleagues wrote stays at the desk."""
    exchange, asks = exchange_of(dossier), dossier["asks"]
    return {
        **{name: dossier[name] for name in (*_SAME, "procedure", "payment", "delivery", "fee", "result", "return_to")},
        "dossier_id": dossier["_id"],
        **{name: exchange[name] for name in ("revision", "exchange_id", "source_version", "national_code")},
        "sync": sync_of(exchange).value,
        "code": dossier.get("code"),
        "receiving_agency": dossier["receiving_agency"]["code"],
        "competent_agency": dossier["competent_agency"]["code"],
        "status_at": dossier["status_since"],
        "applicant": {"personal_id": personal_id, "name": dossier["owner_name"]},
        "contact": dossier["contact"],
        "components": [{name: one[name] for name in _COMPONENT} for one in dossier["components"]],
        "asks": asks and {name: asks[name] for name in ("kind", "items", "answer_by", "amount")},
        "steps": [
            {
                **{name: event[name] for name in ("at", "action", "status", "note")},
                "by": event["actor"].get("name"),
            }
            for event in dossier["timeline"]
            if event["before"] != event["status"]
        ],
    }


def clash(dossier: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """``ClashSchema``, or None when there is none."""
    exchange = exchange_of(dossier)
    theirs = exchange["theirs"]
    if theirs is None:
        return None
    own = [event for event in events if event["actor"].get("role") != "machine" and event["before"] != event["status"]]
    last = own[-1] if own else {"at": dossier["status_since"], "note": None}
    sides = side_of_dossier(dossier, last["at"], last["note"]), side_of_record(theirs)
    can_follow = way_from(DossierStatus(dossier["status"]), theirs["steps"], shortest=True) is not None
    return {
        "ours": sides[0],
        "theirs": sides[1],
        "differs": differing(*sides),
        "keep": ["ours", "theirs"] if can_follow else ["ours"],
    }
