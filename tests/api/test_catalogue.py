"""The public catalogue as anybody meets it: without an account, without diacritics, by date."""

from datetime import date

import pytest
from werkzeug.test import TestResponse

from backend.bootstrap import Container
from shared_models.clock import FixedClock
from shared_models.errors import NotFound
from tests.support.api import Cast, Phone, problem_of
from tests.support.catalogue import a_catalogue
from tests.support.database import snapshot


@pytest.fixture
def city(container: Container) -> Container:
    a_catalogue(container)
    return container


@pytest.fixture
def anybody(city: Container, sign_in: Cast) -> Phone:
    return sign_in.nobody()


def codes(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [item["code"] for item in answer.get_json()["items"]]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dang ky khai sinh", "1.001193"),
        ("khai sinh", "1.001193"),
        ("Đăng ký khai sinh", "1.001193"),
        ("đăng kí khai sinh cho bé", "1.001193"),
        ("sinh con", "1.001193"),
        ("1.001193", "1.001193"),
        ("register a birth", "1.001193"),
        ("doi giay phep lai xe", "3.000347"),
        ("bang lai", "3.000347"),
        ("ho kinh doanh", "1.001612"),
        ("mo quan an", "1.013855"),
        ("doc than", "1.004873"),
    ],
)
def test_what_people_type_finds_what_they_mean(anybody: Phone, text: str, first: str) -> None:
    assert first in codes(anybody.get(f"/procedures?q={text}"))[:4]


@pytest.mark.parametrize("text", ["dang ky khai sinh", "khai sinh", "1.001193"])
def test_all_words_in_the_name_come_first(anybody: Phone, text: str) -> None:
    assert codes(anybody.get(f"/procedures?q={text}"))[0] == "1.001193"


@pytest.mark.parametrize("text", ["xyzzy", "%20", ".", "---", "khai%00sinh"])
def test_nothing_is_found_for_nothing(anybody: Phone, text: str) -> None:
    answer = anybody.get(f"/procedures?q={text}")
    assert answer.status_code == 200
    if text == "xyzzy":
        assert codes(answer) == []


def test_pages_hold_every_active_procedure_once_and_no_abolished_one(anybody: Phone) -> None:
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        page = anybody.get(f"/procedures?limit=7{cursor and f'&cursor={cursor}'}").get_json()
        found += [item["code"] for item in page["items"]]
        assert len(page["items"]) <= 7
        cursor = page["next_cursor"]
    assert len(found) == len(set(found)) == 40
    assert "1.013420" not in found


def test_a_search_pages_too(anybody: Phone) -> None:
    every = codes(anybody.get("/procedures?q=giay&limit=100"))
    assert len(every) > 6
    first = anybody.get("/procedures?q=giay&limit=5").get_json()
    second = anybody.get(f"/procedures?q=giay&limit=100&cursor={first['next_cursor']}")
    assert [item["code"] for item in first["items"]] + codes(second) == every


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("limit=1000", 422, "limit"),
        ("limit=0", 422, "limit"),
        ("q=" + "x" * 101, 422, "q"),
        ("cursor=abc", 422, "cursor"),
        ("cursor=WzEsMl0", 422, "cursor"),
        ("sort=name", 422, "sort"),
    ],
)
def test_a_bad_question_is_refused_at_its_field(anybody: Phone, query: str, status: int, field: str) -> None:
    answer = anybody.get(f"/procedures?{query}")
    assert answer.status_code == status
    assert list(answer.get_json()["errors"]) == [field]


def test_lists_are_narrowed(anybody: Phone) -> None:
    assert set(codes(anybody.get("/procedures?field=driving"))) == {"3.000347", "3.000348"}
    assert "1.001193" in codes(anybody.get("/procedures?event=birth"))
    assert set(codes(anybody.get("/procedures?agency=H17.11"))) == {"1.013416", "1.013419"}
    by_commune = codes(anybody.get("/procedures?agency=commune&limit=100"))
    assert {"1.001193", "DEMO-GT-01"} <= set(by_commune)
    assert codes(anybody.get("/procedures?field=nothing")) == []


