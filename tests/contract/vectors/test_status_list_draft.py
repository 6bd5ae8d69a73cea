"""The test vectors of draft-ietf-oauth-status-list: lists of 2^20 entries, and the signed tokens."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

import pytest

from backend.infra.verify import run_checks
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.checks import CheckRole, KeyedCheck, SignatureCheck
from shared_models.credential.cose import sig_structure
from shared_models.credential.keys import p256_key
from shared_models.credential.status_list import deflate, parse_status_list, read_entries
from shared_models.errors import Invalid

ENTRIES = 1 << 20


def unb64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("number", range(4))
def test_values_of_the_lists(vectors: Callable[[str], Any], number: int) -> None:
    vector = vectors("status-list-draft/vectors.json")["lists"][number]
    claim = {"bits": vector["json"]["bits"], "lst": unb64url(vector["json"]["lst"])}
    entries = read_entries(claim)
    assert (entries.bits, len(entries)) == (claim["bits"], ENTRIES)
    stated = {int(index): value for index, value in vector["values"].items()}
    assert {index: entries[index] for index in stated} == stated
    assert entries.data.count(0) >= len(entries.data) - len(stated)
    assert deflate(entries.data) == claim["lst"]
    # The draft's CBOR form has the same two members, "bits" first: not the deterministic order.
    parts = [cbor.encode(part) for part in ("bits", claim["bits"], "lst", claim["lst"])]
    assert bytes.fromhex(vector["cbor_hex"]) == b"\xa2" + b"".join(parts)


@pytest.mark.parametrize("name", ["status_list_cwt_hex", "referenced_token_cwt_hex"])
def test_signatures_of_the_tokens(vectors: Callable[[str], Any], name: str) -> None:
    protected, unprotected, payload, signature = token(vectors, name)
    jwk = vectors("status-list-draft/example_key_public.json")
    key = p256_key(unb64url(jwk["x"]), unb64url(jwk["y"]))
    assert unprotected == {c.KID: jwk["kid"].encode()}
    alg = cbor.decode(protected)[c.ALG]
    for message, expected in (
        (sig_structure(protected, payload), True),
        (sig_structure(protected, payload + b"\0"), False),
    ):
        keyed = KeyedCheck(SignatureCheck(CheckRole.LIST, alg, None, message, signature), key)
        assert run_checks([keyed]) == {keyed: expected}


def test_entries_of_the_list_token(vectors: Callable[[str], Any]) -> None:
    protected, _, payload, _ = token(vectors, "status_list_cwt_hex")
    assert cbor.decode(protected)[c.TYP] == c.STATUS_LIST_TYPE
    # The draft's own one-bit example, section 4.1, is the last member of the payload.
    compressed = payload[payload.index(b"\x63lst") + 5 :]
    entries = read_entries({"bits": 1, "lst": compressed})
    assert [entries[index] for index in range(16)] == [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]


@pytest.mark.parametrize("name", ["status_list_cwt_hex", "referenced_token_cwt_hex"])
def test_their_payloads_are_not_deterministic_cbor(vectors: Callable[[str], Any], name: str) -> None:
    """Good CWTs by the draft; our profile demands sorted keys as well."""
    _, _, payload, _ = token(vectors, name)
    with pytest.raises(cbor.CborError, match="unsorted"):
        cbor.decode(payload)


def test_their_list_token_is_none_of_ours(vectors: Callable[[str], Any]) -> None:
    """It carries its kid unprotected and has one bit for each entry: a good token by the draft."""
    data = bytes.fromhex(vectors("status-list-draft/vectors.json")["status_list_cwt_hex"])
    with pytest.raises(Invalid, match=r"status_list\.malformed"):
        parse_status_list(data, "https://example.com/statuslists/1")


def token(vectors: Callable[[str], Any], name: str) -> tuple[bytes, dict, bytes, bytes]:
    parts = cbor.decode(bytes.fromhex(vectors("status-list-draft/vectors.json")[name]), tag_depth=0).value
    protected, unprotected, payload, signature = parts
    return protected, unprotected, payload, signature
