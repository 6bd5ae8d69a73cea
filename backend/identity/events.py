"""What identity tells the rooms above it; `backend/bootstrap.py` says who listens."""

from dataclasses import dataclass
from enum import StrEnum


class AccountChange(StrEnum):
    """What an account's owner must hear of; each is also a kind of notice, ``account.<value>``."""

    SECOND_STEP_ON = "second_step_on"
    SECOND_STEP_RESET = "second_step_reset"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name, not a password
    WRONG_CODES = "wrong_codes"


@dataclass(frozen=True, slots=True)
class AccountChanged:
    staff_id: str
    change: AccountChange
