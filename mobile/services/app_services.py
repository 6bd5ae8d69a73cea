"""Everything the screens may use, put together once (the composition root of the phone)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from mobile.services.api_client import ApiClient, RandomBytes, Sleep
from mobile.services.catalogue import Catalogue
from mobile.services.catalogue_desk import CatalogueDesk
from mobile.services.counter import Counter
from mobile.services.desk import Desk
from mobile.services.desk_actions import DeskActions, DeskPorts
from mobile.services.desk_papers import DeskPapers
from mobile.services.devices import Devices
from mobile.services.dossiers import Dossiers
from mobile.services.drafts import Drafts
from mobile.services.inbox import Inbox
from mobile.services.passing_files import PassingFiles
from mobile.services.payments import Payments
from mobile.services.payments_desk import PaymentsDesk
from mobile.services.push import Push
from mobile.services.queue import Queue
from mobile.services.receipts_desk import ReceiptsDesk
from mobile.services.second_step import SecondStep
from mobile.services.sending import Sending
from mobile.services.session import Session
from mobile.services.settings import SettingsStore
from mobile.services.signins import Signins
from mobile.services.transport import Transport
from mobile.services.trust import Trust
from mobile.services.uploads import Uploads
from mobile.services.wallet import Wallet
from mobile.services.web import Web
from mobile.state.app_state import AppState, InboxState, QueueState, WalletState
from mobile.state.counter import CounterState
from mobile.state.desk import DeskState
from mobile.state.dossiers import DossiersState
from mobile.state.editing import EditingState
from mobile.state.payments import PaymentsState
from mobile.state.procedures import CatalogueState
from shared_models.clock import Clock


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the outside gives: the browser in earnest, fakes in tests."""

    web: Web
    transport: Transport
    clock: Clock
    random_bytes: RandomBytes
    sleep: Sleep


@dataclass(frozen=True, slots=True)
class Services:
    """The capabilities and the observables they fill."""

    web: Web
    clock: Clock
    random_bytes: RandomBytes
    sleep: Callable[[float], Awaitable[None]]
    api: ApiClient
    settings: SettingsStore
    session: Session
    signins: Signins
    second_step: SecondStep
    devices: Devices
    wallet: Wallet
    inbox: Inbox
    push: Push
    queue: Queue
    trust: Trust
    catalogue: Catalogue
    drafts: Drafts
    dossiers: Dossiers
    sending: Sending
    catalogue_desk: CatalogueDesk
    desk: Desk
    counter: Counter
    passing: PassingFiles
    passing_uploads: Uploads
    desk_actions: DeskActions
    desk_papers: DeskPapers
    payments_desk: PaymentsDesk
    receipts_desk: ReceiptsDesk
    payments: Payments
    app_state: AppState = field(default_factory=AppState)
    wallet_state: WalletState = field(default_factory=WalletState)
    inbox_state: InboxState = field(default_factory=InboxState)
    queue_state: QueueState = field(default_factory=QueueState)
    catalogue_state: CatalogueState = field(default_factory=CatalogueState)
    dossiers_state: DossiersState = field(default_factory=DossiersState)
    editing_state: EditingState = field(default_factory=EditingState)
    desk_state: DeskState = field(default_factory=DeskState)
    counter_state: CounterState = field(default_factory=CounterState)
    payments_state: PaymentsState = field(default_factory=PaymentsState)


def build(around: Surroundings) -> Services:
    web, clock = around.web, around.clock
    api = ApiClient(web, around.transport, clock, around.random_bytes, around.sleep)
    settings = SettingsStore(web)
    session = Session(web, api, settings, clock, around.random_bytes)
    api.use(session)
    devices = Devices(web, api)
    drafts = Drafts(web, clock, around.random_bytes)
    dossiers = Dossiers(web, api, clock, around.random_bytes)
    passing = PassingFiles(web, around.random_bytes)
    catalogue, desk = Catalogue(web, api, clock), Desk(api)
    return Services(
        web=web,
        clock=clock,
        random_bytes=around.random_bytes,
        sleep=around.sleep,
        api=api,
        settings=settings,
        session=session,
        signins=Signins(api),
        second_step=SecondStep(web, api),
        devices=devices,
        wallet=Wallet(web, api, devices, clock),
        inbox=Inbox(web, api, clock),
        push=Push(web, api),
        queue=Queue(web, api, clock, around.random_bytes),
        trust=Trust(web),
        catalogue=catalogue,
        drafts=drafts,
        dossiers=dossiers,
        sending=Sending(web, drafts, Uploads(api, drafts), dossiers),
        counter=Counter(api, desk),
        passing=passing,
        passing_uploads=Uploads(api, passing),
        catalogue_desk=CatalogueDesk(api),
        desk=desk,
        desk_actions=DeskActions(DeskPorts(api, desk, catalogue, session, around.random_bytes)),
        desk_papers=DeskPapers(web, api),
        payments_desk=PaymentsDesk(api, passing, around.random_bytes),
        receipts_desk=ReceiptsDesk(web, api, around.random_bytes),
        payments=Payments(web, api, around.random_bytes),
    )
