"""What identity keeps: people, staff, machine clients, their sessions, and the city's agencies and communes."""

# ruff: noqa: RUF012 - mongoengine reads each document's meta as a plain dict

from mongoengine import (
    BinaryField,
    BooleanField,
    DateTimeField,
    Document,
    IntField,
    ListField,
    StringField,
)

from backend.infra.documents import DOCUMENT_META
from shared_models.access import Role


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


class Staff(Document):
    """Somebody who works for an agency. ``password_hash`` is argon2id in PHC form."""

    meta = {**DOCUMENT_META, "collection": "staff"}

    id = StringField(primary_key=True)
    username = StringField(required=True, regex=r"^[a-z0-9][a-z0-9._-]{1,62}$")
    full_name = StringField(required=True, max_length=100)
    role = StringField(required=True, choices=[Role.INSPECTOR.value, Role.OFFICER.value, Role.ADMINISTRATOR.value])
    agency_code = StringField(required=True)
    password_hash = StringField(required=True)
    is_active = BooleanField(required=True)
    created_at = DateTimeField(required=True)


class MachineClient(Document):
    """An agency's system and its ES256 key: ``x`` and ``y`` are base64url coordinates as in a JWK."""

    meta = {**DOCUMENT_META, "collection": "machine_clients"}

    id = StringField(primary_key=True)
    name = StringField(required=True, max_length=100)
    agency_code = StringField(required=True)
    x = StringField(required=True, min_length=43, max_length=43)
    y = StringField(required=True, min_length=43, max_length=43)
    scopes = ListField(StringField(), required=True)
    is_active = BooleanField(required=True)
    created_at = DateTimeField(required=True)


class Agency(Document):
    """An agency of the city; ``id`` is its code (QĐ 20/2020/QĐ-TTg), such as ``H17.12``."""

    meta = {**DOCUMENT_META, "collection": "agencies"}

    id = StringField(primary_key=True)
    name = StringField(required=True, max_length=200)
    is_demo = BooleanField(required=True)


class CommuneUnit(Document):
    """A ward, commune or special zone since 1/7/2025; ``id`` is the code of the General Statistics Office."""

    meta = {**DOCUMENT_META, "collection": "communes"}

    id = StringField(primary_key=True, regex=r"^[0-9]{5}$")
    name = StringField(required=True, max_length=100)
    kind = StringField(required=True, choices=["phường", "xã", "đặc khu"])


class SessionDocument(Document):
    """A signed-in phone or desk. ``counter`` is the number of the refresh token that is current."""

    meta = {**DOCUMENT_META, "collection": "sessions"}

    id = StringField(primary_key=True)
    subject_id = StringField(required=True)
    role = StringField(required=True, choices=[role.value for role in Role])
    jkt = StringField(required=True, min_length=43, max_length=43)
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
