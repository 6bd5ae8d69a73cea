"""Carrying out an action: who may, on which version, once; then everything in one transaction."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from backend.dossiers.documents import DOSSIERS, EVENTS
from backend.dossiers.rules import HANDLING, content_sha256, require_duty
from backend.dossiers.services import acts_asking, acts_deciding, acts_desk, acts_exchange, acts_returning, fee_orders
from backend.dossiers.services.act import Act, Tools
from backend.dossiers.services.acts_asking import RefusedDemand
from backend.dossiers.services.exchange_feed import note_change
from backend.dossiers.services.recording import recorded
from backend.infra.ledger import AccessEntry, SearchEntry
from backend.infra.mongo import Document, Session
from shared_models.access import Actor, Role, Scope
from shared_models.access_action import AccessAction
from shared_models.dossier import OWNER_ACTIONS, DossierAction, DossierMoved, DossierStatus
from shared_models.errors import Conflict, Forbidden, Invalid, NotFound, Stale

ACTS: Final[Mapping[DossierAction, Callable[[Act], None]]] = MappingProxyType(
    {
        DossierAction.ACCEPT: acts_desk.accept,
        DossierAction.REFUSE: acts_desk.refuse,
        DossierAction.START: acts_desk.start,
        DossierAction.ASSIGN: acts_desk.assign,
        DossierAction.HAND_OVER: acts_desk.hand_over,
        DossierAction.ASK_OPINION: acts_desk.ask_opinion,
        DossierAction.ANSWER_OPINION: acts_desk.answer_opinion,
        DossierAction.ASK_SUPPLEMENT: acts_asking.ask_supplement,
        DossierAction.ANSWER_SUPPLEMENT: acts_asking.answer_supplement,
        DossierAction.ASK_PAYMENT: acts_asking.ask_payment,
        DossierAction.RECORD_PAYMENT: acts_asking.record_payment,
        DossierAction.PROPOSE: acts_deciding.propose,
        DossierAction.SEND_BACK: acts_deciding.send_back,
        DossierAction.RESOLVE: acts_deciding.resolve,
        DossierAction.STOP: acts_deciding.stop,
        DossierAction.RESUME: acts_deciding.resume,
        DossierAction.EXTEND: acts_deciding.extend,
        DossierAction.RETURN_RESULT: acts_returning.return_result,
        DossierAction.POST: acts_returning.post,
        DossierAction.DELIVERED: acts_returning.delivered,
        DossierAction.WITHDRAW: acts_returning.withdraw,
        DossierAction.RATE: acts_returning.rate,
        DossierAction.SETTLE_CLASH: acts_exchange.settle_clash,
    }
)
"""Every action that a person does; `pay` comes from the payments, `exchange` and `clash` from the one-stop software."""

_AT_RECEPTION: Final = frozenset(
    {DossierAction.RECORD_PAYMENT, DossierAction.RETURN_RESULT, DossierAction.POST, DossierAction.DELIVERED}
    | {DossierAction.ANSWER_SUPPLEMENT, DossierAction.WITHDRAW}
)
"""What the receiving place does for the citizen although another agency decides (phi địa giới)."""

_TRIES: Final = 3


class Machinery:
    def __init__(self, tools: Tools) -> None:
        self._tools: Final = tools
        self._ports: Final = tools.ports

    def perform(self, actor: Actor | None, dossier_id: str, ask: Mapping[str, Any]) -> Document:
        """Carries out ``ask`` (``{id, action, version?, …}``) and returns the dossier. The same again changes nothing.

        ``version``: what the officer has seen. The citizen's own actions need none, because the table decides.

        Raises:
            NotFound: ``dossier.unknown``, also for those who may not know of it.
            Stale: ``dossier.changed``: somebody else was faster.
            Forbidden: ``access.scope_missing``, ``dossier.not_on_your_desk``, what the act says.
            Conflict: ``action.id_reused``, ``dossier.move_not_allowed``, what the act says.
            Invalid: what the act says; nothing is written but the count of refused demands.
        """
        digest = content_sha256(actor.id if actor else None, dossier_id, dict(ask))
        seen = self._seen(actor, dossier_id)
        prepared = self._prepare_outcome(actor, seen, ask, digest)
        for _ in range(_TRIES):
            try:
                done = self._ports.database.transaction(
                    lambda session: self._perform(actor, dossier_id, ask, digest, (session, prepared))
                )
            except RefusedDemand as refused:
                self._count(actor, dossier_id, ask, refused)
                raise refused.refusal from refused
            except DuplicateKeyError:
                # Two did the same at once: one action twice, one version, the day's first code. It is there now.
                continue
            if prepared is not None and self._ports.outcomes is not None:
                self._ports.outcomes.finish(prepared)
            return done
        raise Stale("dossier.changed")

    def _seen(self, actor: Actor | None, dossier_id: str) -> Document:
        found = self._ports.database.collection(DOSSIERS).find_one({"_id": dossier_id})
        if found is None or (actor is not None and not may_read(actor, found)):
            raise NotFound("dossier.unknown")
        return found

    def _prepare_outcome(
        self, actor: Actor | None, dossier: Document, ask: Mapping[str, Any], digest: str
    ) -> object | None:
        """What a decision needs from outside the transaction: a rendered, signed and stored document."""
        outcomes = self._ports.outcomes
        if ask["action"] != DossierAction.RESOLVE or outcomes is None or actor is None:
            return None
        if self._done_before(dossier["_id"], ask["id"], digest, None):
            return None
        # Everything that would refuse the decision refuses it before anything is signed.
        self._rehearse(actor, dossier, ask)
        return outcomes.prepare(dossier, actor)

    def _rehearse(self, actor: Actor, dossier: Document, ask: Mapping[str, Any]) -> None:
        action = DossierAction(ask["action"])
        _authorise(actor, dossier, action)
        if ask["version"] != dossier["version"]:
            raise Stale("dossier.changed", version=dossier["version"])
        acts_deciding.check_resolvable(dossier, actor)

    def _perform(
        self,
        actor: Actor | None,
        dossier_id: str,
        ask: Mapping[str, Any],
        digest: str,
        within: tuple[Session, object | None],
    ) -> Document:
        session, prepared = within
        database, now = self._ports.database, self._ports.clock.now()
        found = database.collection(DOSSIERS).find_one({"_id": dossier_id}, session=session)
        if found is None or (actor is not None and not may_read(actor, found)):
            raise NotFound("dossier.unknown")
        if self._done_before(dossier_id, ask["id"], digest, session):
            self.note_reading(actor, [found], AccessAction.DOSSIER_READ, session)
            return found
        action = DossierAction(ask["action"])
        if actor is not None:
            _authorise(actor, found, action)
        if "version" in ask and ask["version"] != found["version"]:
            raise Stale("dossier.changed", version=found["version"])
        before = DossierStatus(found["status"])
        act = Act(action, actor, now, deepcopy(found), ask, self._tools, session, before, prepared)
        ACTS[action](act)
        fee_orders.follow(act)
        return self.store(act, digest)

    def store(self, act: Act, digest: str) -> Document:
        """Writes what an act has made of its dossier, with its line, its notices and its events.

        Raises:
            Stale: ``dossier.changed``: somebody else was faster.
        """
        dossier, ports, session, actor = act.dossier, self._ports, act.session, act.actor
        event = recorded(act, digest, ports.ids)
        note_change(ports, dossier, session)
        status, before = DossierStatus(dossier["status"]), dossier["version"] - 1
        replaced = ports.database.collection(DOSSIERS).replace_one(
            {"_id": dossier["_id"], "version": before}, dossier, session=session
        )
        if not replaced.matched_count:
            raise Stale("dossier.changed")
        ports.database.collection(EVENTS).insert_one(event, session=session)
        ports.notices.notify(act.notifications, session)
        self.note_reading(actor, [dossier], AccessAction.DOSSIER_HANDLED, session)
        moved = DossierMoved(
            *(act.new_event_id(), dossier["_id"], dossier["owner_id"], dossier["agency_code"]),
            *(act.action, act.before, status, act.now),
        )
        for raised in (moved, *act.events):
            ports.events.raise_(raised, session)
        return dossier

    def note_reading(
        self, actor: Actor | None, dossiers: list[Document], action: AccessAction, session: Session
    ) -> None:
        """Writes the owners' access log for a reading by an officer."""
        if actor is None or actor.role is Role.CITIZEN:
            return
        now = self._ports.clock.now()
        entries = [
            AccessEntry(now, one["owner_id"], action.value, actor, HANDLING, reference=one["_id"]) for one in dossiers
        ]
        self._ports.ledger.record(entries, session)

    def note_search(self, actor: Actor, found: list[Document], session: Session) -> None:
        """Writes one line that is in the access log of each owner whose dossier a search shows."""
        pairs = [(one["owner_id"], one["_id"]) for one in found]
        action = AccessAction.DOSSIER_FOUND.value
        entry = SearchEntry(self._ports.clock.now(), pairs, action, actor, HANDLING)
        self._ports.ledger.record_search(entry, session)

    def _done_before(self, dossier_id: str, action_id: str, digest: str, session: Session | None) -> bool:
        event = self._ports.database.collection(EVENTS).find_one({"_id": action_id}, session=session)
        if event is None:
            return False
        if event["dossier_id"] != dossier_id or event["content_sha256"] != digest:
            raise Conflict("action.id_reused")
        return True

    def _count(self, actor: Actor | None, dossier_id: str, ask: Mapping[str, Any], refused: RefusedDemand) -> None:
        """Counts a refused demand once, for whoever oversees (IOC): the only thing that a refusal leaves."""
        if actor is None:
            return
        now, code = self._ports.clock.now(), refused.refusal.code
        entries = [
            {"id": ask["id"], "at": now, "by": actor.name, "by_id": actor.id, "code": code, "component": component[:64]}
            for component in refused.components
        ]
        self._ports.database.collection(DOSSIERS).update_one(
            {"_id": dossier_id, "refused_demands.id": {"$ne": ask["id"]}},
            {"$push": {"refused_demands": {"$each": entries, "$slice": -_MOST_DEMANDS}}},
        )


