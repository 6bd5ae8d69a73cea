"""Who is asking, and what they may do."""

from collections.abc import Iterable
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
    SECOND_STEP = "second-step"
    MACHINE_KEYS = "machine:keys"
    RESULTS_REFUSED = "results:refused"
    DOSSIERS = "dossiers"
    DOSSIERS_READ = "dossiers:read"
    DOSSIERS_RECEIVE = "dossiers:receive"
    DOSSIERS_PROCESS = "dossiers:process"
    DOSSIERS_APPROVE = "dossiers:approve"
    CATALOGUE_EDIT = "catalogue:edit"
    DOSSIERS_EXCHANGE = "dossiers:exchange"
    PAYMENTS = "payments"
    PAYMENTS_COLLECT = "payments:collect"


class Duty(StrEnum):
    """What an officer does; a person may have several, and still cannot approve what they proposed.

    ``COLLECT``: reconciles payments, pays back and cancels receipts; sees no dossier by that.
    """

    RECEIVE = "receive"
    PROCESS = "process"
    APPROVE = "approve"
    COLLECT = "collect"


ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.CITIZEN: frozenset({Scope.WALLET, Scope.NOTICES, Scope.PROFILE, Scope.DOSSIERS, Scope.PAYMENTS}),
    Role.INSPECTOR: frozenset(
        {Scope.INSPECTIONS_WRITE, Scope.INSPECTIONS_READ, Scope.NOTICES, Scope.PROFILE, Scope.SECOND_STEP},
    ),
    Role.OFFICER: frozenset(
        {Scope.NOTICES, Scope.PROFILE, Scope.PEOPLE_READ, Scope.RESULTS_READ, Scope.SECOND_STEP},
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Scope.NOTICES,
            Scope.PROFILE,
            Scope.PEOPLE_READ,
            Scope.RESULTS_REFUSED,
            Scope.CATALOGUE_EDIT,
            Scope.SECOND_STEP,
        },
    ),
    Role.MACHINE: frozenset(
        {
            Scope.RESULTS_DELIVER,
            Scope.RESULTS_READ,
            Scope.RESULTS_STATUS,
            Scope.RESULTS_REFUSED,
            Scope.MACHINE_KEYS,
            Scope.DOSSIERS_EXCHANGE,
            Scope.PROFILE,
        },
    ),
}

DUTY_SCOPES: dict[Duty, frozenset[Scope]] = {
    Duty.RECEIVE: frozenset({Scope.DOSSIERS_READ, Scope.DOSSIERS_RECEIVE}),
    Duty.PROCESS: frozenset({Scope.DOSSIERS_READ, Scope.DOSSIERS_PROCESS}),
    Duty.APPROVE: frozenset({Scope.DOSSIERS_READ, Scope.DOSSIERS_APPROVE}),
    Duty.COLLECT: frozenset({Scope.PAYMENTS_COLLECT}),
}
"""What a duty adds to an officer's scopes."""


def scopes_of(role: Role, duties: Iterable[Duty] = ()) -> frozenset[Scope]:
    """What a member of staff may do: by their role, and an officer also by their duties."""
    if role is not Role.OFFICER:
        return ROLE_SCOPES[role]
    return ROLE_SCOPES[role].union(*(DUTY_SCOPES[duty] for duty in duties))


STAFF_ROLES: frozenset[Role] = frozenset({Role.INSPECTOR, Role.OFFICER, Role.ADMINISTRATOR})
ENROLMENT_SCOPES: frozenset[Scope] = frozenset({Scope.SECOND_STEP})
"""All that a member of staff may do who still has to turn on the second step of signing in."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The authenticated caller. ``id`` is a ``per_``, ``stf_`` or ``cli_`` id; ``agency_code`` is None for citizens.

    ``session_id`` is what the token ends with: a ``ses_`` id, or for a machine the thumbprint of the key it signed in
    with.
    """

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
