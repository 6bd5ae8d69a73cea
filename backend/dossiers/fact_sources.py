"""Which register proves what of a payer: data (`fact_sources.json`), because no primary source for it could be read.

Level and age are not here: VNeID has confirmed them when somebody signs in. Nothing is asked here; this reads answers.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared_models.fee import FACTS

_FILE: Final = Path(__file__).with_name("fact_sources.json")


@dataclass(frozen=True, slots=True)
class FactSource:
    """``record``: the kind of record that is the fact; else ``papers``: all that a list of papers has to name."""

    registry: str
    record: str | None
    papers: tuple[str, ...]

    @property
    def key(self) -> str:
        """As a component's ``held_by`` names registers: ``social_protection.poor_household``."""
        return f"{self.registry}.{self.record}" if self.record else self.registry

    def proves(self, values: Mapping[str, Any], day: date) -> bool:
        """Whether what a register has of somebody is the fact on a day; ``valid_until`` is the last day of a record.

        Raises:
            ValueError: the answer is not one to this question.
        """
        if self.record is None:
            papers = values.get("papers")
            if not isinstance(papers, list) or not all(isinstance(paper, str) for paper in papers):
                raise ValueError("no list of papers")
            return set(self.papers) <= set(papers)
        if values.get("kind") != self.record:
            raise ValueError("another kind of record")
        until = values.get("valid_until")
        if until is None:
            return True
        return day <= date.fromisoformat(until if isinstance(until, str) else "")


@cache
def fact_sources() -> Mapping[str, FactSource]:
    """By fact, in the order in which they are asked for: what says least of a person comes first.

    Raises:
        ValueError: a fact that no rule can ask for, or one without record and papers.
    """
    told = json.loads(_FILE.read_text("utf-8"))["facts"]
    sources = {
        fact: FactSource(row["registry"], row.get("record"), tuple(row.get("papers", ()))) for fact, row in told.items()
    }
    for fact, source in sources.items():
        if FACTS.get(fact) is not bool or bool(source.record) == bool(source.papers):
            raise ValueError(f"{fact} cannot be proven by {source.key}")
    return sources
