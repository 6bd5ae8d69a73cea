"""What a dossier costs the person who files it: published fees, dated rules, and an order of nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.dossiers.services.fees import subject_of
from backend.identity.ports import VerifiedIdentity
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone
from tests.support.dossiers import REQUEST_VALUES, WARD, Desk, a_request, a_ward, done, good
from tests.support.paying import kept

EXTRACT = "2.000635"
CHILD = VerifiedIdentity("048212900019", "Trần Minh Khôi", "2012-06-01", 2)
GROWN = VerifiedIdentity("048192900002", "Trần Thị Thu Trang", "1992-03-12", 2)


@pytest.fixture
def ward(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    return a_ward(container, sign_in)


def extract(phone: Phone, identity: VerifiedIdentity) -> dict[str, Any]:
    """Asks for three certified copies from the civil register."""
    named = {
        "applicant_name": identity.full_name,
        "applicant_id": identity.personal_id,
        "applicant_birth_date": identity.birth_date,
        "copies": 3,
    }
    body = a_request(
        None,
        procedure_code=EXTRACT,
        procedure_version=f"{EXTRACT}@2025-07-01",
        receiving_agency=WARD,
        values=REQUEST_VALUES | named,
        components=[],
    )
    return good(phone.post("/dossiers", body), 201)


def test_who_is_grown_pays_what_is_published(ward: Desk, sign_in: Cast, container: Container) -> None:
    owner = sign_in.citizen(GROWN)
    dossier = extract(owner, GROWN)
    assert (dossier["payment"], dossier["fee"]["amount"]) == ("due", 24_000)
    [line] = good(owner.post(f"/dossiers/{dossier['id']}/order"))["lines"]
    assert (line["listed"], line["due"], line["rule_id"], line["considered"]) == (24_000, 24_000, None, [])
    assert ward
    assert len(kept(container, "payment_orders")) == 1


def test_a_child_pays_nothing_and_why_is_kept_with_an_order_of_nothing(
    ward: Desk, sign_in: Cast, container: Container
) -> None:
    owner = sign_in.citizen(CHILD)
    dossier = extract(owner, CHILD)
    assert (dossier["payment"], dossier["fee"]["amount"]) == ("waived", 0)
    [order] = kept(container, "payment_orders")
    [line] = order["lines"]
    assert (order["state"], order["amount"], order["paid"]["gateway"]) == ("paid", 0, "none")
    assert (line["listed"], line["due"], line["rule_id"]) == (24_000, 0, "law_97_2015_children")
    assert "97/2015" in next(one["basis"] for one in line["considered"] if one["rule_id"] == line["rule_id"])
    assert [one["kind"] for one in kept(container, "notices")] == ["dossier.received"]
    at_desk = good(ward.clerk.get(f"/desk/dossiers/{dossier['id']}"))
    assert done(ward.clerk, at_desk, "accept")["status"] == 2


def test_what_it_will_cost_is_said_before_it_is_sent(ward: Desk, sign_in: Cast) -> None:
    assert ward
    ask = {"procedure_code": EXTRACT, "receiving_agency": WARD}
    fees = {
        identity.full_name: good(sign_in.citizen(identity).post("/dossiers/preparations", ask))["fee"]
        for identity in (GROWN, CHILD)
    }
    assert fees == {GROWN.full_name: 8_000, CHILD.full_name: 0}


def test_what_is_known_of_a_payer_is_their_level_and_age() -> None:
    person = {"identity_level": 2, "birth_date": "2010-11-24"}
    assert subject_of(person, datetime(2026, 11, 23, tzinfo=UTC).date()).facts == {"identity_level": 2, "age": 15}
    assert subject_of(person, datetime(2026, 11, 24, tzinfo=UTC).date()).facts == {"identity_level": 2, "age": 16}
    assert subject_of({"birth_date": "1950"}, datetime(2026, 11, 24, tzinfo=UTC).date()).facts == {"age": 76}
    assert subject_of({}, datetime(2026, 11, 24, tzinfo=UTC).date()).facts == {}
