"""One case of the corpus, and the worlds (trust list, status lists) that it may be judged in."""

from dataclasses import dataclass, replace

from shared_models.credential import cbor
from shared_models.credential.claims import write_claims
from shared_models.credential.judge import StatusLists
from shared_models.credential.qr_text import screen_text
from shared_models.credential.status_list import make_status_list
from shared_models.credential.trust_list import KeyRecord, TrustList, make_trust_list
from tests.support.credentials import (
    DAY,
    NOW,
    PHONE,
    ROOT,
    STATUS,
    STATUS_LIST,
    STATUS_LISTS,
    STRANGER,
    T0,
    TRUST,
    URI,
    credential,
    restaurant,
)

GOOD = credential(restaurant())
GOOD_TEXT = screen_text(GOOD)
BOUND = credential(restaurant(status_index=101, holder_key=PHONE.public))
PAYLOAD = cbor.encode(write_claims(restaurant()))


@dataclass(frozen=True)
class Case:
    """A text and what the verifier must say of it.

    ``reasons`` are stated by whoever wrote the case; None leaves them to the Python verifier, which must then only not
    say VALID (mutations).
    """

    name: str
    text: str
    reasons: frozenset[str] | None
    now_s: int = NOW
    nonce: bytes | None = None
    world: str = "usual"


def case(name: str, text: str, reasons: str = "", **more: object) -> Case:
    """Reasons as one text with spaces."""
    return replace(Case(name, text, frozenset(reasons.split())), **more)


def _with_status_keys(*records: KeyRecord) -> TrustList:
    """The small city's list with other status keys."""
    return replace(TRUST, keys=(TRUST.keys[1], *records))


_OLD = replace(STATUS_LIST, issued_at_s=T0 - 8 * DAY, expires_at_s=T0 - DAY)
_STATUS_KEY = TRUST.keys[4]
_NAMESAKE = replace(_STATUS_KEY, key=STRANGER.public)
_SERVED = replace(STATUS_LIST, issued_at_s=T0 + 6 * DAY, expires_at_s=T0 + 13 * DAY)

WORLDS: dict[str, tuple[TrustList, StatusLists]] = {
    "usual": (TRUST, STATUS_LISTS),
    "no status list": (TRUST, {}),
    "old status list": (TRUST, {URI: _OLD}),
    "later status list": (TRUST, {URI: _SERVED}),
    "old trust list": (replace(TRUST, expires_at_s=T0), STATUS_LISTS),
    "later trust list": (replace(TRUST, issued_at_s=T0 + 29 * DAY, expires_at_s=T0 + 60 * DAY), STATUS_LISTS),
    "status key compromised": (_with_status_keys(replace(_STATUS_KEY, compromised_at_s=NOW)), {}),
    "status key of tomorrow": (_with_status_keys(replace(_STATUS_KEY, not_before_s=T0 + 1)), {}),
    "two status keys of one name": (_with_status_keys(_NAMESAKE, _STATUS_KEY), STATUS_LISTS),
}


def signed_world(name: str) -> tuple[bytes, dict[str, bytes]]:
    """The tokens of a world: the trust list, and the status lists by uri."""
    trust, status_lists = WORLDS[name]
    tokens = {uri: make_status_list(status_list, STATUS.kid, STATUS.sign) for uri, status_list in status_lists.items()}
    return make_trust_list(trust, ROOT.public, ROOT.sign), tokens
