"""The vectors of the law's table through the API, warnings before each deadline, and the public look-up."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.bootstrap import Container
from scripts.sandbox.seed_data import FOLDER
from shared_models.access import Role
from shared_models.clock import CITY_ZONE, FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.catalogue import a_procedure
from tests.support.dossiers import WARD, Desk, a_ward, done, file, good
from tests.support.ids import an_id

RULES = {
    "3wd": {"unit": "working_day", "amount": 3},
    "1wd": {"unit": "working_day", "amount": 1},
    "5wd": {"unit": "working_day", "amount": 5},
    "2wd": {"unit": "working_day", "amount": 2},
    "same_day": {"unit": "same_day", "amount": 0},
    "8h": {"unit": "working_hour", "amount": 8},
    "15d": {"unit": "calendar_day", "amount": 15},
}
VECTORS = [
    ("2026-11-20 09:00", "3wd", "2026-11-26"),
    ("2026-11-21 10:00", "1wd", "2026-11-23"),
    ("2026-11-23 15:30", "same_day", "2026-11-25"),
    ("2026-08-21 15:30", "1wd", "2026-08-22"),
    ("2026-08-28 08:00", "5wd", "2026-09-09"),
    ("2026-02-13 14:00", "2wd", "2026-02-24"),
    ("2026-01-01 09:00", "5wd", "2026-01-09"),
    ("2026-11-20 16:30", "8h", "2026-11-23"),
    ("2026-11-23 12:00", "8h", "2026-11-25"),
    ("2026-11-09 08:00", "15d", "2026-11-25"),
]
"""Domain 2.5: received, rule, due date."""


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY_ZONE).astimezone(UTC)


def code_of(rule: str) -> str:
    return f"DEMO-VT-{list(RULES).index(rule) + 1:02}"


@pytest.fixture
def city(container: Container, sign_in: Cast, tmp_path: Path, clock: FixedClock) -> Container:
    """A city with one procedure more for each rule: nothing to bring and no form. Before the first of the vectors."""
    clock.at = local("2026-01-01 07:00")
    (tmp_path / "procedures").mkdir()
    shutil.copytree(FOLDER / "forms", tmp_path / "forms")
    shutil.copy(FOLDER / "calendar.json", tmp_path)
    for rule, deadline in RULES.items():
        code = code_of(rule)
        made = a_procedure(effective_from="2025-07-01", deadlines={"direct": deadline, "online": deadline})
        made |= {"id": f"{code}@2025-07-01", "code": code, "components": [], "form": None, "needs_review": []}
        (tmp_path / "procedures" / f"{code}.json").write_text(json.dumps([made]), "utf-8")
    a_ward(container, sign_in)
    container.catalogue.files.bring_in(tmp_path, "test")
    return container


def simple(rule: str) -> dict[str, Any]:
    """The body of a dossier with nothing but itself."""
    code = code_of(rule)
    body = {"procedure_code": code, "procedure_version": f"{code}@2025-07-01", "form_id": None, "values": {}}
    return body | {
        "id": an_id("dos"),
        "receiving_agency": WARD,
        "components": [],
        "return_way": "digital",
        "contact": {"phone": "0905123456"},
    }


def test_every_vector_of_the_law_through_the_api(city: Container, sign_in: Cast, clock: FixedClock) -> None:
    found = []
    for received, rule, _due in sorted(VECTORS):
        clock.at = local(received)
        sent = good(sign_in.citizen().post("/dossiers", simple(rule)), 201)
        # The officer answers on the next working morning: the time until then counts.
        opens = city.catalogue.calendar(WARD).next_instant(clock.at).astimezone(UTC)
        clock.at = opens + timedelta(minutes=7)
        clerk = a_ward(city, sign_in).clerk
        dossier = done(clerk, good(clerk.get(f"/desk/dossiers/{sent['id']}")), "accept")
        found.append((received, rule, dossier["deadline"]["due_date"]))
    assert found == sorted(VECTORS)


def test_intake_is_answered_within_eight_working_hours(city: Container, sign_in: Cast, clock: FixedClock) -> None:
    assert city
    clock.at = local("2026-11-20 16:30")
    sent = good(sign_in.citizen().post("/dossiers", simple("5wd")), 201)
    assert sent["deadline"]["intake_due_at"] == "2026-11-23T09:30:00Z"


def a_taken_in(ward: Desk, owner: Phone, rule: str) -> dict[str, Any]:
    sent = good(owner.post("/dossiers", simple(rule)), 201)
    dossier = good(ward.clerk.get(f"/desk/dossiers/{sent['id']}"))
    done(ward.clerk, dossier, "accept")
    return done(ward.officer, dossier, "start")


def test_each_level_is_told_once(city: Container, sign_in: Cast, clock: FixedClock) -> None:
    clock.at = local("2026-11-16 08:00")
    dossier = a_taken_in(a_ward(city, sign_in), sign_in.citizen(), "3wd")
    assert dossier["deadline"]["due_date"] == "2026-11-19"
    told = []
    for moment in ("2026-11-16 08:30", "2026-11-18 09:00", "2026-11-18 10:00", "2026-11-19 08:00", "2026-11-20 08:00"):
        clock.at = local(moment)
        told.append(city.dossiers.deadlines.warn())
        assert city.dossiers.deadlines.warn() == 0
    assert told == [0, 1, 0, 1, 1]
    ward = a_ward(city, sign_in)
    kinds = [item["kind"] for item in ward.officer.get("/notices").get_json()["items"]]
    assert kinds == ["dossier.overdue", "dossier.last_day", "dossier.near_due"]
    assert len(ward.leader.get("/notices").get_json()["items"]) == 2
    [row] = ward.officer.get("/desk/dossiers?view=mine").get_json()["items"]
    assert (row["deadline"]["level"], row["deadline"]["standing"]) == ("overdue", "overdue")
    assert row["owner"] == "Trần T. T. T."


def test_the_queue_shows_what_is_due_first(city: Container, sign_in: Cast, clock: FixedClock) -> None:
    clock.at = local("2026-11-16 08:00")
    ward, owner = a_ward(city, sign_in), sign_in.citizen()
    made = {rule: a_taken_in(ward, owner, rule)["id"] for rule in ("5wd", "1wd", "3wd")}
    first = ward.officer.get("/desk/dossiers?view=unit&limit=2").get_json()
    rest = ward.officer.get(f"/desk/dossiers?view=unit&limit=2&cursor={first['next_cursor']}").get_json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [made["1wd"], made["3wd"], made["5wd"]]
    assert rest["next_cursor"] is None


def test_anybody_with_the_code_sees_where_it_is_and_no_more(city: Container, sign_in: Cast, clock: FixedClock) -> None:
    clock.at = local("2026-11-16 08:00")
    dossier = a_taken_in(a_ward(city, sign_in), sign_in.citizen(), "3wd")
    nobody = sign_in.nobody()
    seen = good(nobody.post("/dossier-lookups", {"code": dossier["code"].lower()}))
    assert (seen["status"], seen["agency"]["code"], seen["due_date"]) == (4, WARD, "2026-11-19")
    assert (seen["procedure"], seen["handler"], seen["next"]) == (None, None, None)
    more = good(nobody.post("/dossier-lookups", {"code": dossier["code"], "phone_end": "3456"}))
    assert (more["handler"], more["next"]) == ("Phạm Quốc Bảo", "agency")
    assert "Trần" not in json.dumps(more, ensure_ascii=False)
    for ask in ({"code": "H17.30.05-261116-0099"}, {"code": dossier["code"], "phone_end": "0000"}):
        assert problem_of(nobody.post("/dossier-lookups", ask)) == (404, "dossier.unknown")
    tries = [nobody.post("/dossier-lookups", {"code": dossier["code"], "phone_end": f"{end:04}"}) for end in range(12)]
    assert problem_of(tries[-1]) == (429, "dossier.too_many_lookups")
    codes = [nobody.post("/dossier-lookups", {"code": f"H17.30.05-261116-{end:04}"}).status_code for end in range(130)]
    assert codes[-1] == 429


def test_how_much_was_known_is_counted_by_form(city: Container, sign_in: Cast, clock: FixedClock) -> None:
    clock.at = local("2026-11-16 08:00")
    assert city
    origins = {"applicant_name": "prefilled", "applicant_id": "prefilled", "applicant_phone": "changed"}
    sent = file(sign_in.citizen(), origins=origins)
    [share] = good(sign_in.staff(Role.ADMINISTRATOR).get("/catalogue/form-shares"))["items"]
    assert share == {
        "form": "birth_registration@1",
        "dossiers": 1,
        "fields": len(sent["values"]),
        "prefilled": 3,
        "kept": 2,
        "share": round(3 / len(sent["values"]), 4),
    }
