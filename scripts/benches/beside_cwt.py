"""How fast ours verifies and mints beside `cwt` doing the same job, in one run.

Verifying is scanned text → signature, times, claims and status; minting is claims → signed screen text. The library has
neither base45 nor a status list, so it borrows ours; ours applies all its rules besides. Both take turns in short
rounds; the figure is the median of the rounds' ratios. ``python -m scripts.benches.beside_cwt``.
"""

from collections.abc import Callable
from dataclasses import replace

import cwt

from backend.infra.verify import verify_text
from scripts.benches.credential import different_claims, ratio, sign
from shared_models.credential import base45
from shared_models.credential import constants as c
from shared_models.credential.claims import write_claims
from shared_models.credential.mint import mint
from shared_models.credential.qr_text import SCREEN_PREFIX, screen_text
from shared_models.credential.reasons import Outcome
from shared_models.credential.status_list import StatusArray, StatusList
from tests.support.credentials import FOOD, NOW, STATUS_LIST, TRUST, TWIN, URI

_PUBLIC = {1: 2, -1: 1, -2: FOOD.public.x, -3: FOOD.public.y, 2: FOOD.kid, 3: c.ES256}
_SECRET = {-4: FOOD.private.private_numbers().private_value.to_bytes(32, "big")}


def verify_rounds() -> tuple[Callable[[], None], Callable[[], None]]:
    """A round of verifications by cwt, and one by ours, of the same screen texts."""
    texts = [screen_text(mint(claims, FOOD.kid, sign)) for claims in different_claims()]
    million = StatusList(
        URI, STATUS_LIST.issued_at_s, STATUS_LIST.expires_at_s, STATUS_LIST.ttl_s, StatusArray(2, bytes(1 << 18))
    )
    status_lists = {URI: million}
    trust = replace(TRUST, keys=tuple(record for record in TRUST.keys if record.key != TWIN.public))
    key = cwt.COSEKey.new(_PUBLIC)

    def theirs() -> None:
        for text in texts:
            claims = cwt.decode(base45.decode(text[len(SCREEN_PREFIX) :], c.MAX_TOKEN_BYTES), key)
            assert isinstance(claims, dict)
            entry = claims[c.STATUS][c.STATUS_LIST_MEMBER]
            assert status_lists[entry[c.STATUS_URI_MEMBER]].entries[entry[c.STATUS_INDEX_MEMBER]] == 0

    def ours() -> None:
        for text in texts:
            assert verify_text(text, trust, status_lists, NOW).outcome is Outcome.VALID_HOLDER_NOT_PROVEN

    return theirs, ours


def mint_rounds() -> tuple[Callable[[], None], Callable[[], None]]:
    """A round of mintings by cwt, and one by ours, of the same claims."""
    all_claims = different_claims()
    key = cwt.COSEKey.new(_PUBLIC | _SECRET)

    def theirs() -> None:
        for claims in all_claims:
            SCREEN_PREFIX + base45.encode(cwt.encode(write_claims(claims), key))

    def ours() -> None:
        for claims in all_claims:
            screen_text(mint(claims, FOOD.kid, sign))

    return theirs, ours


def measure() -> dict[str, float]:
    """``verify_vs_cwt`` and ``mint_vs_cwt``: our rate as a multiple of the library's."""
    verify_ratio, verify_us = ratio(*verify_rounds())
    mint_ratio, mint_us = ratio(*mint_rounds())
    print(f"verify {verify_us:.1f} us, {verify_ratio:.2f} x cwt; mint {mint_us:.1f} us, {mint_ratio:.2f} x cwt")
    return {"verify_vs_cwt": round(verify_ratio, 3), "mint_vs_cwt": round(mint_ratio, 3)}


if __name__ == "__main__":
    print(measure())
