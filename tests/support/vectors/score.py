"""The score: every suite's cases, agreed of total, with each deviation by name."""

from collections.abc import Callable
from typing import Any

from tests.support.vectors import cbor_items, cose_wg, dcc, status_draft, wycheproof
from tests.support.vectors.case import Case, Vectors

SUITES: dict[str, Callable[[Vectors], list[Case]]] = {
    "cose-wg": cose_wg.cases,
    "dcc-common": dcc.cases,
    "wycheproof-p1363": wycheproof.cases,
    "cbor-ill-formed-vn1": lambda vectors: cbor_items.ill_formed(vectors, "VN1"),
    "cbor-ill-formed-hc1": lambda vectors: cbor_items.ill_formed(vectors, "HC1"),
    "cbor-appendix-a-vn1": lambda vectors: cbor_items.examples(vectors, "VN1"),
    "cbor-appendix-a-hc1": lambda vectors: cbor_items.examples(vectors, "HC1"),
    "status-list-draft-tokens": status_draft.tokens,
    "status-list-draft-values": status_draft.values,
}


def count(cases: list[Case]) -> dict[str, Any]:
    """Agreed and total, as the checked-in score has them."""
    return {"agreed": sum(case.agreed for case in cases), "total": len(cases)}


def deviations(cases: list[Case]) -> dict[str, str]:
    """What ours said of each case where it does not agree."""
    return {case.name: case.told for case in cases if not case.agreed}
