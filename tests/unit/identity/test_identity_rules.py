"""The pure rules of signing in."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.identity.rules import (
    CODE_BUDGET,
    NAME_BUDGET,
    SOURCE_BUDGET,
    Budget,
    is_verifier_of,
    session_life,
    source_of,
)
from shared_models.access import Role
from shared_models.schemas.wire import to_base64url


def challenge_of(verifier: str) -> str:
    return to_base64url(hashlib.sha256(verifier.encode()).digest())


def test_the_example_of_rfc_7636_appendix_b_holds() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert is_verifier_of(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")


@pytest.mark.parametrize("verifier", ["", "short", "x" * 42, "x" * 129, "x" * 42 + "đ", "x" * 43 + "\n"])
def test_a_verifier_of_the_wrong_form_never_holds(verifier: str) -> None:
    assert not is_verifier_of(verifier, challenge_of(verifier))


@given(st.from_regex(r"[A-Za-z0-9\-._~]{43,128}\Z", fullmatch=True), st.text(max_size=60))
def test_a_verifier_holds_for_its_own_challenge_only(verifier: str, other: str) -> None:
    assert is_verifier_of(verifier, challenge_of(verifier))
    assert is_verifier_of(verifier, challenge_of(other)) is (other == verifier)


@pytest.mark.parametrize("budget", [NAME_BUDGET, SOURCE_BUDGET, CODE_BUDGET])
@given(failures=st.integers(min_value=0, max_value=10**6))
def test_waiting_never_shrinks_and_has_a_ceiling(budget: Budget, failures: int) -> None:
    assert 0 <= budget.wait_s(failures) <= budget.wait_s(failures + 1) <= budget.longest_s


def test_the_first_tries_are_free() -> None:
    assert [NAME_BUDGET.wait_s(count) for count in range(8)] == [0, 0, 0, 0, 0, 2, 4, 8]


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2405:4800:abcd:12:1::1", "2405:4800:abcd:12::/64"),
        ("2405:4800:abcd:12:ffff:ffff:ffff:ffff", "2405:4800:abcd:12::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "-"),
        (None, "-"),
        ("unknown", "-"),
    ],
)
def test_an_ipv6_subscriber_is_one_source(address: str | None, source: str) -> None:
    assert source_of(address) == source


def test_every_role_has_a_session_that_ends() -> None:
    for role in Role:
        life = session_life(role)
        assert life.idle < life.longest
