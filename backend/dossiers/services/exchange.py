"""The exchange with agencies' one-stop software (eGov): it pushes, pulls and acknowledges, each for its own agency."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from marshmallow import ValidationError
from pymongo.errors import DuplicateKeyError

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.exchange_rules import exchange_key, exchange_of, partner_of, sync_of
from backend.dossiers.exchange_shown import shown
from backend.dossiers.ports import DossierPorts
from backend.dossiers.services.act import Tools
from backend.dossiers.services.exchange_feed import Feed
from backend.dossiers.services.exchange_pushing import Pushed, Pushing
from backend.dossiers.services.machinery import Machinery
from backend.infra.mongo import Document, Session
from shared_models.access import Actor, Role, Scope
from shared_models.access_action import AccessAction
from shared_models.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Upstream
from shared_models.exchange import ExchangeState
from shared_models.schemas.exchange import ExchangeRecordSchema

_TRIES: Final = 5
_RECORD: Final = ExchangeRecordSchema()
_LONGEST_ID: Final = 64


class Exchange:
    def __init__(self, ports: DossierPorts, tools: Tools, machinery: Machinery) -> None:
        self._ports: Final = ports
        self._machinery: Final = machinery
        self._pushing: Final = Pushing(tools, machinery)
        self._feed: Final = Feed(ports)

    def push(self, actor: Actor, records: Sequence[Any]) -> list[dict[str, Any]]:
        """Takes records in, each in a transaction of its own and in the order sent; what became of each.

        ``{exchange_id, state, code?, params?, errors?, dossier_id?, revision?, sync?}``. Sending the same again
        changes nothing; a refused record has written nothing and holds up no other.
        """
        _require(actor)
        return [self._one(actor, data) for data in records]

    def _one(self, actor: Actor, data: Mapping[str, Any]) -> dict[str, Any]:
        named = data.get("exchange_id")
        answer: dict[str, Any] = {
            "exchange_id": named if isinstance(named, str) and len(named) <= _LONGEST_ID else None,
            "state": ExchangeState.REFUSED.value,
        }
        try:
            pushed = self._stored(actor, _RECORD.load(dict(data)))
        except ValidationError as fault:
            return answer | {"code": "request.invalid", "errors": dict(fault.messages_dict)}
        except Upstream:
            # Nobody knows yet: the whole batch is sent again.
            raise
        except DomainError as refusal:
            errors = {"errors": dict(refusal.fields)} if isinstance(refusal, Invalid) and refusal.fields else {}
            params = {"params": refusal.params} if refusal.params else {}
            return answer | {"code": refusal.code, **params, **errors}
        exchange = exchange_of(pushed.dossier)
        return answer | {
            "state": pushed.state.value,
            "dossier_id": pushed.dossier["_id"],
            "revision": exchange["revision"],
            "sync": sync_of(exchange).value,
        }

    def _stored(self, actor: Actor, record: Mapping[str, Any]) -> Pushed:
        for _ in range(_TRIES):
            try:
                return self._ports.database.transaction(lambda session: self._pushing.push(actor, record, session))
            except DuplicateKeyError:
                # The same record, person or code came another way at this moment. It is there now.
                continue
        raise Upstream("server.busy", transient=True)

    def pull(self, actor: Actor, seq: int, limit: int) -> dict[str, Any]:
        """The agency's dossiers that have changed since number ``seq``, earliest first: ``{items, seq, more}``.

        Each reading is in the owner's access log.
        """
        _require(actor)
        return self._ports.database.transaction(lambda session: self._pull(actor, seq, limit, session))

    def _pull(self, actor: Actor, seq: int, limit: int, session: Session) -> dict[str, Any]:
        found, reached, more = self._feed.after(actor.agency_code or "", seq, limit, session)
        people = self._ports.identity.people
        items = [shown(one, people.person(one["owner_id"], session)["personal_id"]) for one in found]
        self._machinery.note_reading(actor, found, AccessAction.DOSSIER_READ, session)
        return {"items": items, "seq": reached, "more": more}

    def file(self, actor: Actor, dossier_id: str, key: str) -> tuple[bytes, str, str]:
        """Bytes, media type and SHA-256 of a component of one of the agency's dossiers; in the owner's access log.

        Raises:
            NotFound: ``dossier.unknown``, ``component.unknown``.
        """
        _require(actor)
        database = self._ports.database
        dossier = database.collection(DOSSIERS).find_one({"_id": dossier_id})
        if dossier is None or partner_of(dossier) != actor.agency_code:
            raise NotFound("dossier.unknown")
        found = next((one for one in dossier["components"] if one["key"] == key and one["file_id"]), None)
        if found is None:
            raise NotFound("component.unknown")
        read = AccessAction.DOSSIER_FILE_READ
        database.transaction(lambda session: self._machinery.note_reading(actor, [dossier], read, session))
        content, _kept_as = self._ports.files.open(found["file_id"])
        return content, found["media_type"], found["sha256"]

    def acknowledge(self, actor: Actor, receipts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The one-stop software has stored these revisions of ours: ``[{dossier_id, state, code?, sync?}]``."""
        _require(actor)
        return [self._receipt(actor, receipt) for receipt in receipts]

    def _receipt(self, actor: Actor, receipt: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = {"dossier_id": receipt["dossier_id"], "state": ExchangeState.REFUSED.value}
        try:
            state, sync = self._ports.database.transaction(lambda session: self._receive(actor, receipt, session))
        except DuplicateKeyError:
            return answer | {"code": "exchange.linked_otherwise"}
        except Upstream:
            raise
        except DomainError as refusal:
            return answer | {"code": refusal.code}
        return answer | {"state": state.value, "sync": sync}

    def _receive(self, actor: Actor, receipt: Mapping[str, Any], session: Session) -> tuple[ExchangeState, str]:
        dossiers = self._ports.database.collection(DOSSIERS)
        found: Document | None = dossiers.find_one({"_id": receipt["dossier_id"]}, session=session)
        if found is None or partner_of(found) != actor.agency_code:
            raise NotFound("dossier.unknown")
        exchange, key = exchange_of(found), exchange_key(actor.agency_code, receipt["exchange_id"])
        if found.get("exchange_key") not in (None, key):
            raise Conflict("exchange.linked_otherwise")
        if receipt["revision"] > exchange["revision"]:
            raise Invalid("exchange.revision_unknown")
        if found.get("exchange_key") == key and receipt["revision"] <= exchange["acknowledged"]:
            return ExchangeState.UNCHANGED, found["sync"]
        exchange |= {
            "agency_code": actor.agency_code,
            "exchange_id": receipt["exchange_id"],
            "acknowledged": max(exchange["acknowledged"], receipt["revision"]),
        }
        sync = sync_of(exchange).value
        changed = {"exchange": exchange, "exchange_key": key, "sync": sync}
        # No new version: nobody's work on the dossier is in its way, and whoever is at it starts again from this.
        dossiers.update_one({"_id": found["_id"]}, {"$set": changed}, session=session)
        return ExchangeState.STORED, sync


def _require(actor: Actor) -> None:
    actor.require(Scope.DOSSIERS_EXCHANGE)
    if actor.role is not Role.MACHINE or not actor.agency_code:
        raise Forbidden("access.forbidden")
