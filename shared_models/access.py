"""Who is asking, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from shared_models.errors import Forbidden


class Role(StrEnum):
    CITIZEN = "citizen"
    INSPECTOR = "inspector"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"
    MACHINE = "machine"


class Scope(StrEnum):
    """What a token lets its bearer do; a route names the one it needs and the service checks it again."""

    WALLET = "wallet"
    NOTICES = "notices"
    PROFILE = "profile"
    PEOPLE_READ = "people:read"
    INSPECTIONS_WRITE = "inspections:write"
    INSPECTIONS_READ = "inspections:read"
    RESULTS_DELIVER = "results:deliver"
    RESULTS_READ = "results:read"
    RESULTS_STATUS = "results:status"
    RESULTS_REFUSED = "results:refused"


ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.CITIZEN: frozenset({Scope.WALLET, Scope.NOTICES, Scope.PROFILE}),
    Role.INSPECTOR: frozenset(
        {Scope.INSPECTIONS_WRITE, Scope.INSPECTIONS_READ, Scope.NOTICES, Scope.PROFILE},
    ),
    Role.OFFICER: frozenset({Scope.NOTICES, Scope.PROFILE, Scope.PEOPLE_READ, Scope.RESULTS_READ}),
    Role.ADMINISTRATOR: frozenset({Scope.NOTICES, Scope.PROFILE, Scope.PEOPLE_READ, Scope.RESULTS_REFUSED}),
    Role.MACHINE: frozenset(
        {Scope.RESULTS_DELIVER, Scope.RESULTS_READ, Scope.RESULTS_STATUS, Scope.RESULTS_REFUSED, Scope.PROFILE},
    ),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The authenticated caller. ``id`` is a ``per_``, ``stf_`` or ``cli_`` id; ``agency_code`` is None for citizens."""

    id: str
    role: Role
    name: str
    scopes: frozenset[Scope]
    agency_code: str | None = None
    agency_name: str | None = None
    session_id: str | None = None

    def require(self, scope: Scope) -> None:
        """Raises ``Forbidden("access.scope_missing")`` when the actor lacks the scope."""
        if scope not in self.scopes:
            raise Forbidden("access.scope_missing", scope=scope.value)
