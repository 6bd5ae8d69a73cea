"""A root that hands over to the next one: signed by the old root, so that a phone that holds it may follow.

``18([{1: -7, 4: old kid, 16: "application/congdan-root-handover+cwt"}, {}, payload, sig])`` around
``{6: iat, -70013: {1: kid, 2: x, 3: y, 4: alg}}``. Who can serve pages but has no root cannot move phones to a root of
their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.checks import CheckRole, KeyedCheck, check_of
from shared_models.credential.cose import is_signature, parse_sign1, sig_structure, write_sign1
from shared_models.credential.keys import PublicKey, kid_of, p256_key
from shared_models.credential.members import ClaimsError, as_map, is_bytes, is_integer, is_kid, is_time, need

_KID, _X, _Y, _ALG = range(1, 5)
MAX_HANDOVERS: Final = 16
"""How many roots a phone follows in one update: more than a city changes in the life of a phone."""


class HandoverError(ValueError):
    """A token that hands nothing over from this root; the sentence is for an operator."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover that was read: who hands over, to whom. ``check`` has yet to hold."""

    old_kid: bytes
    new: PublicKey
    issued_at_s: int
    check: KeyedCheck


def make_handover(old: PublicKey, new: PublicKey, issued_at_s: int, sign: Callable[[bytes], bytes]) -> bytes:
    """The token; ``sign`` is ES256 by the old root over the given bytes, r || s."""
    protected = cbor.encode({c.ALG: old.alg, c.KID: kid_of(old), c.TYP: c.ROOT_HANDOVER_TYPE})
    members = {_KID: kid_of(new), _X: new.x, _Y: new.y, _ALG: new.alg}
    payload = cbor.encode({c.ISSUED_AT: issued_at_s, c.NEXT_ROOT: members})
    return write_sign1(protected, payload, sign(sig_structure(protected, payload)))


def parse_handover(token: bytes, old: PublicKey) -> Handover:
    """Reads a handover by the root ``old``.

    Raises:
        HandoverError: not a handover, or another root's.
    """
    try:
        sign1 = parse_sign1(token)
        payload = as_map(cbor.decode(sign1.payload))
        issued_at_s = need(is_time, payload, c.ISSUED_AT)
        new = _read_key(as_map(payload.get(c.NEXT_ROOT)))
    except ValueError as fault:
        raise HandoverError("no handover of a root") from fault
    if sign1.headers.get(c.TYP) != c.ROOT_HANDOVER_TYPE or sign1.alg != old.alg or not is_signature(sign1.signature):
        raise HandoverError("no handover of a root")
    if sign1.headers.get(c.KID) != kid_of(old):
        raise HandoverError(f"not by the root {kid_of(old).hex()}")
    return Handover(kid_of(old), new, issued_at_s, KeyedCheck(check_of(sign1, CheckRole.LIST, kid=kid_of(old)), old))


def follow(root: PublicKey, wanted: bytes, tokens: Sequence[bytes], holds: Callable[[KeyedCheck], bool]) -> bool:
    """Whether a chain of handovers leads from the root that is held to the one with the kid ``wanted``."""
    for _ in range(MAX_HANDOVERS):
        if kid_of(root) == wanted:
            return True
        following = _successor(root, tokens, holds)
        if following is None:
            return False
        root = following
    return kid_of(root) == wanted


def _successor(root: PublicKey, tokens: Sequence[bytes], holds: Callable[[KeyedCheck], bool]) -> PublicKey | None:
    for token in tokens:
        try:
            handover = parse_handover(token, root)
        except HandoverError:
            continue
        if holds(handover.check):
            return handover.new
    return None


def _read_key(members: dict[int | str, Any]) -> PublicKey:
    if need(is_integer, members, _ALG) != c.ES256:
        raise ClaimsError("alg")
    key = p256_key(need(is_bytes, members, _X), need(is_bytes, members, _Y))
    if need(is_kid, members, _KID) != kid_of(key):
        raise ClaimsError("kid")
    return key
