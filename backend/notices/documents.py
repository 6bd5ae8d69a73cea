"""What the inbox stores.

Services write and read plain dicts, because mongoengine knows no transaction; the classes say the fields, and a test
holds every document that is written to them.
"""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import DateTimeField, DictField, Document, StringField

from backend.infra.documents import DOCUMENT_META
from shared_models.outbox import PUSH_SUBSCRIPTIONS

NOTICES: Final = "notices"


class NoticeDocument(Document):
    """``order`` sorts an owner's notices by time and pages them: milliseconds in hex, then random characters."""

    meta = {**DOCUMENT_META, "collection": NOTICES}

    id = StringField(primary_key=True)
    owner_id = StringField(required=True)
    order = StringField(required=True)
    kind = StringField(required=True)
    params = DictField()
    licence_id = StringField(null=True)
    dossier_id = StringField(null=True)
    order_id = StringField(null=True)
    created_at = DateTimeField(required=True)
    read_at = DateTimeField(null=True)


class SubscriptionDocument(Document):
    """One browser. ``created_at`` is when it last renewed: push deletes only what was not renewed since."""

    meta = {**DOCUMENT_META, "collection": PUSH_SUBSCRIPTIONS}

    id = StringField(primary_key=True)
    owner_id = StringField(required=True)
    endpoint = StringField(required=True, max_length=1_000)
    p256dh = StringField(required=True)
    auth = StringField(required=True)
    lang = StringField(required=True, choices=("vi", "en"))
    first_seen_at = DateTimeField(required=True)
    created_at = DateTimeField(required=True)
