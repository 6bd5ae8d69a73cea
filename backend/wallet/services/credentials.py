"""Minting: one credential for paper, one for each of the owner's phones, each with a status entry of its own."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from backend.infra.mongo import Document, Session
from backend.wallet.documents import CREDENTIALS
from backend.wallet.ports import WalletPorts
from backend.wallet.rules import claims_of, entry_of, renewal_of
from backend.wallet.services.signing_keys import SigningKeys
from backend.wallet.services.status_lists import StatusLists
from shared_models.clock import from_epoch_s, to_epoch_s
from shared_models.credential.constants import STATUS_ENTRIES
from shared_models.credential.keys import PublicKey, p256_key
from shared_models.credential.mint import mint
from shared_models.errors import Upstream
from shared_models.result import LicenceStatus

_TRIAL_SIGNATURE: Final = b"\x01" * 64


class Credentials:
    def __init__(self, ports: WalletPorts, status_lists: StatusLists, signing: SigningKeys) -> None:
        self._ports: Final = ports
        self._status_lists: Final = status_lists
        self._signing: Final = signing

    def may_issue(self, agency_code: str, type_code: int) -> bool:
        """Whether an agency has a key for this licence type now."""
        return self._ports.keys.licence_key(agency_code, type_code, to_epoch_s(self._ports.clock.now())) is not None

    def try_out(self, licence: Mapping[str, Any]) -> None:
        """Mints for paper and for a phone without signing, so that a refusal comes before anything is written.

        Raises:
            Invalid: what `mint` refuses: ``credential.invalid`` with its fields, ``credential.too_large``.
            Upstream: ``credential.no_key``.
        """
        kid = self._kid(licence)
        # any point will do: all keys have one length
        key = self._ports.signer.public_key(kid)
        uri = f"{self._ports.status_uri_base.rstrip('/')}/999"
        for holder_key in (None, key):
            claims = claims_of(licence, self._ports.clock.now(), uri, STATUS_ENTRIES - 1, holder_key)
            mint(claims, kid, lambda _message: _TRIAL_SIGNATURE)

    def mint_for(
        self, licence: Mapping[str, Any], devices: Sequence[Mapping[str, Any] | None], session: Session
    ) -> list[Document]:
        """Mints and stores one credential for each device, None standing for paper, in the caller's transaction.

        A suspended licence's credentials begin suspended. Returns the stored documents, in order.

        Raises:
            Upstream: ``credential.no_key`` or ``status_list.full``.
        """
        return self.mint_all([(licence, device) for device in devices], session)

    def mint_all(
        self, wanted: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]], session: Session
    ) -> list[Document]:
        """As `mint_for`, for several licences at once: ``(licence, device or None)`` each, at most 4,096."""
        if not wanted:
            return []
        now = self._ports.clock.now()
        values = [entry_of(LicenceStatus(licence["status"]), blocked=False) for licence, _device in wanted]
        entries = self._status_lists.take(values, session)
        documents = []
        for (licence, device), entry in zip(wanted, entries, strict=True):
            kid = self._kid(licence)
            claims = claims_of(licence, now, entry.uri, entry.index, _holder_key(device))
            renew_at = renewal_of(claims)
            documents.append(
                {
                    "_id": self._ports.ids.new("crd"),
                    "licence_id": licence["_id"],
                    "owner_id": licence["owner_id"],
                    "device_id": device["_id"] if device else None,
                    "list_n": entry.list_n,
                    "list_index": entry.index,
                    "status_uri": entry.uri,
                    "kid": kid.hex(),
                    "cose": mint(claims, kid, partial(self._ports.signer.sign, kid)),
                    "issued_at": from_epoch_s(claims.issued_at_s),
                    "expires_at": from_epoch_s(claims.expires_at_s),
                    "renewable": renew_at is not None,
                    "renew_at": renew_at,
                    "blocked": False,
                    "replaced_at": None,
                }
            )
        self._ports.database.collection(CREDENTIALS).insert_many(documents, session=session)
        return documents

    def set_status(self, licence_id: str, status: LicenceStatus, session: Session) -> None:
        """Sets the entry of every credential of a licence; those on blocked phones stay revoked."""
        found = self._ports.database.collection(CREDENTIALS).find(
            {"licence_id": licence_id}, {"list_n": 1, "list_index": 1, "blocked": 1}, session=session
        )
        values = [(row["list_n"], row["list_index"], entry_of(status, blocked=row["blocked"])) for row in found]
        self._status_lists.set_entries(values, session)

    def block_device(self, device_id: str, session: Session) -> None:
        """Revokes every credential that is bound to a phone, for good."""
        credentials = self._ports.database.collection(CREDENTIALS)
        found = credentials.find({"device_id": device_id}, {"list_n": 1, "list_index": 1}, session=session)
        values = [(row["list_n"], row["list_index"], entry_of(LicenceStatus.REVOKED, blocked=True)) for row in found]
        credentials.update_many(
            {"device_id": device_id}, {"$set": {"blocked": True, "renewable": False}}, session=session
        )
        self._status_lists.set_entries(values, session)

    def of_device(self, device_id: str) -> dict[str, bytes]:
        """The newest credential of each licence on a phone, by licence id."""
        found = self._ports.database.collection(CREDENTIALS).find(
            {"device_id": device_id}, {"licence_id": 1, "cose": 1, "issued_at": 1, "replaced_at": 1}
        )
        return {row["licence_id"]: bytes(row["cose"]) for row in sorted(found, key=age_rank)}

    def licence_at(self, status_uri: str, index: int, session: Session | None = None) -> str | None:
        """The id of the licence whose credential has this status entry."""
        found = self._ports.database.collection(CREDENTIALS).find_one(
            {"status_uri": status_uri, "list_index": index}, {"licence_id": 1}, session=session
        )
        return str(found["licence_id"]) if found else None

    def _kid(self, licence: Mapping[str, Any]) -> bytes:
        now_s = to_epoch_s(self._ports.clock.now())
        record = self._signing.licence_key(licence["issuer"]["code"], licence["type_code"], now_s)
        if record is None:
            raise Upstream("credential.no_key", transient=False)
        return record.kid


def age_rank(credential: Mapping[str, Any]) -> tuple[bool, Any]:
    """Sorts the credentials of one licence and holder so that the one in use is last.

    Times are whole seconds: one that was replaced within its second is told by its mark.
    """
    return credential.get("replaced_at") is None, credential["issued_at"]


def _holder_key(device: Mapping[str, Any] | None) -> PublicKey | None:
    return p256_key(bytes(device["x"]), bytes(device["y"])) if device else None
