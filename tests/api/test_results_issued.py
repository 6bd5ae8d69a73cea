"""Results that the city's own rooms issue: a licence or a document, in the transaction of whoever issues it."""

from datetime import date

import pytest
from pymongo.errors import DuplicateKeyError

from backend.bootstrap import Container
from shared_models.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from tests.support.api import Phone, problem_of
from tests.support.builders_identity import TRANG
from tests.support.builders_results import a_city, road_signer
from tests.support.database import only, snapshot
from tests.support.issuing import DOSSIER, RESTAURANT, an_issue, issue


@pytest.fixture
def owner_id(container: Container) -> str:
    a_city(container)
    return container.identity.people.ensure_person(TRANG.personal_id, TRANG.full_name)


def test_a_document_is_stored_for_its_owner_and_grants_no_licence(container: Container, owner_id: str) -> None:
    wanted = an_issue()
    stored = issue(container, owner_id, wanted)
    assert only(container.database, "results") == stored
    assert (stored["licence_id"], stored["dossier_id"], stored["owner_id"]) == (None, DOSSIER, owner_id)
    assert container.database.collection("licences").count_documents({}) == 0
    assert container.results.issuing.document(str(stored["_id"]), owner_id) == (wanted.document, wanted.number)
    with pytest.raises(NotFound, match=r"result\.unknown"):
        container.results.issuing.document(str(stored["_id"]), "per_" + "1" * 26)


def test_a_licence_goes_into_its_owners_wallet(container: Container, owner_id: str) -> None:
    stored = issue(container, owner_id, an_issue(**RESTAURANT))
    licence = only(container.database, "licences")
    assert (licence["_id"], licence["owner_id"]) == (stored["licence_id"], owner_id)
    assert only(container.database, "notices")["kind"] == "licence.issued"
    held = container.results.issuing.held(owner_id)
    assert [(result["type"], result["number"]) for result in held] == [("food_safety", "1/2026/ATTP-CNĐK")]


def test_nothing_stays_of_an_issue_whose_transaction_is_given_up(container: Container, owner_id: str) -> None:
    prepared = container.results.issuing.prepare(an_issue(**RESTAURANT))
    before = snapshot(container.database)

    def fail(session: object) -> None:
        container.results.issuing.store(prepared, owner_id, session)  # type: ignore[arg-type]
        raise RuntimeError("the room that issues gives up")

    with pytest.raises(RuntimeError):
        container.database.transaction(fail)
    assert snapshot(container.database) == before


@pytest.mark.parametrize(
    ("changes", "refusal", "code"),
    [
        ({"signer": road_signer()}, Invalid, "result.wrong_signer"),
        ({"document": b"%PDF-1.7 nothing"}, Invalid, "result.not_pdf"),
        ({"type": "driving_licence"}, Forbidden, "result.type_not_allowed"),
        ({"valid_until": date(2026, 11, 1)}, Invalid, "result.dates_impossible"),
        (
            {"place": {"address": "1 A", "commune_code": "99999", "lat": None, "lon": None}},
            Invalid,
            "place.commune_unknown",
        ),
    ],
    ids=["another agency's seal", "no PDF", "no key for this type", "ended before today", "no such commune"],
)
def test_what_could_not_be_delivered_cannot_be_issued(
    container: Container, owner_id: str, changes: dict[str, object], refusal: type[DomainError], code: str
) -> None:
    before = snapshot(container.database)
    with pytest.raises(refusal) as refused:
        container.results.issuing.prepare(an_issue(**changes))
    assert refused.value.code == code
    assert snapshot(container.database) == before


def test_a_number_is_given_once(container: Container, owner_id: str) -> None:
    prepared = container.results.issuing.prepare(an_issue())
    issue(container, owner_id, an_issue())
    with pytest.raises(Conflict, match=r"result\.already_delivered"):
        container.results.issuing.prepare(an_issue())
    with pytest.raises(DuplicateKeyError):
        container.database.transaction(lambda session: container.results.issuing.store(prepared, owner_id, session))


def test_an_agency_reads_its_documents_and_cannot_suspend_them(
    container: Container, owner_id: str, machine: Phone
) -> None:
    stored = issue(container, owner_id, an_issue())
    shown = machine.get(f"/results/{stored['_id']}").get_json()
    assert (shown["licence_id"], shown["paper_text"], shown["number"]) == (None, None, "12/2026/TLKS")
    assert [one["id"] for one in machine.get("/results").get_json()["items"]] == [stored["_id"]]
    assert only(container.database, "persons")["_id"] == owner_id
    decision = {
        "change_id": "change-0001",
        "action": "suspend",
        "reason": "Sai thông tin",
        "decision_number": "1/QĐ",
        "decision_date": "2026-11-21",
    }
    refused = machine.post(f"/results/{stored['_id']}/status", decision)
    assert problem_of(refused) == (409, "result.grants_no_licence")
