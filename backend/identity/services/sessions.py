"""Sessions and their rotating refresh tokens (RFC 9700 4.14.2; two tabs and lost answers end nothing).

A refresh token is ``<session id>.<number>.<MAC>``; the MAC is derived from the API's secret and the session's salt. So
the database holds nothing that could be used as a token, and the successor of a token can be given out a second time.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pymongo import ReturnDocument

from backend.identity.browsers import OTHER
from backend.identity.documents import SessionDocument
from backend.identity.rules import session_life
from backend.infra.documents import to_document
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from shared_models.access import Actor, Role, Scope
from shared_models.clock import Clock
from shared_models.errors import NotFound, Unauthenticated
from shared_models.ids import is_id
from shared_models.schemas.wire import to_base64url

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Device:
    """What a session is opened on: the thumbprint of its key, and the families of its browser and system."""

    jkt: str
    browser: str = OTHER
    system: str = OTHER


class Sessions:
    def __init__(self, database: Database, clock: Clock, ids: Ids, secret: bytes) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids
        self._secret: Final = secret

    def start(self, subject_id: str, role: Role, device: Device) -> tuple[str, str]:
        """Opens a session bound to the key of ``device``; returns its id and its first refresh token."""
        now, life = self._clock.now(), session_life(role)
        document = to_document(
            SessionDocument(
                id=self._ids.new("ses"),
                subject_id=subject_id,
                role=role.value,
                jkt=device.jkt,
                browser=device.browser,
                system=device.system,
                salt=self._ids.random(16),
                counter=0,
                created_at=now,
                rotated_at=now,
                expires_at=now + life.idle,
                ends_at=now + life.longest,
            ),
        )
        self._database.collection("sessions").insert_one(document)
        return str(document["_id"]), self._token(document, 0)

    def refresh(self, token: str, jkt: str) -> tuple[Document, str]:
        """The session and the refresh token that follows ``token``.

        The token before the current one gets the current one once more, for as long as nobody has shown that: its
        answer may have been lost, and a phone in a cellar asks again much later. An older one means that a copy is
        about, and ends the session.

        Raises:
            Unauthenticated: ``session.unknown``, ``session.ended``, ``session.wrong_key`` or ``session.token_reused``.
        """
        session, number = self._read(token)
        if not hmac.compare_digest(session["jkt"], jkt):
            raise Unauthenticated("session.wrong_key")
        now = self._clock.now()
        if session.get("ended_at") is not None or now >= min(session["expires_at"], session["ends_at"]):
            raise Unauthenticated("session.ended")
        if number == session["counter"]:
            rotated = self._rotate(session, now)
            if rotated is not None:
                return rotated, self._token(rotated, rotated["counter"])
            # Another tab was faster by a moment: what it got is what this one gets.
            session, number = self._read(token)
        if number == session["counter"] - 1:
            return session, self._token(session, session["counter"])
        self._end(str(session["_id"]), now)
        raise Unauthenticated("session.token_reused")

    def end(self, token: str) -> None:
        """Ends the session of a refresh token; one that is unknown has no session to end."""
        try:
            session, _number = self._read(token)
        except Unauthenticated:
            return
        self._end(str(session["_id"]), self._clock.now())

    def end_all(self, subject_id: str, session: Session | None = None) -> None:
        """Ends every session of one user, as when they leave or their password is changed."""
        self._database.collection("sessions").update_many(
            {"subject_id": subject_id, "ended_at": None},
            {"$set": {"ended_at": self._clock.now()}},
            session=session,
        )

    def is_alive(self, session_id: str) -> bool:
        """Whether a session goes on. One look-up by key for each request: who ends a session means now."""
        found = self._database.collection("sessions").find_one({"_id": session_id}, {"ended_at": 1, "ends_at": 1})
        return found is not None and found.get("ended_at") is None and self._clock.now() < found["ends_at"]

    def began(self, session_id: str) -> datetime | None:
        """When this session was signed in, or None when there is no such session."""
        found = self._database.collection("sessions").find_one({"_id": session_id}, {"created_at": 1})
        return found["created_at"] if found else None

    def knows(self, subject_id: str, jkt: str) -> bool:
        """Whether this user has signed in with this key before: nobody else can hold it."""
        wanted = {"subject_id": subject_id, "jkt": jkt}
        return self._database.collection("sessions").find_one(wanted, {"_id": 1}) is not None

    def own(self, actor: Actor) -> list[dict[str, Any]]:
        """The actor's sessions that go on, the present one first, then by last use.

        ``{id, browser, system, created_at, last_used_at, is_current}``; last use is exact to the ten minutes of an
        access token.
        """
        actor.require(Scope.PROFILE)
        now = self._clock.now()
        found = self._database.collection("sessions").find({"subject_id": actor.id, "ended_at": None})
        items = [
            {
                "id": session["_id"],
                "browser": session.get("browser", OTHER),
                "system": session.get("system", OTHER),
                "created_at": session["created_at"],
                "last_used_at": session["rotated_at"],
                "is_current": session["_id"] == actor.session_id,
            }
            for session in found
            if now < min(session["expires_at"], session["ends_at"])
        ]
        return sorted(items, key=lambda item: (item["is_current"], item["last_used_at"]), reverse=True)

    def end_own(self, actor: Actor, session_id: str) -> None:
        """Ends one of the actor's sessions; a second time changes nothing.

        Raises:
            NotFound: ``session.not_found``, also for somebody else's.
        """
        actor.require(Scope.PROFILE)
        mine = {"_id": session_id, "subject_id": actor.id}
        if self._database.collection("sessions").find_one(mine, {"_id": 1}) is None:
            raise NotFound("session.not_found")
        self._end(session_id, self._clock.now())

    def end_others(self, actor: Actor) -> int:
        """Ends all of the actor's sessions but the one that asks; how many went on until now."""
        actor.require(Scope.PROFILE)
        return (
            self._database.collection("sessions")
            .update_many(
                {"subject_id": actor.id, "ended_at": None, "_id": {"$ne": actor.session_id}},
                {"$set": {"ended_at": self._clock.now()}},
            )
            .modified_count
        )

    def _rotate(self, session: Document, now: datetime) -> Document | None:
        life = session_life(Role(session["role"]))
        return self._database.collection("sessions").find_one_and_update(
            {"_id": session["_id"], "counter": session["counter"], "ended_at": None},
            {"$set": {"counter": session["counter"] + 1, "rotated_at": now, "expires_at": now + life.idle}},
            return_document=ReturnDocument.AFTER,
        )

    def _end(self, session_id: str, now: datetime) -> None:
        self._database.collection("sessions").update_one(
            {"_id": session_id, "ended_at": None},
            {"$set": {"ended_at": now}},
        )

    def _read(self, token: str) -> tuple[Document, int]:
        session_id, number, mac = [*token.split("."), "", "", ""][:3]
        if not is_id(session_id, "ses") or _NUMBER.fullmatch(number) is None:
            raise Unauthenticated("session.unknown")
        session = self._database.collection("sessions").find_one({"_id": session_id})
        if session is None or not hmac.compare_digest(self._mac(session, int(number)).encode(), mac.encode()):
            raise Unauthenticated("session.unknown")
        return session, int(number)

    def _token(self, session: Document, number: int) -> str:
        return f"{session['_id']}.{number}.{self._mac(session, number)}"

    def _mac(self, session: Document, number: int) -> str:
        content = b"|".join((str(session["_id"]).encode(), str(number).encode(), bytes(session["salt"])))
        return to_base64url(hmac.new(self._secret, content, hashlib.sha256).digest())
