"""What identity keeps: people, staff, machine clients, their sessions, and the city's agencies and communes."""

# ruff: noqa: RUF012 - mongoengine reads each document's meta as a plain dict

from mongoengine import (
    BinaryField,
    BooleanField,
    DateTimeField,
    Document,
    EmbeddedDocument,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    IntField,
    ListField,
    StringField,
)

from backend.infra.documents import DOCUMENT_META
from shared_models.access import Duty, Role


class Person(Document):
    """A natural person, by personal id. ``identity_level`` 0: named by an agency only; 1, 2: signed in with VNeID."""

    meta = {**DOCUMENT_META, "collection": "persons"}

    id = StringField(primary_key=True)
    personal_id = StringField(required=True, regex=r"^[0-9]{12}$")
    full_name = StringField(required=True, max_length=100)
    birth_date = StringField(regex=r"^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$")
    identity_level = IntField(required=True, min_value=0, max_value=2)
    commune_code = StringField(regex=r"^[0-9]{5}$")
    is_demo = BooleanField(required=True)
    created_at = DateTimeField(required=True)
    verified_at = DateTimeField()


class SecondStep(EmbeddedDocument):
    """Codes from an authenticator app (RFC 6238). ``secret`` is sealed, ``recovery`` are keyed hashes.

    ``last_step`` is the 30 s step of the last code that was accepted: one code opens one door. ``first_step`` is the
    step of the code that turned this on, and ``series`` counts the sets of recovery codes: both let a lost answer be
    given again.
    """

    secret = BinaryField(required=True, max_bytes=64)
    confirmed_at = DateTimeField(required=True)
    first_step = IntField(required=True)
    last_step = IntField(required=True)
    series = IntField(required=True, min_value=0)
    recovery = ListField(StringField(min_length=64, max_length=64))


class PendingStep(EmbeddedDocument):
    """A secret that was shown and not yet confirmed with a code."""

    secret = BinaryField(required=True, max_bytes=64)
    made_at = DateTimeField(required=True)


class Staff(Document):
    """Somebody who works for an agency. ``password_hash`` is argon2id in PHC form; ``duties`` are an officer's."""

    meta = {**DOCUMENT_META, "collection": "staff"}

    id = StringField(primary_key=True)
    username = StringField(required=True, regex=r"^[a-z0-9][a-z0-9._-]{1,62}$")
    full_name = StringField(required=True, max_length=100)
    role = StringField(required=True, choices=[Role.INSPECTOR.value, Role.OFFICER.value, Role.ADMINISTRATOR.value])
    agency_code = StringField(required=True)
    password_hash = StringField(required=True)
    is_active = BooleanField(required=True)
    created_at = DateTimeField(required=True)
    duties = ListField(StringField(choices=[duty.value for duty in Duty]))
    totp = EmbeddedDocumentField(SecondStep)
    totp_pending = EmbeddedDocumentField(PendingStep)


class MachineKey(EmbeddedDocument):
    """One ES256 key: ``x`` and ``y`` are base64url coordinates as in a JWK, ``jkt`` its thumbprint (RFC 7638)."""

    jkt = StringField(required=True, min_length=43, max_length=43)
    x = StringField(required=True, min_length=43, max_length=43)
    y = StringField(required=True, min_length=43, max_length=43)
    created_at = DateTimeField(required=True)
    last_used_at = DateTimeField()
    retires_at = DateTimeField()


class MachineClient(Document):
    """An agency's system and its keys. ``keys_version`` counts their changes: a change builds on what it has read."""

    meta = {**DOCUMENT_META, "collection": "machine_clients"}

    id = StringField(primary_key=True)
    name = StringField(required=True, max_length=100)
    agency_code = StringField(required=True)
    keys = EmbeddedDocumentListField(MachineKey, required=True)
    keys_version = IntField(required=True, min_value=0)
    scopes = ListField(StringField(), required=True)
    is_active = BooleanField(required=True)
    created_at = DateTimeField(required=True)


class Agency(Document):
    """An agency of the city; ``id`` is its code (QĐ 20/2020/QĐ-TTg), such as ``H17.12``.

    ``commune_code`` is that of the commune whose people's committee it is; ``tax_code`` stands on its receipts.
    """

    meta = {**DOCUMENT_META, "collection": "agencies"}

    id = StringField(primary_key=True)
    name = StringField(required=True, max_length=200)
    is_demo = BooleanField(required=True)
    commune_code = StringField(regex=r"^[0-9]{5}$")
    tax_code = StringField(max_length=14)


class CommuneUnit(Document):
    """A ward, commune or special zone since 1/7/2025; ``id`` is the code of the General Statistics Office."""

    meta = {**DOCUMENT_META, "collection": "communes"}

    id = StringField(primary_key=True, regex=r"^[0-9]{5}$")
    name = StringField(required=True, max_length=100)
    kind = StringField(required=True, choices=["phường", "xã", "đặc khu"])


class SessionDocument(Document):
    """A signed-in phone or desk. ``counter`` is the number of the refresh token that is current.

    ``browser`` and ``system`` are families of `backend/identity/browsers.py`, for the owner to tell one from another.
    """

    meta = {**DOCUMENT_META, "collection": "sessions"}

    id = StringField(primary_key=True)
    subject_id = StringField(required=True)
    role = StringField(required=True, choices=[role.value for role in Role])
    jkt = StringField(required=True, min_length=43, max_length=43)
    browser = StringField(max_length=20)
    system = StringField(max_length=20)
    salt = BinaryField(required=True, max_bytes=16)
    counter = IntField(required=True, min_value=0)
    created_at = DateTimeField(required=True)
    rotated_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)
    ends_at = DateTimeField(required=True)
    ended_at = DateTimeField()


class SigninCode(Document):
    """A finished VNeID sign-in that waits for its app; ``id`` is the SHA-256 of the code, in hex."""

    meta = {**DOCUMENT_META, "collection": "signin_codes"}

    id = StringField(primary_key=True, min_length=64, max_length=64)
    person_id = StringField(required=True)
    code_challenge = StringField(required=True, min_length=43, max_length=43)
    created_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)
