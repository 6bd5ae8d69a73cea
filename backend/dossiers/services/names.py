"""Finding an agency's dossiers by their owner's name."""

from typing import Any, Final

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.rules import pair_token
from backend.infra.mongo import Database, Document, Session
from shared_models.errors import Invalid
from shared_models.text import search_key

MOST_FOUND: Final = 20
MOST_LOOKED_AT: Final = 500


class Names:
    def __init__(self, database: Database) -> None:
        self._database: Final = database

    def find(self, agency_code: str, name: str, shown: Document, session: Session) -> list[Document]:
        """Dossiers of owners who are called so, or else have these words in their name; newest change first.

        Raises:
            Invalid: ``search.too_short``: one word is no name.
        """
        words = search_key(name).split()
        if len(words) < 2:
            raise Invalid("search.too_short", {"name": ["search.too_short"]})
        whole = " ".join(words)

        def rows(token: str, most: int) -> list[Document]:
            wanted: dict[str, Any] = {"tokens": f"{agency_code}|{token}"}
            found = self._database.collection(DOSSIERS).find(wanted, shown, session=session)
            return list(found.sort("change", -1).limit(most))

        several = set(words)
        # Two words are a whole name for few, and those are among the owners who have both.
        if len(several) != 2:
            exact = rows(f"={whole}", MOST_FOUND)
            if exact or len(several) < 2:
                return exact
        # Two words are what the token says; of more, others have these two as well.
        found = rows(pair_token(*_rarest(words)), MOST_FOUND if len(several) == 2 else MOST_LOOKED_AT)
        having = [row for row in found if several <= set(search_key(row["owner_name"]).split())]
        return sorted(having[:MOST_FOUND], key=lambda row: search_key(row["owner_name"]) != whole)


def _rarest(words: list[str]) -> tuple[str, str]:
    """The two words that say most: long ones are rare as a rule, and the family's name comes first and is common."""
    own = sorted(set(words[1:]) - {words[0]}, key=len, reverse=True)
    first, *others = (*own, words[0])
    return first, others[0]
