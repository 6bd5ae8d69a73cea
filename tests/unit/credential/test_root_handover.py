"""A root hands over to the next: what is read, what is refused, and which chains lead where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.infra.verify import run_checks
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.checks import KeyedCheck
from shared_models.credential.cose import parse_sign1
from shared_models.credential.root_handover import HandoverError, follow, make_handover, parse_handover
from tests.support.credentials import FOOD, NOW, RETIRED, ROOT, STRANGER, Forge, Key


def holds(check: KeyedCheck) -> bool:
    return run_checks([check])[check]


def handover(old: Key, new: Key, signer: Key | None = None) -> bytes:
    return make_handover(old.public, new.public, NOW, (signer or old).sign)


def test_a_handover_says_who_follows() -> None:
    found = parse_handover(handover(ROOT, FOOD), ROOT.public)
    assert (found.old_kid, found.new, found.issued_at_s) == (ROOT.kid, FOOD.public, NOW)
    assert holds(found.check)
    assert not holds(parse_handover(handover(ROOT, FOOD, signer=FOOD), ROOT.public).check)


def test_another_roots_handover_is_not_ours() -> None:
    with pytest.raises(HandoverError, match="not by the root"):
        parse_handover(handover(STRANGER, FOOD), ROOT.public)


def changed(**members: object) -> bytes:
    good = parse_sign1(handover(ROOT, FOOD))
    payload = cbor.decode(good.payload)
    payload[c.NEXT_ROOT] |= {int(name[1:]): value for name, value in members.items()}
    return Forge(cbor.encode(payload), good.protected, ROOT).cose()


@pytest.mark.parametrize(
    "token",
    [b"", b"\x80", changed(k1=STRANGER.kid), changed(k2=b"\x01" * 32), changed(k3="y"), changed(k4=-8)],
    ids=["nothing", "no token", "another kid", "no point", "text", "another algorithm"],
)
def test_what_is_no_handover_is_refused(token: bytes) -> None:
    with pytest.raises(HandoverError, match="no handover"):
        parse_handover(token, ROOT.public)


@given(st.permutations([handover(ROOT, FOOD), handover(FOOD, RETIRED), handover(STRANGER, FOOD), b"junk"]))
def test_a_chain_leads_to_its_end_in_any_order(tokens: list[bytes]) -> None:
    assert follow(ROOT.public, RETIRED.kid, tokens, holds)
    assert follow(ROOT.public, ROOT.kid, tokens, holds)
    assert not follow(ROOT.public, STRANGER.kid, tokens, holds)
    assert not follow(RETIRED.public, ROOT.kid, tokens, holds)


def test_roots_that_name_each_other_end_somewhere() -> None:
    assert not follow(ROOT.public, STRANGER.kid, [handover(ROOT, FOOD), handover(FOOD, ROOT)], holds)
