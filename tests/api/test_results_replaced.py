"""A licence that takes another's place, under its number or a new one: exchanged, issued again, prolonged."""

import pytest

from backend.bootstrap import Container
from backend.results.service import Issue
from shared_models.credential.status_list import Status
from shared_models.errors import Conflict
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, TRANG
from tests.support.builders_results import a_city, food_signer
from tests.support.database import snapshot
from tests.support.issuing import RESTAURANT, an_issue, issue
from tests.support.pdf import SIGNED_AT, a_signed_pdf
from tests.support.status import status_lists_of

REVOKE = {
    "change_id": "change-0001",
    "action": "revoke",
    "reason": "Sai thông tin",
    "decision_number": "1/QĐ",
    "decision_date": "2026-11-21",
}


@pytest.fixture
def owner(container: Container, sign_in: Cast) -> Phone:
    a_city(container)
    return sign_in.citizen(TRANG)


def owner_id(container: Container) -> str:
    return container.identity.people.ensure_person(TRANG.personal_id, TRANG.full_name)


def another(**changes: object) -> Issue:
    """The same restaurant's next certificate, with a file of its own."""
    return an_issue(**{**RESTAURANT, "document": a_signed_pdf("another", food_signer(), SIGNED_AT), **changes})


def test_it_takes_the_place_under_the_same_number(container: Container, owner: Phone, machine: Phone) -> None:
    old = issue(container, owner_id(container), an_issue(**RESTAURANT))
    cursor = owner.get("/wallet/sync").get_json()["cursor"]
    new = issue(container, owner_id(container), another(replaces=old["licence_id"]))

    heard = owner.get(f"/wallet/sync?cursor={cursor}").get_json()
    assert [licence["id"] for licence in heard["licences"]] == [new["licence_id"]]
    assert heard["removed"] == [old["licence_id"]]
    whole = owner.get("/wallet/sync").get_json()
    assert [licence["id"] for licence in whole["licences"]] == [new["licence_id"]], "nor for a phone that is new"
    assert [row["_id"] for row in container.wallet.licences.of_owner(owner_id(container))] == [new["licence_id"]]

    shown = machine.get(f"/results/{old['_id']}").get_json()
    assert (shown["state"], shown["number"]) == ("superseded", new["number"])
    assert problem_of(machine.post(f"/results/{old['_id']}/status", REVOKE)) == (409, "result.transition_not_allowed")
    assert machine.post(f"/results/{new['_id']}/status", REVOKE).status_code == 200


def test_the_codes_of_what_was_replaced_are_red(container: Container, owner: Phone) -> None:
    old = issue(container, owner_id(container), an_issue(**RESTAURANT))
    new = issue(container, owner_id(container), another(replaces=old["licence_id"]))
    lists = status_lists_of(container)
    said = {
        row["licence_id"]: Status(lists[row["status_uri"]].entries[row["list_index"]]).name
        for row in container.database.collection("credentials").find()
    }
    assert said == {old["licence_id"]: "REVOKED", new["licence_id"]: "VALID"}


def test_of_two_that_would_take_one_place_one_does(container: Container, owner: Phone) -> None:
    old = issue(container, owner_id(container), an_issue(**RESTAURANT))
    late = container.results.issuing.prepare(another(replaces=old["licence_id"], number="2/2026/ATTP-CNĐK"))
    third = a_signed_pdf("third", food_signer(), SIGNED_AT)
    issue(container, owner_id(container), an_issue(**RESTAURANT, document=third, replaces=old["licence_id"]))
    before = snapshot(container.database)
    with pytest.raises(Conflict, match=r"result\.not_replaceable"):
        container.database.transaction(
            lambda session: container.results.issuing.store(late, owner_id(container), session)
        )
    with pytest.raises(Conflict, match=r"result\.not_replaceable"):
        container.results.issuing.prepare(another(replaces=old["licence_id"], number="3/2026/ATTP-CNĐK"))
    assert snapshot(container.database) == before


def test_a_number_in_place_stays_given_and_nothing_replaces_what_is_not_in_force(
    container: Container, owner: Phone, machine: Phone
) -> None:
    old = issue(container, owner_id(container), an_issue(**RESTAURANT))
    with pytest.raises(Conflict, match=r"result\.already_delivered"):
        container.results.issuing.prepare(another())
    assert machine.post(f"/results/{old['_id']}/status", REVOKE).status_code == 200
    with pytest.raises(Conflict, match=r"result\.not_replaceable"):
        container.results.issuing.prepare(another(replaces=old["licence_id"]))


def test_somebody_elses_licence_is_never_replaced(container: Container, owner: Phone) -> None:
    old = issue(container, owner_id(container), an_issue(**RESTAURANT))
    stranger = container.identity.people.ensure_person(AN.personal_id, AN.full_name)
    prepared = container.results.issuing.prepare(another(replaces=old["licence_id"]))
    before = snapshot(container.database)
    with pytest.raises(Conflict, match=r"result\.not_replaceable"):
        container.database.transaction(lambda session: container.results.issuing.store(prepared, stranger, session))
    assert snapshot(container.database) == before
