"""How mongoengine's documents are used here: fields and validation in `documents.py`, plain dicts in the database.

`Document.save()` knows no session and would write outside a running transaction without a word (mongodb.md), so a
document is validated and turned into a dict, and the dict is written with the session at hand.
"""

from typing import Any, cast

from mongoengine import Document as EngineDocument
from mongoengine.errors import ValidationError

DOCUMENT_META = {"auto_create_index": False, "strict": True}
"""For every document's ``meta``: indexes are made by numbered migrations only."""


def to_document(document: EngineDocument) -> dict[str, Any]:
    """The dict to write, once its fields hold. Fields that are None are left out.

    Raises:
        ValueError: a field that its document does not allow: a fault of ours, input is checked by schemas before.
    """
    try:
        document.validate()
    except ValidationError as fault:
        raise ValueError(f"{type(document).__name__}: {fault.to_dict()}") from fault
    return cast("dict[str, Any]", document.to_mongo().to_dict())
