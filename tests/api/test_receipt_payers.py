"""Who paid stands on a receipt as identity knows them when it is issued, and reaches nobody but who may have it."""

import json
from typing import Any

import pytest
from lxml import etree

from backend.bootstrap import Container
from backend.payments.documents import RECEIPTS
from backend.payments.printed.receipt_xml import NAMESPACE
from backend.payments.services.receipts import Receipts
from shared_models.access import Duty
from shared_models.place import Commune, CommuneKind
from tests.support.api import Cast, Phone
from tests.support.builders_identity import FOOD_BOARD, TRANG
from tests.support.builders_results import a_city
from tests.support.dossiers import an_officer, good
from tests.support.ids import an_id
from tests.support.receipts import an_order, issued, receipts_of, words_of
from tests.support.seals import give_seal

NUMBER, MASKED, HOME = TRANG.personal_id, "048•••••0002", "Phường Hải Châu, thành phố Đà Nẵng"


@pytest.fixture
def receipts(container: Container) -> Receipts:
    a_city(container)
    give_seal(container, FOOD_BOARD[0])
    return receipts_of(container)


@pytest.fixture
def collector(receipts: Receipts, container: Container, sign_in: Cast) -> Phone:
    return an_officer(container, sign_in, FOOD_BOARD[0], Duty.COLLECT)


@pytest.fixture
def receipt(receipts: Receipts, container: Container, owner: Phone) -> dict[str, Any]:
    """Trang's, who lives in Hải Châu."""
    people = container.identity.people
    people.put_commune(Commune("20242", "Hải Châu", CommuneKind.WARD))
    people.place_person(owner.user["id"], "20242")
    order = an_order(payer={"id": owner.user["id"], "name": owner.user["name"]})
    return issued(receipts, container.database, order)


def test_name_number_and_address_are_stored_with_it(receipt: dict[str, Any], owner: Phone) -> None:
    assert receipt["payer"] == {
        "id": owner.user["id"],
        "name": "Trần Thị Thu Trang",
        "personal_id": NUMBER,
        "address": HOME,
    }
    assert receipt["reference"], "the dossier's number"


def test_they_stay_as_they_were_whatever_identity_learns_later(
    receipt: dict[str, Any], container: Container, owner: Phone
) -> None:
    people = container.identity.people
    people.put_commune(Commune("20200", "Hòa Khánh", CommuneKind.WARD))
    people.place_person(owner.user["id"], "20200")
    again = receipts_of(container).of_order({"_id": receipt["order_id"]})
    assert again is not None
    assert again["payer"]["address"] == HOME


def test_money_of_somebody_identity_does_not_know_is_receipted_by_name(container: Container) -> None:
    nobody = {"id": "per_nobody", "name": "Lê Vô Danh"}
    made = issued(receipts_of(container), container.database, an_order(payer=nobody))
    assert made["payer"] == nobody


def test_the_agency_that_collected_sees_them_and_the_payer_reads_that(
    receipt: dict[str, Any], owner: Phone, collector: Phone
) -> None:
    for seen in (
        good(collector.get("/desk/payments/receipts?series=26TAA&number=1"))["items"][0],
        good(collector.get(f"/desk/payments/receipts/{receipt['_id']}")),
    ):
        assert seen["payer"] == {"name": owner.user["name"], "personal_id": NUMBER, "address": HOME}
    log = good(owner.get("/me/access-log"))["items"]
    assert [entry["action"] for entry in log] == ["receipt.read", "receipt.read"]


def test_the_xml_has_the_whole_number_the_page_what_one_knows_ones_own_by(
    receipt: dict[str, Any], owner: Phone
) -> None:
    root = etree.fromstring(owner.get(f"/receipts/{receipt['_id']}.xml").data)
    told = {one: root.findtext(f"{{{NAMESPACE}}}NguoiNop/{{{NAMESPACE}}}{one}") for one in ("SoDinhDanh", "DiaChi")}
    assert told == {"SoDinhDanh": NUMBER, "DiaChi": HOME}
    words = words_of(owner.get(f"/receipts/{receipt['_id']}.pdf").data)
    assert MASKED in words
    assert HOME in words
    assert NUMBER not in words


def test_neither_lists_nor_messages_nor_the_outbox_name_the_number(
    receipt: dict[str, Any], container: Container, owner: Phone, collector: Phone
) -> None:
    ask = {"id": an_id("act"), "why": "Ghi sai nội dung", "replace": True}
    good(collector.post(f"/desk/payments/receipts/{receipt['_id']}/cancel", ask))
    day = container.clock.now().date().isoformat()
    told = [
        good(collector.get(f"/desk/payments/receipts/used?day={day}")),
        good(owner.get("/receipts")),
        good(owner.get("/notices")),
        list(container.database.collection("notices").find()),
        list(container.database.collection("outbox").find()),
        list(container.database.collection("access_ledger").find()),
    ]
    assert NUMBER not in json.dumps(told, default=str)


def test_one_from_before_there_were_such_members_is_read_and_printed_as_ever(
    receipt: dict[str, Any], container: Container, owner: Phone, collector: Phone
) -> None:
    stored = container.database.collection(RECEIPTS)
    stored.update_one({"_id": receipt["_id"]}, {"$unset": {"payer.personal_id": 1, "payer.address": 1}})
    seen = good(collector.get(f"/desk/payments/receipts/{receipt['_id']}"))
    assert seen["payer"] == {"name": owner.user["name"], "personal_id": None, "address": None}
    assert "Số định danh" not in words_of(owner.get(f"/receipts/{receipt['_id']}.pdf").data)
    assert b"SoDinhDanh" not in owner.get(f"/receipts/{receipt['_id']}.xml").data
