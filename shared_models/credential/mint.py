"""Minting: every rule of the issuer, then the signature (docs/credential.md 2)."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from shared_models.clock import CITY_ZONE
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims, is_geohash, is_status_uri, write_claims
from shared_models.credential.cose import is_signature, sig_structure, write_sign1
from shared_models.credential.keys import PublicKey, p256_key
from shared_models.credential.members import is_kid, is_time
from shared_models.credential.presentation import longest_presentation
from shared_models.credential.qr_size import max_paper_bytes, max_screen_bytes
from shared_models.credential.types import BY_CODE, LicenceType, Presence
from shared_models.errors import Invalid
from shared_models.text import is_credential_text

Fault = tuple[str, str]
"""Field and code."""

_DAY_S: Final = 24 * 3600
_CITY_OFFSET_S: Final = int(CITY_ZONE.utcoffset(None).total_seconds())
_PERSONAL_ID: Final = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_NO_SIGNATURE: Final = bytes(c.SIGNATURE_BYTES)


def mint(claims: Claims, kid: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The tagged COSE_Sign1 of these claims.

    Args:
        claims: without ``holder_key`` a paper credential, with it a bound one.
        kid: the issuer key's name, 8 bytes.
        sign: ES256 by that key over the given bytes, r || s.

    Raises:
        Invalid: credential.invalid with the fields, credential.too_large; nothing was signed.
        ValueError: the signer gave something else than an ES256 signature.
    """
    faults: dict[str, list[str]] = {}
    for field, code in _faults(claims, kid):
        faults.setdefault(field, []).append(code)
    if faults:
        raise Invalid("credential.invalid", fields=faults)
    protected = _protected(kid)
    payload = cbor.encode(write_claims(claims))
    if not _fits(write_sign1(protected, payload, _NO_SIGNATURE), is_bound=claims.holder_key is not None):
        raise Invalid("credential.too_large")
    signature = sign(sig_structure(protected, payload))
    if not is_signature(signature):
        raise ValueError("the signer gave no ES256 signature")
    return write_sign1(protected, payload, signature)


@lru_cache(maxsize=256)
def _protected(kid: bytes) -> bytes:
    return cbor.encode({c.ALG: c.ES256, c.KID: kid})


def _fits(cose: bytes, *, is_bound: bool) -> bool:
    """Whether the code stays within version 15: on paper at level M, or on a screen at L with all it may grow by."""
    if is_bound:
        return longest_presentation(cose) <= max_screen_bytes()
    return len(cose) <= min(max_paper_bytes(), max_screen_bytes())


def _faults(claims: Claims, kid: bytes) -> Iterator[Fault]:
    licence_type = BY_CODE.get(claims.type_code)
    if licence_type is None:
        yield "type_code", "credential.unknown_type"
    else:
        yield from _content_faults(claims, licence_type)
    yield from _time_faults(claims, licence_type)
    if not 0 <= claims.status_index < c.STATUS_ENTRIES:
        yield "status_index", "credential.out_of_range"
    if not is_status_uri(claims.status_uri):
        yield "status_uri", "credential.malformed"
    if claims.holder_key is not None and not _is_point(claims.holder_key):
        yield "holder_key", "credential.malformed"
    if not is_kid(kid):
        yield "kid", "credential.malformed"


def _content_faults(claims: Claims, licence_type: LicenceType) -> Iterator[Fault]:
    for field, value, presence in (
        ("number", claims.number, Presence.REQUIRED),
        ("holder", claims.holder, Presence.REQUIRED),
        ("activity", claims.activity, licence_type.activity),
        ("place", claims.place, licence_type.place),
    ):
        code = _text_fault(value, presence)
        if code is not None:
            yield field, code
    # A household's tax code is its owner's personal id since 2025, so a number is looked through as well.
    number = None if licence_type.number_has_twelve_digits else claims.number
    texts = {"number": number, "holder": claims.holder, "activity": claims.activity, "place": claims.place}
    for field, value in texts.items():
        if value is not None and _PERSONAL_ID.search(value) is not None:
            yield field, "credential.personal_id"
    if claims.geohash is not None:
        if licence_type.geohash is Presence.FORBIDDEN:
            yield "geohash", "credential.not_allowed"
        elif not is_geohash(claims.geohash):
            yield "geohash", "credential.malformed"


def _text_fault(value: str | None, presence: Presence) -> str | None:
    if value is None:
        return "credential.required" if presence is Presence.REQUIRED else None
    if presence is Presence.FORBIDDEN:
        return "credential.not_allowed"
    if not value:
        return "credential.required"
    if len(value) > c.MAX_TEXT_CHARACTERS:
        return "credential.text_too_long"
    return None if is_credential_text(value) else "credential.not_latin"


def _time_faults(claims: Claims, licence_type: LicenceType | None) -> Iterator[Fault]:
    issued_at_s, expires_at_s, not_before_s = claims.issued_at_s, claims.expires_at_s, claims.not_before_s
    times = {"issued_at_s": issued_at_s, "expires_at_s": expires_at_s, "not_before_s": not_before_s}
    malformed = [field for field, time_s in times.items() if time_s is not None and not is_time(time_s)]
    if malformed:
        yield from [(field, "credential.malformed") for field in malformed]
    elif expires_at_s <= issued_at_s or (not_before_s is not None and expires_at_s <= not_before_s):
        yield "expires_at_s", "credential.expires_before_issue"
    elif licence_type is not None and claims.undated and licence_type.end_date is Presence.REQUIRED:
        yield "expires_at_s", "credential.required"
    elif licence_type is not None and not claims.undated and licence_type.end_date is Presence.FORBIDDEN:
        yield "expires_at_s", "credential.not_allowed"
    elif claims.undated:
        if expires_at_s != issued_at_s + c.UNDATED_TERM_S:
            yield "expires_at_s", "credential.undated_term"
    elif (expires_at_s + 1 + _CITY_OFFSET_S) % _DAY_S:
        # Paper prints a day; the code must not end before or after it.
        yield "expires_at_s", "credential.not_end_of_day"


def _is_point(key: PublicKey) -> bool:
    try:
        return p256_key(key.x, key.y) == key
    except ValueError:
        return False
