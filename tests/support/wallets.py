"""Wallets filled without paper: licences straight into the store, for tests of what happens to very many of them."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import islice

from backend.bootstrap import Container
from backend.infra.mongo import Document, Session
from backend.wallet.service import Wallet
from backend.wallet.services.devices import Registration
from backend.wallet.services.licences import LicenceDraft
from shared_models.access import ROLE_SCOPES, Actor, Role
from shared_models.schemas.wire import from_base64url
from tests.support.builders_results import HolderKey, an_id

FOOD_ISSUER = ("H17.08", "Ban Quản lý An toàn thực phẩm")
OWNERS_AT_ONCE = 20


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
    """So many owners of one licence each; every one of the first ``with_phones`` has a phone."""
    owners = [an_owner() for _ in range(licences)]
    for owner in owners[:with_phones]:
        a_phone_of(owner, container, HolderKey())
    drafts = (a_draft(owner, f"{turn}/2026/ATTP") for turn, owner in enumerate(owners))
    for page in _pages(drafts):
        issue(container, *page)


def _pages(drafts: Iterator[LicenceDraft]) -> Iterator[list[LicenceDraft]]:
    while page := list(islice(drafts, OWNERS_AT_ONCE)):
        yield page
