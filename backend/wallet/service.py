"""The wallet as other rooms know it: one object with a service for each of its concerns."""

from datetime import datetime
from typing import Any, Final

from backend.wallet.ports import WalletPorts
from backend.wallet.services.credentials import Credentials
from backend.wallet.services.devices import Devices
from backend.wallet.services.licences import Licences
from backend.wallet.services.reminting import Reminting
from backend.wallet.services.sheet import Sheets
from backend.wallet.services.signing_keys import SigningKeys
from backend.wallet.services.status_lists import StatusLists
from backend.wallet.services.sync import Sync
from backend.wallet.services.trust import TrustStore


class Wallet:
    """One part for each concern; what `jobs` calls, and what needs two of them, is here."""

    def __init__(self, ports: WalletPorts) -> None:
        self.trust: Final = TrustStore(ports.public_dir)
        signing = SigningKeys(ports.keys, self.trust)
        self.status_lists: Final = StatusLists(ports, signing)
        self.credentials: Final = Credentials(ports, self.status_lists, signing)
        self.licences: Final = Licences(ports, self.credentials, self.status_lists)
        self.devices: Final = Devices(ports, self.credentials, self.licences, self.status_lists)
        self.sync: Final = Sync(ports, self.devices, self.credentials)
        self.sheets: Final = Sheets(ports, self.licences)
        self.reminting: Final = Reminting(ports, self.credentials, self.status_lists, signing)
        self._clock: Final = ports.clock

    def sign_due_lists(self, now: datetime) -> list[int]:
        """Re-mints what needs it and signs every list that has changed or is half a ttl old; returns their numbers."""
        self.licences.renew_undated(now)
        return self.status_lists.sign_due_lists(now)

    def trust_bundle(self) -> dict[str, Any]:
        """Addresses and entity tags of the trust list and of every signed status list: ``TrustSchema``.

        Raises:
            Upstream: ``trust.unavailable``.
        """
        return {
            "server_time": self._clock.now(),
            "trust_list": {"url": "/api/v1/trust/keys", "etag": self.trust.current().etag},
            "status_lists": [
                {"n": row.n, "uri": row.uri, "url": f"/api/v1/status/{row.n}", "etag": row.etag}
                for row in self.status_lists.published()
            ],
        }
