"""What the exchange with the one-stop software goes by: who has seen what, what counts as a change. Pure.

Each side counts its own changes: ours are ``exchange.revision``, theirs ``source_version``. A record names the revision
of ours that it has seen (``based_on``). When that is the present one, theirs simply follows; when it is an older one,
both have changed since they last agreed, which is a clash (a version vector of two).
"""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from backend.dossiers.rules import content_sha256
from shared_models.clock import city_date
from shared_models.dossier import ANSWERS, MOVES, DossierAction, DossierStatus, PaymentStatus, SyncStatus, may_follow
from shared_models.errors import Invalid

AHEAD: Final = timedelta(minutes=5)
"""How far another computer's clock may be before ours."""

MOST_KEPT_STEPS: Final = 60

_USUAL_WAY: Final[Mapping[DossierStatus, tuple[int, ...]]] = {
    DossierStatus.SUBMITTED: (),
    DossierStatus.ACCEPTED: (2,),
    DossierStatus.REFUSED: (3,),
    DossierStatus.PROCESSING: (2, 4),
    DossierStatus.SUPPLEMENT_REQUESTED: (5,),
    DossierStatus.PAYMENT_REQUESTED: (6,),
    DossierStatus.WITHDRAWN: (7,),
    DossierStatus.STOPPED: (2, 8),
    DossierStatus.RESOLVED: (2, 4, 9),
    DossierStatus.RETURNED: (2, 4, 9, 10),
}
"""How a dossier that we have never seen came to where it is, when nobody says."""

_TAKEN_IN: Final = frozenset({DossierStatus.ACCEPTED, DossierStatus.PROCESSING})
_HAS_CODE: Final = _TAKEN_IN | {DossierStatus.STOPPED, DossierStatus.RESOLVED, DossierStatus.RETURNED}
_HAS_RESULT: Final = frozenset({DossierStatus.RESOLVED, DossierStatus.RETURNED})
_VERSIONS: Final = ("source_version", "based_on", "steps", "dossier_id", "status_at")


def exchange_key(agency_code: str, exchange_id: str) -> str:
    """One-stop softwares number for themselves: an id is unique within an agency."""
    return f"{agency_code}:{exchange_id}"


def no_exchange() -> dict[str, Any]:
    """The exchange of a dossier that the one-stop software has never had."""
    return {
        "agency_code": None,
        "exchange_id": None,
        "source_version": 0,
        "record_sha256": None,
        "facts_sha256": None,
        "national_code": None,
        "revision": 0,
        "told_sha256": None,
        "acknowledged": 0,
        "promised_at": None,
        "theirs": None,
    }


