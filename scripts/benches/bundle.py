"""How much a verifier downloads to check offline: the key list and ten status lists of 2^20 entries, 1 % revoked.

Revoked entries lie at random, as they do in life; every list is full, which is the worst case. The same bytes go over
the wire: a list is compressed inside. ``python -m scripts.benches.bundle``.
"""

import random
from dataclasses import replace

from shared_models.credential.constants import STATUS_ENTRIES, STATUS_LIFETIME_S, STATUS_TTL_S
from shared_models.credential.keys import kid_of
from shared_models.credential.status_list import Status, StatusArray, StatusList, make_status_list, pack
from shared_models.credential.trust_list import IssuerInfo, KeyRecord, KeyRole, TrustList, make_trust_list
from tests.support.credentials import NOW, ROOT, STATUS, TRUST, URI, YEAR, Key

LISTS = 10
REVOKED_SHARE = 0.01
ISSUERS = 100
"""Agencies with a key each: the city's departments and its 94 communes."""


def measure() -> dict[str, int]:
    """``bundle_bytes``: bytes of the key list and the ten status lists together."""
    return {"bundle_bytes": sum(map(len, tokens()))}


def tokens() -> list[bytes]:
    """The key list, then the status lists 1 to 10."""
    return [_key_list(), *(_status_list(n) for n in range(1, LISTS + 1))]


def _key_list() -> bytes:
    keys = [_record(number) for number in range(ISSUERS)]
    trust: TrustList = replace(TRUST, keys=tuple(keys))
    return make_trust_list(trust, ROOT.public, ROOT.sign)


def _record(number: int) -> KeyRecord:
    key = Key(f"issuer {number}").public
    issuer = IssuerInfo(f"H17.30.{number:02}", f"Ủy ban nhân dân phường Hòa Cường {number}")
    return KeyRecord(kid_of(key), key, KeyRole.LICENCE, issuer, (1, 2, 3), NOW - YEAR, NOW + YEAR)


def _status_list(n: int) -> bytes:
    """Seeded, so that the figure is the same in every run."""
    source = random.Random(n)
    values = bytearray([Status.VALID]) * STATUS_ENTRIES
    for index in source.sample(range(STATUS_ENTRIES), int(STATUS_ENTRIES * REVOKED_SHARE)):
        values[index] = Status.REVOKED
    entries = StatusArray(2, pack(bytes(values)))
    uri = f"{URI.rpartition('/')[0]}/{n}"
    status_list = StatusList(uri, NOW, NOW + STATUS_LIFETIME_S, STATUS_TTL_S, entries)
    return make_status_list(status_list, STATUS.kid, STATUS.sign)


if __name__ == "__main__":
    print(measure())
