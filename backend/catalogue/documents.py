"""What the catalogue keeps. ``procedure`` and ``form`` are the JSON of docs/dossiers.md, sections 2 and 3, as checked.

Services write plain dicts, because mongoengine knows no transaction; the classes say the fields.
"""

# ruff: noqa: RUF012 - meta is a plain dict by mongoengine's rules

from typing import Final

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from backend.infra.documents import DOCUMENT_META
from shared_models.procedure_terms import ChangeKind, VersionState

VERSIONS: Final = "procedure_versions"
FORMS: Final = "form_templates"
DAYS: Final = "calendar_days"
HOURS: Final = "office_hours"
CHANGES: Final = "catalogue_changes"
STATE: Final = "catalogue_state"
FEE_RULES: Final = "fee_rules"

_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class ProcedureVersionDocument(Document):
    """One version; ``id`` is ``<code>@<effective_from>``. ``draft_version`` counts the savings of a draft."""

    meta = {**DOCUMENT_META, "collection": VERSIONS}

    id = StringField(primary_key=True)
    code = StringField(required=True)
    effective_from = StringField(required=True, regex=_DAY)
    state = StringField(required=True, choices=[state.value for state in VersionState])
    procedure = DictField(required=True)
    draft_version = IntField(required=True, min_value=0)
    saved_at = DateTimeField(required=True)
    saved_by = StringField(required=True)
    saved_by_name = StringField()
    published_at = DateTimeField()
    published_by = StringField()


class FormTemplateDocument(Document):
    """One version of a form; ``id`` is ``<key>@<version>``. Without ``published_at`` a draft; after it never changes.

    ``draft_version`` counts the savings of a draft.
    """

    meta = {**DOCUMENT_META, "collection": FORMS}

    id = StringField(primary_key=True)
    form = DictField(required=True)
    draft_version = IntField(min_value=0)
    saved_at = DateTimeField()
    saved_by = StringField()
    saved_by_name = StringField()
    published_at = DateTimeField()


class CalendarDayDocument(Document):
    """A day that is not what its weekday says; ``id`` is the day. ``works``: a Saturday worked for another day."""

    meta = {**DOCUMENT_META, "collection": DAYS}

    id = StringField(primary_key=True, regex=_DAY)
    works = BooleanField(required=True)
    name = DictField(required=True)
    legal_basis = StringField(required=True, max_length=300)
    needs_review = BooleanField(required=True)


class OfficeHoursDocument(Document):
    """``id`` is an agency's code or ``default``; ``sessions`` are pairs of ``HH:MM``, ascending."""

    meta = {**DOCUMENT_META, "collection": HOURS}

    id = StringField(primary_key=True)
    sessions = ListField(ListField(StringField(regex=r"^[0-9]{2}:[0-9]{2}$")), required=True)
    needs_review = BooleanField(required=True)


class CatalogueChangeDocument(Document):
    """What a published version did, compared with the one before it; ``id`` is ``<to_version>:<kind>``."""

    meta = {**DOCUMENT_META, "collection": CHANGES}

    id = StringField(primary_key=True)
    at = DateTimeField(required=True)
    effective_from = StringField(required=True, regex=_DAY)
    code = StringField(required=True)
    kind = StringField(required=True, choices=[kind.value for kind in ChangeKind])
    from_version = StringField(null=True)
    to_version = StringField(required=True)
    summary = DictField(required=True)


class FeeRuleDocument(Document):
    """An exemption or reduction of fees (docs/payments.md, section 1) as it is now.

    ``history``: ``{rule, saved_at, saved_by, saved_by_name?}`` of what it said before, oldest first. An operator's
    import has no ``saved_by_name``.
    """

    meta = {**DOCUMENT_META, "collection": FEE_RULES}

    id = StringField(primary_key=True)
    in_force = BooleanField(required=True)
    from_day = StringField(required=True, regex=_DAY)
    rule = DictField(required=True)
    saved_at = DateTimeField(required=True)
    saved_by = StringField(required=True)
    saved_by_name = StringField()
    history = ListField(DictField())


class CatalogueStateDocument(Document):
    """``revision`` rises with every change, so that each process knows when to read anew."""

    meta = {**DOCUMENT_META, "collection": STATE}

    id = StringField(primary_key=True, choices=["catalogue"])
    revision = IntField(required=True, min_value=1)
