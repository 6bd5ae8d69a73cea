"""What gateways tell, read strictly: nothing that two readers could understand differently, or that cannot be kept."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from backend.payments.adapters.told import (
    city_moment,
    done_or_not,
    existing,
    is_same,
    json_object,
    page,
    reference,
    whole,
)
from shared_models.errors import Upstream

HTTPS, HTTP = "https://gateway.invalid/api", "http://127.0.0.1:1/api"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"5",
        b"\xff",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"a": ' + b"[" * 60_000,
        b'{"a": ' + b"[" * 60_000 + b"]" * 60_000 + b"}",
    ],
)
def test_json_that_has_no_one_meaning_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_object(body)


def test_json_is_read_as_it_stands() -> None:
    assert json_object('{"a": "Đà Nẵng \\ud83d\\ude00", "b": [null, true, 5.0]}') == {
        "a": "Đà Nẵng \U0001f600",
        "b": [None, True, 5.0],
    }


def test_a_signature_is_hex_in_letters_of_either_size() -> None:
    assert is_same("ab12", "AB12")
    assert not [given for given in ("ab1", "ab123", "", None, 7, ["ab12"], "\ud800", "ab1é") if is_same("ab12", given)]


@pytest.mark.parametrize("value", [True, False, 5.0, "5", None, -1, 2**53, [5]])
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="whole"):
        whole(value)


def test_whole_numbers_are_exact_in_javascript() -> None:
    assert [whole(0), whole(2**53 - 1), whole(9, most=9)] == [0, 2**53 - 1, 9]


@pytest.mark.parametrize("value", ["", " ", None, 7, "x" * 65, ["a"]])
def test_what_cannot_be_a_payments_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="number"):
        reference(value)


def test_times_are_the_citys_and_exist() -> None:
    assert city_moment("20261122093000", "%Y%m%d%H%M%S") == datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="calendar"):
        city_moment("00010101000000", "%Y%m%d%H%M%S")
    with pytest.raises(ValueError, match="calendar"):
        existing(datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://page.invalid/", "//page.invalid/", "https:", "https://[", "", None, 5, "x"]
)
def test_a_page_without_tls_is_refused_by_a_gateway_with_it(url: object) -> None:
    with pytest.raises(Upstream, match=r"gateway\.answer"):
        page(url, HTTPS)


def test_a_page_is_reached_as_its_gateway_is() -> None:
    assert [page("https://page.invalid/1", HTTPS), page("https://p.invalid/", HTTP), page("http://p.invalid/", HTTP)]


def test_an_answer_that_says_nothing_is_no_refusal() -> None:
    with pytest.raises(Upstream) as fault, done_or_not():
        raise Upstream("gateway.answer", transient=False)
    assert (fault.value.code, fault.value.transient) == ("gateway.unreachable", True)
    with pytest.raises(Upstream, match=r"gateway\.refused"), done_or_not():
        raise Upstream("gateway.refused", transient=False)
