"""Wallets filled without paper: licences straight into the store, for tests of what happens to very many of them."""

from datetime import date, datetime
from functools import partial

from backend.bootstrap import Container
from backend.infra.mongo import Document, Session
from backend.wallet.service import Wallet
from backend.wallet.services.devices import Registration
from backend.wallet.services.licences import LicenceDraft
from shared_models.access import ROLE_SCOPES, Actor, Role
from shared_models.schemas.wire import from_base64url
from tests.support.builders_results import HolderKey
from tests.support.ids import an_id

FOOD_ISSUER = ("H17.08", "Ban Quản lý An toàn thực phẩm")
OWNERS_AT_ONCE = 250


def an_owner() -> Actor:
    """A citizen of their own."""
    return Actor(an_id("per"), Role.CITIZEN, "NGUYỄN VĂN AN", ROLE_SCOPES[Role.CITIZEN])


def a_phone_of(owner: Actor, container: Container, key: HolderKey) -> str:
    """Registers a phone by the real service; its id."""
    challenge = container.wallet.devices.challenge(owner)["challenge"]
    body = key.registration(challenge)
    proven = {name: from_base64url(body[name]) for name in ("x", "y", "proof")}
    registration = Registration(label="Điện thoại", challenge=challenge, **proven)
    device, _is_new = container.wallet.devices.register(owner, registration)
    return str(device["id"])


def a_draft(owner: Actor, number: str) -> LicenceDraft:
    """A restaurant's licence."""
    code, name = FOOD_ISSUER
    return LicenceDraft(
        licence_id=an_id("lic"),
        result_id=an_id("res"),
        owner_id=owner.id,
        type="food_safety",
        type_code=1,
        number=number,
        holder_name="QUÁN MÌ QUẢNG BÀ MUA",
        activity="Kinh doanh dịch vụ ăn uống",
        place={"address": "44 Lê Đình Dương, phường Hải Châu", "commune_code": "20242", "lat": 16.06, "lon": 108.2},
        issuer_code=code,
        issuer_name=name,
        valid_from=date(2026, 11, 20),
        valid_until=date(2036, 11, 20),
        document_sha256="0" * 64,
    )


def issue(container: Container, *drafts: LicenceDraft) -> list[Document]:
    """Puts licences into their owners' wallets, in one transaction."""
    container.wallet.status_lists.prepare()
    issued = container.database.transaction(partial(_issue, container.wallet, drafts))
    container.wallet.status_lists.sign_dirty_lists()
    return issued


def _issue(wallet: Wallet, drafts: tuple[LicenceDraft, ...], session: Session) -> list[Document]:
    return [wallet.licences.issue(draft, "file", session) for draft in drafts]


def fill(container: Container, licences: int, *, with_phones: int = 0) -> None:
    """So many owners of one licence each; every one of the first ``with_phones`` has a phone.

    Minted by the real service, stored as `Licences.issue` does, but many in one transaction.
    """
    container.wallet.status_lists.prepare()
    for start in range(0, licences, OWNERS_AT_ONCE):
        turns = range(start, min(start + OWNERS_AT_ONCE, licences))
        phones = sum(turn < with_phones for turn in turns)
        container.database.transaction(partial(_fill_page, container, turns, phones))
    container.wallet.status_lists.sign_dirty_lists()


def _fill_page(container: Container, turns: range, phones: int, session: Session) -> None:
    now, database = container.clock.now(), container.database
    stored = [a_draft(an_owner(), f"{turn}/2026/ATTP").to_document(now) for turn in turns]
    devices = [_a_device(licence["owner_id"], now) for licence in stored[:phones]]
    wanted: list[tuple[Document, Document | None]] = [(licence, None) for licence in stored]
    minted = container.wallet.credentials.mint_all([*wanted, *zip(stored, devices, strict=False)], session)
    for licence, paper in zip(stored, minted, strict=False):
        licence |= {"file_id": "file", "paper": paper["cose"], "change_seq": 1}
    database.collection("licences").insert_many(stored, session=session)
    owners = [{"_id": licence["owner_id"], "seq": 1} for licence in stored]
    database.collection("wallets").insert_many(owners, session=session)
    if devices:
        database.collection("devices").insert_many(devices, session=session)


def _a_device(owner_id: str, now: datetime) -> Document:
    key = HolderKey()
    return {
        "_id": an_id("dev"),
        "owner_id": owner_id,
        "thumbprint": key.x,
        "x": from_base64url(key.x),
        "y": from_base64url(key.y),
        "label": "Điện thoại",
        "challenge": "",
        "created_at": now,
        "last_seen_at": None,
        "blocked_at": None,
    }
