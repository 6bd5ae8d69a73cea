"""Entries of a block, claims of a licence, what a phone signs."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.wallet.rules import (
    BLOCK_BYTES,
    BLOCK_ENTRIES,
    BLOCKS,
    EMPTY_BLOCK,
    RENEW_BEFORE,
    block_id,
    claims_of,
    device_proof_message,
    entry_of,
    renewal_of,
    with_entries,
)
from shared_models.clock import from_epoch_s
from shared_models.credential.status_list import Status, StatusArray, pack
from shared_models.result import LicenceStatus

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
LICENCE: dict[str, Any] = {
    "number": "48/2026/ATTP-CNĐK",
    "holder_name": "QUÁN MÌ QUẢNG BÀ MUA",
    "type_code": 1,
    "activity": None,
    "place": {"address": "44 Lê Đình Dương", "commune_code": "20242", "lat": None, "lon": None},
    "geohash": None,
    "valid_from": "2026-11-21",
    "valid_until": "2029-11-20",
}


def test_a_list_is_256_blocks_of_4096() -> None:
    assert (BLOCKS, BLOCK_ENTRIES, BLOCK_BYTES) == (256, 4096, 1024)
    assert {StatusArray(2, EMPTY_BLOCK)[index] for index in range(BLOCK_ENTRIES)} == {Status.NOT_ISSUED}


@given(st.dictionaries(st.integers(0, BLOCK_ENTRIES - 1), st.integers(0, 3), max_size=40))
def test_entries_are_where_the_draft_says(values: dict[int, int]) -> None:
    entries = StatusArray(2, with_entries(EMPTY_BLOCK, values))
    expected = bytes(values.get(index, Status.NOT_ISSUED) for index in range(BLOCK_ENTRIES))
    assert entries.data == pack(expected)
    assert all(entries[index] == value for index, value in values.items())


@given(
    st.dictionaries(st.integers(0, 63), st.integers(0, 3)),
    st.dictionaries(st.integers(0, 63), st.integers(0, 3)),
)
def test_setting_entries_one_after_the_other_is_setting_them_together(
    first: dict[int, int], second: dict[int, int]
) -> None:
    assert with_entries(with_entries(EMPTY_BLOCK, first), second) == with_entries(EMPTY_BLOCK, first | second)


@pytest.mark.parametrize(
    ("status", "blocked", "entry"),
    [
        (LicenceStatus.VALID, False, 0),
        (LicenceStatus.REVOKED, False, 1),
        (LicenceStatus.SUSPENDED, False, 2),
        (LicenceStatus.VALID, True, 1),
        (LicenceStatus.SUSPENDED, True, 1),
    ],
)
def test_a_blocked_phones_credential_stays_revoked(status: LicenceStatus, blocked: bool, entry: int) -> None:
    assert entry_of(status, blocked=blocked) == entry


def test_block_names_sort_as_their_numbers() -> None:
    assert [block_id(1, 7), block_id(1, 11), block_id(1, 255)] == ["1:007", "1:011", "1:255"]


def test_claims_end_with_the_last_second_of_the_printed_day() -> None:
    claims = claims_of(LICENCE, NOW, "https://congdan.example/s/1", 4711, None)
    assert from_epoch_s(claims.expires_at_s) == datetime(2029, 11, 20, 16, 59, 59, tzinfo=UTC)
    assert (claims.not_before_s, claims.undated, claims.holder_key) == (None, False, None)
    assert (claims.place, claims.status_index) == ("44 Lê Đình Dương", 4711)
    assert renewal_of(claims) is None


def test_a_first_day_that_has_passed_is_said_too() -> None:
    claims = claims_of({**LICENCE, "valid_from": "2024-03-01"}, NOW, "https://congdan.example/s/1", 1, None)
    assert from_epoch_s(claims.not_before_s or 0) == datetime(2024, 2, 29, 17, tzinfo=UTC)


def test_a_first_day_to_come_is_said() -> None:
    claims = claims_of({**LICENCE, "valid_from": "2026-11-22"}, NOW, "https://congdan.example/s/1", 1, None)
    assert from_epoch_s(claims.not_before_s or 0) == datetime(2026, 11, 21, 17, tzinfo=UTC)


def test_an_undated_licence_is_minted_again_a_year_before_its_term_ends() -> None:
    claims = claims_of({**LICENCE, "valid_until": None}, NOW, "https://congdan.example/s/1", 1, None)
    assert (claims.undated, claims.expires_at_s - claims.issued_at_s) == (True, 157_766_400)
    assert renewal_of(claims) == from_epoch_s(claims.expires_at_s) - RENEW_BEFORE


def test_the_phone_signs_challenge_and_key() -> None:
    assert device_proof_message("c", "x", "y") == b"congdan-device-v1|c|x|y"
