"""Names of agencies beside their codes; a new name shows within a minute."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from backend.identity.service import Identity
from shared_models.clock import Clock
from shared_models.procedure_terms import COMMUNE

_FOR: Final = timedelta(minutes=1)


class AgencyNames:
    def __init__(self, identity: Identity, clock: Clock) -> None:
        self._identity: Final = identity
        self._clock: Final = clock
        self._kept: tuple[datetime, dict[str, str]] | None = None

    def named(self, code: str) -> dict[str, str] | None:
        """``{code, name}``; None for `COMMUNE`, which is whichever commune it concerns."""
        return None if code == COMMUNE else {"code": code, "name": self._all().get(code, code)}

    def of(self, codes: Iterable[str]) -> dict[str, str]:
        """``{code: name}`` without `COMMUNE`."""
        names = self._all()
        return {code: names.get(code, code) for code in sorted(codes) if code != COMMUNE}

    def _all(self) -> dict[str, str]:
        now, kept = self._clock.now(), self._kept
        if kept is None or not kept[0] <= now < kept[0] + _FOR:
            kept = self._kept = (now, {row["_id"]: str(row["name"]) for row in self._identity.people.agencies()})
        return kept[1]
