"""What is refused when a dossier is sent, each at its field, with nothing written."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.dossiers import a_birth, a_ward
from tests.support.ids import an_id


@pytest.fixture
def city(container: Container, sign_in: Cast, clock: FixedClock) -> Container:
    clock.at = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
    a_ward(container, sign_in)
    return container


@pytest.fixture
def owner(city: Container, sign_in: Cast) -> Phone:
    return sign_in.citizen()


def test_a_version_that_is_past_is_told_with_what_holds_now(city: Container, owner: Phone) -> None:
    refused = owner.post("/dossiers", a_birth(owner, procedure_version="1.001193@2024-01-01"))
    assert problem_of(refused) == (409, "procedure.version_past")
    assert refused.get_json()["params"]["current"] == "1.001193@2025-07-01"
    assert city.database.collection("dossiers").count_documents({}) == 0


def test_bad_input_is_named_at_its_field_and_nothing_is_written(city: Container, owner: Phone) -> None:
    good_body = a_birth(owner)
    values = good_body["values"]
    cases: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
        ({"values": values | {"child_birth_date": "2026-02-30"}}, {"values.child_birth_date": ["date.impossible"]}),
        ({"values": values | {"nickname": "Bông"}}, {"values.nickname": ["field.unknown"]}),
        ({"values": values | {"applicant_id": "999"}}, {"values.applicant_id": ["person.id_malformed"]}),
        ({"form_id": "birth_registration@9"}, {"form_id": ["form.other_version"]}),
        ({"components": []}, {"components.birth_certificate": ["component.missing"]}),
        (
            {"components": [{"key": "birth_certificate", "upload_id": an_id("upl")}]},
            {"components.birth_certificate": ["upload.unknown"]},
        ),
        ({"receiving_agency": "H17.08"}, {"receiving_agency": ["agency.not_receiving"]}),
        ({"return_address": None}, {"return_address": ["return.address_missing"]}),
        ({"origins": {"nickname": "typed"}}, {"origins.nickname": ["field.unknown"]}),
        ({"contact": {"phone": "gọi tôi"}}, {"contact.phone": ["field.malformed"]}),
    ]
    for change, errors in cases:
        answer = owner.post("/dossiers", good_body | change)
        assert (answer.status_code, answer.get_json()["errors"]) == (422, errors), change
    assert city.database.collection("dossiers").count_documents({}) == 0
    assert city.database.collection("dossier_events").count_documents({}) == 0
