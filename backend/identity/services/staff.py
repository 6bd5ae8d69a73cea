"""Staff and their passwords: argon2id, the same time for an unknown name, and a growing wait for guessers."""

import hashlib
from datetime import timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from pymongo.errors import DuplicateKeyError

from backend.identity.documents import Staff
from backend.identity.rules import FAILURES_FORGOTTEN_AFTER, backoff_s
from backend.infra.documents import to_document
from backend.infra.mongo import Database, Document
from backend.infra.system import Ids
from shared_models.access import Role
from shared_models.clock import Clock
from shared_models.errors import Conflict, Invalid, RateLimited, Unauthenticated
from shared_models.person import clean_name

LEAST_PASSWORD: Final = 12
"""Characters (NIST SP 800-63B-4 asks for 15 where it is the only factor, 8 with a second; the key is ours)."""

_RACE_RETRY_S: Final = 1


class StaffAccounts:
    def __init__(self, database: Database, clock: Clock, ids: Ids, hasher: PasswordHasher) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids
        self._hasher: Final = hasher
        self._nobody: Final = hasher.hash(ids.random(16))

    def add(self, username: str, password: str, full_name: str, role: Role, agency_code: str) -> str:
        """A new account; returns its ``stf_`` id.

        Raises:
            Invalid: ``staff.password_short``, ``person.name_malformed``.
            Conflict: ``staff.username_taken``.
        """
        if len(password) < LEAST_PASSWORD:
            raise Invalid("staff.password_short", least=LEAST_PASSWORD)
        document = to_document(
            Staff(
                id=self._ids.new("stf"),
                username=username.lower(),
                full_name=clean_name(full_name),
                role=role.value,
                agency_code=agency_code,
                password_hash=self._hasher.hash(password),
                is_active=True,
                created_at=self._clock.now(),
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

    def sign_in(self, username: str, password: str, source: str) -> Document:
        """The account of this name and password. ``source`` is the address that asks.

        Wrong passwords slow down this name from this source only, so no stranger can lock an account out.

        Raises:
            Unauthenticated: ``signin.wrong_password``, for an unknown name too.
            RateLimited: ``signin.too_often``.
        """
        key = hashlib.sha256(f"{username.lower()}\x00{source}".encode()).hexdigest()
        self._count_attempt(key)
        account = self.of_username(username)
        matches = self._matches(account["password_hash"] if account else self._nobody, password)
        if account is None or not matches or not account["is_active"]:
            raise Unauthenticated("signin.wrong_password")
        self._database.collection("signin_failures").delete_one({"_id": key})
        return account

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False

    def _count_attempt(self, key: str) -> None:
        """Counts the attempt as failed before it is made, so that a hundred at once do not all get their free try."""
        failures = self._database.collection("signin_failures")
        now = self._clock.now()
        seen = failures.find_one({"_id": key})
        if seen is not None and seen["blocked_until"] > now:
            raise RateLimited("signin.too_often", _seconds_up(seen["blocked_until"] - now))
        count = (seen["count"] if seen else 0) + 1
        state = {
            "count": count,
            "blocked_until": now + timedelta(seconds=backoff_s(count)),
            "expires_at": now + FAILURES_FORGOTTEN_AFTER,
        }
        try:
            if seen is None:
                failures.insert_one({"_id": key, **state})
                return
            changed = failures.update_one({"_id": key, "count": seen["count"]}, {"$set": state}).matched_count
        except DuplicateKeyError:
            changed = 0
        if not changed:
            raise RateLimited("signin.too_often", _RACE_RETRY_S)


def _seconds_up(span: timedelta) -> int:
    return max(1, -(-span // timedelta(seconds=1)))
