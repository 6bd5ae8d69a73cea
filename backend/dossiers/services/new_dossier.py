"""A dossier as it is when it has been handed in and nothing has happened to it yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.dossiers.rules import CHANNEL_WAY, act_by, counter_of, fee_of, payment_status_of, stage_of, tokens_of
from backend.dossiers.services.fees import Priced, listed
from backend.dossiers.services.places import DossierPlaces, agency_of
from backend.infra.mongo import Document
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.infra.system import Ids
from shared_models.access import Actor
from shared_models.clock import city_date
from shared_models.dossier import Channel, DeliveryStatus, DossierStatus, SyncStatus
from shared_models.person import mask_personal_id
from shared_models.procedure import ProcedureVersion

SUBMITTED: Final = "submit"
"""The first line of every timeline."""


@dataclass(frozen=True, slots=True)
class Filing:
    """One submission that has been checked.

    ``owner`` is whom an officer named at the counter, who may be new to the city; ``at_home`` is the person with the
    commune that decides.
    """

    actor: Actor
    person: Document
    at_home: Document
    owner: Mapping[str, Any] | None
    version: ProcedureVersion
    channel: Channel
    ask: Mapping[str, Any]
    values: Mapping[str, Any]
    components: list[Document]
    digest: str
    priced: Priced | None = None
    """What it costs this person; without it the published fees."""
    is_new: bool = False
    """The city knows the owner since this dossier alone."""


def new_dossier(filing: Filing, places: DossierPlaces, intake_due: datetime, ids: Ids, now: datetime) -> Document:
    """The dossier as it is stored first (``DossierDocument``): submitted ``now``, and nothing has happened to it."""
    ask, version, person = filing.ask, filing.version, filing.person
    priced = filing.priced or listed(version, CHANNEL_WAY[int(filing.channel)], filing.values, city_date(now))
    is_assisted = filing.owner is not None
    own = agency_of(filing.actor)
    dossier: Document = {
        "_id": ask["id"],
        "version": 1,
        "content_sha256": filing.digest,
        "reference": f"{city_date(now):%y%m%d}-{ask['id'][-8:].upper()}",
        "owner_id": person["_id"],
        "owner_name": person["full_name"],
        "owner_masked_id": mask_personal_id(person["personal_id"]),
        "submitted_by": filing.actor.id,
        "assisted_by": {"id": filing.actor.id, "name": filing.actor.name} if is_assisted else None,
        **({"counter": counter_of(own["code"], now)} if own else {}),
        "channel": int(filing.channel),
        "procedure": {"code": version.code, "version": version.id, "name": version.name.to_json()},
        "form_id": version.form,
        **places.fields(),
        "status": int(DossierStatus.SUBMITTED),
        "status_since": now,
        "payment": payment_status_of(priced.assessment).value,
        "received_at": now,
        "complete_at": now,
        "intake_due_at": intake_due,
        "values": dict(filing.values),
        "origins": {name: ask["origins"].get(name, "typed") for name in filing.values},
        "components": filing.components,
        "file_ids": sorted({one["file_id"] for one in filing.components if one["file_id"]}),
        "fee": {**fee_of(priced.assessment), "evidence": list(priced.evidence), "unasked": list(priced.unasked)},
        "contact": {"phone": ask["contact"]["phone"], "email": ask["contact"].get("email")},
        "return_to": {
            "way": ask["return_way"],
            "address": ask.get("return_address"),
            "carrier": None,
            "tracking": None,
        },
        "tokens": tokens_of(person["full_name"], places.reader_codes()),
        **_nothing_yet(),
    }
    dossier["stage"] = stage_of(DossierStatus.SUBMITTED, is_proposed=False)
    dossier["queue"] = order_key(act_by(dossier), ids.random(ORDER_RANDOM_BYTES))
    dossier["change"] = order_key(now, ids.random(ORDER_RANDOM_BYTES))
    return dossier


def first_event(actor: Actor, dossier: Document, event_id: str) -> Document:
    """The first line of the timeline (``DossierEventDocument``)."""
    return {
        "_id": event_id,
        "dossier_id": dossier["_id"],
        "seq": 1,
        "content_sha256": dossier["content_sha256"],
        "at": dossier["received_at"],
        "action": SUBMITTED,
        "actor": {"id": actor.id, "name": actor.name, "role": actor.role.value},
        "agency": agency_of(actor),
        "note": None,
        "before": None,
        "status": dossier["status"],
    }


def _nothing_yet() -> Document:
    """The fields of a dossier to which nothing has happened."""
    absent = (
        "asked_from",
        "stopped_from",
        "accepted_at",
        "ended_at",
        "due_at",
        "original_due_at",
        "clock",
        "answer_by",
    )
    empty = ("warned", "refused_demands", "opinions", "apologies", "slips")
    return {
        **dict.fromkeys((*absent, "assignee_id", "handler", "asks", "proposal", "decision", "result", "rating")),
        **{name: [] for name in empty},
        "delivery": DeliveryStatus.NONE.value,
        "sync": SyncStatus.LOCAL.value,
        "is_open": True,
        "watched": False,
        "notices_asked": 0,
    }
