"""What whoever opens the wallet should know of the tries before theirs."""

from typing import Any

from mobile.services.web import VaultStatus

# Fewer are slips of their own finger.
TOLD_FROM = 3


def told_of_tries(before: VaultStatus) -> tuple[str, dict[str, Any]] | None:
    """The message about wrong PINs since the vault was opened last; None when there is nothing to tell."""
    if before["failures"] < TOLD_FROM:
        return None
    return "pin.tried_clock" if before["clock_moved"] else "pin.tried", {"count": before["failures"]}
