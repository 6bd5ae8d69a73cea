"""The demonstration city hangs together: codes, people, places and what may stand in a credential."""

from datetime import date

import pytest

from backend.infra.key_making import DEMO_ISSUERS
from scripts.sandbox.agency import SIGNERS, TYPE_NAMES, TYPES
from scripts.sandbox.desk_form import ACTIVITY_HINTS, SAMPLES, licence_of, sample, shown_status
from scripts.sandbox.document import TITLES
from scripts.sandbox.seed_data import load
from shared_models.access import Role
from shared_models.credential.types import BY_KEY, Presence
from shared_models.person import PersonalId, clean_name
from shared_models.place import CommuneKind
from shared_models.schemas.results import ResultDeliverySchema
from shared_models.text import is_credential_text

TODAY = date(2026, 11, 21)
AGENCIES = {row["code"] for row in load("agencies")}
COMMUNES = {row["code"]: row for row in load("communes")}
PEOPLE = {row["personal_id"]: row for row in load("people")}


def test_the_94_units_of_the_city_are_there() -> None:
    kinds = [row["kind"] for row in COMMUNES.values()]
    assert len(COMMUNES) == 94
    assert {kind.value: kinds.count(kind.value) for kind in CommuneKind} == {"phường": 23, "xã": 70, "đặc khu": 1}
    assert COMMUNES["20242"]["name"] == "Hải Châu"
    assert COMMUNES["20333"]["name"] == "Hoàng Sa"


def test_every_unit_has_its_committee() -> None:
    assert sorted(row["commune"] for row in load("agencies") if "commune" in row) == sorted(COMMUNES)
    assert len(AGENCIES) == len(load("agencies"))


@pytest.mark.parametrize("person", load("people"), ids=lambda row: row["full_name"])
def test_people_are_possible_and_synthetic(person: dict[str, str]) -> None:
    number = PersonalId.parse(person["personal_id"], TODAY)
    assert number.birth_year == int(person["birth_date"][:4])
    # Sequences from 900000 on are this demonstration's own.
    assert person["personal_id"][6:] >= "900000"
    assert clean_name(person["full_name"]) == person["full_name"]
    assert person["commune"] in COMMUNES


def test_staff_and_systems_belong_to_agencies() -> None:
    assert {row["agency"] for row in [*load("staff"), *load("machine_clients")]} <= AGENCIES
    roles = {Role(row["role"]) for row in load("staff")}
    assert roles == {Role.INSPECTOR, Role.OFFICER, Role.ADMINISTRATOR}
    # Both ways to sign in can be seen; the story of the tests begins with a password alone.
    assert {bool(row.get("totp")) for row in load("staff")} == {True, False}


@pytest.mark.parametrize("licence", load("licences"), ids=lambda row: row["key"])
def test_licences_fit_their_type_and_owner(licence: dict[str, object]) -> None:
    kind = BY_KEY[str(licence["type"])]
    holder = licence["holder"]
    assert isinstance(holder, dict)
    assert holder["personal_id"] in PEOPLE
    assert licence["agency"] in {row["agency"] for row in load("machine_clients")}
    assert (licence["place"] is not None) == (kind.place is Presence.REQUIRED)
    assert kind.end_date is not (Presence.REQUIRED if licence["until_days"] is None else Presence.FORBIDDEN)
    texts = [licence["number"], holder["name"], licence["activity"]]
    if isinstance(licence["place"], dict):
        assert licence["place"]["commune_code"] in COMMUNES
        texts.append(licence["place"]["address"])
    assert all(is_credential_text(str(text)) for text in texts)


def test_every_state_can_be_seen() -> None:
    licences = load("licences")
    changes = {row["change"]["action"] for row in licences if "change" in row}
    assert changes == {"suspend", "revoke"}
    assert any(row["until_days"] is not None and row["until_days"] < 0 for row in licences)
    assert any(row["until_days"] is not None and 0 < row["until_days"] < 30 for row in licences)
    assert any(row["from_days"] > 0 for row in licences)
    assert any(row["until_days"] is None for row in licences)
    assert 10 <= len(licences) <= 24


def test_every_type_is_in_the_city_and_a_ward_issues_some() -> None:
    licences = load("licences")
    assert {row["type"] for row in licences} == set(BY_KEY)
    wards = {row["code"] for row in load("agencies") if "commune" in row}
    assert {row["type"] for row in licences if row["agency"] in wards} == {
        "construction_permit",
        "travel_pass",
        "business_household",
    }
    for row in licences:
        if row["agency"] in wards and row["place"]:
            assert row["place"]["commune_code"] == next(
                agency["commune"] for agency in load("agencies") if agency["code"] == row["agency"]
            )


def test_an_agency_delivers_what_its_key_may_sign() -> None:
    keys = {issuer.code: set(issuer.types) for issuer in DEMO_ISSUERS}
    assert set(keys) == set(TYPES) == {row["agency"] for row in load("machine_clients")} == set(SIGNERS)
    assert {code: {BY_KEY[kind].code for kind in kinds} for code, kinds in TYPES.items()} == keys
    for row in load("licences"):
        assert row["type"] in TYPES[row["agency"]]


def test_the_desk_knows_every_type() -> None:
    for table in (SAMPLES, ACTIVITY_HINTS, TYPE_NAMES, TITLES):
        assert set(table) == set(BY_KEY)


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_sample_of_the_desk_is_a_delivery(kind: str) -> None:
    first = sample(kind, set())
    second = sample(kind, {first["number"]})
    assert first["number"] != second["number"]
    file = {"document": "JVBERg==", "document_sha256": "0" * 64}
    licence = licence_of(kind, first)
    body = {"delivery_id": "giao-0123456789", **licence, **file}
    assert ResultDeliverySchema().validate(body) == {}
    rules = BY_KEY[kind]
    assert licence["type"] == kind
    assert (licence["place"] is None) is (rules.place is Presence.FORBIDDEN)
    assert (licence["valid_until"] is None) is (rules.end_date is Presence.FORBIDDEN)


def test_a_builder_with_a_tax_code_is_a_company() -> None:
    form = {"name": "CÔNG TY TNHH AN HẢI", "personal_id": "048085900001", "address": "15 Yết Kiêu"}
    assert licence_of("construction_permit", form)["holder"]["kind"] == "person"
    assert licence_of("construction_permit", {**form, "tax_code": "0400900001"})["holder"]["kind"] == "organisation"


def test_a_half_filled_form_goes_as_it_is() -> None:
    licence = licence_of("food_safety", {"number": " 1/2026 ", "lat": "abc", "valid_until": ""})
    assert licence["number"] == "1/2026"
    assert licence["place"]["lat"] == "abc"
    assert licence["valid_until"] is None


@pytest.mark.parametrize(
    ("state", "first", "last", "word"),
    [
        ("active", "2020-01-01", None, "Còn hiệu lực"),
        ("active", "2020-01-01", "2021-01-01", "Hết hạn"),
        ("active", "2999-01-01", None, "Chưa có hiệu lực"),
        ("suspended", "2020-01-01", "2021-01-01", "Tạm đình chỉ"),
        ("revoked", "2020-01-01", None, "Đã thu hồi"),
    ],
)
def test_the_status_of_a_result_is_said_in_words(state: str, first: str, last: str | None, word: str) -> None:
    assert shown_status({"state": state, "valid_from": first, "valid_until": last})[1] == word
