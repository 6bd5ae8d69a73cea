"""The papers of a dossier, for its owner and its desk: slips, drawn when asked for, and the signed result."""

import hashlib
from collections.abc import Callable
from typing import Final

from backend.dossiers.documents import DOSSIERS, EVENTS
from backend.dossiers.ports import DossierPorts
from backend.dossiers.printed.slips import SlipSource, slip_of
from backend.dossiers.services.machinery import may_read
from backend.dossiers.services.reading import Readings
from backend.infra.mongo import Document
from backend.infra.printing.letter import DEMO, draw_letter
from shared_models.access import Actor
from shared_models.access_action import AccessAction
from shared_models.errors import NotFound


class Papers:
    def __init__(self, ports: DossierPorts, readings: Readings) -> None:
        self._ports: Final = ports
        self._readings: Final = readings

    def slip(self, actor: Actor, dossier_id: str, number: str) -> tuple[bytes, str]:
        """A slip (01 to 06) as PDF, and its SHA-256.

        Raises:
            NotFound: ``dossier.unknown``, ``slip.unknown``.
        """
        self._require(actor, dossier_id, lambda dossier: number in dossier["slips"], "slip.unknown")
        dossier = self._readings.readable(actor, dossier_id, AccessAction.DOSSIER_FILE_READ)
        events = list(self._ports.database.collection(EVENTS).find({"dossier_id": dossier_id}).sort("seq", 1))
        procedure = self._ports.catalogue.version(dossier["procedure"]["version"])
        source = SlipSource(dossier, procedure, events, DEMO if self._ports.is_demo else None)
        content = draw_letter(slip_of(number, source))
        return content, hashlib.sha256(content).hexdigest()

    def result(self, actor: Actor, dossier_id: str) -> tuple[bytes, str]:
        """The signed document that the dossier ended in, unaltered, and its SHA-256.

        Raises:
            NotFound: ``dossier.unknown``; ``result.unknown``: it has not been decided.
        """
        outcomes = self._ports.outcomes
        self._require(actor, dossier_id, lambda dossier: _result_of(dossier) is not None, "result.unknown")
        dossier = self._readings.readable(actor, dossier_id, AccessAction.DOSSIER_FILE_READ)
        result_id = _result_of(dossier)
        if result_id is None or outcomes is None:
            raise NotFound("result.unknown")
        content = outcomes.document(result_id, dossier["owner_id"])
        return content, hashlib.sha256(content).hexdigest()

    def _require(self, actor: Actor, dossier_id: str, has_it: Callable[[Document], bool], code: str) -> None:
        """Refuses what is not there before anything is noted: nobody has read it. Strangers hear of no dossier."""
        found = self._ports.database.collection(DOSSIERS).find_one({"_id": dossier_id})
        if found is not None and may_read(actor, found) and not has_it(found):
            raise NotFound(code)


def _result_of(dossier: Document) -> str | None:
    result_id: str | None = (dossier["result"] or {}).get("result_id")
    return result_id
