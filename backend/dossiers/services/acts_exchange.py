"""Settling a clash with the one-stop software: a person has looked at both and says which one holds."""

from typing import Final

from backend.dossiers.exchange_rules import exchange_of, way_from
from backend.dossiers.services.act import Act
from backend.dossiers.services.acts_desk import require_in_charge
from backend.dossiers.services.exchange_applying import apply_facts, apply_step, promise
from backend.infra.mongo import Document
from shared_models.dossier import DossierStatus
from shared_models.errors import Conflict

KEPT: Final = {"ours": "Giữ dữ liệu của thành phố", "theirs": "Giữ dữ liệu của phần mềm một cửa"}
"""What the line of the timeline says, as the papers of the dossier do."""


def settle_clash(act: Act) -> None:
    """Keeps ours or theirs; either way it is told to the one-stop software, which has to take it over.

    Raises:
        Conflict: ``exchange.no_clash``; ``exchange.move_not_allowed``: what has been decided or ended here cannot
            become what they say.
    """
    act.move()
    exchange = exchange_of(act.dossier)
    theirs = exchange["theirs"]
    if theirs is None:
        raise Conflict("exchange.no_clash")
    require_in_charge(act)
    if act.ask["keep"] == "theirs":
        _take_over(act, theirs)
    exchange = exchange_of(act.dossier) | {
        "source_version": theirs["source_version"],
        "record_sha256": theirs["record_sha256"],
        "facts_sha256": theirs["facts_sha256"],
        "theirs": None,
        # Another revision in any case: what they know of ours was from before somebody looked.
        "told_sha256": None,
    }
    act.dossier["exchange"] = exchange
    said = act.ask.get("note")
    act.at, act.note = None, KEPT[act.ask["keep"]] + (f": {said}" if said else "")


def _take_over(act: Act, theirs: Document) -> None:
    before = DossierStatus(act.dossier["status"])
    way = way_from(before, theirs["steps"], shortest=True)
    if way is None:
        raise Conflict("exchange.move_not_allowed", before=int(before), after=theirs["status"])
    # A code that was given stays: it is on the citizen's slip, and the other side hears of it.
    code = act.dossier.get("code") or theirs["code"]
    apply_facts(act, {**theirs, "code": code})
    for step in way:
        # Its owner hears where it is now, not how it came there.
        act.notifications.clear()
        apply_step(act, step, theirs)
    promise(act, theirs["due_at"])
