"""Dossiers as other rooms and the views know them."""

from collections.abc import Mapping
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS, UPLOADS
from backend.dossiers.ports import DossierPorts
from backend.dossiers.scale.seeding import BATCH, ScaleSeed
from backend.dossiers.services.act import Tools
from backend.dossiers.services.deadlines import Deadlines
from backend.dossiers.services.exchange import Exchange
from backend.dossiers.services.filing import FilingDesk
from backend.dossiers.services.handing_in import HandingIn
from backend.dossiers.services.holdings import Holdings
from backend.dossiers.services.machinery import Machinery, fields_fault
from backend.dossiers.services.papers import Papers
from backend.dossiers.services.paying import Paying
from backend.dossiers.services.preparing import Preparing
from backend.dossiers.services.reading import Readings
from backend.dossiers.services.shares import form_shares
from backend.dossiers.services.uploads import Uploads
from backend.infra.mongo import Document
from shared_models.access import Actor, Role, Scope
from shared_models.errors import Forbidden, Invalid
from shared_models.payment.order import OrderPaid, OrderRefunded
from shared_models.schemas.desk import DESK_ACTIONS

__all__ = ["DossierPorts", "Dossiers"]

_CITIZEN_ACTIONS: Final = {
    "withdraw": ((), ("reason",)),
    "answer_supplement": ((), ("components", "values")),
    "rate": (("stars",), ("comment",)),
}


class Dossiers:
    def __init__(self, ports: DossierPorts) -> None:
        self._ports: Final = ports
        self.uploads: Final = Uploads(ports)
        holdings = Holdings(ports)
        self.preparing: Final = Preparing(ports, holdings)
        self._filing: Final = FilingDesk(ports, HandingIn(ports, holdings, self.uploads))
        tools = Tools(ports, holdings, self.uploads)
        self.machinery: Final = Machinery(tools)
        self.exchange: Final = Exchange(ports, tools, self.machinery)
        self.readings: Final = Readings(ports, self.machinery, holdings)
        self.papers: Final = Papers(ports, self.readings)
        self.deadlines: Final = Deadlines(ports, self.machinery)
        self.paying: Final = Paying(tools, self.machinery)
        ports.events.on(OrderPaid, self.paying.paid)
        ports.events.on(OrderRefunded, self.paying.refunded)

    def file(self, actor: Actor, ask: Mapping[str, Any]) -> dict[str, Any]:
        """As `FilingDesk.file`, as its owner sees it."""
        return self.readings.shown(actor, self._filing.file(actor, ask))

    def file_for(self, actor: Actor, ask: Mapping[str, Any]) -> dict[str, Any]:
        """As `FilingDesk.file_for`, as the desk sees it."""
        return self.readings.shown(actor, self._filing.file_for(actor, ask))

    def act(self, actor: Actor, dossier_id: str, ask: Mapping[str, Any]) -> dict[str, Any]:
        """A citizen's action on their own dossier: ``CitizenActionSchema``. Raises as `Machinery.perform`."""
        actor.require(Scope.DOSSIERS)
        if actor.role is not Role.CITIZEN:
            raise Forbidden("access.forbidden")
        _check_fields(ask, *_CITIZEN_ACTIONS[ask["action"]], always=("id", "action"))
        return self.readings.shown(actor, self.machinery.perform(actor, dossier_id, ask))

    def act_at_desk(self, actor: Actor, dossier_id: str, ask: Mapping[str, Any]) -> dict[str, Any]:
        """An officer's action: ``DeskActionSchema``. Raises as `Machinery.perform`."""
        actor.require(Scope.DOSSIERS_READ)
        if ask["action"] not in DESK_ACTIONS:
            raise Invalid("request.invalid", {"action": ["field.not_a_choice"]})
        _check_fields(ask, *DESK_ACTIONS[ask["action"]], always=("id", "action", "version"))
        return self.readings.shown(actor, self.machinery.perform(actor, dossier_id, ask))

    def form_shares(self, actor: Actor) -> list[dict[str, Any]]:
        """How much of each form version was known before somebody typed (CV 1364/UBND-KSTT asks for a fifth)."""
        actor.require(Scope.CATALOGUE_EDIT)
        return form_shares(self._ports.database)

    def scale_seed(self, batch: int = BATCH) -> ScaleSeed:
        """What fills a demonstration with dossiers. Raises ``ValueError`` for a city that is none."""
        return ScaleSeed(self._ports, batch)

    def sweep_files(self) -> int:
        """Deletes files that no dossier and no upload names any more; how many."""
        dossiers = self._ports.database.collection(DOSSIERS)
        uploads = self._ports.database.collection(UPLOADS)

        def is_named(file: Document) -> bool:
            named = dossiers.find_one({"file_ids": file["_id"]}, {"_id": 1})
            return named is not None or uploads.find_one({"file_id": file["_id"]}, {"_id": 1}) is not None

        return self._ports.files.sweep(is_named)


def _check_fields(
    ask: Mapping[str, Any], needed: tuple[str, ...], allowed: tuple[str, ...], *, always: tuple[str, ...]
) -> None:
    missing = [name for name in needed if name not in ask]
    stray = [name for name in ask if name not in {*needed, *allowed, *always}]
    if missing or stray:
        raise fields_fault(missing, stray)
