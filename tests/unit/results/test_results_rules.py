"""What makes a delivery possible, and how a licence's status moves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.results.rules import START_AHEAD, Delivery, as_delivered, check_dates, check_hash, owner_name
from shared_models.errors import Conflict, Invalid
from shared_models.result import STATE_OF_STATUS, TRANSITIONS, HolderKind, LicenceStatus, StatusAction, next_status
from shared_models.schemas.results import ResultDeliverySchema
from tests.support.builders_results import a_delivery

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def delivery() -> Delivery:
    return Delivery.from_wire(ResultDeliverySchema().load(a_delivery()))


@pytest.mark.parametrize(
    "change",
    [
        {"number": "49"},
        {"holder_name": "X"},
        {"tax_code": None},
        {"personal_id": "048085900001"},
        {"activity": None},
        {"place": None},
        {"place": {"address": "khác", "commune_code": "20242", "lat": None, "lon": None}},
        {"valid_until": None},
        {"document": b"%PDF-1.7 other"},
        {"document_sha256": "0" * 64},
        {"delivery_id": "another-one"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_a_delivery_is_in_its_name(delivery: Delivery, change: dict[str, Any]) -> None:
    assert replace(delivery, **change).content_sha256() != delivery.content_sha256()
    assert replace(delivery).content_sha256() == delivery.content_sha256()


def test_a_file_with_another_hash_is_not_the_one_that_was_meant(delivery: Delivery) -> None:
    check_hash(delivery)
    with pytest.raises(Invalid) as refused:
        check_hash(replace(delivery, document=delivery.document + b"\n"))
    assert refused.value.fields == {"document_sha256": ["result.hash_mismatch"]}


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "field"),
    [
        (TODAY, TODAY, None),
        (TODAY, None, None),
        (date(1990, 1, 1), TODAY, None),
        (TODAY + START_AHEAD, None, None),
        (date(1989, 12, 31), None, "valid_from"),
        (TODAY + START_AHEAD + timedelta(days=1), None, "valid_from"),
        (date(2020, 1, 1), TODAY - timedelta(days=1), "valid_until"),
        (TODAY + timedelta(days=2), TODAY + timedelta(days=1), "valid_until"),
        (TODAY, date(2200, 1, 1), "valid_until"),
    ],
)
def test_days_that_can_be(valid_from: date, valid_until: date | None, field: str | None) -> None:
    if field is None:
        check_dates(valid_from, valid_until, NOW)
        return
    with pytest.raises(Invalid) as refused:
        check_dates(valid_from, valid_until, NOW)
    assert refused.value.fields == {field: ["result.dates_impossible"]}


def test_the_day_is_the_citys() -> None:
    """23:30 in London is the next morning in Đà Nẵng."""
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    with pytest.raises(Invalid):
        check_dates(date(2020, 1, 1), TODAY, late)


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (HolderKind.PERSON, "TRẦN THỊ THU TRANG", "TRẦN THỊ THU TRANG"),
        (HolderKind.ORGANISATION, "BÁNH MÌ 24H & CÀ PHÊ (chi nhánh 2)", "BÁNH MÌ H CÀ PHÊ chi nhánh"),
        (HolderKind.ORGANISATION, "24/7", None),
        (HolderKind.PERSON, "TRANG 2", None),
    ],
)
def test_the_name_of_an_owner_who_has_not_signed_in(
    delivery: Delivery, kind: HolderKind, name: str, expected: str | None
) -> None:
    changed = replace(delivery, holder_kind=kind, holder_name=name)
    if expected is not None:
        assert owner_name(changed) == expected
        return
    with pytest.raises(Invalid) as refused:
        owner_name(changed)
    assert list(refused.value.fields) == ["holder.name"]


def test_the_mints_refusal_names_the_fields_of_the_delivery() -> None:
    fault = as_delivered(Invalid("credential.invalid", {"holder": ["credential.not_latin"], "kid": ["x"]}))
    assert fault.fields == {"holder.name": ["credential.not_latin"], "kid": ["x"]}


@given(st.lists(st.sampled_from(StatusAction), max_size=12))
def test_revoked_is_for_ever_and_every_move_is_in_the_table(actions: list[StatusAction]) -> None:
    status = LicenceStatus.VALID
    for action in actions:
        if (status, action) in TRANSITIONS:
            moved = next_status(status, action)
            assert status is not LicenceStatus.REVOKED
            assert moved is not status
            status = moved
        else:
            with pytest.raises(Conflict) as refused:
                next_status(status, action)
            assert refused.value.params == {"status": status.value, "action": action.value}


def test_every_status_has_a_state_and_revocation_can_always_be_reached() -> None:
    assert set(STATE_OF_STATUS) == set(LicenceStatus)
    for status in set(LicenceStatus) - {LicenceStatus.REVOKED}:
        assert next_status(status, StatusAction.REVOKE) is LicenceStatus.REVOKED
