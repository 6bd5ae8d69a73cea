"""Whether a licence prints a last day is a rule of its type, held at the door where results come in."""

from typing import Any

import pytest

from backend.bootstrap import PDF_ROOTS_FILE, Container
from shared_models.credential.constants import UNDATED_TERM_S
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import a_machine
from tests.support.builders_results import SIGNED_AT, a_city, a_delivery
from tests.support.database import only, snapshot
from tests.support.pdf import a_pdf_signer, a_signed_pdf

WARD = ("H17.30.05", "Ủy ban nhân dân phường Hải Châu")
TRAVELLER = {"kind": "person", "name": "Trần Thị Thu Trang", "personal_id": "048192900002"}


@pytest.fixture
def ward(container: Container, sign_in: Cast) -> Phone:
    """The software of a ward, which issues travel passes (with a last day) and business households (without)."""
    a_city(container)
    container.identity.people.put_agency(*WARD, is_demo=True)
    roots = container.settings.keys_dir / PDF_ROOTS_FILE
    roots.write_bytes(roots.read_bytes() + a_pdf_signer(*WARD).certificate_pem)
    phone = sign_in.nobody()
    answer = phone.ask_token(grant_type="client_credentials", client_assertion=a_machine(container, WARD).assertion())
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return phone


def delivery(kind: str, **changes: Any) -> dict[str, Any]:
    pdf = a_signed_pdf(kind, a_pdf_signer(*WARD), SIGNED_AT)
    body = a_delivery(type=kind, number=f"12/{kind}", pdf=pdf, delivery_id=f"delivery-{kind}", **changes)
    if kind == "travel_pass":
        body = {name: value for name, value in body.items() if name != "place"} | {"holder": TRAVELLER}
    return body


@pytest.mark.parametrize(
    ("kind", "valid_until", "code"),
    [
        ("business_household", "2029-11-20", "credential.not_allowed"),
        ("travel_pass", None, "credential.required"),
    ],
)
def test_an_end_date_against_the_rule_of_its_type_is_refused(
    ward: Phone, container: Container, kind: str, valid_until: Any, code: str
) -> None:
    before = snapshot(container.database)
    answer = ward.post("/results", delivery(kind, valid_until=valid_until))
    assert problem_of(answer) == (422, "credential.invalid")
    assert answer.get_json()["errors"] == {"valid_until": [code]}
    after = snapshot(container.database)
    assert {name for name in after if after[name] != before.get(name, 0)} <= {
        *("dpop_proofs", "refused_deliveries", "refused.files", "refused.chunks")
    }


@pytest.mark.parametrize("kind", ["business_household", "travel_pass"])
def test_the_end_date_is_never_left_open(ward: Phone, kind: str) -> None:
    """A form that forgot the field must not make a licence without end: who means none says null."""
    answer = ward.post("/results", delivery(kind, valid_until=...))
    assert problem_of(answer) == (422, "request.invalid")
    assert answer.get_json()["errors"] == {"valid_until": ["field.required"]}


def test_a_type_without_an_end_date_is_delivered_without_one(ward: Phone, container: Container) -> None:
    answer = ward.post("/results", delivery("business_household", valid_until=None))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    licence = only(container.database, "licences")
    assert licence["valid_until"] is None
    assert ward.get(f"/results/{answer.get_json()['id']}").get_json()["valid_until"] is None
    credential = only(container.database, "credentials")
    assert (credential["expires_at"] - credential["issued_at"]).total_seconds() == UNDATED_TERM_S


def test_a_type_with_an_end_date_is_delivered_with_one(ward: Phone, container: Container) -> None:
    answer = ward.post("/results", delivery("travel_pass", valid_until="2026-12-20"))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert only(container.database, "licences")["valid_until"] == "2026-12-20"
