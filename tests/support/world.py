"""A city in which everything exists once, and everybody who may ask: for tests that walk every route."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from backend.app import create_app
from backend.bootstrap import Container, Replaced, build
from backend.config import Settings
from backend.infra.migrations import migrate
from backend.infra.mongo import Database
from backend.infra.system import Ids, SystemClock
from shared_models.access import Duty, Role, Scope
from shared_models.clock import FixedClock
from tests.support.api import CHEAP_HASHER, NOW, Cast, Folders, Phone, environment_of
from tests.support.authenticator import Authenticator
from tests.support.builders_identity import (
    AN,
    FOOD_BOARD,
    PASSWORD,
    ROAD_BOARD,
    TRANG,
    CountingBytes,
    FakeIdentityProvider,
    Machine,
    a_machine,
)
from tests.support.builders_results import (
    HolderKey,
    a_city,
    a_delivery,
    a_scan,
    a_subscription,
    an_inspection,
    deliver,
    register,
)
from tests.support.catalogue import a_catalogue, what_administrators_begin
from tests.support.database import empty, forget_nothing, uri_of
from tests.support.dossiers import a_pdf, a_request, an_officer, done, good
from tests.support.gateway import some_gateways
from tests.support.ids import an_id
from tests.support.payments import a_paid_order, a_row, a_statement
from tests.support.receipts import an_order, issued
from tests.support.seals import give_seal

ROLES = ("citizen", "inspector", "officer", "administrator", "machine")
STAFF = (Role.INSPECTOR, Role.OFFICER, Role.ADMINISTRATOR)
STAFF_NAMES = {"inspector": "Nguyễn Thị Minh Châu", "officer": "Phạm Quốc Bảo", "administrator": "Hồ Ngọc Lan"}
FOOD_SCOPES = (
    *(Scope.RESULTS_DELIVER, Scope.RESULTS_READ, Scope.RESULTS_STATUS, Scope.RESULTS_REFUSED, Scope.MACHINE_KEYS),
    *(Scope.DOSSIERS_EXCHANGE, Scope.PROFILE),
)
REFUSED_NUMBER = "refused/2026/ATTP"


@dataclass
class World:
    """``phones``: one signed-in client for each role. ``elsewhere``: the same roles of another agency, another citizen.

    ``ids`` names what belongs to the first ones: path parameters of the API by their names.
    """

    cast: Cast
    phones: dict[str, Phone] = field(default_factory=dict)
    elsewhere: dict[str, Phone] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    holder: HolderKey = field(default_factory=HolderKey)
    paper: str = ""
    apps: dict[str, Authenticator] = field(default_factory=dict)

    @property
    def container(self) -> Container:
        return self.cast.container

    def caller(self, name: str) -> Phone:
        """``anonymous``, a role, or ``<role> elsewhere``."""
        if name == "anonymous":
            return self.cast.nobody()
        role, _, where = name.partition(" ")
        return (self.elsewhere if where else self.phones)[role]

    def staff_again(self, role: str) -> Phone:
        """A second sign-in of the agency's member of staff."""
        return _by_password(self.cast, f"{role}.{FOOD_BOARD[0]}")

    def secrets(self) -> set[str]:
        """What must never be in a log: persons, tokens, what they hold."""
        everybody = [*self.phones.values(), *self.elsewhere.values()]
        tokens = {token for phone in everybody for token in (phone.access_token, phone.refresh_token) if token}
        delivered = a_delivery()
        people = {TRANG.personal_id, TRANG.full_name, AN.personal_id, AN.full_name, *STAFF_NAMES.values()}
        things = {delivered["number"], REFUSED_NUMBER, delivered["holder"]["name"], delivered["holder"]["tax_code"]}
        texts = {
            delivered["place"]["address"],
            delivered["activity"],
            self.paper,
            PASSWORD,
            a_subscription()["endpoint"],
        }
        return people | things | texts | tokens | set(self.ids.values()) - {"1"}


def _by_password(cast: Cast, username: str) -> Phone:
    phone = cast.nobody()
    answer = phone.ask_token(grant_type="password", username=username, password=PASSWORD)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return phone


def _machine(cast: Cast, machine: Machine) -> Phone:
    phone = cast.nobody()
    answer = phone.ask_token(grant_type="client_credentials", client_assertion=machine.assertion())
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return phone


def a_world(cast: Cast) -> World:
    """Everybody signed in, and one of everything."""
    world = World(cast)
    a_city(cast.container)
    a_catalogue(cast.container)
    world.phones["citizen"], world.elsewhere["citizen"] = cast.citizen(TRANG), cast.citizen(AN)
    for agency, group in ((FOOD_BOARD, world.phones), (ROAD_BOARD, world.elsewhere)):
        for role in STAFF:
            username = f"{role.value}.{agency[0]}"
            name = STAFF_NAMES[role.value]
            duties = list(Duty) if role is Role.OFFICER else []
            cast.container.identity.staff.add(username, PASSWORD, name, role, agency[0], duties=duties)
            group[role.value] = _by_password(cast, username)
        group["machine"] = _machine(cast, a_machine(cast.container, agency, FOOD_SCOPES))
    _fill(world)
    _fill_desk(world)
    _fill_till(world)
    return world


