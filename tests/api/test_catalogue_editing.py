"""An administrator's work: drafts that nobody else sees, publishing for good, the simulator and the calendar."""

from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.catalogue import BIRTH, DRAFT_ID, a_draft, a_procedure, administrator, city

__all__ = ["administrator", "city"]


@pytest.fixture
def anybody(city: Container, sign_in: Cast) -> Phone:
    return sign_in.nobody()


def everything(city: Container) -> dict[str, list[Any]]:
    """All that the catalogue keeps."""
    names = ("procedure_versions", "form_templates", "calendar_days", "office_hours", "catalogue_changes")
    return {name: list(city.database.collection(name).find().sort("_id", 1)) for name in (*names, "catalogue_state")}


def put(phone: Phone, procedure: dict[str, Any], draft_version: int = 0, at: str = DRAFT_ID) -> Any:
    body = {"procedure": procedure, "draft_version": draft_version}
    return phone.request("PUT", f"/catalogue/drafts/{at}", body=body)


def publish(phone: Phone, draft_version: int = 1, at: str = DRAFT_ID) -> Any:
    return phone.post(f"/catalogue/drafts/{at}/publish", {"draft_version": draft_version})


def test_a_draft_is_seen_by_nobody_else(administrator: Phone, anybody: Phone, clock: FixedClock) -> None:
    seen = anybody.get(f"/procedures/{BIRTH}").get_json()
    saved = a_draft(administrator, level="information", level_reason={"vi": "Bản thảo kín", "en": "Secret draft"})
    assert (saved["draft_version"], saved["procedure"]["state"]) == (1, "draft")
    assert anybody.get(f"/procedures/{BIRTH}").get_json() == seen
    on_its_day = anybody.get(f"/procedures/{BIRTH}?on=2026-12-01").get_json()
    assert on_its_day["id"] == seen["id"]
    for path in ("/procedures?q=khai sinh", "/procedures/changes?since=2025-01-01"):
        assert "Secret draft" not in anybody.get(path).get_data(as_text=True)
        assert DRAFT_ID not in anybody.get(path).get_data(as_text=True)
    clock.at = clock.at.replace(month=12, day=2)
    assert anybody.get(f"/procedures/{BIRTH}").get_json()["id"] == seen["id"]


def test_a_published_version_takes_effect_on_its_day(
    administrator: Phone, anybody: Phone, city: Container, clock: FixedClock
) -> None:
    a_draft(administrator, deadlines={way: {"unit": "instant", "amount": 0} for way in ("direct", "online")})
    answer = publish(administrator)
    assert (answer.status_code, answer.get_json()["id"]) == (200, DRAFT_ID)
    today = anybody.get(f"/procedures/{BIRTH}").get_json()
    assert (today["id"], today["upcoming"]["version"]) == (f"{BIRTH}@2025-07-01", DRAFT_ID)
    assert anybody.get("/procedures/changes?since=2026-11-01").get_json()["items"] == []
    clock.at = clock.at.replace(month=12, day=1)
    assert anybody.get(f"/procedures/{BIRTH}").get_json()["id"] == DRAFT_ID
    assert anybody.get("/procedures/changes?since=2026-11-01").get_json()["counts"]["shortened"] == 1
    row = city.database.collection("procedure_versions").find_one({"_id": DRAFT_ID})
    assert row is not None
    assert row["published_by"] == administrator.user["id"]


def test_what_is_published_never_changes(administrator: Phone) -> None:
    a_draft(administrator)
    assert publish(administrator).status_code == 200
    assert problem_of(put(administrator, a_procedure(effective_from="2026-12-01"), 1)) == (
        409,
        "catalogue.version_published",
    )
    assert problem_of(administrator.delete(f"/catalogue/drafts/{DRAFT_ID}")) == (404, "catalogue.draft_unknown")
    assert problem_of(administrator.get(f"/catalogue/drafts/{DRAFT_ID}")) == (404, "catalogue.draft_unknown")
    seeded = a_procedure()
    assert problem_of(put(administrator, seeded, 0, seeded["id"])) == (409, "catalogue.version_published")


def test_an_answer_that_was_lost_is_given_again(administrator: Phone, city: Container) -> None:
    a_draft(administrator)
    again = put(administrator, a_procedure(effective_from="2026-12-01"), 0)
    assert (again.status_code, again.get_json()["draft_version"]) == (200, 1)
    assert publish(administrator).status_code == 200
    before = everything(city)
    assert publish(administrator).status_code == 200
    assert everything(city) == before
    assert problem_of(publish(administrator, 2)) == (404, "catalogue.draft_unknown")


