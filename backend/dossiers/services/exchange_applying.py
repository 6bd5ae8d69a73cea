"""Making the one-stop software's record true of our dossier, one status after the other.

Its due date is the promise that holds; how the dossier stands to it is computed here, by our calendar, as for any.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.exchange_rules import exchange_of, payment_of
from backend.dossiers.rules import demandable
from backend.dossiers.services.act import Act
from backend.dossiers.services.codes import leave_out
from shared_models.clock import city_date
from shared_models.deadline import PauseReason, intake_due_at
from shared_models.dossier import DeliveryStatus, DossierStatus, PaymentStatus, parse_dossier_code
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.money import vnd_text
from shared_models.notice import (
    DOSSIER_ACCEPTED,
    DOSSIER_PAYMENT,
    DOSSIER_REFUSED,
    DOSSIER_RESOLVED,
    DOSSIER_RESUMED,
    DOSSIER_RETURNED,
    DOSSIER_STOPPED,
    DOSSIER_SUPPLEMENT,
)

_ASKING: Final = frozenset({DossierStatus.SUPPLEMENT_REQUESTED, DossierStatus.PAYMENT_REQUESTED})
_TAKEN_IN: Final = frozenset({DossierStatus.ACCEPTED, DossierStatus.PROCESSING})


def apply_facts(act: Act, record: Mapping[str, Any]) -> None:
    """What a record says besides the status: code, fee, who works on it, where the citizen is reached.

    Raises:
        Conflict: ``exchange.code_differs``: the dossier has another code already; ``exchange.code_taken``: another
            dossier has this one.
    """
    dossier, exchange = act.dossier, exchange_of(act.dossier)
    code = record["code"]
    if code is not None:
        code = code.strip().upper()
        if dossier.get("code") not in (None, code):
            raise Conflict("exchange.code_differs", known=dossier["code"])
        if dossier.get("code") is None:
            _take_code(act, code)
    if record["national_code"]:
        exchange["national_code"] = record["national_code"]
    # What was paid here, or sent back by two who collect, is not undone by what another books.
    if record["fee"] is not None and dossier["payment"] not in {PaymentStatus.PAID, PaymentStatus.REFUNDED}:
        dossier["fee"] |= {name: record["fee"][name] for name in ("amount", "paid_at", "receipt_number")}
        dossier["payment"] = payment_of(record).value
    if record["handler"] and dossier["assignee_id"] is None:
        dossier["handler"] = {"id": None, "name": record["handler"], "unit": dossier["competent_agency"]["name"]}
    contact = record["contact"]
    if contact and (contact["phone"] or contact["email"]):
        dossier["contact"] = {"phone": contact["phone"], "email": contact["email"]}
    dossier["exchange"] = exchange


def _take_code(act: Act, code: str) -> None:
    database = act.tools.ports.database
    if database.collection(DOSSIERS).find_one({"code": code}, {"_id": 1}, session=act.session) is not None:
        raise Conflict("exchange.code_taken")
    leave_out(database, parse_dossier_code(code), act.session)
    act.dossier["code"] = code


def promise(act: Act, due_at: datetime | None) -> None:
    """Takes over the day that the one-stop software has promised, while the clock runs."""
    dossier = act.dossier
    if due_at is None or dossier["clock"] is None or act.clock().paused:
        return
    clock, day = act.clock(), city_date(due_at)
    own = clock.due(act.calendar)
    if own is not None and city_date(own) != day and day > city_date(clock.segments[-1].started_at):
        act.keep_clock(clock.extend(day))
    exchange = exchange_of(dossier)
    exchange["promised_at"] = exchange["promised_at"] or due_at
    dossier |= {"due_at": due_at, "original_due_at": exchange["promised_at"], "exchange": exchange}


def apply_step(act: Act, step: Mapping[str, Any], record: Mapping[str, Any]) -> None:
    """Moves the dossier to the step's status, with all that this status means here. Whether it may is asked before."""
    status, dossier = DossierStatus(step["status"]), act.dossier
    before = DossierStatus(dossier["status"])
    at = max(step["at"], dossier["status_since"])
    act.at, act.note = at, step["note"] or None
    if before in _ASKING and status not in _ASKING:
        _answered(act, before, status, at)
    dossier |= {"status": int(status), "status_since": at}
    if before is DossierStatus.STOPPED:
        dossier["stopped_from"] = None
        _run_again(act, at)
        act.tell_owner(DOSSIER_RESUMED)
    if status in _TAKEN_IN and dossier["accepted_at"] is None:
        _take_in(act, at, record["due_at"])
    entered = _ENTERED.get(status)
    if entered is not None:
        entered(act, record, at, before)


def _take_in(act: Act, at: datetime, due_at: datetime | None) -> None:
    dossier = act.dossier
    dossier["accepted_at"] = at
    if dossier.get("code") is None:
        raise Invalid("exchange.incomplete", {"code": ["field.required"]})
    act.start_clock()
    promise(act, due_at)
    dossier["agency_code"] = dossier["competent_agency"]["code"]
    due = dossier["due_at"]
    act.tell_owner(DOSSIER_ACCEPTED, due_date=city_date(due).strftime("%d/%m/%Y") if due else "")


