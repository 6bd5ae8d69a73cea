"""What the wallet's services are given: the platform's capabilities and the installation's addresses."""

from dataclasses import dataclass
from pathlib import Path

from backend.infra.events import Events
from backend.infra.files import Files
from backend.infra.key_ring import LiveKeyRing
from backend.infra.ledger import Ledger
from backend.infra.mongo import Database
from backend.infra.signer import Signer
from backend.infra.system import Ids
from backend.notices.service import Notices
from shared_models.clock import Clock


@dataclass(frozen=True, slots=True)
class WalletPorts:
    """``status_uri_base`` is the name under which status lists are known for ever (``https://congdan.example/s``).

    ``public_url`` is where this server is today; ``public_dir`` holds the published trust list. ``is_demo`` marks
    every sheet as a demonstration's.
    """

    database: Database
    keys: LiveKeyRing
    signer: Signer
    ledger: Ledger
    events: Events
    files: Files
    notices: Notices
    clock: Clock
    ids: Ids
    public_dir: Path
    public_url: str
    status_uri_base: str
    is_demo: bool
