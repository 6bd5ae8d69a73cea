"""A person's phones: registered by proving that the phone holds its key, blocked for good."""

import hmac
from dataclasses import dataclass
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from backend.infra.mongo import Document, Session
from backend.infra.verify import run_checks
from backend.notices.service import Notification
from backend.wallet.documents import DEVICE_CHALLENGES, DEVICES
from backend.wallet.ports import WalletPorts
from backend.wallet.rules import CHALLENGE_LIFE, MAX_DEVICES, device_proof_message
from backend.wallet.services.credentials import Credentials
from backend.wallet.services.licences import Licences
from backend.wallet.services.status_lists import StatusLists
from shared_models.access import Actor, Role, Scope
from shared_models.credential.checks import CheckRole, KeyedCheck, SignatureCheck
from shared_models.credential.constants import ES256
from shared_models.credential.cose import is_signature
from shared_models.credential.keys import PublicKey, p256_key, thumbprint
from shared_models.device import DeviceRemoval
from shared_models.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from shared_models.notice import DEVICE_ADDED, DEVICE_BLOCKED, DEVICE_SIGNED_OUT, NoticeKind
from shared_models.schemas.wire import to_base64url

_CHALLENGE_BYTES: Final = 32
_NOTICES: Final = {DeviceRemoval.LOST: DEVICE_BLOCKED, DeviceRemoval.SIGNED_OUT: DEVICE_SIGNED_OUT}


@dataclass(frozen=True, slots=True)
class Registration:
    """A phone's key and the proof that it holds it: 32-byte coordinates, a raw 64-byte ES256 signature."""

    x: bytes
    y: bytes
    label: str
    challenge: str
    proof: bytes


