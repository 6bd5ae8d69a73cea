"""The Python verifier against the corpus that the JavaScript one is held to as well.

Each test is named after its row of the attack list: ``-k row_11``.
"""

import json
from base64 import urlsafe_b64decode
from hashlib import sha256

import pytest

from backend.infra.verify import run_checks, verify_text
from scripts.make_corpus import CORPUS, corpus, text_of
from shared_models.credential.keys import kid_of, p256_key
from shared_models.credential.status_list import StatusList, accept_status_list, parse_status_list, status_list_checks
from shared_models.credential.trust_list import TrustList, accept_trust_list, parse_trust_list
from shared_models.errors import Invalid

ROWS = {1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21}
LIST_ROWS = {1, 2, 3, 4, 6, 10, 11, 12, 13, 14, 15, 17}
WRITTEN = json.loads(CORPUS.read_text(encoding="utf-8"))
ROOT = p256_key(bytes.fromhex(WRITTEN["root"]["x"]), bytes.fromhex(WRITTEN["root"]["y"]))
LISTS = {case["name"]: case for case in WRITTEN["lists"]}


def unb64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def accept_trust(token_b64: str, held: TrustList | None = None) -> TrustList:
    draft = parse_trust_list(unb64url(token_b64), ROOT)
    return accept_trust_list(draft, run_checks([draft.check]), held)


def accept_status(token_b64: str, uri: str, trust: TrustList, held: StatusList | None = None) -> StatusList:
    draft = parse_status_list(unb64url(token_b64), uri)
    return accept_status_list(draft, trust, run_checks(status_list_checks(draft, trust)), held)


def world(tokens: dict) -> tuple:
    """The lists of a world, by the way they take on a phone: read, checked, accepted."""
    trust = accept_trust(tokens["trust_list_b64"])
    lists = {uri: accept_status(token, uri, trust) for uri, token in tokens["status_lists_b64"].items()}
    return trust, lists


WORLDS = {name: world(tokens) for name, tokens in WRITTEN["worlds"].items()}


def row_and_name(case: dict) -> str:
    return f"{'no_row' if case['row'] is None else 'row_{}'.format(case['row'])}: {case['name']}"


def test_root_is_named_by_its_key() -> None:
    assert kid_of(ROOT).hex() == WRITTEN["root"]["kid"]


def test_the_file_is_what_the_generator_writes() -> None:
    assert CORPUS.read_text(encoding="utf-8") == text_of(corpus())


def test_the_file_stays_small() -> None:
    assert CORPUS.stat().st_size < 1_200_000


def test_every_row_of_the_attack_list_that_a_corpus_can_hold_has_its_cases() -> None:
    assert {case["row"] for case in WRITTEN["cases"]} - {None} == ROWS
    assert {case["row"] for case in WRITTEN["lists"]} - {None} == LIST_ROWS


@pytest.mark.parametrize("case", WRITTEN["cases"], ids=row_and_name)
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
        "undated": claims.undated if claims is not None else None,
    } == case["expected"]


def accept(case: dict) -> TrustList | StatusList:
    held = accept(LISTS[case["held"]]) if case["held"] is not None else None
    if case["kind"] == "trust_list":
        return accept_trust(case["token_b64"], held)
    return accept_status(case["token_b64"], case["uri"], WORLDS[case["world"]][0], held)


def read_of(accepted: TrustList | StatusList) -> dict:
    times = {"issued_at_s": accepted.issued_at_s, "expires_at_s": accepted.expires_at_s}
    if isinstance(accepted, TrustList):
        keys = [[record.kid.hex(), record.role, record.issuer.code] for record in accepted.keys]
        return times | {"version": accepted.version, "keys": keys, "hosts": list(accepted.hosts)}
    digest = sha256(accepted.entries.data).hexdigest()
    return times | {"uri": accepted.uri, "ttl_s": accepted.ttl_s, "entries_sha256": digest}


@pytest.mark.parametrize("case", WRITTEN["lists"], ids=row_and_name)
def test_list_is_taken_or_refused_as_stated(case: dict) -> None:
    if case["expected"] == "accepted":
        assert read_of(accept(case)) == case["read"]
    else:
        with pytest.raises(Invalid) as refused:
            accept(case)
        assert refused.value.code == case["expected"]
