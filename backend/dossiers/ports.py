"""What the dossiers are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from backend.catalogue.service import Catalogue
from backend.identity.service import Identity
from backend.infra.events import Events
from backend.infra.files import Files
from backend.infra.ledger import Ledger
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from backend.notices.service import Notices
from backend.payments.service import Payments
from backend.wallet.service import Wallet
from shared_models.access import Actor
from shared_models.clock import Clock


@dataclass(frozen=True, slots=True)
class Evidence:
    """What another database answered about a person: enough to show later that it was asked, and what it said.

    ``key`` names the database; ``id`` the record there; ``sha256`` is of the answer as it came.
    """

    key: str
    id: str
    label: str
    asked_at: datetime
    sha256: str
    values: Mapping[str, Any]


class Registries(Protocol):
    """The national and specialised databases that are asked instead of the citizen (NQ 66.7/2025)."""

    def lookup(self, name: str, personal_id: str, params: Mapping[str, Any]) -> Evidence | None:
        """What the database ``name`` knows of a person; None when it knows nothing.

        Raises:
            Upstream: it does not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came into the store of results and the wallet by a decision."""

    result_id: str | None
    licence_id: str | None
    number: str | None


class Outcomes(Protocol):
    """Makes a decision into a signed document in the store, and a licence in the wallet where the procedure says so."""

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuses what a proposal's ``result`` cannot say.

        Raises:
            Invalid: the fields under ``result.<name>``.
        """
        ...

    def prepare(self, dossier: Document, leader: Actor) -> object:
        """Renders, signs and stores the file, outside any transaction; what `store` needs of it.

        Raises:
            Invalid, Upstream: nothing can be signed; the dossier stays as it is.
        """
        ...

    def store(self, prepared: object, session: Session) -> Outcome:
        """Puts it into store and wallet, in the transaction of the decision."""
        ...

    def finish(self, prepared: object) -> None:
        """After the commit: what need not wait for `jobs`."""
        ...

    def document(self, result_id: str, owner_id: str) -> bytes:
        """The signed file of a decision on a dossier of this owner.

        Raises:
            NotFound: ``result.unknown``.
        """
        ...


@dataclass(frozen=True, slots=True)
class DossierPorts:
    """``files`` is the bucket of components alone. Without ``outcomes`` a decision is kept and no document made."""

    database: Database
    catalogue: Catalogue
    identity: Identity
    wallet: Wallet
    notices: Notices
    ledger: Ledger
    events: Events
    files: Files
    payments: Payments
    clock: Clock
    ids: Ids
    is_demo: bool = False
    outcomes: Outcomes | None = None
    registries: Registries | None = None