class Devices:
    def __init__(
        self, ports: WalletPorts, credentials: Credentials, licences: Licences, status_lists: StatusLists
    ) -> None:
        self._ports: Final = ports
        self._credentials: Final = credentials
        self._licences: Final = licences
        self._status_lists: Final = status_lists

    def challenge(self, actor: Actor) -> dict[str, Any]:
        """A text for the phone to sign, good once: ``{challenge, expires_at}``."""
        _require_citizen(actor)
        text = to_base64url(self._ports.ids.random(_CHALLENGE_BYTES))
        expires_at = self._ports.clock.now() + CHALLENGE_LIFE
        self._ports.database.collection(DEVICE_CHALLENGES).insert_one(
            {"_id": text, "owner_id": actor.id, "expires_at": expires_at}
        )
        return {"challenge": text, "expires_at": expires_at}

    def register(self, actor: Actor, registration: Registration) -> tuple[Document, bool]:
        """Registers a phone and mints its credentials; the same key again gives the phone it already is, and False.

        Raises:
            Invalid: ``device.key_malformed``, ``device.proof_invalid`` or ``device.challenge_expired``.
            Conflict: ``device.key_taken`` (by another person), ``device.blocked`` or ``device.too_many``.
        """
        _require_citizen(actor)
        key = _proven_key(registration)
        self._status_lists.prepare()
        try:
            device, is_new = self._ports.database.transaction(
                lambda session: self._store(actor, registration, key, session)
            )
        except DuplicateKeyError:
            # the same key arrived twice at once; the other request has stored it by now
            device, is_new = self._ports.database.transaction(
                lambda session: self._store(actor, registration, key, session)
            )
        if is_new:
            self._status_lists.sign_dirty_lists()
        return device, is_new

    def list(self, actor: Actor) -> list[Document]:
        """The actor's phones that are not blocked, oldest first."""
        _require_citizen(actor)
        found = self._ports.database.collection(DEVICES).find({"owner_id": actor.id}).sort("created_at", 1)
        return [_shown(device) for device in found if device["blocked_at"] is None]

    def block(self, actor: Actor, device_id: str, reason: DeviceRemoval = DeviceRemoval.LOST) -> None:
        """Blocks one of the actor's phones and revokes its credentials; a second time changes nothing.

        ``reason`` chooses the words of the notice. There is always one: whoever holds a session of the owner could
        call a theft a sign-out.

        Raises:
            NotFound: ``device.unknown``, also for somebody else's.
        """
        _require_citizen(actor)
        self._ports.database.transaction(lambda session: self._block(actor, device_id, _NOTICES[reason], session))
        self._status_lists.sign_dirty_lists()

    def usable(self, actor: Actor, device_id: str) -> Document:
        """One of the actor's phones.

        Raises:
            NotFound: ``device.unknown``.
            Gone: ``device.blocked``.
        """
        device = self._ports.database.collection(DEVICES).find_one({"_id": device_id, "owner_id": actor.id})
        if device is None:
            raise NotFound("device.unknown")
        if device["blocked_at"] is not None:
            raise Gone("device.blocked")
        return device

    def _store(
        self, actor: Actor, registration: Registration, key: PublicKey, session: Session
    ) -> tuple[Document, bool]:
        devices = self._ports.database.collection(DEVICES)
        name = thumbprint(key).hex()
        known = devices.find_one({"thumbprint": name}, session=session)
        self._spend_challenge(actor, registration.challenge, known, session)
        if known is not None:
            if known["owner_id"] != actor.id:
                raise Conflict("device.key_taken")
            if known["blocked_at"] is not None:
                raise Conflict("device.blocked")
            return _shown(known), False
        mine = devices.find({"owner_id": actor.id}, {"blocked_at": 1}, session=session)
        if sum(device["blocked_at"] is None for device in mine) >= MAX_DEVICES:
            raise Conflict("device.too_many", limit=MAX_DEVICES)
        device: Document = {
            "_id": self._ports.ids.new("dev"),
            "owner_id": actor.id,
            "thumbprint": name,
            "x": registration.x,
            "y": registration.y,
            "label": registration.label,
            "challenge": registration.challenge,
            "created_at": self._ports.clock.now(),
            "last_seen_at": None,
            "blocked_at": None,
        }
        devices.insert_one(device, session=session)
        self._licences.bind_all(actor.id, device, session)
        self._ports.notices.notify([Notification(actor.id, DEVICE_ADDED, {"label": device["label"]})], session)
        return _shown(device), True

    def _spend_challenge(self, actor: Actor, challenge: str, known: Document | None, session: Session) -> None:
        """A challenge is good once; the phone that it registered may repeat it, when the answer was lost."""
        spent = self._ports.database.collection(DEVICE_CHALLENGES).find_one_and_delete(
            {"_id": challenge, "owner_id": actor.id}, session=session
        )
        if spent is not None and spent["expires_at"] > self._ports.clock.now():
            return
        if known is None or known["owner_id"] != actor.id or not hmac.compare_digest(known["challenge"], challenge):
            raise Invalid("device.challenge_expired", {"challenge": ["device.challenge_expired"]})

    def _block(self, actor: Actor, device_id: str, kind: NoticeKind, session: Session) -> None:
        devices = self._ports.database.collection(DEVICES)
        device = devices.find_one({"_id": device_id, "owner_id": actor.id}, session=session)
        if device is None:
            raise NotFound("device.unknown")
        if device["blocked_at"] is not None:
            return
        devices.update_one({"_id": device_id}, {"$set": {"blocked_at": self._ports.clock.now()}}, session=session)
        self._credentials.block_device(device_id, session)
        self._ports.notices.notify([Notification(actor.id, kind, {"label": device["label"]})], session)


def _require_citizen(actor: Actor) -> None:
    actor.require(Scope.WALLET)
    if actor.role is not Role.CITIZEN:
        raise Forbidden("access.forbidden")


def _proven_key(registration: Registration) -> PublicKey:
    try:
        key = p256_key(registration.x, registration.y)
    except ValueError:
        raise Invalid("device.key_malformed", {"x": ["device.key_malformed"]}) from None
    message = device_proof_message(registration.challenge, to_base64url(registration.x), to_base64url(registration.y))
    check = KeyedCheck(SignatureCheck(CheckRole.HOLDER, ES256, None, message, registration.proof, key), key)
    if not is_signature(registration.proof) or not run_checks([check])[check]:
        raise Invalid("device.proof_invalid", {"proof": ["device.proof_invalid"]})
    return key


def _shown(device: Document) -> Document:
    return {"id": device["_id"], **{name: device[name] for name in ("label", "created_at", "last_seen_at")}}
