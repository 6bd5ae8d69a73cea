"""`congdan verify`: codes on standard input, one JSON verdict a line; other people's test suites run through it.

Keys come as a JSON list ``[{"kid": hex, "alg": int, "x": hex, "y": hex, "types": [int] | null, "nbf"?, "exp"?}]``,
which names no hosts and no roles (any host and both roles are accepted), or as a trust list signed by ``--root``.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from backend.infra.verify import run_checks
from shared_models.credential import cbor
from shared_models.credential.claims import Claims
from shared_models.credential.constants import ES256, MAX_LIST_TOKEN_BYTES, SUBJECT
from shared_models.credential.cose import parse_sign1
from shared_models.credential.judge import Verdict, judge, keyed_checks
from shared_models.credential.keys import PublicKey, p256_key
from shared_models.credential.profiles import PROFILES
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

_FOR_EVER: Final = 2**33


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
    is_json = content.lstrip()[:1] == b"["
    trust_list = _listed_keys(json.loads(content)) if is_json else _signed_keys(content, root)
    lists = [_status_list(path.read_bytes(), trust_list) for path in statuses]
    return Trust(trust_list, {status_list.uri: status_list for status_list in lists}, is_json)


def verdicts(codes: Iterable[str], profile: str, trust: Trust, now_s: int) -> Iterator[dict[str, Any]]:
    """One verdict for each code, in order."""
    for code in codes:
        decoded = PROFILES[profile].decode(code)
        trust_list = trust.trust_list
        if trust.any_host and decoded.host is not None:
            trust_list = replace(trust_list, hosts=(decoded.host,))
        results = run_checks(keyed_checks(decoded, trust_list))
        yield _plain(judge(decoded, results, trust_list, trust.status_lists, now_s))


def _listed_keys(rows: list[dict[str, Any]]) -> TrustList:
    records = tuple(_record(row, role) for row in rows for role in KeyRole)
    return TrustList(version=1, issued_at_s=0, expires_at_s=_FOR_EVER, keys=records, hosts=())


def _record(row: dict[str, Any], role: KeyRole) -> KeyRecord:
    alg, x, y = int(row["alg"]), bytes.fromhex(row["x"]), bytes.fromhex(row["y"])
    types = row.get("types")
    return KeyRecord(
        kid=bytes.fromhex(row["kid"]),
        key=p256_key(x, y) if alg == ES256 else PublicKey(alg, x, y),
        role=role,
        issuer=IssuerInfo(row["kid"], row["kid"]),
        type_codes=tuple(kind.code for kind in LICENCE_TYPES) if types is None else tuple(map(int, types)),
        not_before_s=int(row.get("nbf", 0)),
        expires_at_s=int(row.get("exp", _FOR_EVER)),
    )


def _signed_keys(token: bytes, root: Path | None) -> TrustList:
    if root is None:
        raise ValueError("a signed trust list needs --root, the trust-root file of its city")
    fields = json.loads(root.read_text(encoding="utf-8"))
    draft = parse_trust_list(token, p256_key(bytes.fromhex(fields["x"]), bytes.fromhex(fields["y"])))
    return accept_trust_list(draft, run_checks([draft.check]), None)


def _status_list(token: bytes, trust: TrustList) -> StatusList:
    payload = cbor.decode(parse_sign1(token, max_bytes=MAX_LIST_TOKEN_BYTES).payload, max_bytes=MAX_LIST_TOKEN_BYTES)
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
