"""Batches at once, batches that are none, who may send and read them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from backend.bootstrap import Container
from shared_models.access import Role
from shared_models.clock import FixedClock
from shared_models.schemas.inspections import HistoryPageSchema
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_results import (
    a_scan,
    an_inspection,
)
from tests.support.inspecting import WRITTEN, send, written


def test_the_same_batch_sent_by_many_tabs_at_once_is_stored_once(
    inspector: Phone, paper: str, container: Container
) -> None:
    scans = [a_scan(paper, container) for _ in range(30)]
    records = [*scans, *(an_inspection(scan["id"], container) for scan in scans)]
    before = written(container)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _tab: send(inspector, *records), range(4)))
    flat = [result["state"] for results in answers for result in results]
    assert (flat.count("stored"), flat.count("already_stored")) == (60, 180)
    after = written(container)
    grown = {name: after[name] - before[name] for name in WRITTEN}
    assert grown == {"scans": 30, "inspections": 30, "access_ledger": 30, "notices": 30, "outbox": 0}


def test_overlapping_batches_at_once_store_each_record_once(inspector: Phone, paper: str, container: Container) -> None:
    scans = [a_scan(paper, container) for _ in range(60)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda start: send(inspector, *scans[start : start + 30]), (0, 10, 20, 30)))
    flat = [result["state"] for results in answers for result in results]
    assert flat.count("stored") == written(container)["scans"] == written(container)["access_ledger"] == 60


@pytest.mark.parametrize("records", [[], "no list", [1], None])
def test_a_batch_that_is_none_is_refused(inspector: Phone, container: Container, records: Any) -> None:
    answer = inspector.post("/inspections:batch", {"records": records})
    assert problem_of(answer) == (422, "request.invalid")
    assert any(name.startswith("records") for name in answer.get_json()["errors"])


def test_a_batch_has_a_limit(inspector: Phone, container: Container) -> None:
    answer = inspector.post("/inspections:batch", {"records": [{}] * 501})
    assert problem_of(answer) == (422, "request.invalid")


def test_only_inspectors_send_and_read(sign_in: Cast, paper: str, container: Container) -> None:
    body = {"records": [a_scan(paper, container)]}
    before = written(container)
    assert problem_of(sign_in.nobody().post("/inspections:batch", body)) == (401, "access.token_missing")
    assert problem_of(sign_in.nobody().get("/inspections")) == (401, "access.token_missing")
    for phone in (sign_in.citizen(), sign_in.staff(Role.OFFICER), sign_in.machine()):
        assert problem_of(phone.post("/inspections:batch", body)) == (403, "access.scope_missing")
        assert problem_of(phone.get("/inspections")) == (403, "access.scope_missing")
    assert written(container) == before


def test_the_history_is_ones_own_and_pages_newest_first(
    inspector: Phone, paper: str, container: Container, clock: FixedClock
) -> None:
    sent = []
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        scan = a_scan(paper, container)
        clock.advance(timedelta(minutes=1))
        inspection = an_inspection(scan["id"], container)
        send(inspector, scan, inspection)
        sent += [scan["id"], inspection["id"]]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = inspector.get(f"/inspections?limit=4{cursor and '&cursor=' + cursor}")
        page = answer.get_json()
        assert not HistoryPageSchema().validate(page)
        seen += [item["id"] for item in page["items"]]
        assert all(item["number"] == "48/2026/ATTP-CNĐK" for item in page["items"])
        cursor = page["next_cursor"]
    assert seen == sent[::-1]
    assert re.search(r"MÌ QUẢNG|048192900002", str(inspector.get("/inspections").get_json())) is None
