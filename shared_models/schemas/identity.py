"""Signing in, profiles and the access log on the wire (docs/architecture.md, section 3)."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared_models.access import Role
from shared_models.place import CommuneKind
from shared_models.schemas.wire import WireTime, choice_field, id_field, page_of, text_field

GRANT_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "authorization_code": ("code", "code_verifier"),
    "password": ("username", "password"),
    "refresh_token": ("refresh_token",),
    "client_credentials": ("client_assertion",),
}
"""What each way of asking for a token must bring, and nothing else."""

OPTIONAL_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {"password": ("otp",)}
"""What it may bring besides: the code of a second step."""

_CHALLENGE: Final = r"[A-Za-z0-9_\-]{43}\Z"
_STATE: Final = r"[A-Za-z0-9_.~\-]{1,128}\Z"


class SigninStartSchema(Schema):
    """Query of ``GET /auth/vneid/start``: a PKCE S256 challenge (RFC 7636 4.2) and the app's own state."""

    code_challenge = fields.String(required=True, validate=validate.Regexp(_CHALLENGE, error="field.format"))
    state = fields.String(required=True, validate=validate.Regexp(_STATE, error="field.format"))


class SigninReturnSchema(Schema):
    """Query of ``GET /auth/vneid/callback``, made by VNeID: it may carry more than we know of."""

    state = text_field(2048, load_default="")
    code = text_field(4096, load_default=None)
    encrypt_key = text_field(4096, load_default=None)
    error = text_field(200, load_default=None)


class TokenRequestSchema(Schema):
    """Body of ``POST /auth/token``: one ``grant_type`` with its own fields."""

    grant_type = choice_field(GRANT_FIELDS, required=True)
    code = text_field(200, shortest=1)
    code_verifier = text_field(128, shortest=43)
    username = text_field(64, shortest=1)
    password = text_field(200, shortest=1)
    otp = text_field(40, shortest=1)
    refresh_token = text_field(200, shortest=1)
    client_assertion = text_field(4096, shortest=1)

    @validates_schema
    def _fields_of_the_grant(self, data: dict[str, Any], **_options: Any) -> None:
        grant = data.get("grant_type", "")
        wanted = set(GRANT_FIELDS.get(grant, ()))
        given = set(data) - {"grant_type"}
        faults = {name: ["field.required"] for name in sorted(wanted - given)}
        faults |= {name: ["field.unexpected"] for name in sorted(given - wanted - set(OPTIONAL_FIELDS.get(grant, ())))}
        if faults:
            raise ValidationError(faults)


class AgencySchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


class CommuneSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class UserSchema(Schema):
    id = fields.String(required=True)
    role = choice_field(Role, required=True)
    name = fields.String(required=True)
    agency = fields.Nested(AgencySchema, required=True, allow_none=True)
    scopes = fields.List(fields.String(), required=True)


class TokenAnswerSchema(Schema):
    """``expires_in`` in seconds; machines get no ``refresh_token``."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    refresh_token = fields.String()
    user = fields.Nested(UserSchema, required=True)


class RevokeSchema(Schema):
    refresh_token = text_field(200, shortest=1, required=True)


class ProfileSchema(UserSchema):
    """The last three are null for everybody but citizens."""

    masked_personal_id = fields.String(required=True, allow_none=True)
    commune = fields.Nested(CommuneSchema, required=True, allow_none=True)
    identity_level = fields.Integer(required=True, allow_none=True)


class PersonLookupSchema(Schema):
    """Why an officer wants to know who this is; in the body, because a personal id never stands in an address."""

    personal_id = fields.String(required=True, validate=validate.Regexp(r"[0-9]{12}\Z", error="person.id_malformed"))
    purpose = text_field(200, shortest=5, required=True)


class FoundPersonSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    masked_personal_id = fields.String(required=True)
    commune = fields.Nested(CommuneSchema, required=True, allow_none=True)


class LedgerPlaceSchema(Schema):
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    accuracy_m = fields.Float(required=True)


class AccessLogEntrySchema(Schema):
    """One look at one's data. ``action`` is a message key; ``purpose`` is as the looker gave it."""

    at = WireTime(required=True)
    action = fields.String(required=True)
    actor_name = fields.String(required=True, allow_none=True)
    agency_name = fields.String(required=True, allow_none=True)
    purpose = fields.String(required=True)
    place = fields.Nested(LedgerPlaceSchema, required=True, allow_none=True)
    licence_id = fields.String(required=True, allow_none=True)


AccessLogPageSchema = page_of(AccessLogEntrySchema, "AccessLogPageSchema")


class SessionSchema(Schema):
    """Somewhere one is signed in; ``browser`` and ``system`` are families such as ``chrome`` and ``android``."""

    id = id_field("ses", required=True)
    browser = fields.String(required=True)
    system = fields.String(required=True)
    created_at = WireTime(required=True)
    last_used_at = WireTime(required=True)
    is_current = fields.Boolean(required=True)


class SessionListSchema(Schema):
    items = fields.List(fields.Nested(SessionSchema), required=True)


class EndedSessionsSchema(Schema):
    ended = fields.Integer(required=True)


class SecondStepStateSchema(Schema):
    """``recovery_codes_left`` is null while it is off."""

    is_on = fields.Boolean(required=True)
    is_required = fields.Boolean(required=True)
    recovery_codes_left = fields.Integer(required=True, allow_none=True)


class SecondStepBeginSchema(Schema):
    """``password`` is needed when the sign-in is some minutes old."""

    password = text_field(200, shortest=1, load_default=None)


class SecondStepSecretSchema(Schema):
    """``secret`` in base32, and ``uri`` with it for an authenticator app's camera."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)


class SecondStepCodeSchema(Schema):
    code = text_field(40, shortest=1, required=True)


class RecoveryCodesSchema(Schema):
    """Shown once; each opens one sign-in."""

    recovery_codes = fields.List(fields.String(), required=True)


class MachineKeyAddSchema(Schema):
    """A P-256 public key as a JWK, and a JWT that it signed (docs/architecture.md, section 3)."""

    jwk = fields.Dict(required=True)
    proof = text_field(4096, shortest=1, required=True)


class MachineKeySchema(Schema):
    """``jkt`` is the key's thumbprint (RFC 7638) and the ``kid`` of assertions."""

    jkt = fields.String(required=True)
    created_at = WireTime(required=True)
    last_used_at = WireTime(required=True, allow_none=True)
    retires_at = WireTime(required=True, allow_none=True)
    is_current = fields.Boolean(required=True)


class CommitteeSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


class CommunePlaceSchema(Schema):
    """One commune since 1/7/2025; ``agency`` is its people's committee, null where none is registered yet."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = choice_field(CommuneKind, required=True)
    agency = fields.Nested(CommitteeSchema, required=True, allow_none=True)


class CommuneListSchema(Schema):
    items = fields.List(fields.Nested(CommunePlaceSchema), required=True)


class MachineKeyListSchema(Schema):
    items = fields.List(fields.Nested(MachineKeySchema), required=True)