def exchange_of(dossier: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the dossier's exchange; dossiers of before there was any have that of nobody."""
    return {**no_exchange(), **(dossier.get("exchange") or {})}


def partner_of(dossier: Mapping[str, Any]) -> str:
    """The agency whose one-stop software the dossier is exchanged with: whose it became, else the one it lies at."""
    return str(exchange_of(dossier)["agency_code"] or dossier["agency_code"])


def told_sha256(dossier: Mapping[str, Any]) -> str:
    """A name for all that the one-stop software is told of a dossier: with another one, there is something to tell."""
    names = ("code", "status", "payment", "delivery", "ended_at", "due_at", "values", "contact", "return_to", "result")
    fee, asks = dossier["fee"], dossier["asks"]
    return content_sha256(
        {name: dossier.get(name) for name in names},
        [dossier["receiving_agency"]["code"], dossier["competent_agency"]["code"]],
        [(one["key"], one["sha256"]) for one in dossier["components"]],
        [fee["amount"], fee["paid_at"], fee["receipt_number"]],
        asks and [asks["kind"], asks["items"], asks["amount"]],
    )


def sync_of(exchange: Mapping[str, Any]) -> SyncStatus:
    """How the two copies stand to one another."""
    if exchange["theirs"] is not None:
        return SyncStatus.CLASH
    if exchange["exchange_id"] is None:
        return SyncStatus.LOCAL
    return SyncStatus.SYNCED if exchange["acknowledged"] >= exchange["revision"] else SyncStatus.PENDING


def record_sha256(record: Mapping[str, Any]) -> str:
    """A name for a version of theirs: what it says and tells of, but not what of ours they had seen by then."""
    return content_sha256({name: value for name, value in record.items() if name not in {"dossier_id", "based_on"}})


def facts_sha256(record: Mapping[str, Any]) -> str:
    """A name for what a record says, whatever version says it."""
    return content_sha256({name: value for name, value in record.items() if name not in _VERSIONS})


def side_of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """``ClashSideSchema`` of a record."""
    fee, result = record["fee"] or {}, record["result"] or {}
    steps = [step["note"] for step in record["steps"] if step["note"]]
    return {
        "version": record["source_version"],
        "at": record["status_at"],
        "status": record["status"],
        "status_at": record["status_at"],
        "code": record["code"],
        "due_at": record["due_at"],
        "fee": fee.get("amount", 0),
        "paid_at": fee.get("paid_at"),
        "asked": [one["component"] for one in (record["asks"] or {}).get("items", [])],
        "decision": result.get("decision"),
        "number": result.get("number"),
        "note": record["note"] or (steps[-1] if steps else None),
    }


def side_of_dossier(dossier: Mapping[str, Any], at: datetime, note: str | None) -> dict[str, Any]:
    """``ClashSideSchema`` of ours; ``at`` and ``note`` are of its last line."""
    result, asks = dossier["result"] or {}, dossier["asks"] or {}
    return {
        "version": exchange_of(dossier)["revision"],
        "at": at,
        "status": dossier["status"],
        "status_at": dossier["status_since"],
        "code": dossier.get("code"),
        "due_at": dossier["due_at"],
        "fee": dossier["fee"]["amount"],
        "paid_at": dossier["fee"]["paid_at"],
        "asked": [one["component"] for one in asks.get("items", [])],
        "decision": result.get("decision"),
        "number": result.get("number"),
        "note": note,
    }


def differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """The members in which two sides are not the same; what theirs does not say is no difference.

    A paused dossier of ours has no due date to compare.
    """
    found = []
    for name in ("status", "code", "due_at", "fee", "paid_at", "asked", "decision", "number"):
        one, other = _comparable(name, ours[name]), _comparable(name, theirs[name])
        is_said = name == "status" or other not in (None, [], 0)
        if one != other and is_said and not (name == "due_at" and one is None):
            found.append(name)
    return found


def _comparable(name: str, value: Any) -> Any:
    """Days, not hours, decide; codes are written large; the order of what is asked says nothing."""
    if value is None:
        return None
    if name in {"due_at", "paid_at"}:
        return city_date(value)
    if name == "code":
        return value.strip().upper()
    return sorted(value) if name == "asked" else value


def action_between(before: DossierStatus, after: DossierStatus) -> DossierAction:
    """The action by which a dossier goes from one status to another; `EXCHANGE` where it stays."""
    if before is after:
        return DossierAction.EXCHANGE
    for (source, action), to in MOVES.items():
        if (source, to) == (before, after):
            return action
    for (source, action), back in ANSWERS.items():
        if source is before and after in back.values() and action is not DossierAction.PAY:
            return action
    raise ValueError(f"no action leads from {before} to {after}")


def way_from(
    status: DossierStatus, steps: Sequence[Mapping[str, Any]], *, shortest: bool = False
) -> list[dict[str, Any]] | None:
    """The steps that lead from ``status`` to the end, each as the table allows; none where it is there already.

    All of them, or those behind the place among them where the dossier is: the longest such way, because it may have
    been there twice, or the ``shortest`` where we have gone on too. None: no way leads there.
    """
    starts = [0, *(place for place, step in enumerate(steps, start=1) if step["status"] == status)]
    for start in reversed(starts) if shortest else starts:
        rest = [dict(step) for step in steps[start:]]
        places = [status, *(DossierStatus(step["status"]) for step in rest)]
        if all(may_follow(one, other) for one, other in itertools.pairwise(places)):
            return rest
    return None


def steps_of(record: Mapping[str, Any], *, is_new: bool) -> list[dict[str, Any]]:
    """The steps that a record tells of, the present status last. A new one starts as submitted."""
    last = {"status": record["status"], "at": record["status_at"], "note": record["note"]}
    steps = [dict(step) for step in record["steps"]]
    if not steps and is_new:
        steps = [last | {"status": one, "note": ""} for one in _USUAL_WAY[DossierStatus(record["status"])]]
    if not steps or steps[-1]["status"] != record["status"]:
        steps.append(last)
    if not steps[-1]["note"]:
        steps[-1]["note"] = record["note"]
    return steps


def check_record(record: Mapping[str, Any], now: datetime) -> None:
    """Refuses a record that cannot be, whatever we have.

    Raises:
        Invalid: ``exchange.in_future``, ``exchange.times_disordered``, ``exchange.incomplete`` naming what its status
            asks for.
    """
    moments = [record["received_at"], *(step["at"] for step in record["steps"]), record["status_at"]]
    if max(moments) > now + AHEAD:
        raise Invalid("exchange.in_future", {"status_at": ["exchange.in_future"]})
    if moments != sorted(moments):
        raise Invalid("exchange.times_disordered", {"steps": ["exchange.times_disordered"]})
    status = DossierStatus(record["status"])
    been = {status, *(DossierStatus(step["status"]) for step in record["steps"])}
    needed = {
        "code": bool(been & _HAS_CODE) and not record["code"],
        "due_at": status in _TAKEN_IN and record["due_at"] is None,
        "asks": status is DossierStatus.SUPPLEMENT_REQUESTED and record["asks"] is None,
        "fee": status is DossierStatus.PAYMENT_REQUESTED and not (record["fee"] or {}).get("amount"),
        "result": status in _HAS_RESULT and record["result"] is None,
    }
    missing = {name: ["field.required"] for name, is_missing in needed.items() if is_missing}
    if missing:
        raise Invalid("exchange.incomplete", missing)


def payment_of(record: Mapping[str, Any]) -> PaymentStatus:
    fee = record["fee"] or {"amount": 0, "paid_at": None}
    if not fee["amount"]:
        return PaymentStatus.NONE
    return PaymentStatus.PAID if fee["paid_at"] else PaymentStatus.DUE
