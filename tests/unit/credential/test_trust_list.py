"""The trust list: what is accepted in place of the list held, and what is not a trust list."""

from dataclasses import replace

import pytest

from backend.infra.verify import run_checks, verify_text
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.cose import parse_sign1
from shared_models.credential.keys import PublicKey
from shared_models.credential.qr_text import screen_text
from shared_models.credential.trust_list import (
    KeyRole,
    TrustList,
    accept_trust_list,
    make_trust_list,
    parse_trust_list,
)
from shared_models.errors import Invalid
from tests.support.credentials import (
    FOOD,
    FOOD_BOARD,
    NOW,
    ROOT,
    STATUS_LISTS,
    STRANGER,
    TRUST,
    TWIN,
    Forge,
    Key,
    credential,
    record,
    restaurant,
)

TOKEN = make_trust_list(TRUST, ROOT.public, ROOT.sign)


def accepted(token: bytes, held: TrustList | None = None) -> TrustList:
    draft = parse_trust_list(token, ROOT.public)
    return accept_trust_list(draft, run_checks([draft.check]), held)


def refusal(token: bytes, held: TrustList | None = None) -> str:
    with pytest.raises(Invalid) as refused:
        accepted(token, held)
    return refused.value.code


def forged(payload: object, headers: dict | None = None, key: Key = ROOT) -> bytes:
    protected = {c.ALG: c.ES256, c.KID: ROOT.kid, c.TYP: c.TRUST_LIST_TYPE} | (headers or {})
    return Forge(cbor.encode(payload), cbor.encode(protected), key).cose()


def payload() -> dict:
    return cbor.decode(parse_sign1(TOKEN).payload)


def test_a_list_comes_back_as_it_was() -> None:
    assert accepted(TOKEN) == TRUST
    assert TRUST.candidates(FOOD.kid) == TRUST.keys[:2]
    assert TRUST.candidates(b"12345678") == ()


def test_candidates_under_one_name_are_all_there_in_order() -> None:
    assert [candidate.key for candidate in TRUST.candidates(FOOD.kid)] == [TWIN.public, FOOD.public]


def test_a_list_of_170_wards_is_read() -> None:
    keys = tuple(record(Key(f"ward {ward}"), KeyRole.LICENCE, FOOD_BOARD, 1, 2) for ward in range(170))
    token = make_trust_list(replace(TRUST, keys=keys), ROOT.public, ROOT.sign)
    assert 4096 < len(token) < 40_000
    assert accepted(token).keys == keys


def test_older_lists_do_not_replace_newer_ones() -> None:
    assert accepted(TOKEN, TRUST) == TRUST
    assert accepted(TOKEN, replace(TRUST, version=6, issued_at_s=TRUST.issued_at_s - 1)) == TRUST
    assert refusal(TOKEN, replace(TRUST, version=8)) == "trust_list.rolled_back"
    assert refusal(TOKEN, replace(TRUST, issued_at_s=TRUST.issued_at_s + 1)) == "trust_list.rolled_back"


def test_only_the_root_signs() -> None:
    assert refusal(make_trust_list(TRUST, STRANGER.public, STRANGER.sign)) == "trust_list.unknown_root"
    assert refusal(forged(payload(), key=STRANGER)) == "trust_list.signature_invalid"
    assert refusal(TOKEN[:-1] + bytes((TOKEN[-1] ^ 1,))) == "trust_list.signature_invalid"


@pytest.mark.parametrize(
    "headers", [{c.TYP: c.STATUS_LIST_TYPE}, {c.TYP: None}, {c.ALG: -8}, {c.ALG: 0}, {c.CRIT: []}], ids=str
)
def test_other_headers_are_malformed(headers: dict) -> None:
    assert refusal(forged(payload(), headers)) == "trust_list.malformed"


def test_a_kid_of_another_root_is_unknown() -> None:
    assert refusal(forged(payload(), {c.KID: STRANGER.kid})) == "trust_list.unknown_root"
    assert refusal(forged(payload(), {c.KID: None})) == "trust_list.unknown_root"


@pytest.mark.parametrize("label", [c.EXPIRES, c.ISSUED_AT, c.TRUST_VERSION, c.TRUST_KEYS, c.TRUST_HOSTS])
@pytest.mark.parametrize("value", [None, -1, "x", True, [1], {}])
def test_each_claim_is_needed_in_its_type(label: int, value: object) -> None:
    assert accepted(forged(payload())) == TRUST
    assert refusal(forged(payload() | {label: value})) == "trust_list.malformed"


@pytest.mark.parametrize("member", range(1, 12))
@pytest.mark.parametrize("value", [None, -1, "", b"", True, [-1], {}], ids=repr)
def test_each_member_of_a_record_is_needed_in_its_type(member: int, value: object) -> None:
    content = payload()
    content[c.TRUST_KEYS][1][member] = value
    if (member, value) == (4, -1):  # an algorithm that we do not know
        assert accepted(forged(content)).keys[1].key.alg == -1
    else:
        assert refusal(forged(content)) == "trust_list.malformed"


def test_a_key_that_is_no_point_is_malformed() -> None:
    content = payload()
    content[c.TRUST_KEYS][0][3] = bytes(32)
    assert refusal(forged(content)) == "trust_list.malformed"


def test_a_key_of_another_algorithm_is_kept_and_verifies_nothing() -> None:
    keys = (replace(TRUST.keys[1], key=PublicKey(-8, bytes(32), b"")),)
    trust = accepted(make_trust_list(replace(TRUST, keys=keys), ROOT.public, ROOT.sign))
    assert trust.keys[0].key.alg == -8


def test_what_is_no_token_is_malformed() -> None:
    for token in (b"", TOKEN[1:], TOKEN[:-1], TOKEN + b"\0", forged([]), forged(None)):
        assert refusal(token) == "trust_list.malformed"


def test_a_key_of_another_role_is_kept_and_may_sign_nothing() -> None:
    content = payload()
    content[c.TRUST_KEYS][1][5] = 9
    trust = accepted(forged(content))
    verdict = verify_text(screen_text(credential(restaurant())), trust, STATUS_LISTS, NOW)
    assert verdict.reasons == ("key.wrong_role", "holder.paper")
