"""A phone moves to a new root when the old one has named it, and to no other: in a real browser's WebCrypto."""

from dataclasses import replace

import pytest
from playwright.sync_api import Error

from shared_models.credential.root_handover import make_handover
from tests.support import credentials as demo
from tests.web.phone import Phone

pytestmark = pytest.mark.browser
NEXT, LAST = demo.STRANGER, demo.RETIRED


def handover(old: demo.Key, new: demo.Key, signer: demo.Key | None = None) -> bytes:
    return make_handover(old.public, new.public, demo.NOW, (signer or old).sign)


def move(phone: Phone, root: demo.Key, *handovers: bytes) -> None:
    """The city goes on under another root, one version later."""
    phone.city.root, phone.city.handovers = root, list(handovers)
    phone.city.trust = replace(phone.city.trust, version=phone.city.trust.version + 1)


def test_a_phone_follows_the_root_that_its_own_has_named(phone: Phone) -> None:
    phone.city.environment = "production"
    before = phone.python_json("trust_update")
    move(phone, NEXT, handover(demo.ROOT, NEXT))
    after = phone.python_json("trust_update")
    assert (after["version"], after["changed"]) == (before["version"] + 1, 1)
    assert after["lists"] == before["lists"]
    text = phone.city.presentation(phone.city.restaurant())
    assert phone.python_json("verify", text)["outcome"] == "VALID_HOLDER_PRESENT"


def test_a_phone_that_slept_through_two_changes_follows_both(phone: Phone) -> None:
    phone.city.environment = "production"
    phone.python("trust_update")
    move(phone, LAST, handover(NEXT, LAST), handover(demo.ROOT, NEXT))
    assert phone.python_json("trust_update")["changed"] == 1


@pytest.mark.parametrize(
    "tokens",
    [[], [handover(NEXT, demo.ROOT)], [handover(demo.ROOT, NEXT, signer=NEXT)], [handover(demo.ROOT, LAST)], [b"\x80"]],
    ids=["none", "the wrong way round", "signed by the new one", "to another", "no handover at all"],
)
def test_a_root_that_nobody_named_is_refused_and_everything_stays(phone: Phone, tokens: list[bytes]) -> None:
    phone.city.environment = "production"
    before = phone.python_json("trust_update")
    move(phone, NEXT, *tokens)
    phone.city.environment = "test"
    with pytest.raises(Error, match=r"trust\.root_changed"):
        phone.python("trust_update")
    state = phone.python_json("trust_state")
    assert (state["version"], state["lists"]) == (before["version"], before["lists"])


def test_a_new_root_does_not_roll_the_list_back(phone: Phone) -> None:
    phone.python("trust_update")
    move(phone, NEXT, handover(demo.ROOT, NEXT))
    phone.city.trust = replace(phone.city.trust, version=1)
    with pytest.raises(Error, match=r"trust_list\.rolled_back"):
        phone.python("trust_update")


def test_a_trial_city_that_was_set_up_anew_starts_from_nothing(phone: Phone) -> None:
    phone.python("trust_update")
    move(phone, NEXT)
    phone.city.trust = replace(phone.city.trust, version=1)
    assert phone.python_json("trust_update")["version"] == 1
