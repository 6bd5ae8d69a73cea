"""What the result store is given."""

from dataclasses import dataclass

from backend.identity.service import Identity
from backend.infra.events import Events
from backend.infra.files import Files
from backend.infra.mongo import Database
from backend.infra.system import Ids
from backend.notices.service import Notices
from backend.results.pdf_signatures import PdfSignatures
from backend.wallet.service import Wallet
from shared_models.clock import Clock


@dataclass(frozen=True, slots=True)
class ResultPorts:
    database: Database
    identity: Identity
    wallet: Wallet
    notices: Notices
    files: Files
    events: Events
    signatures: PdfSignatures
    clock: Clock
    ids: Ids