def test_two_administrators_do_not_overwrite_one_another(administrator: Phone) -> None:
    a_draft(administrator)
    mine = a_procedure(effective_from="2026-12-01", max_reappointments=0)
    assert put(administrator, mine, 1).get_json()["draft_version"] == 2
    theirs = a_procedure(effective_from="2026-12-01", non_territorial=False)
    assert problem_of(put(administrator, theirs, 1)) == (412, "catalogue.draft_changed")
    assert problem_of(publish(administrator, 1)) == (412, "catalogue.draft_changed")
    assert administrator.get(f"/catalogue/drafts/{DRAFT_ID}").get_json()["procedure"]["max_reappointments"] == 0


def test_a_draft_can_be_thrown_away(administrator: Phone) -> None:
    a_draft(administrator)
    assert administrator.delete(f"/catalogue/drafts/{DRAFT_ID}").status_code == 204
    assert problem_of(administrator.delete(f"/catalogue/drafts/{DRAFT_ID}")) == (404, "catalogue.draft_unknown")
    assert problem_of(publish(administrator)) == (404, "catalogue.draft_unknown")


def printed_from(template: str) -> dict[str, Any]:
    return {"result": a_procedure()["result"] | {"template": template}}


def test_the_past_is_not_rewritten(administrator: Phone, city: Container) -> None:
    past = "1.001193@2026-11-20"
    assert put(administrator, a_procedure(effective_from="2026-11-20"), 0, past).status_code == 200
    before = everything(city)
    assert problem_of(publish(administrator, 1, past)) == (409, "catalogue.date_past")
    assert everything(city) == before


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"form": "nothing@1"}, "form", "form.unknown"),
        ({"competent": "H17.99"}, "competent", "agency.unknown"),
        (printed_from("nothing"), "result.template", "catalogue.template_unknown"),
        (printed_from("about"), "result.template", "catalogue.template_unknown"),
        (printed_from("refusal"), "result.template", "catalogue.template_unknown"),
        ({"receiving": ["commune", "H17.98"]}, "receiving.1", "agency.unknown"),
        ({"standing": "abolished", "replaced_by": "1.999999"}, "replaced_by", "procedure.unknown"),
        ({"replaced_by": "store"}, "replaced_by", "catalogue.not_abolished"),
        ({"level": "partial"}, "level_reason", "field.required"),
        ({"colour": "red"}, "colour", "field.unknown"),
        ({"code": "1.1"}, "code", "field.malformed"),
        ({"max_reappointments": "1"}, "max_reappointments", "field.malformed"),
        ({"needs_review": ["fees.gift"]}, "needs_review.0", "catalogue.path_unknown"),
        ({"life_events": ["war"]}, "life_events.0", "field.not_a_choice"),
        ({"effective_from": "2026-02-30"}, "effective_from", "field.date_malformed"),
    ],
)
def test_a_bad_draft_is_refused_at_its_member(
    administrator: Phone, city: Container, changes: dict[str, Any], field: str, code: str
) -> None:
    before = everything(city)
    answer = put(administrator, a_procedure(effective_from="2026-12-01") | changes)
    assert problem_of(answer) == (422, "catalogue.procedure_invalid")
    assert code in answer.get_json()["errors"].get(f"procedure.{field}", []), answer.get_json()["errors"]
    assert everything(city) == before


def test_a_draft_lies_at_its_own_address(administrator: Phone) -> None:
    answer = put(administrator, a_procedure(effective_from="2026-12-02"))
    assert answer.get_json()["errors"] == {"procedure.id": ["catalogue.id_not_of_version"]}


def test_administrators_see_every_version_page_by_page(administrator: Phone) -> None:
    a_draft(administrator)
    items: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = administrator.get(f"/catalogue/procedures?limit=8{cursor and f'&cursor={cursor}'}").get_json()
        items += page["items"]
        cursor = page["next_cursor"]
    places = [(item["code"], item["effective_from"]) for item in items]
    assert places == sorted(set(places))
    assert len(items) == 46
    states = {item["id"]: (item["state"], item["in_force"]) for item in items}
    assert states[DRAFT_ID] == ("draft", False)
    assert states["1.000662@2025-07-01"] == ("published", False)
    assert states["1.000662@2026-07-01"] == ("published", True)
    assert sum(item["in_force"] for item in items) == 41


