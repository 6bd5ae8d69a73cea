"""What is shown of a stored order to the person who pays. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from backend.infra.mongo import Document


def order(found: Mapping[str, Any], attempts: Sequence[Document], receipt: Mapping[str, Any] | None) -> dict[str, Any]:
    """``OrderSchema``. ``receipt`` is ``StandingReceiptSchema``."""
    names = ("version", "reference", "title", "agency", "lines", "amount", "state", "created_at", "expires_at")
    paid = found["paid"]
    return {
        "id": found["_id"],
        "subject_id": found["subject"]["id"],
        **{name: found[name] for name in names},
        "paid_at": paid["at"] if paid else None,
        "method": paid["gateway"] if paid else None,
        "receipt": receipt,
        "attempts": [attempt(one) for one in attempts],
    }


def attempt(found: Mapping[str, Any]) -> dict[str, Any]:
    """``AttemptSchema``."""
    names = ("gateway", "state", "started_at", "expires_at", "why")
    shown = found["shown"]
    return {
        "id": found["_id"],
        **{name: found[name] for name in names},
        "url": shown.get("url"),
        "qr": shown.get("qr"),
    }
