"""What is kept of the exchange with the one-stop software, besides what stands on the dossiers themselves."""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import BooleanField, Document, IntField, StringField

from backend.infra.documents import DOCUMENT_META

FEED: Final = "exchange_feed"
EXCHANGE_COUNTERS: Final = "exchange_counters"


class FeedRowDocument(Document):
    """That an agency's one-stop software has to be told of a dossier; ``id`` is ``<agency code>:<dossier id>``.

    ``is_waiting``: it has changed since its number ``seq`` was given (0: none yet); ``order`` says when.
    """

    meta = {**DOCUMENT_META, "collection": FEED}

    id = StringField(primary_key=True)
    agency_code = StringField(required=True)
    dossier_id = StringField(required=True)
    is_waiting = BooleanField(required=True)
    order = StringField(required=True)
    seq = IntField(required=True, min_value=0)


class ExchangeCounterDocument(Document):
    """The last number that an agency's changes got; ``id`` is the agency's code."""

    meta = {**DOCUMENT_META, "collection": EXCHANGE_COUNTERS}

    id = StringField(primary_key=True)
    last = IntField(required=True, min_value=0)
