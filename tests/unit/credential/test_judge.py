"""The verdict: precedence, order and completeness of its reasons (each reason alone stands in the corpus)."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from backend.infra.verify import run_checks, verify_text
from shared_models.credential.decode import Decoded, Kind, decode
from shared_models.credential.judge import Freshness, judge, keyed_checks
from shared_models.credential.profiles import FOREIGN_PROFILES, HC1, PROFILES, RAW, VN1
from shared_models.credential.qr_text import paper_text, screen_text
from shared_models.credential.reasons import AGEING, REASONS, Outcome, in_order
from tests.support.credentials import (
    FOOD_BOARD,
    NOW,
    PHONE,
    STATUS_LISTS,
    T0,
    TRUST,
    URI,
    Forge,
    credential,
    presentation,
    restaurant,
)

SHOWN = screen_text(presentation(credential(restaurant(holder_key=PHONE.public))))
ARCHITECTURE = Path(__file__).parents[3] / "docs" / "architecture.md"


def test_a_check_without_result_has_failed() -> None:
    decoded = decode(SHOWN)
    verdict = judge(decoded, {}, TRUST, STATUS_LISTS, NOW)
    assert verdict.reasons == ("signature.invalid", "holder.signature_invalid")
    assert verdict.issuer is None


@pytest.mark.parametrize("role", ["issuer", "holder"])
def test_each_signature_is_needed(role: str) -> None:
    decoded = decode(SHOWN)
    results = run_checks(keyed_checks(decoded, TRUST))
    assert judge(decoded, results, TRUST, STATUS_LISTS, NOW).outcome is Outcome.VALID_HOLDER_PRESENT
    without = {check: held and check.check.role.value != role for check, held in results.items()}
    assert judge(decoded, without, TRUST, STATUS_LISTS, NOW).outcome is Outcome.INVALID


def test_a_result_counts_only_for_its_own_key_and_message() -> None:
    decoded, other = decode(SHOWN), decode(screen_text(credential(restaurant())))
    assert judge(other, run_checks(keyed_checks(decoded, TRUST)), TRUST, STATUS_LISTS, NOW).outcome is Outcome.INVALID


def test_the_verdict_carries_what_the_screens_show() -> None:
    verdict = verify_text(SHOWN, TRUST, STATUS_LISTS, NOW)
    assert verdict.claims == restaurant(holder_key=PHONE.public)
    assert (verdict.issuer, verdict.kind) == (FOOD_BOARD, Kind.PRESENTATION)
    assert (verdict.status_as_of_s, verdict.holder_signed_at_s) == (T0, NOW)
    assert verdict.freshness is Freshness.FRESH


def test_outcome_is_the_most_severe_and_all_reasons_are_kept() -> None:
    claims = restaurant(holder="\u0410", expires_at_s=NOW, status_index=2000, not_before_s=None)
    text = paper_text(credential(claims), "https://evil.example")
    verdict = verify_text(text, TRUST, STATUS_LISTS, NOW)
    assert verdict.outcome is Outcome.INVALID
    assert verdict.reasons == ("format.text", "paper.foreign_host", "status.revoked", "time.expired", "holder.paper")


def test_reasons_and_outcomes_have_one_order() -> None:
    outcomes = list(Outcome)
    ranks = [outcomes.index(outcome) for outcome in REASONS.values()]
    assert ranks == sorted(ranks)
    assert in_order(set(REASONS)) == tuple(REASONS)
    assert set(REASONS.values()) == set(outcomes) - {Outcome.VALID_HOLDER_PRESENT}


def test_the_page_of_contracts_names_every_reason_under_its_outcome() -> None:
    page = ARCHITECTURE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z_]+) \| (`.*) \|$", page, re.MULTILINE)
    written = {reason: outcome for outcome, cell in rows for reason in re.findall(r"`([a-z]+\.[a-z_]+)`", cell)}
    assert written == {reason: outcome.value for reason, outcome in REASONS.items()}
    assert f"`{AGEING}`" in page


def test_ageing_is_told_only_beside_a_valid_outcome() -> None:
    later = T0 + STATUS_LISTS[URI].ttl_s + 1
    valid = verify_text(screen_text(credential(restaurant())), TRUST, STATUS_LISTS, later)
    revoked = verify_text(screen_text(credential(restaurant(status_index=2000))), TRUST, STATUS_LISTS, later)
    assert (valid.freshness, valid.reasons) == (Freshness.AGEING, ("holder.paper", AGEING))
    assert (revoked.freshness, revoked.reasons) == (Freshness.AGEING, ("status.revoked", "holder.paper"))


def test_what_cannot_be_read_has_no_claims_and_no_checks() -> None:
    decoded = decode(Forge(b"\xa0", b"\xa0").text())
    assert decoded == Decoded(Kind.NONE, problems=("format.cose",), carrier=decoded.carrier)
    verdict = judge(decoded, {}, TRUST, STATUS_LISTS, NOW)
    assert (verdict.claims, verdict.freshness, verdict.status_as_of_s) == (None, Freshness.NONE, None)


def test_a_trust_list_without_keys_knows_nobody() -> None:
    verdict = verify_text(SHOWN, replace(TRUST, keys=()), STATUS_LISTS, NOW)
    assert verdict.reasons == ("key.unknown",)


def test_profiles_are_named_as_they_are_listed() -> None:
    assert {"VN1": VN1} == PROFILES
    assert {"HC1": HC1, "RAW": RAW} == FOREIGN_PROFILES
    assert VN1.decode(SHOWN) == decode(SHOWN)
