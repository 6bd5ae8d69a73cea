"""Every path of the app, by role. A tab's root stands beside the others; what opens above it is its child."""

import flet as ft

from mobile.screens.administrator.calendar import CalendarView, MonthView
from mobile.screens.administrator.catalogue import CatalogueView
from mobile.screens.administrator.changes import ChangesView
from mobile.screens.administrator.day import DayView, HoursView
from mobile.screens.administrator.draft import DraftEditView
from mobile.screens.administrator.draft_page import DraftPageView
from mobile.screens.administrator.draft_row import DraftRowView
from mobile.screens.administrator.forms import FormsView, FormView
from mobile.screens.administrator.new_procedure import NewProcedureView
from mobile.screens.administrator.publish import PublishView
from mobile.screens.administrator.rule_edit import RuleEditView
from mobile.screens.administrator.rules import RulesView, RuleView
from mobile.screens.administrator.simulator import SimulatorView
from mobile.screens.administrator.version import VersionView
from mobile.screens.change_pin import ChangePinView
from mobile.screens.citizen.access_log import LicenceLogView, MyLogView
from mobile.screens.citizen.devices import DevicesView
from mobile.screens.citizen.documents import DocumentsView
from mobile.screens.citizen.dossiers.dossier import DossierView
from mobile.screens.citizen.dossiers.draft import DraftView
from mobile.screens.citizen.dossiers.list import DossiersView
from mobile.screens.citizen.dossiers.supplement import SupplementView
from mobile.screens.citizen.inbox import InboxView
from mobile.screens.citizen.licence import LicenceView
from mobile.screens.citizen.payments.merchant import MerchantView
from mobile.screens.citizen.payments.order import OrderView
from mobile.screens.citizen.payments.receipts import ReceiptsView
from mobile.screens.citizen.services.home import ServicesOfView, ServicesView
from mobile.screens.citizen.services.procedure import ProcedureView
from mobile.screens.citizen.wallet import WalletView
from mobile.screens.inspector.queue import QueueView
from mobile.screens.inspector.record import RecordView
from mobile.screens.inspector.scan import ScanView
from mobile.screens.me import MeView
from mobile.screens.officer.counter.filed import FiledView
from mobile.screens.officer.counter.filing import CounterFilingView
from mobile.screens.officer.counter.home import CounterView
from mobile.screens.officer.dossier.page import DeskDossierView
from mobile.screens.officer.payments.orders import DeskOrderView, OrdersView
from mobile.screens.officer.payments.receipts import DeskReceiptView, ReceiptDayView
from mobile.screens.officer.payments.statements import ImportView, StatementsView, StatementView
from mobile.screens.officer.payments.tasks import CollectView, TaskView
from mobile.screens.officer.queue import DeskView
from mobile.screens.officer.search import SearchView
from mobile.screens.second_step import SecondStepView
from mobile.screens.signins import SigninsView
from shared_models.access import Scope

