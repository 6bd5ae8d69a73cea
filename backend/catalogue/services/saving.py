"""Saving a draft over the one that was read, whatever it is a draft of."""

from pymongo.collection import Collection

from backend.infra.mongo import Document, Session
from shared_models.errors import Stale


def save_over(
    rows: Collection[Document], before: Document | None, document: Document, content: str, session: Session
) -> Document:
    """Stores ``document`` in the place of ``before`` when its ``draft_version`` is the next one; what is stored then.

    ``content`` is the member that holds what was written: the same again is a retry whose first answer was lost.

    Raises:
        Stale: ``catalogue.draft_changed``: somebody saved it in between.
    """
    held = before["draft_version"] if before else 0
    if before and held == document["draft_version"] and before[content] == document[content]:
        return before
    if held != document["draft_version"] - 1:
        raise Stale("catalogue.draft_changed")
    rows.replace_one({"_id": document["_id"]}, document, upsert=True, session=session)
    return document
