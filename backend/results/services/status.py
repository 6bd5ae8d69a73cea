"""An agency's decisions on its own results: suspend, restore, revoke."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.infra.mongo import Document, Session
from backend.notices.service import Notification
from backend.results.documents import RESULTS
from backend.results.ports import ResultPorts
from backend.wallet.services.licences import StatusDecision
from shared_models.access import Actor, Role, Scope
from shared_models.clock import city_date
from shared_models.errors import Conflict, Forbidden, Invalid, NotFound
from shared_models.notice import LICENCE_RESTORED, LICENCE_REVOKED, LICENCE_SUSPENDED
from shared_models.result import (
    STATE_OF_STATUS,
    LicenceStatus,
    LicenceStatusChanged,
    ResultState,
    StatusAction,
    next_status,
)

_NOTICE_OF_ACTION: Final = {
    StatusAction.SUSPEND: LICENCE_SUSPENDED,
    StatusAction.RESTORE: LICENCE_RESTORED,
    StatusAction.REVOKE: LICENCE_REVOKED,
}
_STATUS_OF_STATE: Final = {
    **{state: status for status, state in STATE_OF_STATUS.items()},
    # Its licence is revoked for good; decisions go to the one that took its place.
    ResultState.SUPERSEDED: LicenceStatus.REVOKED,
}


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A decision (quyết định), with an id that the agency's system made so that it can be repeated."""

    change_id: str
    action: StatusAction
    reason: str
    decision_number: str
    decision_date: date

    def content_sha256(self) -> str:
        content = [self.action.value, self.reason, self.decision_number, self.decision_date.isoformat()]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


class StatusChanges:
    def __init__(self, ports: ResultPorts) -> None:
        self._ports: Final = ports

    def change(self, actor: Actor, result_id: str, change: StatusChange) -> Document:
        """Applies a decision once: ``{id, licence_id, status, status_since}``, the same on every exact retry.

        Raises:
            NotFound: ``result.unknown``, also for another agency's.
            Conflict: ``result.grants_no_licence`` of a document, ``result.transition_not_allowed``, or
                ``result.id_reused`` for another content under this id.
            Invalid: ``result.decision_in_future``.
        """
        actor.require(Scope.RESULTS_STATUS)
        if actor.role is not Role.MACHINE or actor.agency_code is None:
            raise Forbidden("access.forbidden")
        if change.decision_date > city_date(self._ports.clock.now()):
            raise Invalid("result.decision_in_future", {"decision_date": ["result.decision_in_future"]})
        agency_code = actor.agency_code
        answer, changed = self._ports.database.transaction(
            lambda session: self._apply(actor.id, agency_code, result_id, change, session)
        )
        if changed:
            self._ports.wallet.status_lists.sign_dirty_lists()
        return answer

    def _apply(
        self, client_id: str, agency_code: str, result_id: str, change: StatusChange, session: Session
    ) -> tuple[Document, bool]:
        results = self._ports.database.collection(RESULTS)
        result = results.find_one({"_id": result_id, "agency_code": agency_code}, session=session)
        if result is None:
            raise NotFound("result.unknown")
        if result["licence_id"] is None:
            raise Conflict("result.grants_no_licence")
        for earlier in result["changes"]:
            if earlier["change_id"] == change.change_id:
                if earlier["content_sha256"] != change.content_sha256():
                    raise Conflict("result.id_reused")
                return _answer(result, earlier), False
        status = next_status(_STATUS_OF_STATE[ResultState(result["state"])], change.action)
        now = self._ports.clock.now()
        entry = {
            "change_id": change.change_id,
            "content_sha256": change.content_sha256(),
            "action": change.action.value,
            "reason": change.reason,
            "decision_number": change.decision_number,
            "decision_date": change.decision_date.isoformat(),
            "status": status.value,
            "at": now,
            "client_id": client_id,
        }
        results.update_one(
            {"_id": result_id},
            {"$set": {"state": STATE_OF_STATUS[status].value, "status_since": now}, "$push": {"changes": entry}},
            session=session,
        )
        decision = StatusDecision(status, change.reason, change.decision_number, now)
        self._ports.wallet.licences.decide(result["licence_id"], decision, session)
        self._tell(result, change, status, session)
        return _answer(result, entry), True

    def _tell(self, result: Document, change: StatusChange, status: LicenceStatus, session: Session) -> None:
        params = {
            "number": result["number"],
            "type": result["type"],
            "agency": result["agency_name"],
            "reason": change.reason,
        }
        kind = _NOTICE_OF_ACTION[change.action]
        used = {name: params[name] for name in kind.params}
        notification = Notification(result["owner_id"], kind, used, result["licence_id"])
        self._ports.notices.notify([notification], session)
        self._ports.events.raise_(
            LicenceStatusChanged(
                event_id=self._ports.ids.new("evt"),
                licence_id=result["licence_id"],
                result_id=result["_id"],
                owner_id=result["owner_id"],
                action=change.action,
                status=status,
                at=self._ports.clock.now(),
            ),
            session,
        )


def _answer(result: Document, entry: Document) -> Document:
    return {
        "id": result["_id"],
        "licence_id": result["licence_id"],
        "status": entry["status"],
        "status_since": entry["at"],
    }
