"""The second step of staff sign-in: a code of an authenticator app, or one of ten recovery codes.

Secrets are sealed with a key that the database does not hold; a code opens one door and no second one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.identity.documents import PendingStep, SecondStep
from backend.identity.events import AccountChange, AccountChanged
from backend.identity.rules import ENROLMENT_LIFE
from backend.identity.services import one_time_codes
from backend.infra.documents import to_document
from backend.infra.events import Events
from backend.infra.mongo import Database, Document, Session
from backend.infra.system import Ids
from shared_models.clock import Clock, to_epoch_s
from shared_models.errors import Conflict, Invalid, Unauthenticated

ISSUER: Final = "Công Dân Đà Nẵng"
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class SecondStepKeys:
    """Three keys, one for each purpose: sealing secrets, making recovery codes, hashing them."""

    seal: bytes
    recovery: bytes
    recovery_hash: bytes


@dataclass(frozen=True, slots=True)
class SecondStepParts:
    database: Database
    clock: Clock
    ids: Ids
    events: Events
    keys: SecondStepKeys


class SecondSteps:
    """``is_required``: whether an account without it may do nothing but turn it on."""

    def __init__(self, parts: SecondStepParts, *, is_required: bool) -> None:
        self._database: Final = parts.database
        self._clock: Final = parts.clock
        self._ids: Final = parts.ids
        self._events: Final = parts.events
        self._keys: Final = parts.keys
        self._sealer: Final = AESGCM(parts.keys.seal)
        self.is_required: Final = is_required

    def state(self, account: Document) -> dict[str, Any]:
        """``{is_on, is_required, recovery_codes_left}``, the last None while it is off."""
        step = account.get("totp")
        return {
            "is_on": step is not None,
            "is_required": self.is_required,
            "recovery_codes_left": len(step["recovery"]) if step else None,
        }

    def is_missing(self, account: Document) -> bool:
        """Whether this account has to turn it on before anything else."""
        return self.is_required and account.get("totp") is None

    def begin(self, account: Document) -> dict[str, str]:
        """A new secret, as text and as the address of the QR; it counts once a code of it is confirmed.

        Raises:
            Conflict: ``totp.already_on``.
        """
        if account.get("totp") is not None:
            raise Conflict("totp.already_on")
        secret = self._ids.random(one_time_codes.SECRET_BYTES)
        pending = PendingStep(secret=self._sealed(account, secret), made_at=self._clock.now())
        self._database.collection("staff").update_one(
            {"_id": account["_id"], "totp": None},
            {"$set": {"totp_pending": to_document(pending)}},
        )
        return {
            "secret": one_time_codes.secret_text(secret),
            "uri": one_time_codes.otpauth_uri(secret, account["username"], ISSUER),
        }

    def confirm(self, account: Document, code: str) -> list[str]:
        """Turns it on with the first code; returns the recovery codes. The same again gets the same answer.

        Raises:
            Invalid: ``totp.code_wrong``.
            Conflict: ``totp.not_begun`` (or too long ago), ``totp.already_on``.
        """
        now = self._clock.now()
        if account.get("totp") is not None:
            return self._confirmed_again(account, code, now)
        pending = account.get("totp_pending")
        if pending is None or now - pending["made_at"] > ENROLMENT_LIFE:
            raise Conflict("totp.not_begun")
        secret = self._opened(account, pending["secret"])
        step = one_time_codes.matching_step(secret, one_time_codes.tidy(code), to_epoch_s(now))
        if step is None:
            raise Invalid("totp.code_wrong", {"code": ["totp.code_wrong"]})
        codes = self._recovery_codes(account, secret, 0)
        wanted = {"_id": account["_id"], "totp": None, "totp_pending.secret": pending["secret"]}
        document = to_document(
            SecondStep(
                secret=bytes(pending["secret"]),
                confirmed_at=now,
                first_step=step,
                last_step=step,
                series=0,
                recovery=self._hashes(account, codes),
            ),
        )

        def turn_on(session: Session) -> None:
            change = {"$set": {"totp": document}, "$unset": {"totp_pending": ""}}
            if not self._database.collection("staff").update_one(wanted, change, session=session).matched_count:
                raise Conflict("totp.not_begun")
            self._events.raise_(AccountChanged(str(account["_id"]), AccountChange.SECOND_STEP_ON), session)

        self._database.transaction(turn_on)
        return codes

    def renew_recovery_codes(self, account: Document) -> list[str]:
        """Ten new ones; the old ones open nothing any more. Whoever asks has shown a code (`accept`)."""
        step = account["totp"]
        codes = self._recovery_codes(account, self._opened(account, step["secret"]), step["series"] + 1)
        self._database.collection("staff").update_one(
            {"_id": account["_id"], "totp.series": step["series"]},
            {"$set": {"totp.series": step["series"] + 1, "totp.recovery": self._hashes(account, codes)}},
        )
        return codes

    def accept(self, account: Document, code: str) -> None:
        """Takes a code of the app or a recovery code, each once.

        Raises:
            Unauthenticated: ``signin.otp_wrong``, also for one that was used.
            Conflict: ``totp.unreadable``: the installation's session.key was replaced, and only a reset helps.
        """
        tidy = one_time_codes.tidy(code)
        if not (
            self._accept_app_code(account, tidy) if one_time_codes.is_app_code(tidy) else self._use_up(account, tidy)
        ):
            raise Unauthenticated("signin.otp_wrong")

    def remove(self, staff_id: str, session: Session) -> None:
        """Turns it off, in the transaction of whoever had the right to."""
        self._database.collection("staff").update_one(
            {"_id": staff_id}, {"$unset": {"totp": "", "totp_pending": ""}}, session=session
        )
        self._events.raise_(AccountChanged(staff_id, AccountChange.SECOND_STEP_RESET), session)

    def _confirmed_again(self, account: Document, code: str, now: datetime) -> list[str]:
        """The answer to the confirmation once more, for a phone that it did not reach."""
        step = account["totp"]
        secret = self._opened(account, step["secret"])
        same = one_time_codes.matching_step(secret, one_time_codes.tidy(code), to_epoch_s(step["confirmed_at"]))
        if step["series"] != 0 or same != step["first_step"] or now - step["confirmed_at"] > ENROLMENT_LIFE:
            raise Conflict("totp.already_on")
        return self._recovery_codes(account, secret, 0)

    def _accept_app_code(self, account: Document, code: str) -> bool:
        secret = self._opened(account, account["totp"]["secret"])
        step = one_time_codes.matching_step(secret, code, to_epoch_s(self._clock.now()))
        if step is None:
            return False
        fresh = {"_id": account["_id"], "totp.last_step": {"$lt": step}}
        taken = self._database.collection("staff").update_one(fresh, {"$set": {"totp.last_step": step}})
        return taken.modified_count == 1

    def _use_up(self, account: Document, code: str) -> bool:
        hashed = one_time_codes.recovery_hash(self._keys.recovery_hash, str(account["_id"]), code)
        used = self._database.collection("staff").update_one(
            {"_id": account["_id"], "totp.recovery": hashed}, {"$pull": {"totp.recovery": hashed}}
        )
        return used.modified_count == 1

    def _recovery_codes(self, account: Document, secret: bytes, series: int) -> list[str]:
        return one_time_codes.recovery_codes(self._keys.recovery, str(account["_id"]), secret, series)

    def _hashes(self, account: Document, codes: list[str]) -> list[str]:
        return one_time_codes.recovery_hashes(self._keys.recovery_hash, str(account["_id"]), codes)

    def _sealed(self, account: Document, secret: bytes) -> bytes:
        nonce = self._ids.random(_NONCE_BYTES)
        return nonce + self._sealer.encrypt(nonce, secret, str(account["_id"]).encode())

    def _opened(self, account: Document, sealed: bytes) -> bytes:
        content = bytes(sealed)
        try:
            return self._sealer.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], str(account["_id"]).encode())
        except InvalidTag as foreign:
            raise Conflict("totp.unreadable") from foreign
