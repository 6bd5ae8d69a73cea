"""Devices, the wallet's sync and the trust bundle on the wire (docs/architecture.md, section 3)."""

from marshmallow import Schema, fields, validate

from shared_models.device import DeviceRemoval
from shared_models.result import LicenceStatus
from shared_models.schemas.wire import Binary, WireTime, choice_field, id_field, text_field


class ChallengeSchema(Schema):
    challenge = fields.String(required=True)
    expires_at = WireTime(required=True)


class DeviceCreateSchema(Schema):
    """A phone's holder key (P-256 coordinates) and the proof that the phone holds it."""

    x = Binary(required=True, size=32)
    y = Binary(required=True, size=32)
    label = text_field(60, shortest=1, required=True)
    challenge = text_field(100, shortest=1, required=True)
    proof = Binary(required=True, size=64)


class DeviceSchema(Schema):
    id = id_field("dev", required=True)
    label = fields.String(required=True)
    created_at = WireTime(required=True)
    last_seen_at = WireTime(required=True, allow_none=True)


class DeviceRemovalQuerySchema(Schema):
    reason = choice_field(DeviceRemoval, load_default=DeviceRemoval.LOST)


class DeviceListSchema(Schema):
    items = fields.List(fields.Nested(DeviceSchema), required=True)


class SyncQuerySchema(Schema):
    device_id = id_field("dev", load_default=None)
    cursor = fields.String(
        load_default=None, validate=validate.Regexp(r"[0-9]{1,12}\Z", error="field.cursor_malformed")
    )


class IssuerSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


class WalletLicenceSchema(Schema):
    """One licence with the credential of the asking device: base64url COSE, null until the device is registered."""

    id = id_field("lic", required=True)
    version = fields.Integer(required=True)
    type = fields.String(required=True)
    type_code = fields.Integer(required=True)
    number = fields.String(required=True)
    holder_name = fields.String(required=True)
    activity = fields.String(required=True, allow_none=True)
    place = fields.Dict(required=True, allow_none=True)
    issuer = fields.Nested(IssuerSchema, required=True)
    issued_at = WireTime(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    undated = fields.Boolean(required=True)
    status = choice_field(LicenceStatus, required=True)
    status_since = WireTime(required=True)
    status_reason = fields.String(required=True, allow_none=True)
    decision_number = fields.String(required=True, allow_none=True)
    credential = Binary(required=True, allow_none=True)
    result_id = id_field("res", required=True)
    document_sha256 = fields.String(required=True)


class SyncSchema(Schema):
    cursor = fields.String(required=True)
    server_time = WireTime(required=True)
    licences = fields.List(fields.Nested(WalletLicenceSchema), required=True)
    removed = fields.List(fields.String(), required=True)


class SignedListSchema(Schema):
    url = fields.String(required=True)
    etag = fields.String(required=True)


class StatusListRefSchema(Schema):
    n = fields.Integer(required=True)
    uri = fields.String(required=True)
    url = fields.String(required=True)
    etag = fields.String(required=True)


class TrustSchema(Schema):
    """What a verifier has to fetch to check offline; unchanged ETags need no fetching."""

    server_time = WireTime(required=True)
    trust_list = fields.Nested(SignedListSchema, required=True)
    status_lists = fields.List(fields.Nested(StatusListRefSchema), required=True)