_MOST_DEMANDS: Final = 200


def may_read(actor: Actor, dossier: Mapping[str, Any]) -> bool:
    """The owner; an officer with a duty whose agency has to do with the dossier."""
    if actor.role is Role.CITIZEN:
        return Scope.DOSSIERS in actor.scopes and bool(dossier["owner_id"] == actor.id)
    return Scope.DOSSIERS_READ in actor.scopes and actor.agency_code in dossier["reader_codes"]


def _authorise(actor: Actor, dossier: Mapping[str, Any], action: DossierAction) -> None:
    if actor.role is Role.CITIZEN:
        actor.require(Scope.DOSSIERS)
        if action not in OWNER_ACTIONS:
            raise Forbidden("access.forbidden")
        return
    require_duty(actor, action)
    if not is_on_desk(actor, dossier, action):
        raise Forbidden("dossier.not_on_your_desk")


def is_on_desk(actor: Actor, dossier: Mapping[str, Any], action: DossierAction) -> bool:
    """Whether an agency that may read the dossier may also do this to it."""
    if action is DossierAction.ANSWER_OPINION:
        return any(one["agency"]["code"] == actor.agency_code for one in dossier["opinions"])
    if actor.agency_code == dossier["agency_code"]:
        return True
    return action in _AT_RECEPTION and actor.agency_code == dossier["receiving_agency"]["code"]


def fields_fault(missing: list[str], stray: list[str]) -> Invalid:
    """``request.invalid`` for an action that lacks fields or has some that are another action's."""
    faults = {name: ["field.required"] for name in missing} | {name: ["field.unknown"] for name in stray}
    return Invalid("request.invalid", faults)
