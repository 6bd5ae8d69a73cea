"""Ids as phones make them: another one each time, the same ones in the same order of tests."""

import hashlib
from itertools import count

from shared_models.ids import RANDOM_BYTES, new_id

_turns = count(1)


def an_id(prefix: str) -> str:
    """``per_…``: valid, and of no test before in this process."""
    return new_id(prefix, hashlib.sha256(f"{prefix}-{next(_turns)}".encode()).digest()[:RANDOM_BYTES])
