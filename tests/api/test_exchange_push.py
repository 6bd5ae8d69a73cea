"""What an agency's one-stop software sends becomes a dossier of ours, once, and moves as the table allows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN, TRANG
from tests.support.dossiers import REQUEST, WARD, a_ward, done, file, good, written
from tests.support.exchange import Egov, a_record, an_egov, later


@pytest.fixture
def egov(container: Container, sign_in: Cast) -> Egov:
    a_ward(container, sign_in)
    return an_egov(container, sign_in)


@pytest.fixture
def clerk(container: Container, sign_in: Cast, egov: Egov) -> Phone:
    assert egov
    return a_ward(container, sign_in).clerk


def at_desk(clerk: Phone, result: dict[str, Any]) -> dict[str, Any]:
    return good(clerk.get(f"/desk/dossiers/{result['dossier_id']}"))


@pytest.mark.parametrize("status", range(1, 11))
def test_a_dossier_comes_in_with_any_status_and_only_once(egov: Egov, clerk: Phone, status: int) -> None:
    record = a_record(status)
    result = egov.stored(record)
    assert (result["revision"], result["sync"]) == (0, "synced")
    dossier = at_desk(clerk, result)
    assert (dossier["status"], dossier["sync"], dossier["clash"]) == (status, "synced", None)
    assert dossier["code"] == record.get("code")
    assert dossier["timeline"][-1]["status"] == status
    assert dossier["timeline"][0]["action"] == "submit"
    before = written(egov.phone.container)
    again = egov.one(record)
    assert (again["state"], again["dossier_id"]) == ("unchanged", result["dossier_id"])
    assert written(egov.phone.container) == before


def test_its_owner_finds_it_in_their_list_and_hears_of_it(egov: Egov, sign_in: Cast) -> None:
    owner, other = sign_in.citizen(TRANG), sign_in.citizen(AN)
    result = egov.stored(a_record(2))
    [card] = good(owner.get("/dossiers"))["items"]
    assert (card["id"], card["status"], card["deadline"]["due_date"]) == (result["dossier_id"], 2, "2026-11-27")
    assert good(other.get("/dossiers"))["items"] == []
    kinds = [one["kind"] for one in good(owner.get("/notices"))["items"]]
    assert "dossier.accepted" in kinds
    seen = good(owner.get("/me/access-log"))["items"]
    assert {one["action"] for one in seen} == {"dossier.handled"}
    assert {one["actor_name"] for one in seen} == {"Phần mềm một cửa"}


def test_of_a_long_way_the_owner_hears_only_where_it_is(egov: Egov, sign_in: Cast) -> None:
    owner = sign_in.citizen(TRANG)
    egov.stored(a_record(10))
    assert [one["kind"] for one in good(owner.get("/notices"))["items"]] == ["dossier.returned"]


def test_it_stands_in_the_queue_by_their_day_and_is_judged_by_our_calendar(
    egov: Egov, clerk: Phone, clock: FixedClock, container: Container, sign_in: Cast
) -> None:
    result = egov.stored(a_record(4, due_at="2026-11-26T03:00:00Z"))
    [card] = good(clerk.get("/desk/dossiers?view=unit"))["items"]
    deadline = card["deadline"]
    # Sat 21/11: Monday, Wednesday and Thursday are left, because Tuesday the 24th is a holiday.
    assert (deadline["due_at"], deadline["working_days_left"]) == ("2026-11-26T03:00:00Z", 3)
    assert (deadline["original_due_date"], deadline["standing"]) == ("2026-11-26", "within")
    clock.at = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
    assert at_desk(a_ward(container, sign_in).clerk, result)["deadline"]["standing"] == "overdue"


def test_our_pause_of_their_deadline_goes_on_with_what_was_left(egov: Egov, clerk: Phone) -> None:
    record = a_record(4, due_at="2026-12-04T10:30:00Z")
    result = egov.stored(record)
    paused = later(record, 5, status_at="2026-11-21T02:00:00Z", due_at=None)
    egov.stored(paused)
    dossier = at_desk(clerk, result)
    assert (dossier["deadline"]["paused"], dossier["deadline"]["due_at"]) == (True, None)
    assert [one["component"] for one in dossier["asks"]["items"]] == ["birth_certificate"]
    going_on = later(paused, 4, status_at="2026-11-21T02:20:00Z", due_at="2026-12-08T10:30:00Z")
    egov.stored(going_on)
    dossier = at_desk(clerk, result)
    assert (dossier["asks"], dossier["deadline"]["due_date"]) == (None, "2026-12-08")
    assert dossier["deadline"]["original_due_date"] == "2026-12-04"


def test_steps_that_were_taken_there_are_lines_here(egov: Egov, clerk: Phone) -> None:
    record = a_record(1)
    result = egov.stored(record)
    steps = [
        {"status": 2, "at": "2026-11-20T04:00:00Z", "note": "Đủ thành phần"},
        {"status": 4, "at": "2026-11-20T05:00:00Z"},
        {"status": 9, "at": "2026-11-20T06:00:00Z", "note": "Đã ký"},
    ]
    egov.stored(later(record, 9, code=f"{WARD}-261120-0099", steps=steps, status_at="2026-11-20T06:00:00Z"))
    dossier = at_desk(clerk, result)
    lines = [(one["action"], one["at"], one["note"]) for one in dossier["timeline"][1:]]
    assert lines == [
        ("accept", "2026-11-20T04:00:00Z", "Đủ thành phần"),
        ("start", "2026-11-20T05:00:00Z", None),
        ("resolve", "2026-11-20T06:00:00Z", "Đã ký"),
    ]
    assert (dossier["result"]["decision"], dossier["ended_at"]) == ("approved", "2026-11-20T06:00:00Z")


def test_another_day_alone_is_a_line_without_a_step(egov: Egov, clerk: Phone) -> None:
    record = a_record(2)
    result = egov.stored(record)
    egov.stored(later(record, 2, due_at="2026-12-01T10:00:00Z", note="Hẹn lại"))
    dossier = at_desk(clerk, result)
    assert (dossier["deadline"]["due_date"], dossier["deadline"]["original_due_date"]) == ("2026-12-01", "2026-11-27")
    assert (dossier["timeline"][-1]["action"], dossier["timeline"][-1]["note"]) == ("exchange", "Hẹn lại")


def test_a_later_version_that_came_first_is_not_overwritten(egov: Egov, clerk: Phone) -> None:
    record = a_record(1)
    result = egov.stored(record)
    second, third = later(record, 2, code=f"{WARD}-261120-0042"), a_record(1)
    third = later(second, 4)
    results = egov.push(third | {"steps": [_step(2), _step(4)]}, second)
    assert [one["state"] for one in results] == ["stored", "unchanged"]
    dossier = at_desk(clerk, result)
    assert (dossier["status"], len(dossier["timeline"])) == (4, 3)


def _step(status: int) -> dict[str, Any]:
    return {"status": status, "at": "2026-11-20T03:00:00Z"}


def test_codes_that_were_given_there_are_not_given_here(egov: Egov, clerk: Phone, sign_in: Cast) -> None:
    today = f"{WARD}-261121"
    egov.stored(a_record(2, code=f"{today}-0001"))
    dossier = good(clerk.get(f"/desk/dossiers/{file(sign_in.citizen(TRANG))['id']}"))
    done(clerk, dossier, "accept")
    assert dossier["code"] == f"{today}-0002"
    assert egov.one(a_record(2, code=f"{today}-0002"))["code"] == "exchange.code_taken"


def test_a_fee_that_is_paid_there_takes_the_dossier_on(egov: Egov, clerk: Phone) -> None:
    record = a_record(6)
    result = egov.stored(record)
    assert (at_desk(clerk, result)["payment"], at_desk(clerk, result)["asks"]["amount"]) == ("due", 8_000)
    fee = {"amount": 8_000, "paid_at": "2026-11-20T03:30:00Z", "receipt_number": "BL-77"}
    egov.stored(later(record, 2, fee=fee, code=f"{WARD}-261120-0050", status_at="2026-11-20T03:30:00Z"))
    dossier = at_desk(clerk, result)
    assert (dossier["status"], dossier["payment"], dossier["asks"]) == (2, "paid", None)
    assert dossier["fee"]["receipt_number"] == "BL-77"


def test_a_fee_that_went_back_here_is_not_paid_again_by_their_old_books(
    egov: Egov, clerk: Phone, container: Container
) -> None:
    fee = {"amount": 8_000, "paid_at": "2026-11-20T03:30:00Z", "receipt_number": "BL-77"}
    record = a_record(6)
    egov.stored(record)
    paid = later(record, 2, fee=fee, code=f"{WARD}-261120-0051", status_at="2026-11-20T03:30:00Z")
    egov.stored(paid)
    sent_back = {"payment": "refunded", "fee.paid_at": None, "fee.receipt_number": None}
    container.database.collection("dossiers").update_one({"code": paid["code"]}, {"$set": sent_back})
    egov.stored(later(paid, 4, fee=fee, status_at="2026-11-20T04:30:00Z"))
    dossier = container.database.collection("dossiers").find_one({"code": paid["code"]}) or {}
    assert (dossier["status"], dossier["payment"], dossier["fee"]["paid_at"]) == (4, "refunded", None)


REFUSED: list[tuple[str, Callable[[], dict[str, Any]], str, str | None]] = [
    ("no status", lambda: a_record(status_at=...), "request.invalid", "status_at"),
    ("an unknown member", lambda: a_record(secret="x"), "request.invalid", "secret"),
    ("no such status", lambda: a_record(status=11), "request.invalid", "status"),
    ("a version that is no number", lambda: a_record(source_version="2"), "request.invalid", "source_version"),
    ("an id with blanks", lambda: a_record(exchange_id="a b"), "request.invalid", "exchange_id"),
    ("a naive time", lambda: a_record(received_at="2026-11-20T02:00:00"), "request.invalid", "received_at"),
    ("an unknown procedure", lambda: a_record(procedure_code="9.999999"), "procedure.unknown", None),
    ("another agency", lambda: a_record(receiving_agency="H17.08"), "exchange.foreign_agency", "receiving_agency"),
    ("a procedure of others", lambda: a_record(procedure_code=REQUEST), "agency.not_receiving", "receiving_agency"),
    ("a future", lambda: a_record(status_at="2026-11-21T02:40:00Z"), "exchange.in_future", "status_at"),
    ("time that runs back", lambda: a_record(status_at="2026-11-20T01:00:00Z"), "exchange.times_disordered", "steps"),
    ("no code", lambda: a_record(2, code=...), "exchange.incomplete", "code"),
    ("no day", lambda: a_record(4, due_at=None), "exchange.incomplete", "due_at"),
    ("nothing asked", lambda: a_record(5, asks=None), "exchange.incomplete", "asks"),
    ("no amount", lambda: a_record(6, fee={"amount": 0}), "exchange.incomplete", "fee"),
    ("no result", lambda: a_record(9, result=None), "exchange.incomplete", "result"),
    ("a code that is none", lambda: a_record(2, code="17-1-1"), "dossier.code_malformed", "code"),
    ("a number of nobody", lambda: _applicant("123"), "person.id_malformed", "applicant.personal_id"),
    ("another name", lambda: _applicant(TRANG.personal_id, "Lê Văn Khác"), "person.name_differs", "applicant.name"),
    (
        "more than the list asks for",
        lambda: a_record(5, asks={"items": [{"component": "marriage", "reason": "Cần thêm"}]}),
        "supplement.not_in_list",
        "asks.marriage",
    ),
    ("a way that is none", lambda: a_record(4, steps=[_step(9), _step(4)]), "exchange.move_not_allowed", None),
    ("a jump", lambda: a_record(4, steps=[_step(5), _step(6), _step(4)]), "exchange.move_not_allowed", None),
    ("a dossier of nobody", lambda: a_record(dossier_id="dos_" + "0" * 26), "dossier.unknown", None),
]


def _applicant(number: str, name: str = TRANG.full_name) -> dict[str, Any]:
    return a_record(applicant={"personal_id": number, "name": name})


def test_what_cannot_be_is_refused_by_name_leaves_nothing_and_holds_up_nobody(egov: Egov, sign_in: Cast) -> None:
    sign_in.citizen(TRANG)
    sent = [(name, record(), code, place) for name, record, code, place in REFUSED]
    before = written(egov.phone.container)
    results = egov.push(*(record for _, record, _, _ in sent))
    told = {
        name: (one["state"], one.get("code"), place is None or place in one.get("errors", {}))
        for (name, _, _, place), one in zip(sent, results, strict=True)
    }
    assert told == {name: ("refused", code, True) for name, _, code, _ in sent}
    assert written(egov.phone.container) == before
    both = egov.push(sent[0][1], a_record(1))
    assert [one["state"] for one in both] == ["refused", "stored"]


def test_another_content_under_the_same_version_is_another_thing(egov: Egov) -> None:
    record = a_record(2)
    egov.stored(record)
    assert egov.one(record | {"note": "khác"})["code"] == "exchange.version_reused"
    assert egov.one(later(record, 2, procedure_code="2.000635"))["code"] == "exchange.another_procedure"
    stranger = {"personal_id": AN.personal_id, "name": AN.full_name}
    assert egov.one(later(record, 4, applicant=stranger))["code"] == "exchange.another_applicant"
    assert egov.one(later(record, 4, based_on=1))["code"] == "exchange.revision_unknown"
    assert egov.one(later(record, 4, code=f"{WARD}-261120-0001"))["code"] == "exchange.code_differs"


@pytest.mark.parametrize("ended", [3, 7, 10])
def test_what_has_ended_does_not_begin_again(egov: Egov, clerk: Phone, ended: int) -> None:
    record = a_record(ended)
    result = egov.stored(record)
    refused = egov.one(later(record, 4, code=f"{WARD}-261120-0005"))
    assert (refused["code"], refused["params"]) == ("exchange.move_not_allowed", {"before": ended, "after": 4})
    assert at_desk(clerk, result)["status"] == ended


def test_many_are_too_many_and_none_too_few(egov: Egov) -> None:
    for records in ([], [{}] * 201, None, "x"):
        answer = egov.phone.post("/exchange/dossiers:push", {"records": records})
        assert problem_of(answer) == (422, "request.invalid")
    assert problem_of(egov.phone.post("/exchange/dossiers:push", {}))[0] == 422
    results = egov.push(*[{"exchange_id": f"X-{number}"} for number in range(200)])
    assert {one["code"] for one in results} == {"request.invalid"}


def test_a_machine_without_the_scope_or_an_officer_gets_nothing(egov: Egov, clerk: Phone, sign_in: Cast) -> None:
    assert egov
    body = {"records": [a_record(1)]}
    assert problem_of(clerk.post("/exchange/dossiers:push", body)) == (403, "access.scope_missing")
    assert problem_of(sign_in.machine().post("/exchange/dossiers:push", body)) == (403, "access.scope_missing")
