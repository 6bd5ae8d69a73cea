"""Each action's form and what it sends: held to the server's own schema and table of actions."""

from typing import Any

import pytest
from marshmallow import ValidationError

from mobile.services.session import User
from mobile.state.desk_case import Case
from mobile.state.desk_forms import FORMS, HARMS, ORDER, body, faults, is_quick, offered
from mobile.state.dossiers import Dossier
from shared_models.dossier_status import ACTION_DUTY, DossierAction
from shared_models.ids import new_id
from shared_models.schemas.desk import DESK_ACTIONS, DeskActionSchema
from tests.support import phone_services as services
from tests.support.phone_case import EVERYTHING, a_case, an_opinion
from tests.support.phone_desk import an_officer

OFFICER = User.from_json(an_officer())
STAFF, ACT = new_id("stf", b"x" * 17), new_id("act", b"y" * 17)
REASON = "Ảnh mờ, không đọc được"
GOOD: dict[str, dict[str, Any]] = {
    "accept": {"note": "Đã nhận đủ"},
    "refuse": {"reason": REASON, "legal_basis": "Điều 17 NĐ 61/2018"},
    "assign": {"to": STAFF},
    "hand_over": {"to": STAFF, "reason": "Nghỉ phép"},
    "ask_supplement": {"items": {"premises_description": REASON, "form": "Sai tên cơ sở"}, "note": "Chụp lại giúp"},
    "record_payment": {"receipt_number": "BL-0001"},
    "ask_opinion": {"agency": "H17.05", "question": "Có vi phạm không?", "within_days": 3},
    "answer_opinion": {"text": "Không có vi phạm."},
    "propose": {
        "decision": "approve",
        "text": "Đủ điều kiện",
        "result": {"number": "12/GP", "valid_until": "2029-01-31"},
    },
    "send_back": {"reason": "Xem lại địa chỉ"},
    "stop": {"reason": "Chờ kết luận", "legal_basis": "Điều 19"},
    "extend": {"new_due_date": "2026-12-01", "reason": "Chờ xác minh"},
    "return_result": {"way": "counter"},
    "post": {"carrier": "Bưu điện", "tracking": "RR123456"},
    "settle_clash": {"keep": "ours"},
}
"""What a person types into each form that asks anything; the rest asks nothing."""


def the_case(**changes: Any) -> Case:
    code = changes.pop("code", services.FOOD)
    data = a_case(*EVERYTHING, code=code, opinions=[an_opinion(id=ACT)], **changes)
    return Case(Dossier.from_json(data), services.detail(code), None, OFFICER)


def loaded(action: str, sent: dict[str, Any]) -> dict[str, Any]:
    """As the server reads it."""
    found: dict[str, Any] = DeskActionSchema().load({"id": ACT, "version": 3, "action": action, **sent})
    needed, allowed = DESK_ACTIONS[action]
    assert set(needed) <= set(sent) <= {*needed, *allowed}, action
    return found


def test_every_action_of_the_desk_has_a_form_a_place_and_a_duty() -> None:
    assert set(FORMS) == set(DESK_ACTIONS) == set(ORDER)
    assert len(ORDER) == len(set(ORDER))
    assert all(ACTION_DUTY[DossierAction(action)] for action in FORMS)


@pytest.mark.parametrize("action", sorted(DESK_ACTIONS))
def test_what_is_typed_is_what_the_server_takes(action: str) -> None:
    case, typed = the_case(), GOOD.get(action, {})
    assert faults(action, typed, case) == {}
    loaded(action, body(action, typed, case))


@pytest.mark.parametrize("action", sorted(GOOD))
def test_nothing_that_is_needed_may_be_left_out(action: str) -> None:
    needed = {field.name for field in FORMS[action] if field.required and field.kind not in {"due", "fees"}}
    found = faults(action, {}, the_case())
    assert {name: found.get(name) for name in needed} == dict.fromkeys(needed, "field.required")
    blank = dict.fromkeys(needed, "   ") if action != "ask_supplement" else {"items": {"form": "   "}}
    if "within_days" not in needed:
        assert set(faults(action, blank, the_case())) >= (needed if action != "ask_supplement" else {"items.form"})


@pytest.mark.parametrize("action", sorted(GOOD))
def test_the_phone_refuses_what_the_schema_refuses(action: str) -> None:
    """Texts of every length around the bounds: both say no, or neither does."""
    case = the_case()
    for field in FORMS[action]:
        if field.kind not in {"text", "long"}:
            continue
        for length in {field.shortest - 1, field.shortest, field.longest, field.longest + 1} - {-1, 0}:
            typed = {**GOOD[action], field.name: "a" * length}
            try:
                loaded(action, body(action, typed, case))
                is_taken = True
            except ValidationError:
                is_taken = False
            assert (field.name not in faults(action, typed, case)) == is_taken, (action, field.name, length)


@pytest.mark.parametrize(
    ("action", "name", "value", "code"),
    [
        ("extend", "new_due_date", "31/02/2026", "date.impossible"),
        ("ask_opinion", "within_days", 0, "case.days_out_of_range"),
        ("ask_opinion", "within_days", 61, "case.days_out_of_range"),
        ("ask_opinion", "within_days", "ba", "case.days_out_of_range"),
        ("ask_supplement", "items", {"form": "ngắn"}, "field.too_short"),
        ("propose", "result", {"valid_until": "mai"}, "date.impossible"),
        ("propose", "result", {"address": "a" * 201}, "field.too_long"),
    ],
)
def test_a_fault_is_named_at_its_field(action: str, name: str, value: Any, code: str) -> None:
    at = f"{name}.{next(iter(value))}" if isinstance(value, dict) else name
    assert faults(action, {**GOOD[action], name: value}, the_case()) == {at: code}


def test_a_fee_is_the_sum_of_the_lines_that_are_asked_for() -> None:
    case = the_case()
    assert body("ask_payment", {}, case)["amount"] == 700_000
    some = body("ask_payment", {"lines": ["copy"]}, case)
    assert (some["amount"], [line["key"] for line in some["lines"]]) == (200_000, ["copy"])
    assert faults("ask_payment", {"lines": []}, case) == {"lines": "field.required"}


def test_a_refusal_grants_nothing() -> None:
    typed = {**GOOD["propose"], "decision": "refuse"}
    assert "result" not in body("propose", typed, the_case())


def test_a_document_is_no_licence_and_asks_for_none() -> None:
    case = the_case(code=services.BIRTH)
    assert not case.grants_licence
    assert "result" not in body("propose", GOOD["propose"], case)


def test_the_opinion_that_is_answered_is_the_one_our_agency_was_asked() -> None:
    case = the_case()
    other = an_opinion("H17.05", id=new_id("act", b"z" * 17))
    both = Case(Dossier.from_json({**case.raw, "opinions": [other, *case.raw["opinions"]]}), {}, None, OFFICER)
    assert body("answer_opinion", GOOD["answer_opinion"], both)["opinion_id"] == ACT


def test_what_harms_is_never_done_by_one_tap() -> None:
    assert not any(is_quick(action) for action in HARMS)
    assert {action for action in FORMS if is_quick(action)} == {"start", "resume", "delivered"}


def test_only_what_the_server_offers_is_offered_and_what_is_unknown_is_left_out() -> None:
    assert offered(["stop", "fly", "accept"]) == ["accept", "stop"]
