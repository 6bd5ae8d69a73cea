"""What administrators make beside drafts: office hours, forms, and the names that a draft may use."""

from typing import Any

import pytest

from backend.bootstrap import Container
from tests.support.api import Cast, Phone, problem_of
from tests.support.catalogue import BIRTH, DRAFT_ID, FORM_DRAFT, a_form, a_procedure, administrator, city

EARLY = [["07:00", "11:00"], ["13:00", "17:00"]]


__all__ = ["administrator", "city"]


@pytest.fixture
def anybody(city: Container, sign_in: Cast) -> Phone:
    return sign_in.nobody()


def kept(city: Container, *names: str) -> list[Any]:
    return [list(city.database.collection(name).find().sort("_id", 1)) for name in (*names, "catalogue_state")]


def put_hours(phone: Phone, agency: str, sessions: Any = None, **changes: Any) -> Any:
    body = {"sessions": EARLY if sessions is None else sessions, "needs_review": False} | changes
    return phone.request("PUT", f"/catalogue/office-hours/{agency}", body=body)


def due_at(phone: Phone, agency: str | None) -> str:
    """Of half a working day, received at eight."""
    rule = {"unit": "working_hour", "amount": 4}
    body = {"rule": rule, "policy": "reset", "agency": agency, "received_at": "2026-10-05T08:00:00+07:00"}
    answer = phone.post("/catalogue/simulations", body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_json()["due_at"])


def put_form(phone: Phone, form: dict[str, Any], draft_version: int = 0, at: str = FORM_DRAFT) -> Any:
    return phone.request("PUT", f"/catalogue/forms/{at}", body={"form": form, "draft_version": draft_version})


def test_an_agency_may_keep_hours_of_its_own(administrator: Phone, anybody: Phone) -> None:
    usual = due_at(administrator, "H17.08")
    answer = put_hours(administrator, "H17.08")
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"agency": "H17.08", "sessions": EARLY, "needs_review": False},
    )
    assert (due_at(administrator, "H17.08"), due_at(administrator, None)) == ("2026-10-05T07:00:00Z", usual)
    shown = anybody.get("/calendar/2026").get_json()["office_hours"]
    assert [row["agency"] for row in shown] == ["default", "H17.08"]
    assert administrator.delete("/catalogue/office-hours/H17.08").status_code == 204
    assert due_at(administrator, "H17.08") == usual
    assert problem_of(administrator.delete("/catalogue/office-hours/H17.08")) == (404, "calendar.no_hours")


def test_the_same_hours_again_change_nothing(administrator: Phone, city: Container) -> None:
    put_hours(administrator, "default")
    before = kept(city, "office_hours")
    assert put_hours(administrator, "default").status_code == 200
    assert kept(city, "office_hours") == before


@pytest.mark.parametrize(
    ("sessions", "field", "code"),
    [
        ([["07:00", "11:00"]], "sessions", "calendar.hours_impossible"),
        ([["07:00", "12:00"], ["11:00", "14:00"]], "sessions", "calendar.hours_impossible"),
        ([["13:00", "17:00"], ["07:00", "11:00"]], "sessions", "calendar.hours_impossible"),
        ([["29:00", "29:30"]], "sessions", "calendar.hours_impossible"),
        ([["7 giờ", "11:00"]], "sessions.0.0", "field.malformed"),
        ([["07:00", "11:00", "12:00"]], "sessions.0", "field.length"),
        ([], "sessions", "field.length"),
        ("always", "sessions", "field.invalid"),
    ],
)
def test_hours_that_cannot_be(administrator: Phone, city: Container, sessions: Any, field: str, code: str) -> None:
    before = kept(city, "office_hours")
    answer = put_hours(administrator, "default", sessions)
    assert answer.status_code == 422
    assert answer.get_json()["errors"].get(field) == [code], answer.get_json()
    assert kept(city, "office_hours") == before


def test_hours_belong_to_somebody(administrator: Phone, city: Container) -> None:
    before = kept(city, "office_hours")
    assert problem_of(put_hours(administrator, "H17.99")) == (404, "agency.unknown")
    assert problem_of(administrator.delete("/catalogue/office-hours/default")) == (409, "calendar.default_hours")
    assert kept(city, "office_hours") == before


