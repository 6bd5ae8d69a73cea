"""One row of the matrix of routes: an operation and what everybody gets (`route_table.py` has them all)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.api import Phone
from tests.support.world import ROLES, STAFF_NAMES, Body, World


def _nothing(_world: World, _phone: Phone) -> Any:
    return None


@dataclass(frozen=True)
class Row:
    """One operation. ``answers``: status by role; ``elsewhere``: status of the same role elsewhere.

    ``path`` fills the template (``{result_id}``) from the world unless it is given; ``public``: everybody gets this
    status. ``sees``: what somebody elsewhere gets may name what is in the world (a search over the whole city).
    ``spoils``: other rows need a world in which this was not done.
    """

    operation: str
    answers: Mapping[str, int] = field(default_factory=dict)
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    public: int | None = None
    body: Body = _nothing
    path: Callable[[World, Phone], str] | None = None
    sees: bool = False
    spoils: bool = False
    why: str = ""

    @property
    def method(self) -> str:
        return self.operation.partition(" ")[0]

    def address(self, world: World, phone: Phone) -> str:
        """The path below ``/api/v1``."""
        if self.path is not None:
            return self.path(world, phone)
        return self.operation.partition(" ")[2].removeprefix("/api/v1").format(**world.ids)

    def expected(self) -> dict[str, int]:
        """The status of every caller, those who are refused first, whom it is for last."""
        if self.public is not None:
            return dict.fromkeys(("anonymous", *ROLES), self.public)
        refused = {"anonymous": 401} | {role: 403 for role in ROLES if role not in self.answers}
        foreign = {f"{role} elsewhere": status for role, status in self.elsewhere.items()}
        return refused | foreign | dict(self.answers)


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(ROLES, status)


def staff(status: int) -> dict[str, int]:
    return dict.fromkeys(STAFF_NAMES, status)
