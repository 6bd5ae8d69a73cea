"""One record of the one-stop software against what we have: a new dossier, a step further, nothing new, or a clash."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.exchange_rules import (
    MOST_KEPT_STEPS,
    action_between,
    check_record,
    differing,
    exchange_key,
    exchange_of,
    facts_sha256,
    partner_of,
    record_sha256,
    side_of_dossier,
    side_of_record,
    steps_of,
    sync_of,
    told_sha256,
    way_from,
)
from backend.dossiers.rules import content_sha256
from backend.dossiers.services.act import Act, Tools
from backend.dossiers.services.exchange_applying import apply_facts, apply_step, promise
from backend.dossiers.services.exchange_feed import leave_word
from backend.dossiers.services.exchange_opening import Opening
from backend.dossiers.services.machinery import Machinery
from backend.infra.mongo import Document, Session
from shared_models.access import Actor, Duty
from shared_models.access_action import AccessAction
from shared_models.dossier import DossierAction, DossierStatus, SyncStatus, parse_dossier_code
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.exchange import ExchangeState
from shared_models.notice import DOSSIER_CLASH

_RECORD: Final = "exchange.record"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a record, and the dossier as it is now."""

    state: ExchangeState
    dossier: Document


class Pushing:
    def __init__(self, tools: Tools, machinery: Machinery) -> None:
        self._tools: Final = tools
        self._ports: Final = tools.ports
        self._machinery: Final = machinery
        self._opening: Final = Opening(tools.ports)

    def push(self, actor: Actor, record: Mapping[str, Any], session: Session) -> Pushed:
        """Takes one record in, in the caller's transaction.

        Raises:
            Invalid, NotFound, Conflict: why it is refused; the transaction has to be given up then.
        """
        check_record(record, self._ports.clock.now())
        for name in ("code", "national_code"):
            if record[name] is not None:
                _check_code(record[name], name)
        dossier = self._known(actor, record, session)
        if dossier is None:
            return self._open(actor, record, session)
        exchange = exchange_of(dossier)
        heard = exchange["theirs"] or exchange
        digest = record_sha256(record)
        if record["source_version"] <= heard["source_version"]:
            is_same = heard["record_sha256"] == digest
            if record["source_version"] == heard["source_version"] and not is_same:
                raise Conflict("exchange.version_reused")
            return Pushed(ExchangeState.UNCHANGED, dossier)
        if record["based_on"] > exchange["revision"]:
            raise Invalid("exchange.revision_unknown", {"based_on": ["exchange.revision_unknown"]})
        pushed = self._weigh(actor, dossier, record, session)
        if sync_of(exchange_of(pushed.dossier)) is SyncStatus.PENDING:
            # Told of ours while it had this version on its way, it could not take ours over: it is told once more.
            leave_word(self._ports, pushed.dossier, session)
        return pushed

    def _open(self, actor: Actor, record: Mapping[str, Any], session: Session) -> Pushed:
        act = self._act(actor, self._opening.draft(actor, record, session), None, session)
        self._link(act.dossier, actor, record)
        apply_facts(act, record)
        _keep_count(act.dossier)
        self._opening.store(actor, act.dossier, record["status"], session)
        if way_from(DossierStatus.SUBMITTED, steps_of(record, is_new=True)) != []:
            return self._follow(actor, act.dossier, record, session, is_new=True)
        self._machinery.note_reading(actor, [act.dossier], AccessAction.DOSSIER_HANDLED, session)
        return Pushed(ExchangeState.STORED, act.dossier)

    def _known(self, actor: Actor, record: Mapping[str, Any], session: Session) -> Document | None:
        dossiers, agency = self._ports.database.collection(DOSSIERS), actor.agency_code or ""
        key = exchange_key(agency, record["exchange_id"])
        found = dossiers.find_one({"exchange_key": key}, session=session)
        if found is None and record["dossier_id"] is not None:
            found = dossiers.find_one({"_id": record["dossier_id"]}, session=session)
            if found is None or partner_of(found) != agency:
                raise NotFound("dossier.unknown")
            if found.get("exchange_key") is not None:
                raise Conflict("exchange.linked_otherwise")
        if found is None:
            return None
        if record["dossier_id"] not in (None, found["_id"]):
            raise Conflict("exchange.linked_otherwise")
        if found["procedure"]["code"] != record["procedure_code"]:
            raise Conflict("exchange.another_procedure", known=found["procedure"]["code"])
        person, _ = self._ports.identity.people.meant(record["applicant"]["personal_id"], record["applicant"]["name"])
        if person["_id"] != found["owner_id"]:
            raise Conflict("exchange.another_applicant")
        return found

    def _weigh(self, actor: Actor, dossier: Document, record: Mapping[str, Any], session: Session) -> Pushed:
        """Whether theirs follows ours, is the same, says nothing new, or is a clash."""
        exchange = exchange_of(dossier)
        ours, theirs = side_of_dossier(dossier, dossier["status_since"], None), side_of_record(record)
        if not differing(ours, theirs):
            # Both have come to the same: there is nothing between them any more.
            return self._follow(actor, dossier, record, session, is_agreed=True)
        if exchange["theirs"] is None and record["based_on"] >= exchange["revision"]:
            return self._follow(actor, dossier, record, session)
        if exchange["theirs"] is None and facts_sha256(record) == exchange["facts_sha256"]:
            return self._note(dossier, record, session)
        return self._clash(actor, dossier, record, session)

    def _follow(
        self,
        actor: Actor,
        dossier: Document,
        record: Mapping[str, Any],
        session: Session,
        *,
        is_new: bool = False,
        is_agreed: bool = False,
    ) -> Pushed:
        """Makes theirs ours: a line of the timeline for each step, or one for what changed besides."""
        before = DossierStatus(dossier["status"])
        is_same = before == record["status"] and not record["steps"]
        way = [] if is_same and not is_new else way_from(before, steps_of(record, is_new=is_new), shortest=is_agreed)
        if way is None:
            raise Conflict("exchange.move_not_allowed", before=int(before), after=record["status"])
        was_clash = exchange_of(dossier)["theirs"] is not None
        steps: list[dict[str, Any] | None] = [*way] or [None]
        for place, step in enumerate(steps, start=1):
            act = self._act(actor, dossier, step, session)
            if place == 1:
                self._link(act.dossier, actor, record)
                apply_facts(act, record)
            if step is None:
                act.note = record["note"] or None
            else:
                apply_step(act, step, record)
            if place == len(steps):
                promise(act, record["due_at"])
            elif is_new:
                # Of a dossier that was long on its way its owner hears where it is, not all that was.
                act.notifications.clear()
            if was_clash:
                act.action = DossierAction.SETTLE_CLASH
            _keep_count(act.dossier)
            dossier = self._machinery.store(act, content_sha256(_RECORD, dict(record), place))
        return Pushed(ExchangeState.STORED, dossier)

    def _act(self, actor: Actor, dossier: Document, step: Mapping[str, Any] | None, session: Session) -> Act:
        before = DossierStatus(dossier["status"])
        action = action_between(before, DossierStatus(step["status"])) if step else DossierAction.EXCHANGE
        ask = {"id": self._ports.ids.new("act")}
        return Act(action, actor, self._ports.clock.now(), deepcopy(dossier), ask, self._tools, session, before)

    def _link(self, dossier: Document, actor: Actor, record: Mapping[str, Any]) -> None:
        """Notes whose record this is, and that both know of one another now."""
        exchange = exchange_of(dossier)
        exchange |= {
            "agency_code": actor.agency_code,
            "exchange_id": record["exchange_id"],
            "source_version": record["source_version"],
            "record_sha256": record_sha256(record),
            "facts_sha256": facts_sha256(record),
            "acknowledged": max(exchange["acknowledged"], record["based_on"]),
            "theirs": None,
        }
        dossier |= {"exchange": exchange, "exchange_key": exchange_key(actor.agency_code or "", record["exchange_id"])}

    def _note(self, dossier: Document, record: Mapping[str, Any], session: Session) -> Pushed:
        """A new version of theirs that says what the last one said: its number is kept, ours goes on to be told."""
        exchange = exchange_of(dossier)
        exchange |= {
            "source_version": record["source_version"],
            "record_sha256": record_sha256(record),
            "acknowledged": max(exchange["acknowledged"], record["based_on"]),
        }
        changed = {"exchange": exchange, "sync": sync_of(exchange).value}
        self._ports.database.collection(DOSSIERS).update_one(
            {"_id": dossier["_id"]}, {"$set": changed}, session=session
        )
        return Pushed(ExchangeState.STORED, dossier | changed)

    def _clash(self, actor: Actor, dossier: Document, record: Mapping[str, Any], session: Session) -> Pushed:
        """Keeps both, moves neither, and asks the desk. A later record of theirs takes the place of an earlier one."""
        act = self._act(actor, dossier, None, session)
        exchange = exchange_of(act.dossier)
        earlier = exchange["theirs"]
        steps = steps_of(record, is_new=False)
        exchange |= {
            "agency_code": actor.agency_code,
            "exchange_id": record["exchange_id"],
            "acknowledged": max(exchange["acknowledged"], record["based_on"]),
            "theirs": {
                **{name: value for name, value in record.items() if name != "applicant"},
                "facts_sha256": facts_sha256(record),
                "steps": [*(earlier["steps"] if earlier else []), *steps][-MOST_KEPT_STEPS:],
                "record_sha256": record_sha256(record),
                "at": act.now,
            },
        }
        act.dossier |= {
            "exchange": exchange,
            "exchange_key": exchange_key(actor.agency_code or "", record["exchange_id"]),
        }
        act.action = DossierAction.CLASH
        if earlier is None:
            for recipient in self._desk_of(act.dossier):
                act.tell(recipient, DOSSIER_CLASH)
        leave_word(self._ports, act.dossier, session)
        stored = self._machinery.store(act, content_sha256(_RECORD, dict(record)))
        return Pushed(ExchangeState.CLASH, stored)

    def _desk_of(self, dossier: Mapping[str, Any]) -> list[str]:
        """The person in charge, or all who could settle it."""
        if dossier["assignee_id"] is not None:
            return [str(dossier["assignee_id"])]
        staff, agency = self._ports.identity.staff, dossier["agency_code"]
        duties = (Duty.RECEIVE, Duty.PROCESS)
        return sorted({str(one["_id"]) for duty in duties for one in staff.of_agency(agency, duty)})


def _keep_count(dossier: Document) -> None:
    """What came from there is no change of ours: it is not told back."""
    exchange = exchange_of(dossier)
    exchange["told_sha256"] = told_sha256(dossier)
    dossier["exchange"] = exchange


def _check_code(code: str, name: str) -> None:
    try:
        parse_dossier_code(code)
    except Invalid as fault:
        raise Invalid(fault.code, {name: [fault.code]}) from fault
