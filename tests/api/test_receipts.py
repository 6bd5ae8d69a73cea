"""Receipts for those who paid: their list, and signed files that are made once."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from lxml import etree
from pymongo.errors import AutoReconnect

from backend.bootstrap import PDF_ROOTS_FILE, Container
from backend.infra.file_bucket import LOOSE_FOR
from backend.infra.files import Files
from backend.payments.documents import BUCKET, RECEIPTS
from backend.payments.printed.receipt_xml import NAMESPACE
from backend.payments.services.receipt_files import MOST_FAULTS
from backend.payments.services.receipts import Receipts
from backend.results.pdf_signatures import PdfSignatures
from shared_models.access import Duty, Role
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, FOOD_BOARD, ROAD_BOARD
from tests.support.builders_results import a_city
from tests.support.dossiers import an_officer, good
from tests.support.receipts import LINES, an_order, issued, receipts_of, xml_signer
from tests.support.seals import give_seal

FOOD, ROAD = FOOD_BOARD[0], ROAD_BOARD[0]
NOBODY = "rct_" + "z" * 26


@pytest.fixture
def receipts(container: Container) -> Receipts:
    """The service, in a city whose food-safety board has a seal."""
    a_city(container)
    give_seal(container, FOOD)
    return receipts_of(container)


@pytest.fixture
def collector(receipts: Receipts, container: Container, sign_in: Cast) -> Phone:
    """An officer of the food-safety board who collects."""
    return an_officer(container, sign_in, FOOD, Duty.COLLECT)


def paid_by(phone: Phone, **changes: Any) -> dict[str, Any]:
    return an_order(payer={"id": phone.user["id"], "name": phone.user["name"]}, **changes)


def files_of(container: Container) -> int:
    return container.database.collection(f"{BUCKET}.files").count_documents({})


def looks_at(phone: Phone) -> list[str]:
    return [entry["action"] for entry in phone.get("/me/access-log").get_json()["items"]]


def test_ones_own_receipts_newest_first_and_nobody_elses(
    receipts: Receipts, container: Container, owner: Phone, clock: FixedClock, sign_in: Cast
) -> None:
    for _ in range(3):
        issued(receipts, container.database, paid_by(owner))
        clock.advance(timedelta(seconds=1))
    issued(receipts, container.database, an_order())
    page = good(owner.get("/receipts?limit=2"))
    assert [one["number"] for one in page["items"]] == ["00000003", "00000002"]
    rest = good(owner.get(f"/receipts?limit=2&cursor={page['next_cursor']}"))
    assert [one["number"] for one in rest["items"]] == ["00000001"]
    assert rest["next_cursor"] is None
    one = page["items"][0]
    assert one["agency"] == {"code": FOOD, "name": FOOD_BOARD[1]}
    assert (one["series"], one["words"], one["state"]) == ("26TAA", "Một trăm mười lăm nghìn đồng", "issued")
    assert (one["replaces"], one["replaced_by"]) == (None, None)
    assert good(sign_in.citizen(AN).get("/receipts"))["items"] == []


def test_the_pdf_is_signed_by_the_agency_and_made_once(
    receipts: Receipts, container: Container, owner: Phone, clock: FixedClock
) -> None:
    receipt_id = issued(receipts, container.database, paid_by(owner))["_id"]
    assert files_of(container) == 0
    answer = owner.get(f"/receipts/{receipt_id}.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    signatures = PdfSignatures(container.settings.keys_dir / PDF_ROOTS_FILE)
    report = signatures.verify(answer.data, FOOD, clock.now())
    assert [finding.field for finding in report.findings] == ["CoQuan"]
    assert report.agency.intact
    assert report.agency.covers_file
    clock.advance(timedelta(minutes=5))
    assert owner.get(f"/receipts/{receipt_id}.pdf").data == answer.data
    assert files_of(container) == 2, "PDF and XML"
    assert looks_at(owner) == []


def test_the_xml_is_signed_by_the_agency(receipts: Receipts, container: Container, owner: Phone) -> None:
    receipt_id = issued(receipts, container.database, paid_by(owner))["_id"]
    answer = owner.get(f"/receipts/{receipt_id}.xml")
    assert (answer.status_code, answer.content_type.partition(";")[0]) == (200, "application/xml")
    (code,) = xml_signer(answer.data).subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_IDENTIFIER)
    assert code.value == FOOD
    root = etree.fromstring(answer.data)
    assert root.findtext(f"{{{NAMESPACE}}}NguoiNop/{{{NAMESPACE}}}Ten") == owner.user["name"]


def test_an_officer_who_collects_reads_it_and_the_payer_reads_that(
    receipts: Receipts, container: Container, owner: Phone, collector: Phone
) -> None:
    receipt_id = issued(receipts, container.database, paid_by(owner))["_id"]
    assert collector.get(f"/receipts/{receipt_id}.pdf").status_code == 200
    assert collector.get(f"/receipts/{receipt_id}.xml").status_code == 200
    assert looks_at(owner) == ["receipt.read", "receipt.read"]


@pytest.mark.parametrize("kind", ["pdf", "xml"])
def test_nobody_else_reads_it(kind: str, receipts: Receipts, container: Container, owner: Phone, sign_in: Cast) -> None:
    receipt_id = issued(receipts, container.database, paid_by(owner))["_id"]
    elsewhere = an_officer(container, sign_in, ROAD, Duty.COLLECT)
    clerk = an_officer(container, sign_in, FOOD, Duty.RECEIVE, Duty.APPROVE, name="clerk.food")
    for phone, refusal in (
        (sign_in.citizen(AN), (404, "receipt.unknown")),
        (elsewhere, (404, "receipt.unknown")),
        (clerk, (403, "access.scope_missing")),
        (sign_in.staff(Role.INSPECTOR), (403, "access.scope_missing")),
        (sign_in.nobody(), (401, "auth.missing")),
    ):
        assert problem_of(phone.get(f"/receipts/{receipt_id}.{kind}"))[0] == refusal[0]
        if refusal[0] != 401:
            assert problem_of(phone.get(f"/receipts/{receipt_id}.{kind}")) == refusal
    assert problem_of(owner.get(f"/receipts/{NOBODY}.{kind}")) == (404, "receipt.unknown")
    assert files_of(container) == 0
    assert looks_at(owner) == []


def test_without_a_seal_there_is_a_receipt_and_no_file(receipts: Receipts, container: Container, owner: Phone) -> None:
    receipt_id = issued(receipts, container.database, paid_by(owner, agency=("H17.99", "Cơ quan chưa có con dấu")))[
        "_id"
    ]
    assert problem_of(owner.get(f"/receipts/{receipt_id}.pdf")) == (409, "dossier.no_seal")
    assert files_of(container) == 0
    assert len(good(owner.get("/receipts"))["items"]) == 1


def test_what_has_no_files_yet_gets_them_and_an_agency_without_a_seal_holds_up_nobody(
    receipts: Receipts, container: Container, clock: FixedClock
) -> None:
    closed = issued(receipts, container.database, an_order(agency=("H17.99", "Cơ quan chưa có con dấu")))
    made = []
    for _ in range(3):
        clock.advance(timedelta(seconds=1))
        made.append(issued(receipts, container.database, an_order())["_id"])
    assert receipts.render_missing(2) == 2
    stored = container.database.collection(RECEIPTS)
    assert {one["_id"] for one in stored.find({"rendered": {"$ne": None}})} == set(made[:2]), "the oldest first"
    assert receipts.render_missing(10) == 1
    assert receipts.render_missing(10) == 0
    assert stored.find_one({"_id": closed["_id"]}).get("rendered") is None


def cannot_be_drawn(container: Container, receipt_id: str) -> None:
    """A way to pay that no paper has words for."""
    container.database.collection(RECEIPTS).update_one({"_id": receipt_id}, {"$set": {"method": "barter"}})


def test_one_that_cannot_be_drawn_holds_up_nobody(
    receipts: Receipts, container: Container, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    made = []
    for _ in range(3):
        made.append(issued(receipts, container.database, an_order())["_id"])
        clock.advance(timedelta(seconds=1))
    cannot_be_drawn(container, made[0])
    assert receipts.render_missing(10) == 2
    left = container.database.collection(RECEIPTS).find({"rendered": None})
    assert [one["_id"] for one in left] == [made[0]]
    assert "a receipt cannot be made" in caplog.text


def test_when_none_can_be_made_the_fault_is_told(receipts: Receipts, container: Container, clock: FixedClock) -> None:
    for _ in range(MOST_FAULTS + 1):
        cannot_be_drawn(container, issued(receipts, container.database, an_order())["_id"])
        clock.advance(timedelta(seconds=1))
    with pytest.raises(KeyError):
        receipts.render_missing(50)


class CutOff(Files):
    """A store that is away after its first file."""

    left = 1

    def put(self, content: bytes, sha256: str, content_type: str) -> str:
        self.left -= 1
        if self.left < 0:
            raise AutoReconnect("away")
        return super().put(content, sha256, content_type)


def test_a_store_that_fails_half_way_leaves_no_half_and_the_next_look_makes_it(
    receipts: Receipts, container: Container, clock: FixedClock
) -> None:
    receipt_id = issued(receipts, container.database, an_order())["_id"]
    cut_off = CutOff(container.database, clock, container.ids, BUCKET)
    with pytest.raises(AutoReconnect):
        receipts_of(container, files=cut_off).render(receipt_id)
    stored = container.database.collection(RECEIPTS).find_one({"_id": receipt_id})
    assert stored is not None
    assert (stored.get("rendered"), stored.get("file_ids", [])) == (None, [])
    made = receipts.render(receipt_id)
    assert set(made["rendered"]) == {"pdf", "xml"}
    clock.advance(LOOSE_FOR + timedelta(hours=1))
    receipts.files.sweep()
    assert files_of(container) == 2, "the half that nobody names is gone"


def test_two_who_render_at_once_leave_one_and_a_sweep_takes_the_rest(
    receipts: Receipts, container: Container, clock: FixedClock
) -> None:
    receipt_id = issued(receipts, container.database, an_order(lines=LINES * 20))["_id"]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _turn: receipts.render(receipt_id)["rendered"], range(4)))
    assert all(one == made[0] for one in made)
    clock.advance(LOOSE_FOR + timedelta(hours=1))
    before = files_of(container)
    assert receipts.files.sweep() == before - 2
    assert files_of(container) == 2
    content, sha256 = receipts.files.read(receipts.render(receipt_id), "pdf")
    assert hashlib.sha256(content).hexdigest() == sha256 == made[0]["pdf"]["sha256"]


def test_desk_finds_by_number_in_its_own_agency_and_the_payer_reads_that(
    receipts: Receipts, container: Container, owner: Phone, collector: Phone, sign_in: Cast
) -> None:
    order = paid_by(owner)
    receipt = issued(receipts, container.database, order)
    (found,) = good(collector.get("/desk/payments/receipts?series=26TAA&number=1"))["items"]
    assert (found["id"], found["number"], found["payer"]["name"]) == (receipt["_id"], "00000001", owner.user["name"])
    assert found["lines"] == order["lines"]
    assert found["cancelled"] is None
    assert looks_at(owner) == ["receipt.read"]
    assert good(collector.get("/desk/payments/receipts?series=26TAA&number=2"))["items"] == []
    elsewhere = an_officer(container, sign_in, ROAD, Duty.COLLECT)
    assert good(elsewhere.get("/desk/payments/receipts?series=26TAA&number=1"))["items"] == []
    assert looks_at(owner) == ["receipt.read"]


@pytest.mark.parametrize(
    "query",
    ["", "?series=26TAA", "?number=1", "?series=26T&number=1", "?series=26TAA&number=0", "?series=26TAA&number=x"],
)
def test_a_number_that_cannot_be_is_refused(query: str, collector: Phone) -> None:
    assert problem_of(collector.get(f"/desk/payments/receipts{query}")) == (422, "request.invalid")
