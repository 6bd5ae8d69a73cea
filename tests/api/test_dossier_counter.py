"""Filing at the counter: what is known of who is present, where it goes, and that a refusal leaves nothing behind."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.bootstrap import Container
from backend.dossiers.services.preparing import COUNTERS_OF_HOUR
from shared_models.access import Duty
from shared_models.clock import FixedClock
from shared_models.place import Commune, CommuneKind
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, TRANG
from tests.support.catalogue import BIRTH
from tests.support.dossiers import (
    OTHER_WARD,
    WARD,
    Desk,
    a_birth,
    a_pdf,
    a_ward,
    an_officer,
    file,
    good,
    upload,
    written,
)
from tests.support.ids import an_id

EXTRACT = "2.000635"
JUSTICE = "H17.10"
HOME = "20242"
ELSEWHERE = "20200"
NEW = {"personal_id": "048301900077", "full_name": "Lê Thị Bích Ngọc"}
KNOWN = {"personal_id": TRANG.personal_id, "full_name": TRANG.full_name}


@pytest.fixture
def ward(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    container.identity.people.put_commune(Commune(HOME, "Hải Châu", CommuneKind.WARD))
    container.identity.people.put_commune(Commune(ELSEWHERE, "Hòa Khánh", CommuneKind.WARD))
    return a_ward(container, sign_in)


def prepare(phone: Phone, owner: dict[str, Any], code: str = BIRTH, **more: Any) -> Any:
    return phone.post("/desk/dossiers/preparations", {"procedure_code": code, "owner": owner, **more})


def at_counter(phone: Phone, owner: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The body of ``POST /desk/dossiers`` with both papers that a birth registration needs, scanned by the officer."""
    papers = [{"key": key, "upload_id": upload(phone, a_pdf(key))} for key in ("birth_certificate", "identity_card")]
    return a_birth(phone, components=papers) | {"owner": owner, "channel": "direct"} | changes


def log_of(citizen: Phone) -> list[tuple[str, str, str]]:
    entries = good(citizen.get("/me/access-log"))["items"]
    return [(one["action"], one["actor_name"], one["agency_name"]) for one in entries]


def test_what_is_known_of_who_is_present_stands_ready_and_they_can_read_who_asked(
    container: Container, sign_in: Cast, ward: Desk
) -> None:
    owner = sign_in.citizen()
    container.identity.people.place_person(owner.user["id"], HOME)
    file(owner)
    before = written(container)
    found = good(prepare(ward.clerk, KNOWN))
    assert (found["procedure_version"], found["owner_known"], found["home"]) == ("1.001193@2025-07-01", True, HOME)
    assert found["values"]["applicant_name"]["value"] == TRANG.full_name
    held = {one["key"]: one["held"] and one["held"]["source"] for one in found["components"]}
    assert held["identity_card"] == "person"
    assert (found["receiving_agency"]["code"], found["support_agency"]) == (WARD, None)
    assert written(container) == before | {"access_ledger": before["access_ledger"] + 1}
    assert log_of(owner)[0] == ("dossier.prepared", "Đặng Thị Kim Oanh", ward.clerk.user["agency"]["name"])


def test_somebody_new_is_told_nothing_of_and_leaves_no_trace(container: Container, ward: Desk) -> None:
    before = written(container)
    found = good(prepare(ward.clerk, NEW))
    assert (found["owner_known"], found["values"], found["home"]) == (False, {}, None)
    assert [one["held"] for one in found["components"]] == [None] * len(found["components"])
    assert written(container) == before


def test_who_is_meant_must_be_somebody(container: Container, sign_in: Cast, ward: Desk) -> None:
    sign_in.citizen()
    before = written(container)
    cases: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
        (KNOWN | {"full_name": AN.full_name}, {"owner.full_name": ["person.name_differs"]}),
        (KNOWN | {"full_name": "Trang 2"}, {"owner.full_name": ["person.name_malformed"]}),
        (KNOWN | {"personal_id": "48192900002"}, {"owner.personal_id": ["person.id_malformed"]}),
        (NEW | {"personal_id": "048299900077"}, {"owner.personal_id": ["person.id_in_future"]}),
        (NEW | {"commune": "99999"}, {"owner.commune": ["place.commune_unknown"]}),
    ]
    for owner, errors in cases:
        asked = prepare(ward.clerk, owner)
        assert (asked.status_code, asked.get_json()["errors"]) == (422, errors), owner
    assert written(container) == before


def test_a_refused_filing_makes_nobody_known(container: Container, ward: Desk) -> None:
    body = at_counter(ward.clerk, NEW)
    before = written(container)
    for change, code in (
        ({"procedure_version": "1.001193@2024-01-01"}, "procedure.version_past"),
        ({"values": {}}, "form.answers_invalid"),
        ({"components": []}, "dossier.components_invalid"),
        ({"receiving_agency": "H17.08"}, "agency.not_receiving"),
        ({"owner": NEW | {"full_name": "N9"}}, "person.name_malformed"),
    ):
        assert ward.clerk.post("/desk/dossiers", body | change).get_json()["code"] == code
        assert written(container) == before, code
    assert container.database.collection("persons").find_one({"personal_id": NEW["personal_id"]}) is None
    sent = good(ward.clerk.post("/desk/dossiers", body), 201)
    stored = container.database.collection("persons").find_one({"personal_id": NEW["personal_id"]})
    assert stored is not None
    assert (sent["owner"]["id"], stored["identity_level"]) == (stored["_id"], 0)
    assert good(ward.clerk.post("/desk/dossiers", body), 201)["id"] == sent["id"], "sending it again changes nothing"


