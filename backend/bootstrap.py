"""The composition root: the one place that knows concrete classes and connects rooms. Nothing happens at import."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from argon2 import PasswordHasher
from pymongo.errors import PyMongoError

from backend.catalogue.ports import CataloguePorts
from backend.catalogue.service import Catalogue
from backend.config import SecondStepPolicy, Settings
from backend.dossiers.adapters.registries import HttpRegistries, load_peer
from backend.dossiers.adapters.signed_results import SignedResultPorts, SignedResults
from backend.dossiers.documents import BUCKET
from backend.dossiers.ports import Registries
from backend.dossiers.printed.results import template_names
from backend.dossiers.service import DossierPorts, Dossiers
from backend.identity.adapters.vneid import VneidEndpoints, VneidProvider, load_vneid
from backend.identity.ports import IdentityProvider
from backend.identity.service import AccountChanged, Identity, IdentityOptions, Surroundings, build_identity
from backend.infra.events import Events
from backend.infra.files import Files
from backend.infra.key_making import SESSION_KEY_FILE
from backend.infra.key_ring import LiveKeyRing
from backend.infra.leases import Schedules
from backend.infra.ledger import Ledger
from backend.infra.mongo import Database, Session
from backend.infra.outbox import Outbox
from backend.infra.printing.seals import Seals
from backend.infra.signer import FileSigner, Signer
from backend.infra.system import Ids, SystemClock, elapsed_s, random_bytes
from backend.infra.telemetry import Heartbeats, Telemetry
from backend.inspections.ports import InspectionPorts
from backend.inspections.service import Inspections
from backend.notices.service import Notices, Notification
from backend.payments.adapters.accounts import load_accounts, production_faults
from backend.payments.adapters.http import Http
from backend.payments.adapters.registry import gateways
from backend.payments.documents import BUCKET as RECEIPT_BUCKET
from backend.payments.ports import Gateway
from backend.payments.service import PaymentPorts, Payments
from backend.results.pdf_signatures import PdfSignatures
from backend.results.ports import ResultPorts
from backend.results.service import Results
from backend.wallet.ports import WalletPorts
from backend.wallet.service import Wallet
from shared_models.agreed_clock import AgreedClock
from shared_models.clock import Clock
from shared_models.notice import ACCOUNT_NOTICES
from shared_models.payment.order import GatewayKey

PDF_ROOTS_FILE: Final = "pdf-roots.pem"
SEALS_FOLDER: Final = "seals"
GATEWAYS_FOLDER: Final = "gateways"
EMBEDDED_REPLICA_SET: Final = "secantus"
ANSWER_WITHIN_S: Final = 15.0
"""A database that says nothing for so long is taken for gone: its threads are needed."""

_log = logging.getLogger(__name__)


@dataclass
class Container:
    """Everything a view or a job may need. The capabilities' fields are filled in by `build_capabilities`."""

    settings: Settings
    clock: Clock
    ids: Ids
    database: Database
    keys: LiveKeyRing
    signer: Signer
    ledger: Ledger
    outbox: Outbox
    events: Events
    files: Files
    schedules: Schedules
    heartbeats: Heartbeats
    telemetry: Telemetry
    identity: Identity
    catalogue: Catalogue = field(init=False)
    notices: Notices = field(init=False)
    wallet: Wallet = field(init=False)
    results: Results = field(init=False)
    payments: Payments = field(init=False)
    dossiers: Dossiers = field(init=False)
    inspections: Inspections = field(init=False)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a test brings instead of the machine's own or the outside party."""

    clock: Clock | None = None
    ids: Ids | None = None
    provider: IdentityProvider | None = None
    hasher: PasswordHasher | None = None
    gateways: Mapping[GatewayKey, Gateway] | None = None
    registries: Registries | None = None


def build(settings: Settings, replaced: Replaced | None = None) -> Container:
    """Connects and wires an installation; ``replaced`` is for tests.

    Raises:
        FileNotFoundError: keys are missing; `congdan keys init` makes them.
        RuntimeError: production with demonstration keys.
    """
    replaced = replaced or Replaced()
    clock = replaced.clock or AgreedClock(SystemClock(settings.clock_offset_file), elapsed_s)
    ids = replaced.ids or Ids(random_bytes)
    keys = LiveKeyRing(settings.keys_dir)
    if settings.is_production and keys.is_demo:
        raise RuntimeError("production refuses keys that were made for a demonstration")
    database = Database(settings.mongodb_uri, answer_within_s=ANSWER_WITHIN_S).connect()
    ledger, events = Ledger(database, clock, ids), Events()
    identity = build_identity(Surroundings(database, clock, ids, ledger, events), _identity_options(settings, replaced))
    container = Container(
        settings=settings,
        clock=clock,
        ids=ids,
        database=database,
        keys=keys,
        signer=FileSigner(settings.keys_dir, keys),
        ledger=ledger,
        outbox=Outbox(database, clock),
        events=events,
        files=Files(database, clock, ids),
        schedules=Schedules(database, clock),
        heartbeats=Heartbeats(database, clock),
        telemetry=Telemetry(),
        identity=identity,
    )
    build_capabilities(container, replaced)
    return container


