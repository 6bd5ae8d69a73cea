"""Settling by sending money back: one officer proposes it, another confirms it (docs/payments.md, section 5). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared_models.payment.desk import SENDS_MONEY

PROPOSE: Final = "collect.propose_back"
CONFIRM: Final = "collect.confirm_back"


@dataclass(frozen=True, slots=True)
class PayingBack:
    """``words``: the stem of what the step is called; ``confirmed``: what is sent along, ``{confirms: act_...}``."""

    words: str
    confirmed: Mapping[str, str]


def paying_back(task: Mapping[str, Any], way: str) -> PayingBack | None:
    """Which step a way is for whoever reads the task; None for a way by which no money leaves."""
    if way not in SENDS_MONEY:
        return None
    proposed = task["proposed"]
    return PayingBack(PROPOSE, {}) if proposed is None else PayingBack(CONFIRM, {"confirms": proposed["id"]})


def ways_left(task: Mapping[str, Any]) -> list[str]:
    """The ways open to the reader: what they may confirm first, and what waits for somebody else not at all."""
    ways: list[str] = list(task["ways"])
    if task["proposed"] is None:
        return ways
    others = [way for way in ways if way not in SENDS_MONEY]
    return [way for way in ways if way in SENDS_MONEY and task["may_confirm"]] + others
