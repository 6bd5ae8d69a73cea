"""What the attacks start from: codes that are valid, and the judge that must see what was done to them."""

from backend.infra.verify import verify_text
from shared_models.credential import cbor
from shared_models.credential.claims import write_claims
from shared_models.credential.judge import Verdict
from shared_models.credential.qr_text import screen_text
from tests.support.credentials import NOW, PHONE, STATUS_LISTS, TRUST, credential, restaurant

GOOD = credential(restaurant())
BOUND = credential(restaurant(status_index=101, holder_key=PHONE.public))
PAYLOAD = cbor.encode(write_claims(restaurant()))


def judge(cose: bytes, now_s: int = NOW, nonce: bytes | None = None) -> Verdict:
    """The verdict on a code that is read from a screen."""
    return verify_text(screen_text(cose), TRUST, STATUS_LISTS, now_s, nonce)


def reasons(cose: bytes) -> tuple[str, ...]:
    """Why, most severe first."""
    return judge(cose).reasons
