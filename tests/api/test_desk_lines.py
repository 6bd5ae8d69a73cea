"""The queue as the server tells it, read by the phone: views, how pressing a line is, and where a notice leads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from mobile.services.session import User
from mobile.state.desk import DeskRow, Heat, views_of
from mobile.state.records import Notice
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone
from tests.support.dossiers import Desk, a_ward, do, done, file, good

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def ward(container: Container, sign_in: Cast, clock: FixedClock) -> Desk:
    clock.at = MONDAY
    return a_ward(container, sign_in)


@pytest.fixture
def owner(ward: Desk, sign_in: Cast) -> Phone:
    return sign_in.citizen()


def lines(phone: Phone, view: str) -> dict[str, DeskRow]:
    """A view's lines by id, as the phone reads them."""
    rows = [DeskRow.from_json(item) for item in good(phone.get(f"/desk/dossiers?view={view}&limit=100"))["items"]]
    return {row.id: row for row in rows}


def test_what_was_sent_has_to_be_answered_and_grows_pressing(ward: Desk, owner: Phone, clock: FixedClock) -> None:
    sent = file(owner)["id"]
    row = lines(ward.clerk, "intake")[sent]
    assert (row.dossier.code, row.owner, row.may_be_taken) == (None, "Trần T. T. T.", True)
    # Eight working hours from eight in the morning; Tuesday the 24th is a holiday, so they end on Wednesday at eight.
    assert row.heat(clock.now()) is Heat.CALM
    assert row.heat(clock.now() + timedelta(days=1, hours=23)) is Heat.LAST_DAY
    assert row.heat(clock.now() + timedelta(days=2, minutes=1)) is Heat.OVERDUE


def test_a_line_taken_is_in_ones_own_view_and_cannot_be_taken_again(ward: Desk, owner: Phone) -> None:
    sent = file(owner)
    done(ward.clerk, sent, "accept")
    row = lines(ward.officer, "unit")[sent["id"]]
    assert row.may_be_taken
    me = good(ward.officer.get("/me"))["id"]
    assert do(ward.officer, sent, "assign", to=me).status_code == 200
    mine = lines(ward.officer, "mine")[sent["id"]]
    assert (mine.assigned_to, mine.may_be_taken) == ("Phạm Quốc Bảo", False)
    assert sent["id"] not in lines(ward.leader, "mine")


def test_a_pause_says_whom_it_waits_for_and_what_is_over_is_calm(ward: Desk, owner: Phone, clock: FixedClock) -> None:
    sent = file(owner)
    done(ward.clerk, sent, "ask_supplement", items=[{"component": "birth_certificate", "reason": "Ảnh bị mờ"}])
    row = lines(ward.clerk, "waiting")[sent["id"]]
    assert (row.heat(clock.now()), row.dossier.waits_for) == (Heat.PAUSED, "supplement")
    other = file(owner)
    done(ward.clerk, other, "refuse", reason="Không thuộc thẩm quyền", legal_basis="Luật Hộ tịch 2014")
    assert lines(ward.clerk, "done")[other["id"]].heat(clock.now()) is Heat.OVER


def test_every_view_that_the_phone_offers_is_answered(ward: Desk) -> None:
    for phone in (ward.clerk, ward.officer, ward.leader):
        user = User.from_json(good(phone.get("/me")))
        offered = views_of(user)
        assert len(offered) > 3
        for view in offered:
            assert phone.get(f"/desk/dossiers?view={view}&limit=30").status_code == 200


def test_a_notice_names_the_dossier_that_it_leads_to(ward: Desk, owner: Phone) -> None:
    sent = file(owner)
    done(ward.clerk, sent, "accept")
    told: list[dict[str, Any]] = good(owner.get("/notices"))["items"]
    notices = [Notice.from_json(item) for item in told]
    assert {notice.dossier_id for notice in notices if notice.kind.startswith("dossier.")} == {sent["id"]}
