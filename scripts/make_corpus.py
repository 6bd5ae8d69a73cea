"""Writes the corpus that holds the Python and the JavaScript verifier equal: ``python -m scripts.make_corpus``.

Codes with their verdicts, and signed lists with what becomes of them. The cases are written by hand with their
reasons; the mutations are drawn from a fixed seed, their verdict is Python's and must not be VALID, or accepted. The
same sources give the same bytes, so the checked-in file tells when a rule has changed. The format is described in
docs/architecture.md section 2.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from backend.infra.verify import run_checks, verify_text
from scripts.corpus import content, holders, judging, kinds, list_forms, lists, structure, texts
from scripts.corpus.case import BOUND, GOOD, WORLDS, Case, signed_world
from scripts.corpus.list_tokens import ListCase
from scripts.corpus.rows import row_of, unused
from shared_models.credential.judge import Verdict
from shared_models.credential.qr_text import paper_text, screen_text
from shared_models.credential.reasons import AGEING, REASONS, Outcome
from shared_models.credential.status_list import StatusList, accept_status_list, parse_status_list, status_list_checks
from shared_models.credential.trust_list import TrustList, accept_trust_list, parse_trust_list
from shared_models.errors import Invalid
from tests.support.credentials import PUBLIC_URL, ROOT, presentation, public

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "credential.json"
GROUPS = (
    judging.good_ones,
    texts.frames,
    texts.encodings,
    texts.letters,
    structure.cbor_faults,
    structure.cose_faults,
    structure.compressed,
    content.signatures,
    content.claim_faults,
    kinds.undated,
    kinds.fields,
    judging.keys,
    judging.scopes,
    judging.times,
    judging.statuses,
    judging.freshness,
    holders.windows_and_nonces,
    holders.presentation_claims,
    holders.forgeries,
    holders.presentation_forms,
    holders.inner_credentials,
)
LIST_GROUPS = (
    lists.good_ones,
    lists.signatures,
    lists.headers,
    lists.signers,
    lists.forgeries,
    lists.rollbacks,
    lists.arrays,
    list_forms.claim_faults,
    list_forms.record_faults,
    list_forms.sizes_and_depths,
    list_forms.duplicates,
    list_forms.other_spellings,
    lists.mutations,
)
LIST_CODES = {
    *(f"trust_list.{why}" for why in ("malformed", "unknown_root", "signature_invalid", "rolled_back")),
    *(f"status_list.{why}" for why in ("malformed", "other_uri", "signature_invalid", "rolled_back")),
    "accepted",
}
VALID = (Outcome.VALID_HOLDER_PRESENT, Outcome.VALID_HOLDER_NOT_PROVEN)
MUTATIONS = 40  # of each token and each text


def mutations() -> Iterator[Case]:
    """One byte, or one character, changed."""
    random = Random(20261121)
    for name, token in (("paper", GOOD), ("bound", BOUND), ("presentation", presentation(BOUND))):
        for number in range(MUTATIONS):
            at, mask = random.randrange(len(token)), random.randrange(1, 256)
            changed = token[:at] + bytes((token[at] ^ mask,)) + token[at + 1 :]
            yield Case(f"mutation {number}: {name}, byte {at}", screen_text(changed), None)
    screen, paper = screen_text(GOOD), paper_text(GOOD, PUBLIC_URL)
    for text, start, marks in ((screen, 4, "AZ09 :%."), (paper, paper.index("#") + 1, "0123456789")):
        for number in range(MUTATIONS):
            at = random.randrange(start, len(text))
            other = random.choice([mark for mark in marks if mark != text[at]])
            yield Case(f"mutation {number}: {text[:4]} text, character {at}", text[:at] + other + text[at + 1 :], None)


def expected(case: Case, verdict: Verdict) -> dict[str, Any]:
    """The verdict as the corpus states it.

    Raises:
        AssertionError: it is not what the case says.
    """
    if case.reasons is None:
        assert verdict.outcome not in VALID, case.name
    else:
        assert set(verdict.reasons) == case.reasons, (case.name, verdict.reasons, case.reasons)
    claims = verdict.claims
    return {
        "outcome": verdict.outcome,
        "reasons": sorted(verdict.reasons),
        "kind": verdict.kind,
        "freshness": verdict.freshness,
        "status_as_of_s": verdict.status_as_of_s,
        "holder_signed_at_s": verdict.holder_signed_at_s,
        "issuer": verdict.issuer.code if verdict.issuer is not None else None,
        "number": claims.number if claims is not None else None,
        "holder": claims.holder if claims is not None else None,
        "expires_at_s": claims.expires_at_s if claims is not None else None,
        "undated": claims.undated if claims is not None else None,
    }


def corpus() -> dict[str, Any]:
    """The whole file as JSON values."""
    cases = [case for group in GROUPS for case in group()] + list(mutations())
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), sorted({name for name in names if names.count(name) > 1})
    assert not unused(names), unused(names)
    written = []
    for case in cases:
        trust, status_lists = WORLDS[case.world]
        verdict = verify_text(case.text, trust, status_lists, case.now_s, case.nonce)
        written.append(
            {
                "name": case.name,
                "row": row_of(case.name),
                "text": case.text,
                "now_s": case.now_s,
                "nonce": case.nonce.hex() if case.nonce is not None else None,
                "world": case.world,
                "expected": expected(case, verdict),
            }
        )
    seen = {reason for case in written for reason in case["expected"]["reasons"]}
    assert seen == {*REASONS, AGEING}, seen ^ {*REASONS, AGEING}
    assert {case["expected"]["outcome"] for case in written} == set(Outcome)
    worlds = {name: _world(name) for name in WORLDS}
    return {"root": public(ROOT.public), "worlds": worlds, "cases": written, "lists": list_cases()}


def accept(case: ListCase, held: TrustList | StatusList | None) -> TrustList | StatusList:
    """The list, by the way it takes on a phone: read, checked, accepted.

    Raises:
        Invalid: the refusal.
    """
    if case.kind == "trust_list":
        draft = parse_trust_list(case.token, ROOT.public)
        return accept_trust_list(draft, run_checks([draft.check]), held if isinstance(held, TrustList) else None)
    trust, _ = WORLDS[case.world]
    list_draft = parse_status_list(case.token, case.uri)
    results = run_checks(status_list_checks(list_draft, trust))
    return accept_status_list(list_draft, trust, results, held if isinstance(held, StatusList) else None)


def read_of(accepted: TrustList | StatusList) -> dict[str, Any]:
    """What an accepted list says, as the corpus states it."""
    times = {"issued_at_s": accepted.issued_at_s, "expires_at_s": accepted.expires_at_s}
    if isinstance(accepted, TrustList):
        keys = [[record.kid.hex(), record.role, record.issuer.code] for record in accepted.keys]
        return times | {"version": accepted.version, "keys": keys, "hosts": list(accepted.hosts)}
    return times | {
        "uri": accepted.uri,
        "ttl_s": accepted.ttl_s,
        "entries_sha256": sha256(accepted.entries.data).hexdigest(),
    }


def list_cases() -> list[dict[str, Any]]:
    """The signed lists, each with what became of it.

    Raises:
        AssertionError: it is not what the case says.
    """
    cases = [case for group in LIST_GROUPS for case in group()]
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), sorted({name for name in names if names.count(name) > 1})
    accepted: dict[str | None, TrustList | StatusList] = {}
    written = []
    for case in cases:
        held = accepted[case.held] if case.held is not None else None
        try:
            accepted[case.name] = accept(case, held)
            expected = "accepted"
        except Invalid as refusal:
            expected = refusal.code
        stated = expected != "accepted" if case.expected is None else expected == case.expected
        assert stated, (case.name, expected, case.expected)
        read = read_of(accepted[case.name]) if expected == "accepted" else None
        written.append(
            {
                "name": case.name,
                "row": case.row,
                "kind": case.kind,
                "uri": case.uri if case.kind == "status_list" else None,
                "world": case.world,
                "held": case.held,
                "token_b64": _b64url(case.token),
                "expected": expected,
                "read": read,
            }
        )
    assert {case["expected"] for case in written} == LIST_CODES
    return written


def text_of(content_: dict[str, Any]) -> str:
    """One case a line, so that a change of one case is a change of one line."""
    head = json.dumps({"root": content_["root"], "worlds": content_["worlds"]}, ensure_ascii=False, indent=1)
    cases, lists_ = (_lines(content_[name]) for name in ("cases", "lists"))
    return f'{head[:-2]},\n "cases": [\n{cases}\n],\n "lists": [\n{lists_}\n]}}\n'


def _lines(cases: list[dict[str, Any]]) -> str:
    return ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases)


def _world(name: str) -> dict[str, Any]:
    trust_list, status_lists = signed_world(name)
    return {
        "trust_list_b64": _b64url(trust_list),
        "status_lists_b64": {uri: _b64url(token) for uri, token in status_lists.items()},
    }


def _b64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def main() -> None:
    """Writes the file."""
    written = corpus()
    CORPUS.parent.mkdir(exist_ok=True)
    CORPUS.write_text(text_of(written), encoding="utf-8")
    print(f"{len(written['cases'])} codes, {len(written['lists'])} lists, {CORPUS.stat().st_size} bytes: {CORPUS}")


if __name__ == "__main__":
    main()