def _answered(act: Act, before: DossierStatus, status: DossierStatus, at: datetime) -> None:
    dossier = act.dossier
    dossier |= {"asks": None, "asked_from": None, "answer_by": None}
    if before is DossierStatus.PAYMENT_REQUESTED and status in _TAKEN_IN:
        dossier["payment"] = PaymentStatus.PAID.value
        dossier["fee"]["paid_at"] = dossier["fee"]["paid_at"] or at
    if status is DossierStatus.SUBMITTED:
        receiving = act.tools.ports.catalogue.calendar(dossier["receiving_agency"]["code"])
        dossier |= {"complete_at": at, "intake_due_at": intake_due_at(at, receiving)}
    if status in _TAKEN_IN:
        _run_again(act, at)


def _run_again(act: Act, at: datetime) -> None:
    if act.dossier["clock"] is not None and act.clock().paused:
        ended = act.clock().segments[-1].ended_at
        act.keep_clock(act.clock().resume(max(at, ended) if ended else at))


def _ask_supplement(act: Act, record: Mapping[str, Any], at: datetime, before: DossierStatus) -> None:
    dossier, asks = act.dossier, record["asks"]
    dossier["asked_from"] = int(before)
    act.pause_clock(PauseReason.SUPPLEMENT, at)
    if asks is None:
        # On the way only: it has been answered since, and nobody told us what it was.
        return
    named = _demandable(act, [item["component"] for item in asks["items"]])
    dossier |= {
        "notices_asked": dossier["notices_asked"] + 1,
        "answer_by": asks["answer_by"],
        "asks": {
            "kind": "supplement",
            "asked_at": at,
            "answer_by": asks["answer_by"],
            "items": [{**item, "name": named[item["component"]]} for item in asks["items"]],
            "note": act.note,
            "amount": None,
        },
    }
    until = asks["answer_by"]
    act.tell_owner(
        DOSSIER_SUPPLEMENT,
        count=str(len(asks["items"])),
        answer_by=city_date(until).strftime("%d/%m/%Y") if until else "",
    )


def _demandable(act: Act, keys: list[str]) -> dict[str, dict[str, str]]:
    """Names of what is asked for. No more may be asked for through a machine than at a desk (NQ 31/NQ-CP)."""
    procedure, holdings = act.procedure, act.tools.holdings
    named = demandable(procedure)
    outside = {f"asks.{key}": ["supplement.not_in_list"] for key in keys if key not in named}
    if outside:
        raise Invalid("supplement.not_in_list", outside)
    if len(set(keys)) < len(keys):
        raise Invalid("component.repeated", {"asks": ["component.repeated"]})
    asked = [one for one in procedure.components if one.key in keys]
    try:
        held = [one.key for one in asked if holdings.of_dossier(act.dossier, one) is not None]
    except NotFound:
        # Somebody whom this record has made known to the city just now: we hold nothing of theirs.
        held = []
    if held:
        raise Invalid("supplement.already_held", {f"asks.{key}": ["supplement.already_held"] for key in held})
    return named


def _ask_payment(act: Act, record: Mapping[str, Any], at: datetime, before: DossierStatus) -> None:
    amount = (record["fee"] or {}).get("amount") or act.dossier["fee"]["amount"]
    act.dossier["fee"]["amount"] = amount
    act.dossier |= {
        "payment": PaymentStatus.DUE.value,
        "asked_from": int(before),
        "asks": {
            "kind": "payment",
            "asked_at": at,
            "answer_by": None,
            "items": [],
            "note": act.note,
            "amount": amount,
        },
    }
    act.pause_clock(PauseReason.PAYMENT, at)
    act.tell_owner(DOSSIER_PAYMENT, amount=vnd_text(amount))


def _refuse(act: Act, _record: Mapping[str, Any], at: datetime, _before: DossierStatus) -> None:
    act.dossier["ended_at"] = at
    act.tell_owner(DOSSIER_REFUSED, reason=act.note or "")


def _withdraw(act: Act, _record: Mapping[str, Any], at: datetime, _before: DossierStatus) -> None:
    act.dossier["ended_at"] = at


def _stop(act: Act, _record: Mapping[str, Any], at: datetime, before: DossierStatus) -> None:
    act.dossier["stopped_from"] = int(before)
    act.pause_clock(PauseReason.STOPPED, at)
    act.tell_owner(DOSSIER_STOPPED, reason=act.note or "")


def _resolve(act: Act, record: Mapping[str, Any], at: datetime, _before: DossierStatus) -> None:
    result = record["result"]
    if result is None:
        raise Invalid("exchange.incomplete", {"result": ["field.required"]})
    act.dossier |= {
        "ended_at": at,
        "delivery": DeliveryStatus.READY.value,
        "result": {"result_id": None, "licence_id": None, "number": result["number"], "decision": result["decision"]},
    }
    act.tell_owner(DOSSIER_RESOLVED)


def _return(act: Act, _record: Mapping[str, Any], _at: datetime, _before: DossierStatus) -> None:
    act.dossier["delivery"] = DeliveryStatus.DELIVERED.value
    act.tell_owner(DOSSIER_RETURNED)


_ENTERED: Final[Mapping[DossierStatus, Callable[[Act, Mapping[str, Any], datetime, DossierStatus], None]]] = (
    MappingProxyType(
        {
            DossierStatus.REFUSED: _refuse,
            DossierStatus.SUPPLEMENT_REQUESTED: _ask_supplement,
            DossierStatus.PAYMENT_REQUESTED: _ask_payment,
            DossierStatus.WITHDRAWN: _withdraw,
            DossierStatus.STOPPED: _stop,
            DossierStatus.RESOLVED: _resolve,
            DossierStatus.RETURNED: _return,
        }
    )
)
