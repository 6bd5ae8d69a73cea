"""Finding an agency's dossiers by their owner's name."""

from datetime import timedelta
from typing import Any, Final

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.rules import pair_token
from backend.infra.mongo import Database, Document
from backend.infra.order import order_key
from shared_models.clock import Clock
from shared_models.errors import Invalid
from shared_models.text import search_key

MOST_FOUND: Final = 20
MOST_LOOKED_AT: Final = 500
RECENT: Final = timedelta(days=90)
"""Looked through first: two common words have many dossiers, and whoever searches mostly means a new one."""


class Names:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database: Final = database
        self._clock: Final = clock

    def find(self, agency_code: str, name: str, shown: Document) -> list[Document]:
        """Dossiers of owners who are called so, or else have these words in their name; newest change first.

        Raises:
            Invalid: ``search.too_short``: one word is no name.
        """
        words = search_key(name).split()
        if len(words) < 2:
            raise Invalid("search.too_short", {"name": ["search.too_short"]})
        exact = self._rows(f"{agency_code}|={' '.join(words)}", None, MOST_FOUND, shown)
        if exact or len(set(words)) < 2:
            return exact
        token = f"{agency_code}|{pair_token(*_rarest(words))}"
        floor = order_key(self._clock.now() - RECENT, b"")
        found: list[Document] = []
        for since in (floor, None):
            rows = self._rows(token, since, MOST_LOOKED_AT, shown)
            found = [row for row in rows if set(words) <= set(search_key(row["owner_name"]).split())]
            if len(found) >= MOST_FOUND:
                break
        return found[:MOST_FOUND]

    def _rows(self, token: str, since: str | None, most: int, shown: Document) -> list[Document]:
        wanted: dict[str, Any] = {"tokens": token}
        if since is not None:
            wanted["change"] = {"$gt": since}
        return list(self._database.collection(DOSSIERS).find(wanted, shown).sort("change", -1).limit(most))


def _rarest(words: list[str]) -> tuple[str, str]:
    """The two words that say most: long ones are rare as a rule, and the family's name comes first and is common."""
    own = sorted(set(words[1:]) - {words[0]}, key=len, reverse=True)
    first, *others = (*own, words[0])
    return first, others[0]
