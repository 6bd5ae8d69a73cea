"""People's phones and licences, the credentials minted for them, and the status lists."""

from typing import Any, Final

from pymongo.database import Database

from backend.infra.indexes import Index, ascending, ensure_collections, ensure_indexes

COLLECTIONS: Final = (
    "wallets",
    "device_challenges",
    "devices",
    "licences",
    "credentials",
    "status_lists",
    "status_blocks",
)

INDEXES: Final = (
    Index(
        "device_challenges",
        "device_challenges_expiry",
        ascending("expires_at"),
        "clean-up of challenges nobody answered",
        expire_after_s=60,
    ),
    Index("devices", "devices_by_owner", ascending("owner_id", "created_at"), "a person's phones"),
    Index("devices", "devices_by_thumbprint", ascending("thumbprint"), "a key is registered once", unique=True),
    Index("licences", "licences_by_owner", ascending("owner_id", "change_seq"), "what changed since a phone's cursor"),
    Index("licences", "licences_by_result", ascending("result_id"), "the licence of a result", unique=True),
    Index("credentials", "credentials_by_licence", ascending("licence_id"), "every index that a licence's status sets"),
    Index("credentials", "credentials_by_device", ascending("device_id"), "a phone's own credentials"),
    Index(
        "credentials",
        "credentials_by_index",
        ascending("status_uri", "list_index"),
        "the licence behind a scanned code",
        unique=True,
    ),
    Index(
        "credentials", "credentials_by_renewal", ascending("renewable", "renew_at"), "undated ones due for re-minting"
    ),
    Index("status_blocks", "status_blocks_by_list", ascending("list", "block"), "all entries of a list, in order"),
    Index("status_blocks", "status_blocks_dirty", ascending("dirty", "list"), "lists that have to be signed"),
    Index("status_lists", "status_lists_open", ascending("open"), "the list that new credentials go to"),
)


def up(database: Database[dict[str, Any]]) -> None:
    ensure_collections(database, COLLECTIONS)
    ensure_indexes(database, INDEXES)
