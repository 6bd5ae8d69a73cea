"""The verdict on a code of another family: the same reasons, without holder and without status list."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared_models.credential.constants import SKEW_S
from shared_models.credential.foreign.claims import ForeignClaims
from shared_models.credential.foreign.decode import ForeignDecoded
from shared_models.credential.reasons import REASONS, Outcome, in_order


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A public key of a suite, as bytes; times in seconds since 1970, the window includes both ends.

    Attributes:
        kid: its name; empty for a key without one, which may have signed anything.
        alg: the one COSE algorithm it is used with.
        x, y: the coordinates of a point, or ``x`` alone of an Edwards curve.
        n, e: modulus and exponent of an RSA key.
        type_codes: what it may sign; None: everything.
    """

    kid: bytes
    alg: int
    x: bytes
    y: bytes
    n: bytes
    e: bytes
    type_codes: frozenset[int] | None
    not_before_s: float
    expires_at_s: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What a family asks.

    Attributes:
        algs: the COSE algorithms that it has.
        needs_kid: a token without a key's name is nobody's; otherwise every key is tried.
        now_s: seconds since 1970; None: times are not judged.
    """

    algs: frozenset[int]
    needs_kid: bool
    now_s: int | None


@dataclass(frozen=True, slots=True)
class ForeignVerdict:
    """What was found.

    Attributes:
        outcome: the most severe one among the reasons; a code that holds proves no holder.
        reasons: all of them, most severe first.
        content: the claims as they were read, believed or not; None where there are none.
        signer: the key whose signature held.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    content: dict[Any, Any] | None
    signer: ForeignKey | None


def candidates(decoded: ForeignDecoded, keys: Sequence[ForeignKey], rules: Rules) -> tuple[ForeignKey, ...]:
    """The keys that may have made the signature, in list order."""
    if decoded.token is None or decoded.token.alg not in rules.algs:
        return ()
    alg = decoded.token.alg
    return tuple(key for key in _named(decoded.token.kid, keys, rules) if key.alg == alg)


def judge_foreign(
    decoded: ForeignDecoded, keys: Sequence[ForeignKey], held: Collection[ForeignKey], rules: Rules
) -> ForeignVerdict:
    """Applies every rule and keeps every reason.

    Args:
        decoded: what was read.
        keys: all keys.
        held: those of `candidates` whose signature it is.
        rules: of the family.
    """
    reasons = set(decoded.problems)
    signer = None
    if decoded.token is not None:
        signer, faults = _signer(decoded, keys, held, rules)
        reasons.update(faults)
    if decoded.claims is not None and rules.now_s is not None:
        reasons.update(_time_reasons(decoded.claims, rules.now_s))
    ordered = in_order(reasons or {"holder.paper"})
    content = decoded.claims.content if decoded.claims is not None else None
    return ForeignVerdict(REASONS[ordered[0]], ordered, content, signer)


def _named(kid: bytes | None, keys: Sequence[ForeignKey], rules: Rules) -> tuple[ForeignKey, ...]:
    if kid is None and not rules.needs_kid:
        return tuple(keys)
    return tuple(key for key in keys if key.kid in (kid, b""))


def _signer(
    decoded: ForeignDecoded, keys: Sequence[ForeignKey], held: Collection[ForeignKey], rules: Rules
) -> tuple[ForeignKey | None, tuple[str, ...]]:
    """Whose signature held, and what that key was not allowed to do."""
    tried = candidates(decoded, keys, rules)
    if not tried:
        kid = decoded.token.kid if decoded.token is not None else None
        return None, ("key.wrong_alg" if _named(kid, keys, rules) else "key.unknown",)
    signers = [key for key in tried if key in held]
    if not signers:
        return None, ("signature.invalid",)
    faults = [_key_faults(key, decoded.claims) for key in signers]
    chosen = faults.index(()) if () in faults else 0
    return signers[chosen], faults[chosen]


def _key_faults(key: ForeignKey, claims: ForeignClaims | None) -> tuple[str, ...]:
    if claims is None:
        return ()
    issued_at_s = claims.issued_at_s
    faults = {
        "key.wrong_type": key.type_codes is not None and not claims.type_codes <= key.type_codes,
        "key.outside_window": issued_at_s is not None and not key.not_before_s <= issued_at_s <= key.expires_at_s,
    }
    return tuple(reason for reason, is_so in faults.items() if is_so)


def _time_reasons(claims: ForeignClaims, now_s: int) -> Iterator[str]:
    """RFC 8392 3.1.4: on or after ``exp`` a token is not accepted."""
    if claims.expires_at_s is not None and now_s >= claims.expires_at_s:
        yield "time.expired"
    if claims.not_before_s is not None and claims.not_before_s > now_s + SKEW_S:
        yield "time.not_yet_valid"
    if claims.issued_at_s is not None and claims.issued_at_s > now_s + SKEW_S:
        yield "time.issued_in_future"
