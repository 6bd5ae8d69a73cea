"""The claims of a credential and of a presentation: reading them strictly, writing them (docs/credential.md 1)."""

import re
from dataclasses import dataclass
from typing import Any, Final

from shared_models.credential import constants as c
from shared_models.credential.keys import PublicKey, decompress, is_odd
from shared_models.credential.members import (
    ClaimsError,
    as_map,
    is_boolean,
    is_coordinate,
    is_count,
    is_integer,
    is_nonce,
    is_text,
    is_time,
    may,
    need,
)
from shared_models.text import is_credential_text

_GEOHASH: Final = re.compile(r"[0-9b-hjkmnp-z]{6}")
_URI: Final = re.compile(r"https?://[!-~]+")
_MAX_TYPE_CODE: Final = (1 << 16) - 1


@dataclass(frozen=True, slots=True)
class Claims:
    """What a credential says. Times in whole seconds since 1970.

    Attributes:
        number: the licence number as printed.
        holder: the business, or the person's name as printed.
        type_code: see types.py.
        issued_at_s, not_before_s, expires_at_s: the credential's own times; it holds until before ``expires_at_s``.
        undated: no end date is printed.
        status_index, status_uri: the entry of the status list that speaks for this credential.
        activity, place: free texts of the licence.
        geohash: six characters, about 1.2 x 0.6 km.
        holder_key: the device it is bound to; None on paper.
    """

    number: str
    holder: str
    type_code: int
    issued_at_s: int
    expires_at_s: int
    status_index: int
    status_uri: str
    activity: str | None = None
    place: str | None = None
    geohash: str | None = None
    not_before_s: int | None = None
    undated: bool = False
    holder_key: PublicKey | None = None


@dataclass(frozen=True, slots=True)
class PresentationClaims:
    """What a holder signed: for whom (of any type, as read), when, and the inspector's nonce if one was asked for."""

    audience: Any
    signed_at_s: int
    nonce: bytes | None


def has_credential_texts(claims: Claims) -> bool:
    """Whether every free text of the claims may stand in a credential."""
    return (
        is_credential_text(claims.number)
        and is_credential_text(claims.holder)
        and (claims.activity is None or is_credential_text(claims.activity))
        and (claims.place is None or is_credential_text(claims.place))
    )


def is_geohash(value: Any) -> bool:
    return type(value) is str and _GEOHASH.fullmatch(value) is not None


def is_status_uri(value: Any) -> bool:
    return type(value) is str and len(value) <= c.MAX_TEXT_CHARACTERS and _URI.fullmatch(value) is not None


def read_claims(payload: Any) -> Claims:
    """The claims of a decoded payload. Unknown claims are ignored; the texts' letters are the caller's to judge.

    Raises:
        ClaimsError: a claim is missing or has another type or range.
    """
    claims = as_map(payload)
    status = as_map(as_map(claims.get(c.STATUS)).get(c.STATUS_LIST_MEMBER))
    licence = as_map(claims.get(c.LICENCE))
    if claims.get(c.UNDATED, True) is not True:
        raise ClaimsError("undated is true or absent")
    issued_at_s, expires_at_s = need(is_time, claims, c.ISSUED_AT), need(is_time, claims, c.EXPIRES)
    not_before_s = may(is_time, claims, c.NOT_BEFORE)
    if issued_at_s >= expires_at_s or (not_before_s is not None and not_before_s >= expires_at_s):
        raise ClaimsError("never valid")
    return Claims(
        number=need(is_text, licence, c.NUMBER),
        holder=need(is_text, licence, c.HOLDER),
        type_code=need(_is_type_code, licence, c.TYPE_CODE),
        issued_at_s=issued_at_s,
        expires_at_s=expires_at_s,
        status_index=need(is_count, status, c.STATUS_INDEX_MEMBER),
        status_uri=need(is_status_uri, status, c.STATUS_URI_MEMBER),
        activity=may(is_text, licence, c.ACTIVITY),
        place=may(is_text, licence, c.PLACE),
        geohash=may(is_geohash, licence, c.GEOHASH),
        not_before_s=not_before_s,
        undated=c.UNDATED in claims,
        holder_key=_holder_key(claims[c.CONFIRMATION]) if c.CONFIRMATION in claims else None,
    )


def write_claims(claims: Claims) -> dict[int | str, Any]:
    """The payload of a credential, ready to encode; checks nothing."""
    licence: dict[int | str, Any] = {c.NUMBER: claims.number, c.HOLDER: claims.holder, c.TYPE_CODE: claims.type_code}
    optional = {c.ACTIVITY: claims.activity, c.PLACE: claims.place, c.GEOHASH: claims.geohash}
    licence |= {label: value for label, value in optional.items() if value is not None}
    entry = {c.STATUS_INDEX_MEMBER: claims.status_index, c.STATUS_URI_MEMBER: claims.status_uri}
    payload: dict[int | str, Any] = {
        c.EXPIRES: claims.expires_at_s,
        c.ISSUED_AT: claims.issued_at_s,
        c.STATUS: {c.STATUS_LIST_MEMBER: entry},
        c.LICENCE: licence,
    }
    if claims.not_before_s is not None:
        payload[c.NOT_BEFORE] = claims.not_before_s
    if claims.undated:
        payload[c.UNDATED] = True
    if claims.holder_key is not None:
        key = claims.holder_key
        cose_key = {c.KTY: c.KTY_EC2, c.CRV: c.CRV_P256, c.X: key.x, c.Y: is_odd(key)}
        payload[c.CONFIRMATION] = {c.CNF_COSE_KEY: cose_key}
    return payload


def read_presentation(payload: Any) -> PresentationClaims:
    """The claims of a presentation's payload; whether the audience is right is the caller's to judge.

    Raises:
        ClaimsError: a claim is missing or has another type or range.
    """
    claims = as_map(payload)
    signed_at_s = need(is_time, claims, c.ISSUED_AT)
    return PresentationClaims(claims.get(c.AUDIENCE), signed_at_s, may(is_nonce, claims, c.CNONCE))


def _holder_key(confirmation: Any) -> PublicKey:
    members = as_map(confirmation)
    key = as_map(members.get(c.CNF_COSE_KEY))
    if members.keys() != {c.CNF_COSE_KEY} or key.keys() != {c.KTY, c.CRV, c.X, c.Y}:
        raise ClaimsError("cnf holds one compressed key and nothing else")
    if need(is_integer, key, c.KTY) != c.KTY_EC2 or need(is_integer, key, c.CRV) != c.CRV_P256:
        raise ClaimsError("the holder's key is on another curve")
    try:
        return decompress(need(is_coordinate, key, c.X), y_is_odd=need(is_boolean, key, c.Y))
    except ValueError as fault:
        raise ClaimsError("the holder's key is not on the curve") from fault


def _is_type_code(value: Any) -> bool:
    return type(value) is int and 1 <= value <= _MAX_TYPE_CODE
