"""The wallet's arithmetic: entries of a status block, the claims of a licence, what a phone signs. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from shared_models.clock import city_date, end_of_day_s, from_epoch_s, start_of_day, to_epoch_s
from shared_models.credential.claims import Claims
from shared_models.credential.constants import STATUS_ENTRIES, UNDATED_TERM_S
from shared_models.credential.keys import PublicKey
from shared_models.credential.status_list import Status
from shared_models.result import LicenceStatus

BITS: Final = 2
BLOCKS: Final = 256
BLOCK_ENTRIES: Final = STATUS_ENTRIES // BLOCKS
BLOCK_BYTES: Final = BLOCK_ENTRIES * BITS // 8
EMPTY_BLOCK: Final = b"\xff" * BLOCK_BYTES
"""Every entry "not issued"."""

RENEW_BEFORE: Final = timedelta(days=365)
"""How long before the end of its term the credential of an undated licence is minted again."""

CHALLENGE_LIFE: Final = timedelta(minutes=5)
MAX_DEVICES: Final = 10

_ENTRY_OF_STATUS: Final = {
    LicenceStatus.VALID: Status.VALID,
    LicenceStatus.REVOKED: Status.REVOKED,
    LicenceStatus.SUSPENDED: Status.SUSPENDED,
}


def entry_of(status: LicenceStatus, *, blocked: bool) -> int:
    """The list's value for a credential of a licence with this status; one on a blocked phone stays revoked."""
    return Status.REVOKED if blocked else _ENTRY_OF_STATUS[status]


def with_entries(entries: bytes, values: Mapping[int, int]) -> bytes:
    """A block with some entries set. Two bits each, the first entry in the lowest bits (Token Status List, 4.1)."""
    block = bytearray(entries)
    for index, value in values.items():
        shift = (index & 3) * 2
        block[index >> 2] = block[index >> 2] & ~(3 << shift) | value << shift
    return bytes(block)


def block_id(list_n: int, block: int) -> str:
    return f"{list_n}:{block:03}"


def device_proof_message(challenge: str, x_text: str, y_text: str) -> bytes:
    """What a phone signs with its holder key to register it (docs/architecture.md, section 3)."""
    return f"congdan-device-v1|{challenge}|{x_text}|{y_text}".encode("ascii")


def renewal_of(claims: Claims) -> datetime | None:
    """When a credential has to be minted again: never, if its licence has an end."""
    return from_epoch_s(claims.expires_at_s) - RENEW_BEFORE if claims.undated else None


def claims_of(
    licence: Mapping[str, Any], now: datetime, status_uri: str, status_index: int, holder_key: PublicKey | None
) -> Claims:
    """The claims of a credential for a stored licence, minted ``now``.

    ``nbf`` stands only where the printed first day is another than the day of minting, which it is read from otherwise.
    An undated licence gets a term of five years and says that none is printed (docs/credential.md 1).
    """
    issued_at_s = to_epoch_s(now)
    first_day = date.fromisoformat(licence["valid_from"])
    valid_until = licence["valid_until"]
    place = licence["place"]
    return Claims(
        number=licence["number"],
        holder=licence["holder_name"],
        type_code=licence["type_code"],
        issued_at_s=issued_at_s,
        expires_at_s=end_of_day_s(date.fromisoformat(valid_until)) if valid_until else issued_at_s + UNDATED_TERM_S,
        status_index=status_index,
        status_uri=status_uri,
        activity=licence["activity"],
        place=place["address"] if place else None,
        geohash=licence["geohash"],
        not_before_s=None if first_day == city_date(now) else to_epoch_s(start_of_day(first_day)),
        undated=valid_until is None,
        holder_key=holder_key,
    )
