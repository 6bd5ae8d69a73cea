"""What was read, as one line of text that both languages write alike (tests/fuzz/twin.mjs is the other hand)."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from shared_models.credential.cbor import Tagged
from shared_models.credential.checks import SignatureCheck
from shared_models.credential.claims import Claims, PresentationClaims
from shared_models.credential.decode import Decoded
from shared_models.credential.keys import PublicKey
from shared_models.credential.status_list import StatusList
from shared_models.credential.trust_list import KeyRecord, TrustList


def tell_item(item: Any) -> str:
    """A decoded CBOR item, or a list of such."""
    return _TELL[type(item)](item)


_TELL: dict[type, Callable[[Any], str]] = {
    Tagged: lambda tagged: f"18({tell_item(tagged.value)})",
    bytes: lambda data: f"h{data.hex()}",
    str: lambda text: f"t{text.encode().hex()}",
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    int: str,
    list: lambda items: f"[{','.join(map(tell_item, items))}]",
    dict: lambda entries: (
        "{" + ",".join(f"{tell_item(key)}:{tell_item(value)}" for key, value in entries.items()) + "}"
    ),
}


def tell_claims(claims: Claims | None) -> str:
    if claims is None:
        return "null"
    key = claims.holder_key
    times = [claims.issued_at_s, claims.not_before_s, claims.expires_at_s, claims.undated]
    texts = [claims.number, claims.holder, claims.activity, claims.place, claims.geohash]
    status = [claims.type_code, claims.status_index, claims.status_uri]
    return tell_item([texts, times, status, tell_key(key) if key is not None else None])


def tell_key(key: PublicKey) -> list[Any]:
    return [key.alg, key.x, key.y]


def tell_decoded(decoded: Decoded) -> str:
    shown = tell_presentation(decoded.presentation)
    checks = ";".join(map(tell_check, decoded.checks))
    problems = ",".join(sorted(decoded.problems))
    carrier = decoded.carrier.value if decoded.carrier else "null"
    return " ".join(
        (decoded.kind.value, carrier, decoded.host or "null", problems, checks, shown, tell_claims(decoded.claims))
    )


def tell_presentation(shown: PresentationClaims | None) -> str:
    return "null" if shown is None else tell_item([shown.audience, shown.signed_at_s, shown.nonce])


def tell_check(check: SignatureCheck) -> str:
    key = tell_key(check.key) if check.key is not None else None
    message = sha256(check.message).digest()
    return tell_item([check.role.value, check.alg, check.kid, message, check.signature, key])


def tell_trust_list(trust: TrustList) -> str:
    records = [_record(record) for record in trust.keys]
    return tell_item([trust.version, trust.issued_at_s, trust.expires_at_s, records, list(trust.hosts)])


def _record(record: KeyRecord) -> list[Any]:
    names = [record.issuer.code, record.issuer.name]
    times = [record.not_before_s, record.expires_at_s, record.compromised_at_s]
    return [record.kid, tell_key(record.key), int(record.role), names, list(record.type_codes), times]


def tell_status_list(status_list: StatusList) -> str:
    times = [status_list.issued_at_s, status_list.expires_at_s, status_list.ttl_s]
    return tell_item([status_list.uri, times, sha256(status_list.entries.data).digest()])
