"""The vectors of draft-ietf-oauth-status-list: its signed tokens through RAW, its lists through our readers.

The two-bit list goes the whole way: signed as one of ours around the draft's own bytes, and asked by credentials.
"""

import tempfile
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.cose import sig_structure, write_sign1
from shared_models.credential.qr_text import screen_text
from shared_models.credential.status_list import read_entries
from tests.support.credentials import FOOD, NOW, STATUS, T0, URI, credential, public, restaurant
from tests.support.vectors.case import Case, Vectors, congdan_verify, is_accepted, told

_FILE = "status-list-draft/vectors.json"
_KEYS = [{**public(key.public), "alg": -7, "types": None} for key in (FOOD, STATUS)]
_OUTCOMES = {0: "VALID_HOLDER_NOT_PROVEN", 1: "REVOKED", 2: "SUSPENDED", 3: "INVALID"}


def tokens(vectors: Vectors) -> list[Case]:
    """The list token and the token that refers to it, both signed by the draft's example key."""
    jwk = vectors("status-list-draft/example_key_public.json")
    row = {"kid": jwk["kid"].encode().hex(), "alg": -7, "x": _unb64(jwk["x"]).hex(), "y": _unb64(jwk["y"]).hex()}
    names = [name for name in vectors(_FILE) if name.endswith("_cwt_hex")]
    verdicts = congdan_verify([vectors(_FILE)[name] for name in names], "RAW", [row], "--now", str(NOW))
    return [Case(name, is_accepted(verdict), told(verdict)) for name, verdict in zip(names, verdicts, strict=True)]


def values(vectors: Vectors) -> list[Case]:
    """Every value that the draft states of its four lists."""
    cases = []
    for stated in vectors(_FILE)["lists"]:
        bits, compressed = stated["json"]["bits"], _unb64(stated["json"]["lst"])
        expected = {int(index): value for index, value in stated["values"].items()}
        found = _two_bits(compressed, expected) if bits == 2 else _read(bits, compressed, expected)
        cases += [
            Case(f"{bits} bits: {index}", found[index] == (_OUTCOMES[value] if bits == 2 else value), str(found[index]))
            for index, value in expected.items()
        ]
    return cases


def _read(bits: int, compressed: bytes, expected: dict[int, int]) -> dict[int, Any]:
    entries = read_entries({c.BITS_MEMBER: bits, c.LIST_MEMBER: compressed})
    return {index: entries[index] for index in expected}


def _two_bits(compressed: bytes, expected: dict[int, int]) -> dict[int, Any]:
    codes = [screen_text(credential(restaurant(status_index=index))) for index in expected]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.cwt"
        path.write_bytes(_our_list(compressed))
        verdicts = congdan_verify(codes, "VN1", _KEYS, "--status", str(path), "--now", str(NOW))
    return {index: verdict["outcome"] for index, verdict in zip(expected, verdicts, strict=True)}


def _our_list(compressed: bytes) -> bytes:
    protected = cbor.encode({c.ALG: c.ES256, c.KID: STATUS.kid, c.TYP: c.STATUS_LIST_TYPE})
    claim = {c.BITS_MEMBER: 2, c.LIST_MEMBER: compressed}
    times = {c.EXPIRES: T0 + 7 * 86400, c.ISSUED_AT: T0, c.TIME_TO_LIVE: c.STATUS_TTL_S}
    payload = cbor.encode({c.SUBJECT: URI, c.STATUS_LIST: claim, **times})
    return write_sign1(protected, payload, STATUS.sign(sig_structure(protected, payload)))


def _unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
