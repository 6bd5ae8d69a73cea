"""What an officer's page of a dossier is told beside the dossier: origins, what may be demanded, whom one can ask."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.access import Duty
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.dossiers import (
    BIRTH_VALUES,
    WARD,
    Desk,
    a_ward,
    an_officer,
    by_owner,
    do,
    done,
    file,
    good,
    upload,
)


@pytest.fixture
def ward(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    return a_ward(container, sign_in)


@pytest.fixture
def owner(ward: Desk, sign_in: Cast) -> Phone:
    return sign_in.citizen()


def seen(phone: Phone, sent: dict[str, Any]) -> dict[str, Any]:
    return good(phone.get(f"/desk/dossiers/{sent['id']}"))


def test_the_desk_sees_where_each_answer_is_from(ward: Desk, owner: Phone) -> None:
    origins = {"applicant_name": "prefilled", "applicant_phone": "changed"}
    page = seen(ward.clerk, file(owner, origins=origins))
    assert page["origins"] == origins | {name: "typed" for name in BIRTH_VALUES if name not in origins}
    assert "origins" not in good(owner.get(f"/dossiers/{page['id']}")), "its owner knows"


def test_the_desk_is_told_beforehand_what_may_not_be_asked_for(ward: Desk, owner: Phone) -> None:
    page = seen(ward.clerk, file(owner))
    demands = page["demands"]
    assert demands["notices_left"] == 1
    held = {item["component"]: item["held"] for item in demands["items"]}
    assert held["form"] is None
    assert held["birth_certificate"] is None
    assert any(held.values()), "the identity card, which VNeID has shown"
    for component in [key for key, one in held.items() if one is not None]:
        refused = do(ward.clerk, page, "ask_supplement", items=[{"component": component, "reason": "Thiếu giấy"}])
        assert problem_of(refused) == (422, "supplement.already_held")
    done(ward.clerk, page, "ask_supplement", items=[{"component": "birth_certificate", "reason": "Ảnh bị mờ"}])
    assert page["demands"] is None, "nothing can be asked for while something is"


def test_one_notice_is_all(ward: Desk, owner: Phone) -> None:
    page = seen(ward.clerk, file(owner))
    done(ward.clerk, page, "ask_supplement", items=[{"component": "birth_certificate", "reason": "Ảnh bị mờ"}])
    brought = [{"key": "birth_certificate", "upload_id": upload(owner)}]
    good(by_owner(owner, page, "answer_supplement", components=brought))
    after = seen(ward.clerk, page)
    assert after["demands"] is None
    assert "ask_supplement" not in after["may"]


def test_who_only_decides_is_not_told_what_to_demand(ward: Desk, owner: Phone) -> None:
    assert seen(ward.leader, file(owner))["demands"] is None


def test_every_other_agency_can_be_asked(ward: Desk) -> None:
    items = good(ward.officer.get("/desk/agencies"))["items"]
    codes = [item["code"] for item in items]
    assert WARD not in codes
    assert "H17.08" in codes
    assert codes == sorted(codes)
    assert set(items[0]) == {"code", "name"}


def test_what_is_offered_is_what_would_succeed(ward: Desk, owner: Phone, container: Container, sign_in: Cast) -> None:
    """Who is not in charge, and what the law has used up, is not offered; each offer is held to the act's refusal."""
    page = seen(ward.clerk, file(owner))
    assert set(page["may"]) == {"accept", "refuse", "ask_supplement", "assign"}, "no fee, and nobody to take it from"
    done(ward.clerk, page, "accept")
    done(ward.officer, page, "start")
    mine = seen(ward.officer, page)["may"]
    assert {"propose", "hand_over", "stop", "ask_opinion"} <= set(mine)
    assert "assign" not in mine
    other = an_officer(container, sign_in, WARD, Duty.PROCESS, name="nguoi-khac")
    assert seen(other, page)["may"] == []
    for action, fields in REFUSED:
        assert problem_of(do(other, dict(page), action, **fields)) == (403, "dossier.assigned_elsewhere"), action


REFUSED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("propose", {"decision": "approve", "text": "Đủ điều kiện"}),
    ("ask_supplement", {"items": [{"component": "form", "reason": "Sai tên con"}]}),
    ("stop", {"reason": "Chờ xác minh", "legal_basis": "Điều 19"}),
    ("ask_opinion", {"agency": "H17.08", "question": "Có ý kiến gì không?", "within_days": 3}),
)


def test_a_new_day_is_offered_once_and_in_time(container: Container, sign_in: Cast, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # after 15:00 in the city: due on the next working day
    ward, owner = a_ward(container, sign_in), sign_in.citizen()
    page = seen(ward.clerk, file(owner))
    done(ward.clerk, page, "accept")
    done(ward.officer, page, "start")
    assert "extend" in page["may"]
    done(ward.officer, page, "extend", new_due_date="2026-11-26", reason="Chờ xác minh nơi sinh")
    assert "extend" not in page["may"]