def test_what_was_filed_for_somebody_is_in_their_log_and_names_who_helped(sign_in: Cast, ward: Desk) -> None:
    owner = sign_in.citizen()
    sent = good(ward.clerk.post("/desk/dossiers", at_counter(ward.clerk, KNOWN, channel="post")), 201)
    assert (sent["channel"], sent["assisted_by"]) == (3, "Đặng Thị Kim Oanh")
    assert log_of(owner)[0][0] == "dossier.handled"
    mine = good(owner.get(f"/dossiers/{sent['id']}"))
    assert (mine["assisted_by"], {one["source"] for one in mine["components"]}) == ("Đặng Thị Kim Oanh", {"upload"})


def test_only_the_officer_who_scanned_a_paper_may_hand_it_in(container: Container, sign_in: Cast, ward: Desk) -> None:
    body = at_counter(ward.clerk, KNOWN)
    colleague = an_officer(container, sign_in, WARD, Duty.RECEIVE, name="quay.hai")
    refused = colleague.post("/desk/dossiers", body)
    assert refused.get_json()["errors"]["components.birth_certificate"] == ["upload.unknown"]


def test_one_ward_receives_and_the_home_decides(container: Container, sign_in: Cast, ward: Desk) -> None:
    other = an_officer(container, sign_in, OTHER_WARD, Duty.RECEIVE)
    found = good(prepare(other, NEW | {"commune": HOME}, EXTRACT))
    assert (found["receiving_agency"]["code"], found["competent_agency"]["code"]) == (OTHER_WARD, WARD)
    elsewhere = good(prepare(other, NEW | {"commune": HOME}, EXTRACT, receiving_agency=WARD))
    assert (elsewhere["receiving_agency"]["code"], elsewhere["support_agency"]["code"]) == (WARD, OTHER_WARD)
    sent = good(
        other.post("/desk/dossiers", at_counter(other, NEW | {"commune": HOME}, receiving_agency=OTHER_WARD)), 201
    )
    assert (sent["receiving_agency"]["code"], sent["competent_agency"]["code"]) == (OTHER_WARD, WARD)
    stored = container.database.collection("persons").find_one({"personal_id": NEW["personal_id"]})
    assert stored is not None
    assert "commune_code" not in stored, "what a card says is no fact of the city's"


def test_a_home_that_the_city_knows_outweighs_what_the_card_says(
    container: Container, sign_in: Cast, ward: Desk
) -> None:
    owner = sign_in.citizen()
    container.identity.people.place_person(owner.user["id"], HOME)
    found = good(prepare(ward.clerk, KNOWN | {"commune": ELSEWHERE}, EXTRACT))
    assert (found["home"], found["competent_agency"]["code"]) == (HOME, WARD)


def test_an_agency_that_receives_for_the_communes_must_know_whose(
    container: Container, sign_in: Cast, ward: Desk
) -> None:
    justice = an_officer(container, sign_in, JUSTICE, Duty.RECEIVE)
    asked = prepare(justice, NEW, EXTRACT)
    assert (asked.status_code, asked.get_json()["errors"]) == (422, {"receiving_agency": ["agency.home_unknown"]})
    found = good(prepare(justice, NEW | {"commune": HOME}, EXTRACT))
    assert (found["receiving_agency"]["code"], found["competent_agency"]["code"]) == (JUSTICE, WARD)


def test_a_desk_that_receives_nothing_of_it_is_told(ward: Desk) -> None:
    refused = prepare(ward.clerk, NEW, "DEMO-ATTP-05")
    assert refused.get_json()["errors"] == {"receiving_agency": ["agency.not_receiving"]}
    assert good(prepare(ward.clerk, NEW, "DEMO-ATTP-05", receiving_agency="H17.08"))["support_agency"]["code"] == WARD


def test_only_who_receives_may_ask(ward: Desk) -> None:
    assert problem_of(prepare(ward.officer, NEW)) == (403, "access.scope_missing")


def test_looking_into_people_is_limited(container: Container, ward: Desk) -> None:
    for _ in range(COUNTERS_OF_HOUR):
        container.identity.count_of_hour(
            COUNTERS_OF_HOUR, "counter.too_often", "counter preparation", ward.clerk.user["id"]
        )
    assert problem_of(prepare(ward.clerk, NEW)) == (429, "counter.too_often")


def test_a_counter_sees_what_it_received_today(
    container: Container, sign_in: Cast, ward: Desk, clock: FixedClock
) -> None:
    other = an_officer(container, sign_in, OTHER_WARD, Duty.RECEIVE)
    file(sign_in.citizen())
    sent = good(ward.clerk.post("/desk/dossiers", at_counter(ward.clerk, KNOWN)), 201)
    helped = good(other.post("/desk/dossiers", at_counter(other, NEW)), 201)
    for phone, own in ((ward.clerk, sent), (ward.officer, sent), (other, helped)):
        assert [one["id"] for one in good(phone.get("/desk/dossiers?view=counter"))["items"]] == [own["id"]]
    clock.at = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
    fresh = an_officer(container, sign_in, WARD, Duty.RECEIVE)
    assert good(fresh.get("/desk/dossiers?view=counter"))["items"] == []


def test_the_list_of_a_counter_is_found_by_its_index(container: Container, ward: Desk) -> None:
    good(ward.clerk.post("/desk/dossiers", at_counter(ward.clerk, NEW, id=an_id("dos"))), 201)
    plan = container.database.collection("dossiers").find({"counter": f"{WARD}:2026-11-23"}).sort("queue", 1).explain()
    assert "dossiers_by_counter" in str(plan)
