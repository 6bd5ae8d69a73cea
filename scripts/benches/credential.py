"""How fast credentials are verified and minted on one core, as ratios to the bare ES256 operation of the same machine.

Bare and ours take turns in short rounds, so that a noisy machine disturbs both alike; the figure is the median of the
rounds' ratios. ``python -m scripts.benches.credential``.
"""

from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import process_time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from backend.infra.verify import verify_text
from shared_models.credential.claims import Claims
from shared_models.credential.cose import parse_sign1, sig_structure
from shared_models.credential.mint import mint
from shared_models.credential.qr_text import screen_text
from shared_models.credential.reasons import Outcome
from shared_models.credential.status_list import StatusArray, StatusList
from tests.support.credentials import FOOD, NOW, STATUS_LIST, TRUST, TWIN, URI, restaurant

CREDENTIALS = 200
ROUNDS = 21
_ES256 = ec.ECDSA(SHA256())


def different_claims() -> list[Claims]:
    """Claims that share no text but the kind of business, so that no cache of texts could help."""
    return [
        restaurant(
            number=f"{number}/2026/ATTP-CNĐK",
            holder=f"QUÁN MÌ QUẢNG BÀ MUA {number}",
            place=f"{number} Lê Đình Dương, phường Hải Châu",
            status_index=number,
        )
        for number in range(CREDENTIALS)
    ]


def sign(message: bytes) -> bytes:
    """ES256 as a server signs: with fresh randomness, r || s."""
    r, s = decode_dss_signature(FOOD.private.sign(message, _ES256))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify_rounds() -> tuple[Callable[[], None], Callable[[], None]]:
    """A round of bare verifications, and one of verdicts on the same printed credentials, scanned as screen texts."""
    tokens = [mint(claims, FOOD.kid, sign) for claims in different_claims()]
    texts = [screen_text(token) for token in tokens]
    public_key = FOOD.private.public_key()
    signed = []
    for token in tokens:
        sign1 = parse_sign1(token)
        r, s = int.from_bytes(sign1.signature[:32]), int.from_bytes(sign1.signature[32:])
        signed.append((encode_dss_signature(r, s), sig_structure(sign1.protected, sign1.payload)))
    million = StatusList(
        URI, STATUS_LIST.issued_at_s, STATUS_LIST.expires_at_s, STATUS_LIST.ttl_s, StatusArray(2, bytes(1 << 18))
    )
    status_lists = {URI: million}
    trust = replace(TRUST, keys=tuple(record for record in TRUST.keys if record.key != TWIN.public))

    def bare() -> None:
        for signature, message in signed:
            public_key.verify(signature, message, _ES256)

    def ours() -> None:
        for text in texts:
            verdict = verify_text(text, trust, status_lists, NOW)
            assert verdict.outcome is Outcome.VALID_HOLDER_NOT_PROVEN

    return bare, ours


def mint_rounds() -> tuple[Callable[[], None], Callable[[], None]]:
    """A round of bare signatures, and one of mintings from claims to the screen text, every rule applied."""
    all_claims = different_claims()
    messages = []
    for claims in all_claims:
        sign1 = parse_sign1(mint(claims, FOOD.kid, sign))
        messages.append(sig_structure(sign1.protected, sign1.payload))

    def bare() -> None:
        for message in messages:
            FOOD.private.sign(message, _ES256)

    def ours() -> None:
        for claims in all_claims:
            screen_text(mint(claims, FOOD.kid, sign))

    return bare, ours


def seconds(work: Callable[[], None]) -> float:
    """The processor time it took, in seconds: what one core does, whatever else the machine is doing."""
    start = process_time()
    work()
    return process_time() - start


def ratio(bare: Callable[[], None], ours: Callable[[], None]) -> tuple[float, float]:
    """The median of (bare time / our time), and the median of our microseconds a credential."""
    bare()
    ours()
    ratios, micros = [], []
    for _ in range(ROUNDS):
        bare_s, ours_s = seconds(bare), seconds(ours)
        ratios.append(bare_s / ours_s)
        micros.append(ours_s / CREDENTIALS * 1e6)
    return median(ratios), median(micros)


def measure() -> dict[str, float]:
    """``verify_vs_bare`` and ``mint_vs_bare``: our rate as a part of the bare rate."""
    verify_ratio, verify_us = ratio(*verify_rounds())
    mint_ratio, mint_us = ratio(*mint_rounds())
    print(f"verify {verify_us:.1f} us, {verify_ratio:.3f} of bare; mint {mint_us:.1f} us, {mint_ratio:.3f} of bare")
    return {"verify_vs_bare": round(verify_ratio, 3), "mint_vs_bare": round(mint_ratio, 3)}


if __name__ == "__main__":
    print(measure())
