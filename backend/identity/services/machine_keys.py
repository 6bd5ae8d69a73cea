"""The keys of an agency's system: several at a time, so that a new one is in use before the old one goes.

A change reads the list, decides, and writes only over what it has read (`keys_version`); a race is looked at anew.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from joserfc.jwk import ECKey

from backend.identity.documents import MachineKey
from backend.identity.rules import MOST_MACHINE_KEYS, PROOF_WINDOW
from backend.identity.services.jose import ES256, TokenFault, now_s, p256_from_jwk, read_jwt, seconds
from backend.infra.documents import to_document
from backend.infra.mongo import Database, Document
from shared_models.access import Actor, Scope
from shared_models.clock import Clock
from shared_models.errors import Conflict, Invalid, NotFound

PROOF_TYP: Final = "congdan-machine-key+jwt"
_RACES: Final = 8

Keys = list[Document]
Change = Callable[[Keys], Keys]


def machine_key(key: ECKey, now: datetime) -> Document:
    """A key as it is kept."""
    members = key.as_dict(private=False)
    return to_document(MachineKey(jkt=key.thumbprint(), x=members["x"], y=members["y"], created_at=now))


def usable(keys: Keys, now: datetime) -> Keys:
    """The keys that open something now."""
    return [key for key in keys if key.get("retires_at") is None or now < key["retires_at"]]


class MachineKeys:
    """``audience``: what a proof of a new key is addressed to, the installation's address."""

    def __init__(self, database: Database, clock: Clock, audience: str) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._audience: Final = audience

    def own(self, actor: Actor) -> list[dict[str, Any]]:
        """``{jkt, created_at, last_used_at, retires_at, is_current}``, oldest first."""
        actor.require(Scope.MACHINE_KEYS)
        return [_shown(key, actor.session_id) for key in self._client(actor.id)["keys"]]

    def add_own(self, actor: Actor, jwk: dict[str, Any], proof: str) -> tuple[dict[str, Any], bool]:
        """Adds a key that the machine proves to hold; False when it had it already.

        ``proof`` is a JWT signed by the new key: ``typ`` `PROOF_TYP`, claims ``sub`` (the client's id), ``aud`` (the
        installation's address) and ``iat`` within a minute.

        Raises:
            Invalid: ``machine.key_malformed``, ``machine.proof_invalid``. Conflict: ``machine.too_many_keys``.
        """
        actor.require(Scope.MACHINE_KEYS)
        key = parse_key(jwk)
        self._require_proof(actor, key, proof)
        added, is_new = self.add(actor.id, key)
        return _shown(added, actor.session_id), is_new

    def remove_own(self, actor: Actor, jkt: str) -> None:
        """Takes a key away at once, with the tokens it signed in for; one that is gone already is fine.

        Raises:
            Conflict: ``machine.last_key``: it is the last one that opens anything.
        """
        actor.require(Scope.MACHINE_KEYS)
        self.remove(actor.id, jkt)

    def add(self, client_id: str, key: ECKey) -> tuple[Document, bool]:
        """Adds a key; False when the client had it already.

        Raises:
            Conflict: ``machine.too_many_keys``. NotFound: ``machine.unknown``.
        """
        fresh = machine_key(key, self._clock.now())
        is_new = True

        def add(keys: Keys) -> Keys:
            nonlocal is_new
            is_new = all(known["jkt"] != fresh["jkt"] for known in keys)
            if not is_new:
                return keys
            # What has retired makes room by itself.
            kept = usable(keys, self._clock.now())
            if len(kept) >= MOST_MACHINE_KEYS:
                raise Conflict("machine.too_many_keys", most=MOST_MACHINE_KEYS)
            return [*kept, fresh]

        keys = self._change(client_id, add)
        return next(known for known in keys if known["jkt"] == fresh["jkt"]), is_new

    def remove(self, client_id: str, jkt: str) -> None:
        """Raises ``Conflict("machine.last_key")`` when no key without an end would be left."""

        def remove(keys: Keys) -> Keys:
            kept = [key for key in keys if key["jkt"] != jkt]
            if len(kept) < len(keys) and not any(key.get("retires_at") is None for key in kept):
                raise Conflict("machine.last_key")
            return kept

        self._change(client_id, remove)

    def retire(self, client_id: str, jkt: str, at: datetime) -> None:
        """Ends a key at a moment to come.

        Raises:
            Conflict: ``machine.last_key``. NotFound: ``machine.key_unknown``, ``machine.unknown``.
        """

        def retire(keys: Keys) -> Keys:
            if all(key["jkt"] != jkt for key in keys):
                raise NotFound("machine.key_unknown")
            if not any(key.get("retires_at") is None for key in keys if key["jkt"] != jkt):
                raise Conflict("machine.last_key")
            return [{**key, "retires_at": at} if key["jkt"] == jkt else key for key in keys]

        self._change(client_id, retire)

    def rotate(self, client_id: str, key: ECKey, others_retire_at: datetime) -> None:
        """Adds a key and lets every other one that has no end yet end at that moment.

        Raises:
            Conflict: ``machine.too_many_keys``. NotFound: ``machine.unknown``.
        """
        added, _ = self.add(client_id, key)

        def retire_others(keys: Keys) -> Keys:
            return [
                key if key["jkt"] == added["jkt"] or key.get("retires_at") else {**key, "retires_at": others_retire_at}
                for key in keys
            ]

        self._change(client_id, retire_others)

    def note_use(self, client_id: str, jkt: str) -> None:
        """A sign-in with this key; it changes nothing that another change could build on."""
        self._database.collection("machine_clients").update_one(
            {"_id": client_id, "keys.jkt": jkt}, {"$set": {"keys.$.last_used_at": self._clock.now()}}
        )

    def is_alive(self, client_id: str, jkt: str) -> bool:
        """Whether tokens that this key signed in for still hold."""
        found = self._database.collection("machine_clients").find_one({"_id": client_id}, {"is_active": 1, "keys": 1})
        if found is None or not found["is_active"]:
            return False
        return any(key["jkt"] == jkt for key in usable(found["keys"], self._clock.now()))

    def _change(self, client_id: str, change: Change) -> Keys:
        clients = self._database.collection("machine_clients")
        for _ in range(_RACES):
            client = self._client(client_id)
            keys = change(client["keys"])
            if keys == client["keys"]:
                return keys
            done = clients.update_one(
                {"_id": client_id, "keys_version": client["keys_version"]},
                {"$set": {"keys": keys}, "$inc": {"keys_version": 1}},
            )
            if done.matched_count:
                return keys
        raise Conflict("machine.keys_busy")

    def _client(self, client_id: str) -> Document:
        found = self._database.collection("machine_clients").find_one({"_id": client_id})
        if found is None:
            raise NotFound("machine.unknown")
        return found

    def _require_proof(self, actor: Actor, key: ECKey, proof: str) -> None:
        try:
            claims = read_jwt(proof, PROOF_TYP, ES256, key)
            age_s = abs(now_s(self._clock.now()) - seconds(claims, "iat"))
        except TokenFault as fault:
            raise Invalid("machine.proof_invalid", {"proof": ["machine.proof_invalid"]}) from fault
        is_ours = claims.get("sub") == actor.id and claims.get("aud") == self._audience
        if not is_ours or age_s > PROOF_WINDOW.total_seconds():
            raise Invalid("machine.proof_invalid", {"proof": ["machine.proof_invalid"]})


def parse_key(jwk: dict[str, Any]) -> ECKey:
    """Raises ``Invalid("machine.key_malformed")``."""
    try:
        return p256_from_jwk(jwk)
    except TokenFault as fault:
        raise Invalid("machine.key_malformed", {"jwk": ["machine.key_malformed"]}) from fault


def _shown(key: Document, current: str | None) -> dict[str, Any]:
    return {
        "jkt": key["jkt"],
        "created_at": key["created_at"],
        "last_used_at": key.get("last_used_at"),
        "retires_at": key.get("retires_at"),
        "is_current": key["jkt"] == current,
    }
