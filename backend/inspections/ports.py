"""What the inspections are given."""

from dataclasses import dataclass

from backend.infra.events import Events
from backend.infra.ledger import Ledger
from backend.infra.mongo import Database
from backend.infra.system import Ids
from backend.notices.service import Notices
from backend.wallet.service import Wallet
from shared_models.clock import Clock


@dataclass(frozen=True, slots=True)
class InspectionPorts:
    database: Database
    wallet: Wallet
    notices: Notices
    ledger: Ledger
    events: Events
    clock: Clock
    ids: Ids
