"""What receipts are given."""

from dataclasses import dataclass

from backend.identity.service import Identity
from backend.infra.files import Files
from backend.infra.ledger import Ledger
from backend.infra.mongo import Database
from backend.infra.printing.seals import Seals
from backend.infra.system import Ids
from backend.notices.service import Notices
from shared_models.clock import Clock


@dataclass(frozen=True, slots=True)
class ReceiptPorts:
    """``files``: the bucket of receipts alone. ``is_demo``: each receipt says that it is worth nothing."""

    database: Database
    clock: Clock
    ids: Ids
    files: Files
    seals: Seals
    ledger: Ledger
    notices: Notices
    identity: Identity
    is_demo: bool = False
