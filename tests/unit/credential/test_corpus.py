"""The Python verifier against the corpus that the JavaScript one is held to as well."""

import json
from base64 import urlsafe_b64decode

import pytest

from backend.infra.verify import run_checks, verify_text
from scripts.make_corpus import CORPUS, corpus, text_of
from shared_models.credential.keys import kid_of, p256_key
from shared_models.credential.status_list import accept_status_list, parse_status_list, status_list_checks
from shared_models.credential.trust_list import accept_trust_list, parse_trust_list

WRITTEN = json.loads(CORPUS.read_text(encoding="utf-8"))
ROOT = p256_key(bytes.fromhex(WRITTEN["root"]["x"]), bytes.fromhex(WRITTEN["root"]["y"]))


def unb64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def world(tokens: dict) -> tuple:
    """The lists of a world, by the way they take on a phone: read, checked, accepted."""
    draft = parse_trust_list(unb64url(tokens["trust_list_b64"]), ROOT)
    trust = accept_trust_list(draft, run_checks([draft.check]), None)
    status_lists = {}
    for uri, token in tokens["status_lists_b64"].items():
        list_draft = parse_status_list(unb64url(token), uri)
        results = run_checks(status_list_checks(list_draft, trust))
        status_lists[uri] = accept_status_list(list_draft, trust, results, None)
    return trust, status_lists


WORLDS = {name: world(tokens) for name, tokens in WRITTEN["worlds"].items()}


def test_root_is_named_by_its_key() -> None:
    assert kid_of(ROOT).hex() == WRITTEN["root"]["kid"]


def test_the_file_is_what_the_generator_writes() -> None:
    assert CORPUS.read_text(encoding="utf-8") == text_of(corpus())


def test_the_file_stays_small() -> None:
    assert CORPUS.stat().st_size < 600_000


@pytest.mark.parametrize("case", WRITTEN["cases"], ids=lambda case: case["name"])
def test_verdict_is_as_stated(case: dict) -> None:
    trust, status_lists = WORLDS[case["world"]]
    nonce = bytes.fromhex(case["nonce"]) if case["nonce"] is not None else None
    verdict = verify_text(case["text"], trust, status_lists, case["now_s"], nonce)
    claims = verdict.claims
    assert {
        "outcome": verdict.outcome.value,
        "reasons": sorted(verdict.reasons),
        "kind": verdict.kind.value,
        "freshness": verdict.freshness.value,
        "status_as_of_s": verdict.status_as_of_s,
        "holder_signed_at_s": verdict.holder_signed_at_s,
        "issuer": verdict.issuer.code if verdict.issuer is not None else None,
        "number": claims.number if claims is not None else None,
        "holder": claims.holder if claims is not None else None,
        "expires_at_s": claims.expires_at_s if claims is not None else None,
    } == case["expected"]
