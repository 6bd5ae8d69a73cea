"""What lies in the database: documents as their classes say, queries that an index answers, no write past a session."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from mongoengine import Document

from backend.bootstrap import Container
from backend.inspections.documents import InspectionDocument, ScanDocument
from backend.notices.documents import NoticeDocument, SubscriptionDocument
from backend.results.documents import DeliveryDocument, RefusedDeliveryDocument, ResultDocument
from backend.wallet.documents import (
    ChallengeDocument,
    CredentialDocument,
    DeviceDocument,
    LicenceDocument,
    StatusBlockDocument,
    StatusListDocument,
    WalletDocument,
)
from shared_models.access import Role
from shared_models.result import LicenceStatus
from tests.support.api import Cast, Folders
from tests.support.builders_results import (
    HolderKey,
    a_change,
    a_city,
    a_delivery,
    a_scan,
    a_subscription,
    an_inspection,
    deliver,
    register,
)
from tests.support.world import lasting_cast

STORED: tuple[type[Document], ...] = (
    WalletDocument,
    ChallengeDocument,
    DeviceDocument,
    LicenceDocument,
    CredentialDocument,
    StatusListDocument,
    StatusBlockDocument,
    ResultDocument,
    DeliveryDocument,
    RefusedDeliveryDocument,
    ScanDocument,
    InspectionDocument,
    NoticeDocument,
    SubscriptionDocument,
)


@pytest.fixture(scope="module")
def lived_in(mongo_server: str, folders: Folders) -> Iterator[Container]:
    """A city in which everything has happened once; no test here changes it."""
    with lasting_cast(mongo_server, folders, "lived_in") as sign_in:
        yield _live_in(sign_in)


def _live_in(sign_in: Cast) -> Container:
    container = sign_in.container
    a_city(container)
    owner, machine = sign_in.citizen(), sign_in.machine()
    owner.post("/push/subscriptions", a_subscription())
    owner.post("/wallet/devices/challenges")
    device = register(owner, HolderKey())
    result = deliver(machine, valid_until=None)
    machine.post("/results", a_delivery(number="refused", type="fishing"))
    owner.get(f"/wallet/sync?device_id={device}")
    machine.post(f"/results/{result['id']}/status", a_change("suspend"))
    scan = a_scan(result["paper_text"], container)
    unknown = a_scan(None, container)
    sign_in.staff(Role.INSPECTOR).post(
        "/inspections:batch",
        {"records": [scan, unknown, an_inspection(scan["id"], container), an_inspection(unknown["id"], container)]},
    )
    return container


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_every_stored_document_is_as_its_class_says(lived_in: Container, kind: type[Document]) -> None:
    rows = list(lived_in.database.collection(kind._meta["collection"]).find().limit(300))
    assert rows, "nothing was stored"
    for row in rows:
        kind._from_son(row).validate()
        assert {"_id" if name == "id" else name for name in kind._fields} == row.keys()


QUERIES: list[tuple[str, dict[str, Any]]] = [
    ("notices", {"owner_id": "x", "order": {"$lt": "y"}}),
    ("push_subscriptions", {"owner_id": "x"}),
    ("push_subscriptions", {"endpoint": "x"}),
    ("devices", {"owner_id": "x"}),
    ("devices", {"thumbprint": "x"}),
    ("licences", {"owner_id": "x", "change_seq": {"$gt": 3}}),
    ("credentials", {"licence_id": "x"}),
    ("credentials", {"device_id": "x"}),
    ("credentials", {"status_uri": "x", "list_index": 3}),
    ("credentials", {"kid": "x", "licence_id": {"$gt": "y"}}),
    ("credentials", {"kid": "x", "list_n": 1, "list_index": {"$gt": 3}}),
    ("credentials", {"renewable": True, "renew_at": {"$lte": timedelta(0)}}),
    ("status_blocks", {"list": 1}),
    ("status_blocks", {"dirty": True}),
    ("status_lists", {"open": True}),
    ("results", {"agency_code": "x", "order": {"$lt": "y"}}),
    ("results", {"agency_code": "x", "type": "y", "number": "z"}),
    ("results", {"document_sha256": "x"}),
    ("refused_deliveries", {"agency_code": "x", "delivery_id": "y"}),
    ("refused_deliveries", {"agency_code": "x", "order": {"$lt": "y"}}),
    ("refused_deliveries", {"client_id": "x"}),
    ("refused_deliveries", {"state": "waiting"}),
    ("refused.files", {"metadata.expires_at": {"$lte": timedelta(0)}}),
    ("scans", {"inspector_id": "x", "order": {"$lt": "y"}}),
    ("inspections", {"inspector_id": "x", "order": {"$lt": "y"}}),
]


@pytest.mark.parametrize(
    ("name", "query"), QUERIES, ids=lambda value: value if isinstance(value, str) else "+".join(value)
)
def test_every_query_has_its_index(lived_in: Container, name: str, query: dict[str, Any]) -> None:
    moment = lived_in.clock.now()
    asked = {
        key: {"$lte": moment} if key.endswith(("renew_at", "expires_at")) else value for key, value in query.items()
    }
    plan = str(lived_in.database.collection(name).find(asked).explain())
    assert "IXSCAN" in plan, plan


def test_what_the_transaction_undoes_leaves_nothing(lived_in: Container) -> None:
    """A write past its session would survive here (mongodb.md)."""
    names = ("results", "licences", "credentials", "status_blocks", "notices", "outbox", "wallets", "access_ledger")
    before = {name: list(lived_in.database.collection(name).find().sort("_id", 1)) for name in names}
    licence: Any = lived_in.database.collection("licences").find_one()

    def everything(session: Any) -> None:
        lived_in.wallet.credentials.set_status(licence["_id"], LicenceStatus.REVOKED, session)
        lived_in.wallet.credentials.mint_for(licence, [None], session)
        lived_in.wallet.licences.next_change(licence["owner_id"], session)
        raise LookupError

    with pytest.raises(LookupError):
        lived_in.database.transaction(everything)
    assert before == {name: list(lived_in.database.collection(name).find().sort("_id", 1)) for name in names}
