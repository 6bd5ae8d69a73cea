"""Writes the corpus that holds the Python and the JavaScript verifier equal: ``python -m scripts.make_corpus``.

The cases are written by hand with their reasons; the mutations are drawn from a fixed seed, their verdict is Python's
and must not be VALID. The same sources give the same bytes, so the checked-in file tells when a rule has changed. The
format is described in docs/architecture.md section 2.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from backend.infra.verify import verify_text
from scripts.corpus import content, holders, judging, structure, texts
from scripts.corpus.case import BOUND, GOOD, WORLDS, Case, signed_world
from shared_models.credential.judge import Verdict
from shared_models.credential.qr_text import paper_text, screen_text
from shared_models.credential.reasons import AGEING, REASONS, Outcome
from tests.support.credentials import PUBLIC_URL, ROOT, presentation, public

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "credential.json"
GROUPS = (
    judging.good_ones,
    texts.frames,
    texts.encodings,
    texts.letters,
    structure.cbor_faults,
    structure.cose_faults,
    content.signatures,
    content.claim_faults,
    judging.keys,
    judging.times,
    judging.statuses,
    judging.freshness,
    holders.windows_and_nonces,
    holders.presentation_claims,
    holders.forgeries,
    holders.presentation_forms,
    holders.inner_credentials,
)
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
    }


def corpus() -> dict[str, Any]:
    """The whole file as JSON values."""
    cases = [case for group in GROUPS for case in group()] + list(mutations())
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), sorted({name for name in names if names.count(name) > 1})
    written = []
    for case in cases:
        trust, status_lists = WORLDS[case.world]
        verdict = verify_text(case.text, trust, status_lists, case.now_s, case.nonce)
        written.append(
            {
                "name": case.name,
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
    return {"root": public(ROOT.public), "worlds": {name: _world(name) for name in WORLDS}, "cases": written}


def text_of(content_: dict[str, Any]) -> str:
    """One case a line, so that a change of one case is a change of one line."""
    head = json.dumps({"root": content_["root"], "worlds": content_["worlds"]}, ensure_ascii=False, indent=1)
    lines = ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in content_["cases"])
    return f'{head[:-2]},\n "cases": [\n{lines}\n]}}\n'


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
    print(f"{len(written['cases'])} cases, {CORPUS.stat().st_size} bytes: {CORPUS}")


if __name__ == "__main__":
    main()
