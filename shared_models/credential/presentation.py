"""The holder presentation: a key binding token (KBT) around a bound credential, signed anew every 15 seconds.

It shows that the phone which the credential is bound to took part just now. It does not stop a live relay or a lent,
unlocked phone.
"""

from collections.abc import Callable

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.cose import sig_structure, write_sign1
from shared_models.credential.qr_text import screen_text

_LAST_SHORT_TIME_S = (1 << 32) - 1  # in the year 2106; until then a time takes five bytes
_FULLEST_PAYLOAD = {c.AUDIENCE: c.KBT_AUDIENCE, c.ISSUED_AT: _LAST_SHORT_TIME_S, c.CNONCE: bytes(c.NONCE_BYTES)}


def present(cose: bytes, now_s: int, sign: Callable[[bytes], bytes], nonce: bytes | None = None) -> str:
    """The screen text of a presentation.

    Args:
        cose: the bound credential, tagged.
        now_s: when the holder signs, in whole seconds since 1970.
        sign: ES256 by the holder's key over the given bytes, r || s.
        nonce: the 8 bytes that the inspector's phone showed, if it did.
    """
    protected = _protected(cose)
    claims = {c.AUDIENCE: c.KBT_AUDIENCE, c.ISSUED_AT: now_s}
    payload = cbor.encode(claims if nonce is None else claims | {c.CNONCE: nonce})
    return screen_text(write_sign1(protected, payload, sign(sig_structure(protected, payload))))


def longest_presentation(cose: bytes) -> int:
    """Bytes of the longest presentation around this credential: with a nonce."""
    return len(write_sign1(_protected(cose), cbor.encode(_FULLEST_PAYLOAD), bytes(c.SIGNATURE_BYTES)))


def _protected(cose: bytes) -> bytes:
    return cbor.encode({c.ALG: c.ES256, c.KCWT: cbor.Tagged(None, cose), c.TYP: c.KBT_TYPE})
