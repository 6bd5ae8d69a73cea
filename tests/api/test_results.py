"""Delivery of signed results and decisions on them, by the machine API."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest

from backend.bootstrap import Container
from shared_models.access import Role, Scope
from shared_models.place import Point, geohash
from shared_models.result import LicenceIssued
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import TRANG
from tests.support.builders_results import NUMBER, a_delivery, deliver, food_signer, road_signer
from tests.support.database import only, snapshot
from tests.support.pdf import a_pdf, a_signed_pdf


def test_a_delivery_is_stored_with_everything_that_is_known_of_it(machine: Phone, container: Container) -> None:
    heard: list[LicenceIssued] = []
    container.events.on(LicenceIssued, lambda event, _session: heard.append(event))
    answer = machine.post("/results", a_delivery())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    body = answer.get_json()
    assert (body["state"], body["number"]) == ("active", NUMBER)
    assert body["paper_text"].startswith("http://localhost:8000/q#")
    result, licence = only(container.database, "results"), only(container.database, "licences")
    assert (result["_id"], result["licence_id"]) == (body["id"], body["licence_id"])
    owner = only(container.database, "persons")
    assert (owner["personal_id"], result["owner_id"], licence["owner_id"]) == (
        TRANG.personal_id,
        owner["_id"],
        owner["_id"],
    )
    assert "Ban Quản lý" in result["signer"]
    assert result["signed_at"] == "2026-11-21T01:00:00Z"
    assert result["signatures"][0]["covers_file"] is True
    assert result["provenance"] == "new"
    assert licence["geohash"] == geohash(Point(16.0629, 108.2181))
    credential = only(container.database, "credentials")
    assert credential["device_id"] is None
    assert only(container.database, "notices")["kind"] == "licence.issued"
    assert [event.licence_id for event in heard] == [body["licence_id"]]


def test_the_pdf_is_kept_untouched(machine: Phone, container: Container) -> None:
    body = a_delivery()
    deliver(machine)
    content, media_type = container.files.open(only(container.database, "results")["file_id"])
    assert content == base64.b64decode(body["document"])
    assert media_type == "application/pdf"


def test_an_exact_retry_gets_the_same_answer_and_writes_nothing(machine: Phone, container: Container) -> None:
    first = machine.post("/results", a_delivery()).get_json()
    before = snapshot(container.database)
    again = machine.post("/results", a_delivery())
    assert (again.status_code, again.get_json()) == (200, first)
    assert unchanged(before, snapshot(container.database))


def test_another_content_under_the_same_delivery_id_is_refused(machine: Phone, container: Container) -> None:
    deliver(machine)
    before = snapshot(container.database)
    answer = machine.post("/results", a_delivery(activity="Bán rượu"))
    assert problem_of(answer) == (409, "result.id_reused")
    assert unchanged(before, snapshot(container.database))


@pytest.mark.parametrize("same", ["number", "file"])
def test_the_same_result_under_another_delivery_id_is_refused(machine: Phone, container: Container, same: str) -> None:
    deliver(machine)
    before = snapshot(container.database)
    document = base64.b64decode(a_delivery()["document"])
    body = (
        a_delivery(delivery_id="another-1", pdf=a_signed_pdf("other", food_signer()))
        if same == "number"
        else a_delivery(delivery_id="another-2", number="49/2026/ATTP", pdf=document)
    )
    assert problem_of(machine.post("/results", body)) == (409, "result.already_delivered")
    assert unchanged(before, snapshot(container.database))


def unchanged(before: dict[str, int], after: dict[str, int]) -> bool:
    """One-time proofs of the requests themselves aside, and what was refused (test_results_refused.py)."""
    aside = {"dpop_proofs", "refused_deliveries", "refused.files", "refused.chunks"}
    return {k: v for k, v in before.items() if k not in aside} == {k: v for k, v in after.items() if k not in aside}


class Refusal(NamedTuple):
    """A change that makes a delivery impossible, and how it is refused."""

    why: str
    changes: dict[str, Any]
    code: str
    field: str | None
    status: int = 422


def refusals() -> list[Refusal]:
    altered = bytearray(a_signed_pdf("altered", food_signer()))
    altered[altered.index(b"/MediaBox") + 12] ^= 1
    holder, place = a_delivery()["holder"], a_delivery()["place"]
    dates, invalid = "result.dates_impossible", "request.invalid"
    ended = {"valid_from": "2020-01-01", "valid_until": "2026-11-20"}
    in_future, malformed = ({"holder": {**holder, "personal_id": text}} for text in ("066395900005", "04819290000A"))
    look_alike = {"holder": {**holder, "name": "QUÁN МÌ"}}
    commune = {"place": {**place, "commune_code": "99999"}}
    return [
        Refusal("no PDF", {"pdf": b"hello, I am text"}, "result.not_pdf", "document"),
        Refusal("unsigned", {"pdf": a_pdf()}, "result.unsigned", "document"),
        Refusal("altered", {"pdf": bytes(altered)}, "result.altered", "document"),
        Refusal("another signer", {"pdf": a_signed_pdf("road", road_signer())}, "result.wrong_signer", "document"),
        Refusal("another hash", {"document_sha256": "0" * 64}, "result.hash_mismatch", "document_sha256"),
        Refusal("another's type", {"type": "road_works"}, "result.type_not_allowed", None, 403),
        Refusal("an unknown type", {"type": "fishing"}, "result.type_unknown", "type"),
        Refusal("ends before it begins", {"valid_until": "2026-11-20"}, dates, "valid_until"),
        Refusal("over already", ended, dates, "valid_until"),
        Refusal("begins in another age", {"valid_from": "1889-01-01"}, dates, "valid_from"),
        Refusal("begins in two years", {"valid_from": "2028-11-21"}, dates, "valid_from"),
        Refusal("a holder from the future", in_future, "person.id_in_future", "holder.personal_id"),
        Refusal("a letter in the id", malformed, "person.id_malformed", "holder.personal_id"),
        Refusal("no tax code", {"holder": {**holder, "tax_code": "12"}}, invalid, "holder.tax_code"),
        Refusal("an unknown commune", commune, "place.commune_unknown", "place.commune_code"),
        Refusal("half a point", {"place": {**place, "lon": None}}, invalid, "place.lon"),
        Refusal("no place for a restaurant", {"place": None}, "credential.invalid", "place.address"),
        Refusal("look-alike letters", look_alike, "credential.invalid", "holder.name"),
        Refusal("an id in a text", {"activity": "Chủ 048192900002"}, "credential.invalid", "activity"),
        Refusal("an unknown field", {"extra": 1}, invalid, "extra"),
        Refusal("a missing field", {"number": ...}, invalid, "number"),
        Refusal("no base64", {"document": "%%%"}, invalid, "document"),
    ]


@pytest.mark.parametrize("case", refusals(), ids=lambda case: case.why)
def test_what_cannot_be_is_refused_and_nothing_is_written(case: Refusal, machine: Phone, container: Container) -> None:
    before = snapshot(container.database)
    answer = machine.post("/results", a_delivery(**case.changes))
    assert problem_of(answer) == (case.status, case.code)
    if case.field is not None:
        assert case.field in answer.get_json()["errors"], answer.get_json()
    assert unchanged(before, snapshot(container.database))


def test_an_oversized_body_is_refused(machine: Phone) -> None:
    answer = machine.post("/results", {"document": "A" * (12 * 1024 * 1024)})
    assert problem_of(answer)[0] == 413


def test_only_a_machine_with_the_scope_may_deliver(machine: Phone, sign_in: Cast, container: Container) -> None:
    before = container.database.collection("results").count_documents({})
    for phone, expected in (
        (sign_in.nobody(), (401, "access.token_missing")),
        (sign_in.citizen(), (403, "access.scope_missing")),
        (sign_in.staff(Role.INSPECTOR), (403, "access.scope_missing")),
        (sign_in.staff(Role.OFFICER), (403, "access.scope_missing")),
        (sign_in.machine(Scope.RESULTS_READ), (403, "access.scope_missing")),
    ):
        assert problem_of(phone.post("/results", a_delivery())) == expected
    assert container.database.collection("results").count_documents({}) == before


def test_two_deliveries_of_one_result_at_once_make_one(machine: Phone, container: Container) -> None:
    body = a_delivery()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _turn: machine.post("/results", body), range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 200, 201]
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    for name in ("results", "licences", "notices", "persons"):
        only(container.database, name)


def test_deliveries_at_once_take_different_entries(machine: Phone, container: Container) -> None:
    bodies = [a_delivery(number=f"{turn}/2026/ATTP") for turn in range(1, 13)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: machine.post("/results", body), bodies))
    assert [answer.status_code for answer in answers] == [201] * 12
    entries = [(row["list_n"], row["list_index"]) for row in container.database.collection("credentials").find()]
    assert len(set(entries)) == len(entries) == 12
    sequence = [row["change_seq"] for row in container.database.collection("licences").find()]
    assert sorted(sequence) == list(range(1, 13))


def test_an_undated_result_is_minted_for_five_years(machine: Phone, container: Container) -> None:
    deliver(machine, valid_until=None)
    credential = only(container.database, "credentials")
    assert credential["renewable"] is True
    assert (credential["expires_at"] - credential["issued_at"]).total_seconds() == 157_766_400