def _fill_desk(world: World) -> None:
    """A dossier that the first agency has taken in, paid and with a person in charge; an upload on its way."""
    owner, officer = world.phones["citizen"], world.phones["officer"]
    dossier = good(owner.post("/dossiers", a_request(owner)), 201)
    dossier = good(officer.get(f"/desk/dossiers/{dossier['id']}"))
    done(officer, dossier, "ask_payment", amount=500_000)
    done(officer, dossier, "record_payment", amount=500_000, receipt_number="BL-0001")
    due = good(owner.post("/dossiers", a_request(owner)), 201)
    content = a_pdf("matrix")
    announced = {"id": an_id("upl"), "name": "giay.pdf", "size": len(content)}
    announced["sha256"] = hashlib.sha256(content).hexdigest()
    good(owner.post("/uploads", announced), 201)
    world.ids |= {
        "dossier_id": dossier["id"],
        "due_id": due["id"],
        "order_id": good(owner.post(f"/dossiers/{due['id']}/order"))["id"],
        "dossier_code": dossier["code"],
        "upload_id": announced["id"],
        "staff_id": officer.user["id"],
        "decided_id": _decided(world),
        "receipt_id": _receipt(world),
    }


def _decided(world: World) -> str:
    """A dossier that has ended in a signed document."""
    container, owner, officer = world.cast.container, world.phones["citizen"], world.phones["officer"]
    give_seal(container, FOOD_BOARD[0])
    leader = an_officer(container, world.cast, FOOD_BOARD[0], Duty.APPROVE)
    dossier = good(owner.post("/dossiers", a_request(owner)), 201)
    dossier = good(officer.get(f"/desk/dossiers/{dossier['id']}"))
    done(officer, dossier, "ask_payment", amount=500_000)
    done(officer, dossier, "record_payment", amount=500_000, receipt_number="BL-0002")
    done(officer, dossier, "start")
    done(officer, dossier, "propose", decision="approve", text="Đủ điều kiện")
    done(leader, dossier, "resolve")
    return str(dossier["id"])


def _receipt(world: World) -> str:
    """A receipt of the first agency for the first citizen."""
    container, owner = world.container, world.phones["citizen"]
    order = an_order(payer={"id": owner.user["id"], "name": owner.user["name"]})
    return str(issued(container.payments.receipts, container.database, order)["_id"])


def _fill_till(world: World) -> None:
    """A paid order of the first agency, and a statement with money of nobody, which is a task."""
    officer, order = world.phones["officer"], a_paid_order(world.container)
    world.ids |= {"paid_order_id": order["_id"], "paid_reference": order["reference"]}
    rows = [a_row(1, "money of nobody", None), a_row(2, order["paid"]["provider_ref"], None)]
    world.ids["statement_id"] = good(officer.post("/desk/payments/statements", a_statement(rows)))["id"]
    (task,) = [one for one in good(officer.get("/desk/payments/tasks"))["items"] if one["kind"] == "unknown_payment"]
    world.ids["task_id"] = task["id"]


def _fill(world: World) -> None:
    owner, machine, inspector = (world.phones[role] for role in ("citizen", "machine", "inspector"))
    result = deliver(machine)
    world.paper = result["paper_text"]
    world.ids |= {"result_id": result["id"], "licence_id": result["licence_id"], "list_n": "1"}
    world.ids["device_id"] = register(owner, world.holder)
    subscribed = owner.post("/push/subscriptions", a_subscription())
    world.ids["subscription_id"] = subscribed.get_json()["id"]
    world.ids["notice_id"] = owner.get("/notices").get_json()["items"][0]["id"]
    world.ids["session_id"] = world.cast.citizen(TRANG).get("/me/sessions").get_json()["items"][0]["id"]
    world.ids["jkt"] = machine.get("/machine/keys").get_json()["items"][0]["jkt"]
    machine.post("/results", a_delivery(number=REFUSED_NUMBER, type="fishing"))
    scan = a_scan(world.paper, world.container)
    records = [scan, an_inspection(scan["id"], world.container)]
    what_administrators_begin(world.phones["administrator"])
    assert inspector.post("/inspections:batch", {"records": records}).status_code == 200


@contextmanager
def lasting_world(mongo_server: str, folders: Folders, name: str) -> Iterator[World]:
    """A world in a database of its own, for a whole module."""
    with lasting_cast(mongo_server, folders, name) as cast:
        yield a_world(cast)


@contextmanager
def lasting_cast(mongo_server: str, folders: Folders, name: str) -> Iterator[Cast]:
    """The whole backend on an empty database of its own, for a whole module."""
    database = Database(urlsplit(mongo_server)._replace(path=f"/{name}").geturl()).connect()
    migrate(database, SystemClock())
    forget_nothing(database)
    empty(database)
    provider = FakeIdentityProvider()
    replaced = Replaced(
        clock=FixedClock(NOW),
        ids=Ids(CountingBytes(name)),
        provider=provider,
        hasher=CHEAP_HASHER,
        gateways=dict(some_gateways()),
    )
    container = build(Settings.from_env(environment_of(folders, uri_of(database))), replaced)
    try:
        yield Cast(create_app(container), container, provider)
    finally:
        container.database.close()
        database.client.drop_database(name)
        database.close()


def begun(phone: Phone) -> Authenticator:
    """The authenticator app of somebody who has begun to turn the second step on."""
    answer = phone.post("/me/totp", {"password": PASSWORD})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return Authenticator.of(answer.get_json()["secret"], phone.container.clock)


Body = Callable[[World, Phone], Any]
