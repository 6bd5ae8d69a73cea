"""What the wallet stores: people's devices and licences, the credentials minted for them, and the status lists.

Services write and read plain dicts, because mongoengine knows no transaction and a sync must be cheap; the classes say
the fields, and a test holds every document that is written to them.
"""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import (
    BinaryField,
    BooleanField,
    DateTimeField,
    DictField,
    Document,
    IntField,
    StringField,
)

from backend.infra.documents import DOCUMENT_META

WALLETS: Final = "wallets"
DEVICE_CHALLENGES: Final = "device_challenges"
DEVICES: Final = "devices"
LICENCES: Final = "licences"
CREDENTIALS: Final = "credentials"
STATUS_LISTS: Final = "status_lists"
STATUS_BLOCKS: Final = "status_blocks"
REMINTS: Final = "remints"


class WalletDocument(Document):
    """One person's change counter: every change that a phone should hear of takes the next number."""

    meta = {**DOCUMENT_META, "collection": WALLETS}

    id = StringField(primary_key=True)
    seq = IntField(required=True)


class ChallengeDocument(Document):
    """A random text that a phone has to sign to register its key; good once, for a few minutes."""

    meta = {**DOCUMENT_META, "collection": DEVICE_CHALLENGES}

    id = StringField(primary_key=True)
    owner_id = StringField(required=True)
    expires_at = DateTimeField(required=True)


class DeviceDocument(Document):
    """A phone's holder key. ``thumbprint`` is RFC 9679's in hex; ``challenge`` the one it was registered with."""

    meta = {**DOCUMENT_META, "collection": DEVICES}

    id = StringField(primary_key=True)
    owner_id = StringField(required=True)
    thumbprint = StringField(required=True)
    x = BinaryField(required=True, max_bytes=32)
    y = BinaryField(required=True, max_bytes=32)
    label = StringField(required=True, max_length=60)
    challenge = StringField(required=True)
    created_at = DateTimeField(required=True)
    last_seen_at = DateTimeField(null=True)
    blocked_at = DateTimeField(null=True)


class LicenceDocument(Document):
    """A licence as its owner sees it. Dates are ``YYYY-MM-DD``; ``change_seq`` is the owner's counter at its change.

    ``superseded_by`` is the licence that took its place: it is in no wallet any more.
    """

    meta = {**DOCUMENT_META, "collection": LICENCES}

    id = StringField(primary_key=True)
    owner_id = StringField(required=True)
    result_id = StringField(required=True)
    change_seq = IntField(required=True)
    version = IntField(required=True)
    type = StringField(required=True)
    type_code = IntField(required=True)
    number = StringField(required=True)
    holder_name = StringField(required=True)
    activity = StringField(null=True)
    place = DictField(null=True)
    geohash = StringField(null=True)
    issuer = DictField(required=True)
    issued_at = DateTimeField(required=True)
    valid_from = StringField(required=True)
    valid_until = StringField(null=True)
    status = StringField(required=True, choices=("valid", "suspended", "revoked"))
    status_since = DateTimeField(required=True)
    status_reason = StringField(null=True)
    decision_number = StringField(null=True)
    file_id = StringField(required=True)
    document_sha256 = StringField(required=True)
    paper = BinaryField(required=True)
    superseded_by = StringField(null=True)


class CredentialDocument(Document):
    """One minted credential and the status index that is its own; ``device_id`` is null for the paper one.

    ``blocked``: revoked for good, whatever becomes of its licence. ``replaced_at``: minted anew under another key.
    """

    meta = {**DOCUMENT_META, "collection": CREDENTIALS}

    id = StringField(primary_key=True)
    licence_id = StringField(required=True)
    owner_id = StringField(required=True)
    device_id = StringField(null=True)
    list_n = IntField(required=True)
    list_index = IntField(required=True)
    status_uri = StringField(required=True)
    kid = StringField(required=True)
    cose = BinaryField(required=True)
    issued_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)
    renewable = BooleanField(required=True)
    renew_at = DateTimeField(null=True)
    blocked = BooleanField(required=True)
    replaced_at = DateTimeField(null=True)


class RemintDocument(Document):
    """How far the credentials of a lost key have been minted anew (`services/reminting.py`); ``id`` is its kid in hex.

    ``after`` is the last licence that is done, ``revoked_list`` and ``revoked_entry`` the last entry that is revoked.
    ``refused``: licences that could not be minted any more, each with the code of the refusal.
    """

    meta = {**DOCUMENT_META, "collection": REMINTS}

    id = StringField(primary_key=True)
    state = StringField(required=True, choices=("minting", "waiting", "sweeping", "revoking", "done"))
    total = IntField(required=True)
    seen = IntField(required=True)
    minted = IntField(required=True)
    licences = IntField(required=True)
    revoked = IntField(required=True)
    refused = DictField()
    after = StringField()
    revoked_list = IntField(required=True)
    revoked_entry = IntField(required=True)
    started_at = DateTimeField(required=True)
    minted_at = DateTimeField(null=True)
    finished_at = DateTimeField(null=True)


class StatusListDocument(Document):
    """A status list as last signed. ``generation`` grows with each signing; a list that is not ``open`` is full."""

    meta = {**DOCUMENT_META, "collection": STATUS_LISTS}

    id = IntField(primary_key=True)
    uri = StringField(required=True)
    open = BooleanField(required=True)
    generation = IntField(required=True)
    signed_at = DateTimeField(null=True)
    issued_at_s = IntField()
    kid = StringField(null=True)
    token = BinaryField(null=True)
    etag = StringField(null=True)


class StatusBlockDocument(Document):
    """4,096 entries of a list. ``next`` is the first free one, ``rev`` grows with each change, ``dirty``: unsigned."""

    meta = {**DOCUMENT_META, "collection": STATUS_BLOCKS}

    id = StringField(primary_key=True)
    list = IntField(required=True)
    block = IntField(required=True)
    next = IntField(required=True)
    rev = IntField(required=True)
    dirty = BooleanField(required=True)
    entries = BinaryField(required=True, max_bytes=1024)