def test_a_card_says_what_a_list_shows(anybody: Phone) -> None:
    card = anybody.get("/procedures?q=1.013855").get_json()["items"][0]
    assert card["agency"] == {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm"}
    assert (card["fee"], card["fee_varies"]) == (700_000, True)
    assert card["deadline"] == {"unit": "working_day", "amount": 15}
    assert card["level"] == "partial"
    assert anybody.get("/procedures?q=1.001193").get_json()["items"][0]["agency"] is None


def test_the_version_of_a_day_is_the_one_that_had_begun(anybody: Phone) -> None:
    before = anybody.get("/procedures/1.000662?on=2026-06-30").get_json()
    since = anybody.get("/procedures/1.000662?on=2026-07-01").get_json()
    today = anybody.get("/procedures/1.000662").get_json()
    assert before["deadlines"]["online"] == {"unit": "working_day", "amount": 5}
    assert since["deadlines"]["online"] == {"unit": "same_day", "amount": 0}
    assert since["id"] == today["id"] == "1.000662@2026-07-01"
    assert before["upcoming"] == {"version": "1.000662@2026-07-01", "effective_from": "2026-07-01"}
    assert today["upcoming"] is None
    assert problem_of(anybody.get("/procedures/1.000662?on=2025-06-30")) == (404, "procedure.unknown")


def test_other_rooms_get_the_same(city: Container) -> None:
    catalogue = city.catalogue
    assert catalogue.in_force("1.000662", date(2026, 6, 30)).id == "1.000662@2025-07-01"
    assert catalogue.version("1.000662@2025-07-01").effective_from == date(2025, 7, 1)
    assert catalogue.search("khai sinh", date(2026, 11, 22))[0] == "1.001193"
    assert len(catalogue.list(date(2026, 11, 22))) == 41
    assert catalogue.list(date(2025, 6, 30)) == []
    for unknown in ("1.000662@2030-01-01", "nonsense"):
        with pytest.raises(NotFound):
            catalogue.version(unknown)


def test_the_day_is_the_citys(city: Container, clock: FixedClock, anybody: Phone) -> None:
    clock.at = clock.at.replace(year=2026, month=6, day=30, hour=17, minute=0)  # 00:00 on 1 July in the city
    assert anybody.get("/procedures/1.000662").get_json()["id"] == "1.000662@2026-07-01"


def test_an_abolished_one_says_what_replaces_it(anybody: Phone) -> None:
    found = anybody.get("/procedures/1.013420").get_json()
    assert (found["standing"], found["replaced_by"]) == ("abolished", "store")
    assert anybody.get("/procedures/1.013420?on=2026-06-30").get_json()["standing"] == "active"
    [card] = anybody.get("/procedures?q=cap lai giay phep hoat dong dien luc bi mat&limit=1").get_json()["items"]
    assert (card["code"], card["standing"], card["replaced_by"]) == ("1.013420", "abolished", "store")


def test_the_lost_case_is_replaced_by_the_store_and_the_rest_goes_on(anybody: Phone) -> None:
    found = anybody.get("/procedures/2.000535").get_json()
    assert found["standing"] == "active"
    assert {(case["key"], case["replaced_by"]) for case in found["replaced_cases"]} == {
        ("lost", "store"),
        ("damaged", "store"),
    }


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/procedures/9.999999", "procedure.unknown"),
        ("/procedures/1.001193@2025-07-01", "procedure.unknown"),
        ("/forms/birth_registration@2", "form.unknown"),
        ("/calendar/2031", "calendar.unknown_year"),
        ("/calendar/now", "calendar.unknown_year"),
    ],
)
def test_what_is_not_there(anybody: Phone, path: str, code: str) -> None:
    assert problem_of(anybody.get(path)) == (404, code)


@pytest.mark.parametrize("query", ["on=2026-02-30", "on=heute", "on=20260101"])
def test_an_impossible_day(anybody: Phone, query: str) -> None:
    answer = anybody.get(f"/procedures/1.001193?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == {"on": ["field.date_malformed"]}


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/procedures?q=khai sinh", "public, no-cache"),
        ("/procedures/1.001193", "public, no-cache"),
        ("/procedures/changes", "public, no-cache"),
        ("/forms/birth_registration@1", "public, max-age=31536000, immutable"),
        ("/calendar/2026", "public, no-cache"),
    ],
)
def test_what_one_has_is_not_sent_again(anybody: Phone, path: str, cache: str) -> None:
    answer = anybody.get(path)
    assert answer.headers["Cache-Control"] == cache
    again = anybody.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    other = anybody.get(path, headers={"If-None-Match": 'W/"other"'})
    assert other.status_code == 200


def test_reading_writes_nothing(city: Container, anybody: Phone) -> None:
    before = snapshot(city.database)
    for path in ("/procedures?q=khai", "/procedures/1.001193", "/procedures/changes", "/calendar/2026"):
        assert anybody.get(path).status_code == 200
    assert snapshot(city.database) == before


def test_changes_are_counted_by_kind(anybody: Phone) -> None:
    year = anybody.get("/procedures/changes?since=2026-01-01").get_json()
    assert year["counts"] == {
        "added": 0,
        "merged": 0,
        "abolished": 1,
        "shortened": 2,
        "cheaper": 0,
        "changed": 3,
    }
    shortened = {item["code"] for item in year["items"] if item["kind"] == "shortened"}
    assert shortened == {"1.000662", "1.013419"}
    since_2025 = anybody.get("/procedures/changes?since=2025-01-01").get_json()
    assert since_2025["counts"]["added"] == 41
    assert anybody.get("/procedures/changes?since=2026-07-02").get_json()["items"] == []
    answer = anybody.get("/procedures/changes?since=2027-01-01")
    assert answer.get_json()["errors"] == {"since": ["date.in_future"]}


def test_the_calendar_of_a_year(anybody: Phone) -> None:
    year = anybody.get("/calendar/2026").get_json()
    [default] = year["office_hours"]
    assert default == {
        "agency": "default",
        "sessions": [["07:30", "11:30"], ["13:30", "17:30"]],
        "needs_review": True,
    }
    days = {row["day"]: row for row in year["days"]}
    assert days["2026-01-02"]["legal_basis"] == "Văn bản 12729/VPCP-KGVX"
    assert {day for day, row in days.items() if row["works"]} == {"2026-01-10", "2026-08-22"}
    assert not days["2026-11-24"]["works"]
    assert all(row["needs_review"] for row in anybody.get("/calendar/2027").get_json()["days"])
