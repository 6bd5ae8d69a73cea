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
        whole = " ".join(words)
        # Two words are a whole name for few, and those are among the owners who have both.
        if len(set(words)) != 2:
            exact = self._rows({"tokens": f"{agency_code}|={whole}"}, MOST_FOUND, shown)
            if exact or len(set(words)) < 2:
                return exact
        token = f"{agency_code}|{pair_token(*_rarest(words))}"
        # Two words are what the token says; of more, others have these two as well.
        most = MOST_FOUND if len(set(words)) == 2 else MOST_LOOKED_AT
        floor = order_key(self._clock.now() - RECENT, b"")
        found: list[Document] = []
        for since in ({"$gt": floor}, {"$lte": floor}):
            rows = self._rows({"tokens": token, "change": since}, most, shown)
            found += [row for row in rows if set(words) <= set(search_key(row["owner_name"]).split())]
            if len(found) >= MOST_FOUND:
                break
        return sorted(found[:MOST_FOUND], key=lambda row: search_key(row["owner_name"]) != whole)

    def _rows(self, wanted: dict[str, Any], most: int, shown: Document) -> list[Document]:
        return list(self._database.collection(DOSSIERS).find(wanted, shown).sort("change", -1).limit(most))


def _rarest(words: list[str]) -> tuple[str, str]:
    """The two words that say most: long ones are rare as a rule, and the family's name comes first and is common."""
    own = sorted(set(words[1:]) - {words[0]}, key=len, reverse=True)
    first, *others = (*own, words[0])
    return first, others[0]
