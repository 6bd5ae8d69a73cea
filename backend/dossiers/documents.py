"""What is kept of dossiers: themselves, their timeline, the counters of their codes, and uploads on their way.

Services write and read plain dicts, because mongoengine knows no transaction; the classes say the fields, and a test
holds every document that is written to them.
"""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import BinaryField, BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from backend.infra.documents import DOCUMENT_META

DOSSIERS: Final = "dossiers"
EVENTS: Final = "dossier_events"
COUNTERS: Final = "dossier_counters"
UPLOADS: Final = "uploads"
PIECES: Final = "upload_pieces"

BUCKET: Final = "dossier_files"
"""The GridFS bucket of components: swept by what dossiers and uploads name, not by what results do."""


class DossierDocument(Document):
    """A dossier (hồ sơ). ``version`` grows with each action; every change is conditional on it.

    ``agency_code`` is on whose desk it lies, ``reader_codes`` whose officers may read it. ``stage`` is the view of the
    queue that it is in, ``queue`` its place there (`infra/order.py`, of the moment by which somebody must act);
    ``change`` sorts by the last action. ``clock`` is `DeadlineClock.to_json`, null before the dossier is accepted.
    ``watched``: its deadline runs, so `jobs` looks at it; ``warned``: levels that were told, each with its due day.
    ``counter``: whose officers filed it at their counter, and on which day; absent for what came from a phone.
    ``exchange``: how it stands to the one-stop software's copy (`exchange_rules.no_exchange`), ``exchange_key`` whose
    record it is there; absent before either has heard of the other.
    ``tokens``: words of the owner's name as search keys, each after the code of an agency that may find them.
    """

    meta = {**DOCUMENT_META, "collection": DOSSIERS}

    id = StringField(primary_key=True)
    version = IntField(required=True, min_value=1)
    content_sha256 = StringField(required=True, min_length=64, max_length=64)
    code = StringField()
    reference = StringField(required=True)
    owner_id = StringField(required=True)
    owner_name = StringField(required=True)
    owner_masked_id = StringField(required=True)
    submitted_by = StringField(required=True)
    assisted_by = DictField(null=True)
    counter = StringField()
    channel = IntField(required=True, choices=(1, 2, 3))
    procedure = DictField(required=True)
    form_id = StringField(null=True)
    receiving_agency = DictField(required=True)
    competent_agency = DictField(required=True)
    support_agency = DictField(null=True)
    agency_code = StringField(required=True)
    reader_codes = ListField(StringField(), required=True)
    status = IntField(required=True, min_value=1, max_value=10)
    status_since = DateTimeField(required=True)
    asked_from = IntField(null=True)
    stopped_from = IntField(null=True)
    payment = StringField(required=True)
    delivery = StringField(required=True)
    sync = StringField(required=True)
    received_at = DateTimeField(required=True)
    complete_at = DateTimeField(required=True)
    accepted_at = DateTimeField(null=True)
    ended_at = DateTimeField(null=True)
    intake_due_at = DateTimeField(null=True)
    due_at = DateTimeField(null=True)
    original_due_at = DateTimeField(null=True)
    clock = DictField(null=True)
    answer_by = DateTimeField(null=True)
    stage = StringField(required=True)
    queue = StringField(required=True)
    change = StringField(required=True)
    is_open = BooleanField(required=True)
    watched = BooleanField(required=True)
    warned = ListField(StringField())
    assignee_id = StringField(null=True)
    handler = DictField(null=True)
    values = DictField()
    origins = DictField()
    components = ListField(DictField())
    file_ids = ListField(StringField())
    fee = DictField(required=True)
    contact = DictField(required=True)
    return_to = DictField(required=True)
    asks = DictField(null=True)
    notices_asked = IntField(required=True, min_value=0)
    refused_demands = ListField(DictField())
    proposal = DictField(null=True)
    opinions = ListField(DictField())
    decision = DictField(null=True)
    result = DictField(null=True)
    apologies = ListField(DictField())
    slips = ListField(StringField())
    rating = DictField(null=True)
    tokens = ListField(StringField())
    exchange = DictField(null=True)
    exchange_key = StringField()


class DossierEventDocument(Document):
    """One action on a dossier, written in its transaction and never changed. ``id`` is the action's own.

    ``content_sha256`` names what was asked and by whom: the same id with another is another action. ``seq`` is the
    dossier's version after it.
    """

    meta = {**DOCUMENT_META, "collection": EVENTS}

    id = StringField(primary_key=True)
    dossier_id = StringField(required=True)
    seq = IntField(required=True, min_value=1)
    content_sha256 = StringField(required=True, min_length=64, max_length=64)
    at = DateTimeField(required=True)
    action = StringField(required=True)
    actor = DictField(required=True)
    agency = DictField(null=True)
    note = StringField(null=True)
    before = IntField(null=True)
    status = IntField(required=True, min_value=1, max_value=10)


class DossierCounterDocument(Document):
    """The last number that an agency gave to a dossier on a day; ``id`` is ``<agency code>:<YYYY-MM-DD>``."""

    meta = {**DOCUMENT_META, "collection": COUNTERS}

    id = StringField(primary_key=True)
    last = IntField(required=True, min_value=0)


class UploadDocument(Document):
    """A file on its way. ``offset``: bytes that have come; ``code``: why it was refused."""

    meta = {**DOCUMENT_META, "collection": UPLOADS}

    id = StringField(primary_key=True)
    owner_id = StringField(required=True)
    name = StringField(required=True)
    size = IntField(required=True, min_value=1)
    sha256 = StringField(required=True, min_length=64, max_length=64)
    offset = IntField(required=True, min_value=0)
    state = StringField(required=True, choices=("open", "checked", "refused"))
    media_type = StringField(null=True)
    code = StringField(null=True)
    file_id = StringField(null=True)
    expires_at = DateTimeField(required=True)


class UploadPieceDocument(Document):
    """A piece of an upload that is not complete; ``id`` is ``<upload id>:<offset>``."""

    meta = {**DOCUMENT_META, "collection": PIECES}

    id = StringField(primary_key=True)
    upload_id = StringField(required=True)
    offset = IntField(required=True, min_value=0)
    content = BinaryField(required=True)
