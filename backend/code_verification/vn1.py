"""Verdicts on codes of the family VN1: the same readers, rules and checks as the app's.

Keys come as a JSON list (keys_file.py), which names no hosts and no roles (any host and both roles are accepted), or as
a trust list signed by ``--root``.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backend.code_verification.keys_file import FOR_EVER, KeysFileError, is_signed_list, read_keys
from backend.infra.verify import run_checks
from shared_models.credential import cbor
from shared_models.credential.claims import Claims
from shared_models.credential.constants import COORDINATE_BYTES, ES256, MAX_LIST_TOKEN_BYTES, SUBJECT
from shared_models.credential.cose import parse_sign1
from shared_models.credential.foreign.judge import ForeignKey
from shared_models.credential.judge import Verdict, judge, keyed_checks
from shared_models.credential.keys import PublicKey, p256_key
from shared_models.credential.profiles import VN1
from shared_models.credential.status_list import StatusList, accept_status_list, parse_status_list, status_list_checks
from shared_models.credential.trust_list import (
    IssuerInfo,
    KeyRecord,
    KeyRole,
    TrustList,
    accept_trust_list,
    parse_trust_list,
)
from shared_models.credential.types import LICENCE_TYPES


@dataclass(frozen=True, slots=True)
class Trust:
    """What codes are judged by. ``any_host``: the keys came without a list of hosts."""

    trust_list: TrustList
    status_lists: dict[str, StatusList]
    any_host: bool


def load_trust(keys: Path, root: Path | None, statuses: Sequence[Path]) -> Trust:
    """Reads keys and status lists; lists are checked against the keys.

    Raises:
        Invalid: a list that does not hold.
        ValueError: a file that cannot be read as what it should be, or a signed list without ``root``.
    """
    content = keys.read_bytes()
    is_signed = is_signed_list(content)
    trust_list = _signed_keys(content, root) if is_signed else _listed_keys(read_keys(content))
    lists = [_status_list(path, trust_list) for path in statuses]
    return Trust(trust_list, {status_list.uri: status_list for status_list in lists}, any_host=not is_signed)


def verdicts(codes: Iterable[str], trust: Trust, now_s: int) -> Iterator[dict[str, Any]]:
    """One verdict for each code, in order."""
    for code in codes:
        decoded = VN1.decode(code)
        trust_list = trust.trust_list
        if trust.any_host and decoded.host is not None:
            trust_list = replace(trust_list, hosts=(decoded.host,))
        results = run_checks(keyed_checks(decoded, trust_list))
        yield _plain(judge(decoded, results, trust_list, trust.status_lists, now_s))


def _listed_keys(keys: Sequence[ForeignKey]) -> TrustList:
    records = tuple(_record(key, role) for key in keys for role in KeyRole)
    return TrustList(version=1, issued_at_s=0, expires_at_s=FOR_EVER, keys=records, hosts=())


def _record(key: ForeignKey, role: KeyRole) -> KeyRecord:
    """A key of another algorithm is kept and allows nothing, as in a signed list."""
    name = key.kid.hex()
    return KeyRecord(
        kid=key.kid,
        key=_p256_key(key) if key.alg == ES256 else PublicKey(key.alg, key.x, key.y),
        role=role,
        issuer=IssuerInfo(name, name),
        type_codes=tuple(kind.code for kind in LICENCE_TYPES) if key.type_codes is None else tuple(key.type_codes),
        not_before_s=math.ceil(key.not_before_s),
        expires_at_s=math.floor(key.expires_at_s),
    )


def _p256_key(key: ForeignKey) -> PublicKey:
    try:
        x, y = (int.from_bytes(number, "big").to_bytes(COORDINATE_BYTES, "big") for number in (key.x, key.y))
        return p256_key(x, y)
    except (ValueError, OverflowError) as fault:
        raise KeysFileError(f"keys: {key.kid.hex()} is no point of P-256, and VN1 has no other curve") from fault


def _signed_keys(token: bytes, root: Path | None) -> TrustList:
    if root is None:
        raise ValueError("a signed trust list needs --root, the trust-root file of its city")
    draft = parse_trust_list(token, _root_key(root))
    return accept_trust_list(draft, run_checks([draft.check]), None)


def _root_key(path: Path) -> PublicKey:
    try:
        fields = json.loads(path.read_bytes())
        return p256_key(bytes.fromhex(fields["x"]), bytes.fromhex(fields["y"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise ValueError(f"{path}: not a trust-root file") from fault


def _status_list(path: Path, trust: TrustList) -> StatusList:
    """The list of a file, under the name that it gives itself."""
    token = path.read_bytes()
    try:
        payload = cbor.decode(
            parse_sign1(token, max_bytes=MAX_LIST_TOKEN_BYTES).payload, max_bytes=MAX_LIST_TOKEN_BYTES
        )
    except ValueError as fault:
        raise ValueError(f"{path}: not a status list: {fault}") from fault
    uri = payload.get(SUBJECT) if isinstance(payload, dict) else None
    draft = parse_status_list(token, str(uri))
    return accept_status_list(draft, trust, run_checks(status_list_checks(draft, trust)), None)


def _plain(verdict: Verdict) -> dict[str, Any]:
    issuer = verdict.issuer
    return {
        "outcome": verdict.outcome.value,
        "reasons": list(verdict.reasons),
        "kind": verdict.kind.value,
        "claims": _claims(verdict.claims) if verdict.claims else None,
        "issuer": {"code": issuer.code, "name": issuer.name} if issuer else None,
        "status_as_of_s": verdict.status_as_of_s,
        "freshness": verdict.freshness.value,
        "holder_signed_at_s": verdict.holder_signed_at_s,
    }


def _claims(claims: Claims) -> dict[str, Any]:
    key = claims.holder_key
    return {
        "number": claims.number,
        "holder": claims.holder,
        "type_code": claims.type_code,
        "activity": claims.activity,
        "place": claims.place,
        "geohash": claims.geohash,
        "issued_at_s": claims.issued_at_s,
        "not_before_s": claims.not_before_s,
        "expires_at_s": claims.expires_at_s,
        "undated": claims.undated,
        "status": {"index": claims.status_index, "uri": claims.status_uri},
        "holder_key": {"x": key.x.hex(), "y": key.y.hex()} if key else None,
    }