def test_a_form_is_a_draft_until_a_published_version_asks_for_it(administrator: Phone, anybody: Phone) -> None:
    saved = put_form(administrator, a_form()).get_json()
    assert (saved["draft_version"], saved["published_at"], saved["saved_by_name"] != "") == (1, None, True)
    assert problem_of(anybody.get(f"/forms/{FORM_DRAFT}")) == (404, "form.unknown")
    again = put_form(administrator, a_form(title={"vi": "Tờ khai", "en": "Form"}), 1).get_json()
    assert (again["draft_version"], again["form"]["title"]["vi"]) == (2, "Tờ khai")
    listed = {row["id"]: row for row in administrator.get("/catalogue/forms").get_json()["items"]}
    assert (listed[FORM_DRAFT]["used_by"], listed["birth_registration@1"]["used_by"] != []) == ([], True)
    body = {"procedure": a_procedure(effective_from="2026-12-01", form=FORM_DRAFT), "draft_version": 0}
    assert administrator.request("PUT", f"/catalogue/drafts/{DRAFT_ID}", body=body).status_code == 200
    assert problem_of(anybody.get(f"/forms/{FORM_DRAFT}")) == (404, "form.unknown")
    assert administrator.post(f"/catalogue/drafts/{DRAFT_ID}/publish", {"draft_version": 1}).status_code == 200
    assert anybody.get(f"/forms/{FORM_DRAFT}").get_json()["title"]["vi"] == "Tờ khai"
    assert problem_of(put_form(administrator, a_form(), 2)) == (409, "catalogue.form_published")
    assert problem_of(administrator.delete(f"/catalogue/forms/{FORM_DRAFT}")) == (409, "catalogue.form_published")
    listed = {row["id"]: row for row in administrator.get("/catalogue/forms").get_json()["items"]}
    assert listed[FORM_DRAFT]["used_by"] == [DRAFT_ID]
    assert listed[FORM_DRAFT]["published_at"] is not None


def test_a_published_form_is_never_written_over(administrator: Phone, city: Container) -> None:
    before = kept(city, "form_templates")
    answer = put_form(administrator, a_form("birth_registration@1", title={"vi": "Khác", "en": "Other"}), 0)
    assert answer.status_code == 422
    answer = put_form(administrator, a_form("birth_registration@1"), 0, "birth_registration@1")
    assert problem_of(answer) == (409, "catalogue.form_published")
    assert kept(city, "form_templates") == before


def test_two_administrators_do_not_overwrite_a_form(administrator: Phone) -> None:
    put_form(administrator, a_form())
    mine = a_form(title={"vi": "Của tôi", "en": "Mine"})
    assert put_form(administrator, mine, 1).get_json()["draft_version"] == 2
    assert put_form(administrator, mine, 1).get_json()["draft_version"] == 2
    assert problem_of(put_form(administrator, a_form(), 1)) == (412, "catalogue.draft_changed")
    assert administrator.get(f"/catalogue/forms/{FORM_DRAFT}").get_json()["form"]["title"]["vi"] == "Của tôi"


def test_a_form_can_be_thrown_away(administrator: Phone) -> None:
    put_form(administrator, a_form())
    assert administrator.delete(f"/catalogue/forms/{FORM_DRAFT}").status_code == 204
    assert problem_of(administrator.delete(f"/catalogue/forms/{FORM_DRAFT}")) == (404, "form.unknown")
    assert problem_of(administrator.get(f"/catalogue/forms/{FORM_DRAFT}")) == (404, "form.unknown")


def with_choice(value: str) -> dict[str, Any]:
    """A form with one more choice."""
    form = a_form()
    form["schema"]["properties"]["applicant_gender"]["enum"].append(value)
    row = next(row for part in form["layout"] for row in part["fields"] if row["name"] == "applicant_gender")
    row["options"][value] = {"vi": "Khác", "en": "Other"}
    return form


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        (a_form(schema={}), "form.schema", "form.keyword_missing"),
        (a_form(colour="red"), "form.colour", "field.unknown"),
        (a_form(layout=[]), "form.layout", "field.malformed"),
        (a_form("other@1"), "form.id", "catalogue.id_not_of_form"),
        (with_choice("$gender"), "form.layout", "field.malformed"),
        (with_choice("a.b"), "form.layout", "field.malformed"),
        (with_choice("a\0b"), "form.layout", "field.malformed"),
    ],
)
def test_a_form_that_cannot_be(
    administrator: Phone, city: Container, form: dict[str, Any], field: str, code: str
) -> None:
    before = kept(city, "form_templates")
    answer = put_form(administrator, form)
    assert problem_of(answer) == (422, "form.invalid")
    errors = answer.get_json()["errors"]
    assert [codes for path, codes in errors.items() if path.startswith(field)] == [[code]], errors
    assert kept(city, "form_templates") == before


def test_a_draft_finds_every_name_it_may_use(administrator: Phone) -> None:
    put_form(administrator, a_form())
    terms = administrator.get("/catalogue/terms").get_json()
    assert "H17.08" in {one["code"] for one in terms["agencies"]}
    assert BIRTH in {one["code"] for one in terms["procedures"]}
    assert {"birth_registration@1", FORM_DRAFT} <= {one["id"] for one in terms["forms"]}
    procedure = a_procedure()
    assert procedure["field"] in terms["fields"]
    assert procedure["result"]["template"] in terms["templates"]
