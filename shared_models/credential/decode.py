"""Reading a scanned text: its claims, and the signature checks that it asks for (docs/credential.md 3).

Never raises on bad input: what is wrong is a problem, named by its reason. Nothing read here is trusted yet; the
verdict is `judge.py`'s.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.checks import CheckRole, SignatureCheck, check_of
from shared_models.credential.claims import (
    Claims,
    PresentationClaims,
    has_credential_texts,
    read_claims,
    read_presentation,
)
from shared_models.credential.cose import CoseError, Sign1, is_signature, parse_sign1
from shared_models.credential.members import is_kid
from shared_models.credential.qr_text import Carrier, NotOursError, unframe, unwrap
from shared_models.credential.reasons import FormatError


class Kind(StrEnum):
    """What was read. A paper credential stays one when it is shown on a screen."""

    PAPER = "PAPER"
    BOUND = "BOUND"
    PRESENTATION = "PRESENTATION"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text that was read. ``problems`` are reasons (reasons.py); without ``claims`` there are no checks.

    ``host`` is the host, with port, of a paper text.
    """

    kind: Kind
    claims: Claims | None = None
    presentation: PresentationClaims | None = None
    checks: tuple[SignatureCheck, ...] = ()
    problems: tuple[str, ...] = ()
    carrier: Carrier | None = None
    host: str | None = None


def decode(text: str) -> Decoded:
    """Reads a ``VN1`` text, as scanned, to the letter."""
    try:
        framed = unframe(text)
    except NotOursError as fault:
        return Decoded(Kind.NONE, problems=(fault.reason,))
    try:
        return _read(unwrap(framed), framed.carrier, framed.host)
    except NotOursError as fault:
        return Decoded(Kind.NONE, problems=(fault.reason,))
    except FormatError as fault:
        return Decoded(Kind.NONE, problems=(fault.reason,), carrier=framed.carrier, host=framed.host)


def _read(token: bytes, carrier: Carrier, host: str | None) -> Decoded:
    outer = parse_sign1(token, tag_in_header=True)
    tagged = [label for label, value in outer.headers.items() if isinstance(value, cbor.Tagged)]
    if not tagged:
        claims, checks, problems = _credential(outer)
        kind = Kind.PAPER if claims.holder_key is None else Kind.BOUND
        return Decoded(kind, claims, None, checks, problems, carrier, host)
    if tagged != [c.KCWT]:
        raise CoseError("a tagged item that is not the credential in a presentation")
    shown = _presentation_claims(outer)
    claims, checks, problems = _credential(parse_sign1(outer.headers[c.KCWT].encoded))
    if shown.audience != c.KBT_AUDIENCE:
        problems += ("holder.wrong_audience",)
    if claims.holder_key is None or not is_signature(outer.signature):
        problems += ("holder.signature_invalid",)
    else:
        checks += (check_of(outer, CheckRole.HOLDER, key=claims.holder_key),)
    return Decoded(Kind.PRESENTATION, claims, shown, checks, problems, carrier, host)


def _presentation_claims(outer: Sign1) -> PresentationClaims:
    if outer.alg != c.ES256 or outer.headers.get(c.TYP) != c.KBT_TYPE:
        raise CoseError("not a key binding token")
    return read_presentation(cbor.decode(outer.payload))


def _credential(sign1: Sign1) -> tuple[Claims, tuple[SignatureCheck, ...], tuple[str, ...]]:
    kid = sign1.headers.get(c.KID)
    if not is_kid(kid) or c.TYP in sign1.headers or c.KCWT in sign1.headers:
        raise CoseError("not the header of a credential")
    claims = read_claims(cbor.decode(sign1.payload))
    checks: tuple[SignatureCheck, ...] = ()
    problems: tuple[str, ...] = ()
    if is_signature(sign1.signature):
        checks = (check_of(sign1, CheckRole.ISSUER, kid=kid),)
    else:
        problems = ("signature.malformed",)
    if not has_credential_texts(claims):
        problems += ("format.text",)
    return claims, checks, problems
