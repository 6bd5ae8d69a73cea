"""Staff and their passwords: argon2id, the same time for an unknown name. What an operator does with accounts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from pymongo.errors import DuplicateKeyError

from backend.identity.documents import Staff
from backend.identity.events import AccountChange, AccountChanged
from backend.identity.services.second_step import SecondSteps
from backend.identity.services.sessions import Sessions
from backend.infra.documents import to_document
from backend.infra.events import Events
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from shared_models.access import STAFF_ROLES, Duty, Role
from shared_models.clock import Clock
from shared_models.errors import Conflict, Invalid, NotFound
from shared_models.person import clean_name

LEAST_PASSWORD: Final = 12
"""Characters (NIST SP 800-63B-4 asks for 15 where it is the only factor, 8 with a second; the key is ours)."""

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}", re.ASCII)
_UNKNOWN_PASSWORD_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class StaffParts:
    database: Database
    clock: Clock
    ids: Ids
    hasher: PasswordHasher
    events: Events


class StaffAccounts:
    def __init__(self, parts: StaffParts, sessions: Sessions, second_steps: SecondSteps) -> None:
        self._database: Final = parts.database
        self._clock: Final = parts.clock
        self._ids: Final = parts.ids
        self._hasher: Final = parts.hasher
        self._events: Final = parts.events
        self._sessions: Final = sessions
        self._second_steps: Final = second_steps
        self._nobody: Final = parts.hasher.hash(parts.ids.random(_UNKNOWN_PASSWORD_BYTES))

    def add(
        self, username: str, password: str, full_name: str, role: Role, agency_code: str, *, duties: Iterable[Duty] = ()
    ) -> str:
        """A new account; returns its ``stf_`` id.

        Raises:
            Invalid: ``staff.username_malformed``, ``staff.role_forbidden``, ``staff.password_short``,
                ``staff.duties_forbidden`` (only officers have duties), ``person.name_malformed``.
            NotFound: ``agency.unknown``.
            Conflict: ``staff.username_taken``.
        """
        name = username.lower()
        if _USERNAME.fullmatch(name) is None:
            raise Invalid("staff.username_malformed")
        if self._database.collection("agencies").find_one({"_id": agency_code}, {"_id": 1}) is None:
            raise NotFound("agency.unknown")
        document = to_document(
            Staff(
                id=self._ids.new("stf"),
                username=name,
                full_name=clean_name(full_name),
                role=_staff_role(role).value,
                agency_code=agency_code,
                password_hash=self._hashed(password),
                is_active=True,
                created_at=self._clock.now(),
                duties=_duties(role, duties),
            ),
        )
        try:
            self._database.collection("staff").insert_one(document)
        except DuplicateKeyError as taken:
            raise Conflict("staff.username_taken") from taken
        return str(document["_id"])

    def of_username(self, username: str) -> Document | None:
        return self._database.collection("staff").find_one({"username": username.lower()})

    def of_id(self, staff_id: str) -> Document | None:
        """An account that is still active, or None."""
        found = self._database.collection("staff").find_one({"_id": staff_id})
        return found if found is not None and found["is_active"] else None

    def all(self, agency_code: str | None = None) -> list[Document]:
        """Accounts by agency and name, without what is secret."""
        wanted = {"agency_code": agency_code} if agency_code else {}
        secret = {"password_hash": 0, "totp.secret": 0, "totp.recovery": 0, "totp_pending": 0}
        return list(
            self._database.collection("staff").find(wanted, secret).sort([("agency_code", 1), ("full_name", 1)])
        )

    def opens(self, account: Document | None, password: str) -> bool:
        """Whether the password is that of an account which is open; takes its time for nobody's too."""
        try:
            matches = self._hasher.verify(account["password_hash"] if account else self._nobody, password)
        except (Argon2Error, InvalidHashError):
            return False
        return bool(matches and account and account["is_active"])

    def of_agency(self, agency_code: str, duty: Duty | None = None) -> list[Document]:
        """Active officers of an agency who have dossiers for a duty (or any): ``{_id, full_name, duties}``, by name."""
        wanted = {"agency_code": agency_code, "role": Role.OFFICER.value, "is_active": True}
        shown = {"full_name": 1, "duties": 1}
        found = self._database.collection("staff").find(wanted, shown).sort("full_name", 1)
        return [row for row in found if row.get("duties") and (duty is None or duty in row["duties"])]

    def disable(self, username: str) -> None:
        """Closes an account and ends its sessions. Raises ``NotFound("staff.unknown")``."""
        self._change(username, {"is_active": False})

    def enable(self, username: str) -> None:
        """Opens a closed account again. Raises ``NotFound("staff.unknown")``."""
        self._change(username, {"is_active": True})

    def set_role(self, username: str, role: Role) -> None:
        """Gives an account another role and ends its sessions, which had the old one. Its duties end with the role.

        Raises:
            Invalid: ``staff.role_forbidden``. NotFound: ``staff.unknown``.
        """
        self._change(username, {"role": _staff_role(role).value, "duties": []})

    def set_duties(self, username: str, duties: Iterable[Duty]) -> None:
        """Gives an officer other duties, from the next sign-in on: sessions that had the old ones end.

        Raises:
            Invalid: ``staff.duties_forbidden``. NotFound: ``staff.unknown``.
        """
        self._change(username, {"duties": _duties(Role(self._known(username)["role"]), duties)})

    def reset_password(self, username: str, password: str) -> None:
        """A new password; ends the sessions and tells the owner.

        Raises:
            Invalid: ``staff.password_short``. NotFound: ``staff.unknown``.
        """
        self._change(username, {"password_hash": self._hashed(password)}, AccountChange.PASSWORD_RESET)

    def reset_second_step(self, username: str) -> None:
        """Turns the second step off for one who has lost it; ends the sessions and tells the owner.

        Raises:
            NotFound: ``staff.unknown``.
        """
        account = self._known(username)

        def reset(session: Session) -> None:
            self._second_steps.remove(str(account["_id"]), session)
            self._sessions.end_all(str(account["_id"]), session)

        self._database.transaction(reset)

    def _change(self, username: str, fields: Document, told: AccountChange | None = None) -> None:
        account = self._known(username)
        staff_id = str(account["_id"])

        def change(session: Session) -> None:
            self._database.collection("staff").update_one({"_id": staff_id}, {"$set": fields}, session=session)
            self._sessions.end_all(staff_id, session)
            if told is not None:
                self._events.raise_(AccountChanged(staff_id, told), session)

        self._database.transaction(change)

    def _known(self, username: str) -> Document:
        account = self.of_username(username)
        if account is None:
            raise NotFound("staff.unknown")
        return account

    def _hashed(self, password: str) -> str:
        if len(password) < LEAST_PASSWORD:
            raise Invalid("staff.password_short", least=LEAST_PASSWORD)
        return self._hasher.hash(password)


def _duties(role: Role, duties: Iterable[Duty]) -> list[str]:
    chosen = set(duties)
    if chosen and role is not Role.OFFICER:
        raise Invalid("staff.duties_forbidden")
    return [duty.value for duty in Duty if duty in chosen]


def _staff_role(role: Role) -> Role:
    if role not in STAFF_ROLES:
        raise Invalid("staff.role_forbidden")
    return role