def _identity_options(settings: Settings, replaced: Replaced) -> IdentityOptions:
    return IdentityOptions(
        public_url=settings.public_url,
        secret=(settings.keys_dir / SESSION_KEY_FILE).read_bytes(),
        provider=replaced.provider or _vneid(settings),
        hasher=replaced.hasher or PasswordHasher(),
        # Behind a proxy the request's own address is not the one that the phone sees.
        any_origin=not settings.is_production,
        needs_second_step=settings.staff_totp == SecondStepPolicy.REQUIRED,
    )


def _vneid(settings: Settings) -> VneidProvider:
    endpoints = VneidEndpoints(
        authorize_url=settings.vneid_authorize_url,
        token_url=settings.vneid_token_url,
        userinfo_url=settings.vneid_userinfo_url,
        client_id=settings.vneid_client_id,
    )
    return load_vneid(endpoints, settings.vneid_client_secret_file, settings.vneid_key_file)


def build_capabilities(container: Container, replaced: Replaced) -> None:
    """Makes the services of the capabilities, lowest first, and says who listens to whose events."""
    settings, database, clock, ids = container.settings, container.database, container.clock, container.ids
    container.catalogue = Catalogue(CataloguePorts(database, container.identity, clock, template_names()))
    container.notices = Notices(database, container.outbox, clock, ids, settings.push_extra_hosts)
    _tell_owners(container.notices, container.events)
    container.wallet = Wallet(
        WalletPorts(
            database=database,
            keys=container.keys,
            signer=container.signer,
            ledger=container.ledger,
            events=container.events,
            files=container.files,
            notices=container.notices,
            clock=clock,
            ids=ids,
            public_dir=settings.public_dir,
            public_url=settings.public_url,
            status_uri_base=settings.status_uri_base,
            is_demo=not settings.is_production,
        ),
    )
    container.results = Results(_result_ports(container))
    container.payments = Payments(_payment_ports(container, replaced.gateways))
    container.dossiers = Dossiers(_dossier_ports(container, replaced.registries))
    container.inspections = Inspections(
        InspectionPorts(
            database=database,
            wallet=container.wallet,
            notices=container.notices,
            ledger=container.ledger,
            events=container.events,
            clock=clock,
            ids=ids,
        ),
    )


def _result_ports(container: Container) -> ResultPorts:
    return ResultPorts(
        database=container.database,
        identity=container.identity,
        wallet=container.wallet,
        notices=container.notices,
        files=container.files,
        events=container.events,
        signatures=PdfSignatures(container.settings.keys_dir / PDF_ROOTS_FILE),
        clock=container.clock,
        ids=container.ids,
    )


def _payment_ports(container: Container, taken: Mapping[GatewayKey, Gateway] | None) -> PaymentPorts:
    settings, clock = container.settings, container.clock
    accounts = load_accounts(settings.keys_dir / GATEWAYS_FOLDER)
    if settings.is_production and (faults := production_faults(accounts)):
        raise RuntimeError("production refuses to take money with " + "; ".join(faults))
    return PaymentPorts(
        database=container.database,
        identity=container.identity,
        notices=container.notices,
        ledger=container.ledger,
        events=container.events,
        files=Files(container.database, clock, container.ids, RECEIPT_BUCKET),
        seals=Seals(settings.keys_dir / SEALS_FOLDER),
        clock=clock,
        ids=container.ids,
        gateways=gateways(accounts, Http(), clock) if taken is None else taken,
        public_url=settings.public_url,
        is_demo=not settings.is_production,
    )


def _dossier_ports(container: Container, asked: Registries | None) -> DossierPorts:
    database, clock, ids = container.database, container.clock, container.ids
    return DossierPorts(
        database=database,
        catalogue=container.catalogue,
        identity=container.identity,
        wallet=container.wallet,
        notices=container.notices,
        ledger=container.ledger,
        events=container.events,
        files=Files(database, clock, ids, BUCKET),
        payments=container.payments,
        clock=clock,
        ids=ids,
        is_demo=not container.settings.is_production,
        outcomes=SignedResults(
            SignedResultPorts(
                results=container.results,
                licences=container.wallet.licences.by_ids,
                catalogue=container.catalogue,
                identity=container.identity,
                seals=Seals(container.settings.keys_dir / SEALS_FOLDER),
                clock=clock,
                is_demo=not container.settings.is_production,
            ),
        ),
        registries=asked or _registries(container.settings, clock, ids),
    )


def _registries(settings: Settings, clock: Clock, ids: Ids) -> HttpRegistries | None:
    """The databases that are asked instead of the citizen, where the settings name them."""
    key, signer = settings.registries_key_file, settings.registries_signer_file
    if not settings.registries_url or key is None or signer is None:
        return None
    return HttpRegistries(load_peer(settings.registries_url, settings.public_url, key, signer), clock, ids)


def _tell_owners(notices: Notices, events: Events) -> None:
    """Who owns an account hears of what happens to it."""

    def tell(event: AccountChanged, session: Session) -> None:
        notices.notify([Notification(event.staff_id, ACCOUNT_NOTICES[event.change.value])], session)

    events.on(AccountChanged, tell)


def warn_of_embedded_server(container: Container) -> None:
    """Says once, at start-up, that the embedded database is beta software by its makers' own word."""
    try:
        name = container.database.client.admin.command("hello").get("setName")
    except PyMongoError:
        _log.warning("the database does not answer yet")
        return
    if name == EMBEDDED_REPLICA_SET:
        _log.warning("the embedded database is for one machine and for trying out: set MONGODB_URI for real data")
