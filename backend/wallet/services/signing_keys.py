"""With which key the wallet signs now: the newest one that the city has published.

A code under a key that the published trust list does not name is red on every phone. So whoever makes a key and has not
published it yet goes on with the old one, or, where that is lost, mints nothing until the list is out.
"""

from collections.abc import Collection
from typing import Final

from backend.infra.key_ring import KeyRecord, LiveKeyRing
from backend.wallet.services.trust import TrustStore
from shared_models.errors import Upstream


class SigningKeys:
    def __init__(self, keys: LiveKeyRing, trust: TrustStore) -> None:
        self._keys: Final = keys
        self._trust: Final = trust

    def licence_key(self, issuer_code: str, type_code: int, now_s: int) -> KeyRecord | None:
        """The key of an agency for a licence type; None when it has none that is published."""
        return self._keys.licence_key(issuer_code, type_code, now_s, self._published())

    def status_key(self, now_s: int) -> KeyRecord | None:
        """The key for status lists; None when none is published."""
        return self._keys.status_key(now_s, self._published())

    def _published(self) -> Collection[bytes] | None:
        """The kids of the published list; None where none can be read: then no phone can check anything anyway."""
        try:
            return {record.kid for record in self._trust.current().trust.keys}
        except Upstream:
            return None