def simulation(**changes: Any) -> dict[str, Any]:
    body = {
        "rule": {"unit": "working_day", "amount": 5},
        "policy": "reset",
        "agency": None,
        "received_at": "2026-10-05T08:00:00+07:00",
        "supplements": [{"asked_at": "2026-10-07T10:00:00+07:00", "answered_at": "2026-10-12T09:00:00+07:00"}],
    }
    return body | changes


@pytest.mark.parametrize(("policy", "due_at"), [("resume", "2026-10-14T10:00:00Z"), ("reset", "2026-10-19T02:00:00Z")])
def test_the_simulator_agrees_with_the_law(administrator: Phone, policy: str, due_at: str) -> None:
    """The vector of domain 2.4."""
    found = administrator.post("/catalogue/simulations", simulation(policy=policy)).get_json()
    assert found["due_at"] == due_at
    steps = {step["what"]: step["at"] for step in found["steps"]}
    assert steps["original_due"] == "2026-10-12T01:00:00Z"
    assert steps["due"] == due_at
    assert [step["at"] for step in found["steps"]] == sorted(step["at"] for step in found["steps"])


def test_the_simulator_says_when_there_is_no_date_yet(administrator: Phone) -> None:
    asked = [{"asked_at": "2026-10-07T10:00:00+07:00", "answered_at": None}]
    found = administrator.post("/catalogue/simulations", simulation(supplements=asked, agency="H17.08")).get_json()
    assert found["due_at"] is None


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"rule": {"unit": "same_day", "amount": 2}}, 422, "rule.amount"),
        ({"rule": {"unit": "week", "amount": 2}}, 422, "rule.unit"),
        ({"policy": "never"}, 422, "policy"),
        ({"received_at": "2026-10-08T08:00:00+07:00"}, 422, "supplements.0.asked_at"),
        ({"received_at": "yesterday"}, 422, "received_at"),
        ({"agency": "H17.99"}, 404, "agency.unknown"),
        ({"received_at": "2031-01-06T08:00:00+07:00", "supplements": []}, 409, "calendar.unknown_year"),
    ],
)
def test_a_simulation_that_cannot_be(administrator: Phone, changes: Any, status: int, told: str) -> None:
    answer = administrator.post("/catalogue/simulations", simulation(**changes))
    body = answer.get_json()
    assert answer.status_code == status
    assert told in (body.get("errors", {}) if status == 422 else [body["code"]])


DAY = {"works": False, "name": {"vi": "Nghỉ bão", "en": "Storm"}, "legal_basis": "Công điện 1", "needs_review": False}


def test_a_day_off_moves_the_due_dates_of_everybody(administrator: Phone, anybody: Phone) -> None:
    body = simulation(supplements=[], rule={"unit": "working_day", "amount": 1})
    assert administrator.post("/catalogue/simulations", body).get_json()["due_at"] == "2026-10-06T01:00:00Z"
    entered = administrator.request("PUT", "/catalogue/calendar/2026-10-05", body=DAY)
    assert (entered.status_code, entered.get_json()["day"]) == (200, "2026-10-05")
    assert administrator.request("PUT", "/catalogue/calendar/2026-10-05", body=DAY).status_code == 200
    assert administrator.post("/catalogue/simulations", body).get_json()["due_at"] == "2026-10-06T10:30:00Z"
    days = [row["day"] for row in anybody.get("/calendar/2026").get_json()["days"]]
    assert days.count("2026-10-05") == 1
    assert administrator.delete("/catalogue/calendar/2026-10-05").status_code == 204
    assert administrator.post("/catalogue/simulations", body).get_json()["due_at"] == "2026-10-06T01:00:00Z"
    assert problem_of(administrator.delete("/catalogue/calendar/2026-10-05")) == (404, "calendar.day_unknown")


@pytest.mark.parametrize(
    ("day", "changes", "field"),
    [
        ("2026-10-10", {}, "works"),
        ("2026-10-06", {"works": True}, "works"),
        ("2026-02-30", {}, "day"),
        ("soon", {}, "day"),
        ("2026-10-06", {"works": "no"}, "works"),
        ("2026-10-06", {"legal_basis": ""}, "legal_basis"),
        ("2026-10-06", {"name": {"vi": "Nghỉ"}}, "name.en"),
    ],
)
def test_a_day_that_cannot_be(
    administrator: Phone, city: Container, day: str, changes: dict[str, Any], field: str
) -> None:
    before = everything(city)
    answer = administrator.request("PUT", f"/catalogue/calendar/{day}", body=DAY | changes)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]
    assert everything(city) == before
