"""What follows from an act that has been carried out: the dossier as it is stored, and its line of the timeline."""

from backend.dossiers.rules import WATCHED, act_by, stage_of
from backend.dossiers.services.act import Act
from backend.dossiers.services.places import agency_of
from backend.infra.mongo import Document
from backend.infra.order import ORDER_RANDOM_BYTES, order_key
from backend.infra.system import Ids
from shared_models.dossier import OPEN_STATUSES, DossierStatus
from shared_models.person import hide_personal_ids

_KEEP_THEIR_PROPOSAL = frozenset({DossierStatus.PROCESSING, DossierStatus.RESOLVED, DossierStatus.RETURNED})


def recorded(act: Act, digest: str, ids: Ids) -> Document:
    """Brings the fields of ``act.dossier`` that follow from others up to date; the event (``DossierEventDocument``)."""
    dossier, actor = act.dossier, act.actor
    status = DossierStatus(dossier["status"])
    if status not in _KEEP_THEIR_PROPOSAL:
        # What was proposed before the dossier was stopped or lacked something is proposed anew afterwards.
        dossier["proposal"] = None
    dossier |= {
        "version": dossier["version"] + 1,
        "stage": stage_of(status, is_proposed=dossier["proposal"] is not None),
        "is_open": status in OPEN_STATUSES or status is DossierStatus.RESOLVED,
        "watched": status in WATCHED and dossier["due_at"] is not None,
        "change": order_key(act.now, ids.random(ORDER_RANDOM_BYTES)),
        "queue": order_key(act_by(dossier), ids.random(ORDER_RANDOM_BYTES)),
    }
    return {
        "_id": act.id,
        "dossier_id": dossier["_id"],
        "seq": dossier["version"],
        "content_sha256": digest,
        "at": act.at or act.now,
        "action": act.action.value,
        "actor": {"id": actor.id, "name": actor.name, "role": actor.role.value} if actor else {"role": "system"},
        "agency": agency_of(actor) if actor else None,
        "note": hide_personal_ids(act.note) if act.note else None,
        "before": int(act.before),
        "status": int(status),
    }
