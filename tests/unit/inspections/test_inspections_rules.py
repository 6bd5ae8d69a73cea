"""Reading a batch record by record, and what a scan means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import BulkWriteError

from backend.inspections.rules import AHEAD, content_sha256, is_duplicate, issuer_held, judged, mark_repeated, read_item
from shared_models.credential.decode import Kind
from shared_models.credential.judge import Freshness, Verdict
from shared_models.credential.reasons import REASONS, Outcome
from shared_models.credential.trust_list import IssuerInfo
from shared_models.inspection import CheckState, InspectionRecord, RecordState, ScanRecord
from shared_models.inspection import Outcome as Finding
from tests.support.ids import an_id

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SCAN: dict[str, Any] = {
    "kind": "scan",
    "id": an_id("scn"),
    "scanned_at": "2026-11-21T02:30:00Z",
    "outcome": "INVALID",
    "reasons": ["signature.invalid"],
    "carrier": "SCREEN",
    "code": "VN1:ABC",
    "purpose": "Kiểm tra",
    "place": {"lat": 16.0, "lon": 108.0, "accuracy_m": 3},
    "status_as_of": None,
}
INSPECTION: dict[str, Any] = {
    "kind": "inspection",
    "id": an_id("ins"),
    "scan_id": SCAN["id"],
    "recorded_at": "2026-11-21T09:31:00+07:00",
    "result": "violation",
    "checklist": [{"key": "hygiene", "state": "fail"}],
    "note": "Bếp bẩn",
    "place": None,
}


_PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
ANYTHING = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def test_records_are_read_with_their_times_in_utc() -> None:
    scan = read_item(0, SCAN, "stf_1", NOW).record
    assert isinstance(scan, ScanRecord)
    assert scan.scanned_at == NOW
    inspection = read_item(1, INSPECTION, "stf_1", NOW).record
    assert isinstance(inspection, InspectionRecord)
    assert inspection.recorded_at == NOW + timedelta(minutes=1)
    assert (inspection.result, inspection.checklist) == (Finding.VIOLATION, (("hygiene", CheckState.FAIL),))


@given(ANYTHING)
def test_whatever_comes_as_a_record_is_refused_by_itself(value: Any) -> None:
    for name in ("id", "outcome", "place", "checklist", "kind"):
        item = read_item(0, {**SCAN, "kind": "scan", name: value, "surplus": 1}, "stf_1", NOW)
        assert (item.state, item.record) == (RecordState.REFUSED, None)
        assert item.answer()["code"] in {"request.invalid", "inspection.kind_unknown"}


@pytest.mark.parametrize(
    ("nonce", "read"),
    [("AAECAwQFBgc", bytes(range(8))), (None, None), ("AAECAwQFBg", ...), ("AAECAwQFBgcI", ...), (7, ...)],
)
def test_a_nonce_has_eight_bytes(nonce: Any, read: Any) -> None:
    item = read_item(0, {**SCAN, "nonce": nonce}, "stf_1", NOW)
    if read is ...:
        assert (item.state, item.errors and set(item.errors)) == (RecordState.REFUSED, {"nonce"})
    else:
        assert isinstance(item.record, ScanRecord)
        assert item.record.nonce == read


def test_a_phones_clock_may_be_a_little_ahead() -> None:
    for ahead, state in ((AHEAD, None), (AHEAD + timedelta(seconds=1), RecordState.REFUSED)):
        moment = (NOW + ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert read_item(0, {**SCAN, "scanned_at": moment}, "stf_1", NOW).state is state


def test_the_name_of_a_record_holds_its_content_and_its_sender() -> None:
    name = content_sha256(SCAN, "stf_1")
    assert content_sha256(dict(reversed(SCAN.items())), "stf_1") == name
    assert content_sha256(SCAN, "stf_2") != name
    assert all(content_sha256({**SCAN, key: "x"}, "stf_1") != name for key in SCAN)


def test_only_the_first_of_one_id_is_worked_on() -> None:
    records = [SCAN, {**SCAN, "purpose": "khác"}, SCAN, INSPECTION]
    items = [read_item(position, data, "stf_1", NOW) for position, data in enumerate(records)]
    assert [(later.position, first.position) for later, first in mark_repeated(items)] == [(2, 0)]
    assert [item.code for item in items] == [None, "scan.id_reused", None, None]


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"writeErrors": [{"code": 11000}, {"code": 11000}]}, True),
        ({"writeErrors": [{"code": 11000}, {"code": 121}]}, False),
        ({"writeErrors": []}, False),
        ({"writeConcernErrors": [{"code": 64}]}, False),
    ],
)
def test_only_taken_ids_are_a_reason_to_look_again(details: dict[str, Any], expected: bool) -> None:
    assert is_duplicate(BulkWriteError(details)) is expected


def a_verdict(*reasons: str, issuer: bool = True) -> Verdict:
    return Verdict(
        outcome=Outcome.INVALID,
        reasons=reasons,
        claims=None,
        issuer=IssuerInfo("H17.08", "Ban") if issuer else None,
        status_as_of_s=None,
        freshness=Freshness.NONE,
        holder_signed_at_s=None,
        kind=Kind.PAPER,
    )


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_scan_is_about_somebody_only_when_an_agencys_signature_held(reason: str) -> None:
    held = not reason.startswith(("format.", "signature.", "key."))
    assert issuer_held(a_verdict(reason)) is held
    assert issuer_held(a_verdict(reason, issuer=False)) is False


def test_the_judgement_leaves_the_status_aside() -> None:
    assert judged(a_verdict("status.no_list", "holder.paper")) == (Outcome.VALID_HOLDER_NOT_PROVEN, ("holder.paper",))
    assert judged(a_verdict("status.no_list")) == (Outcome.VALID_HOLDER_PRESENT, ())
    assert judged(replace(a_verdict("time.expired", "status.no_list"))) == (Outcome.EXPIRED, ("time.expired",))
