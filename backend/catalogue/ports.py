"""What the catalogue stands on."""

from dataclasses import dataclass

from backend.identity.service import Identity
from backend.infra.mongo import Database
from shared_models.clock import Clock


@dataclass(frozen=True, slots=True)
class CataloguePorts:
    database: Database
    identity: Identity
    clock: Clock
    templates: frozenset[str] = frozenset()
    """What results can be printed from; whoever edits or checks the catalogue has to name them."""