SERVICES = ft.Route(
    path="services",
    component=ServicesView,
    children=[
        ft.Route(path="of/:kind/:key", component=ServicesOfView),
        ft.Route(path=":code", component=ProcedureView),
    ],
)
# Without an account one may read what the city does, and nothing else.
VISITOR = [SERVICES, ft.Route(path="/", component=ServicesView)]
CITIZEN = [
    SERVICES,
    ft.Route(
        path="dossiers",
        component=DossiersView,
        children=[
            ft.Route(path="drafts/:draft_id", component=DraftView),
            ft.Route(
                path=":dossier_id",
                component=DossierView,
                children=[ft.Route(path="answer", component=SupplementView)],
            ),
        ],
    ),
    ft.Route(
        path="me",
        component=MeView,
        children=[
            ft.Route(path="log", component=MyLogView),
            ft.Route(path="devices", component=DevicesView),
            ft.Route(path="receipts", component=ReceiptsView),
            ft.Route(path="merchant", component=MerchantView),
            ft.Route(path="pin", component=ChangePinView),
            ft.Route(path="sessions", component=SigninsView),
        ],
    ),
    ft.Route(
        path="/",
        component=WalletView,
        children=[
            ft.Route(path="inbox", component=InboxView),
            ft.Route(path="orders/:order_id", component=OrderView),
            ft.Route(
                path="licences/:licence_id",
                component=LicenceView,
                children=[
                    ft.Route(path="log", component=LicenceLogView),
                    ft.Route(path="documents", component=DocumentsView),
                ],
            ),
        ],
    ),
]
# The same for everybody who works for the city.
STAFF_ME = ft.Route(
    path="me",
    component=MeView,
    children=[
        ft.Route(path="inbox", component=InboxView),
        ft.Route(path="pin", component=ChangePinView),
        ft.Route(path="sessions", component=SigninsView),
        ft.Route(path="totp", component=SecondStepView),
    ],
)
INSPECTOR = [
    STAFF_ME,
    ft.Route(path="queue", component=QueueView),
    ft.Route(
        path="/",
        component=ScanView,
        children=[
            ft.Route(path="inbox", component=InboxView),
            ft.Route(path="records/:scan_id", component=RecordView),
        ],
    ),
]
COUNTER = ft.Route(
    path="counter",
    component=CounterView,
    children=[
        ft.Route(path="filing", component=CounterFilingView),
        ft.Route(path="filed", component=FiledView),
    ],
)
OFFICER = [
    STAFF_ME,
    ft.Route(path="search", component=SearchView),
    ft.Route(
        path="/",
        component=DeskView,
        children=[
            ft.Route(path="inbox", component=InboxView),
            ft.Route(path="dossiers/:dossier_id", component=DeskDossierView),
        ],
    ),
]
COLLECT = ft.Route(
    path="collect",
    component=CollectView,
    children=[
        ft.Route(path="tasks/:task_id", component=TaskView),
        ft.Route(
            path="statements",
            component=StatementsView,
            children=[
                ft.Route(path="new", component=ImportView),
                ft.Route(path="of/:statement_id", component=StatementView),
            ],
        ),
        ft.Route(
            path="orders",
            component=OrdersView,
            children=[ft.Route(path=":order_id", component=DeskOrderView)],
        ),
        ft.Route(
            path="receipts",
            component=ReceiptDayView,
            children=[ft.Route(path=":receipt_id", component=DeskReceiptView)],
        ),
    ],
)
# Who collects and has nothing to do with dossiers begins there.
COLLECTOR = [
    STAFF_ME,
    COLLECT,
    ft.Route(path="/", component=CollectView, children=[ft.Route(path="inbox", component=InboxView)]),
]
EDITOR = [
    ft.Route(path="changes/:kind", component=ChangesView),
    ft.Route(path="new", component=NewProcedureView),
    ft.Route(path="versions/:version_id", component=VersionView),
    ft.Route(
        path="rules",
        component=RulesView,
        children=[
            ft.Route(path="new", component=RuleEditView),
            ft.Route(path=":rule_id", component=RuleView, children=[ft.Route(path="edit", component=RuleEditView)]),
        ],
    ),
    ft.Route(path="forms", component=FormsView, children=[ft.Route(path=":form_id", component=FormView)]),
    ft.Route(
        path="drafts/:version_id",
        component=DraftEditView,
        children=[
            ft.Route(path="publish", component=PublishView),
            ft.Route(path="simulator", component=SimulatorView),
            ft.Route(
                path=":group",
                component=DraftPageView,
                children=[ft.Route(path=":row", component=DraftRowView)],
            ),
        ],
    ),
]
ADMINISTRATOR = [
    STAFF_ME,
    ft.Route(
        path="calendar",
        component=CalendarView,
        children=[
            ft.Route(path="months/:month", component=MonthView),
            ft.Route(path="days/:day", component=DayView),
            ft.Route(path="hours/:agency", component=HoursView),
        ],
    ),
    ft.Route(path="/", component=CatalogueView, children=[ft.Route(path="inbox", component=InboxView), *EDITOR]),
]


def routes_of(role: str, scopes: tuple[str, ...] = ()) -> list[ft.Route]:
    """What a role can open; an officer by their duties."""
    if role == "officer":
        return _officers(scopes)
    return {"citizen": CITIZEN, "visitor": VISITOR, "administrator": ADMINISTRATOR}.get(role, INSPECTOR)


def _officers(scopes: tuple[str, ...]) -> list[ft.Route]:
    collects = Scope.PAYMENTS_COLLECT.value in scopes
    if collects and Scope.DOSSIERS_READ.value not in scopes:
        return COLLECTOR
    counter = [COUNTER] if Scope.DOSSIERS_RECEIVE.value in scopes else []
    return [*counter, *([COLLECT] if collects else []), *OFFICER]
