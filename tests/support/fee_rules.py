"""Rules of fees as they stand in a file."""

from typing import Any


def a_rule(**changes: Any) -> dict[str, Any]:
    """Free for whoever has level 2, for every fee of every procedure, from the first day of 2026."""
    rule = {
        "id": "free",
        "name": {"vi": "Miễn phí", "en": "Free of charge"},
        "basis": "NQ 1/2026",
        "from_day": "2026-01-01",
        "until_day": None,
        "procedures": ["*"],
        "fee_keys": ["*"],
        "way": None,
        "needs": {"identity_level": [2]},
        "effect": {"kind": "free"},
        "in_force": True,
        "needs_review": False,
    }
    return rule | changes
