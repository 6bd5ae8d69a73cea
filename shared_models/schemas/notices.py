"""The inbox and push subscriptions on the wire."""

from urllib.parse import urlsplit

from marshmallow import Schema, ValidationError, fields

from shared_models.schemas.wire import Binary, WireTime, choice_field, id_field, page_of


class NoticeSchema(Schema):
    """One notice. The sentence is ``notice.<kind>.title`` and ``.body`` with ``params``."""

    id = id_field("ntc", required=True)
    kind = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    licence_id = fields.String(required=True, allow_none=True)
    dossier_id = fields.String(load_default=None, allow_none=True)
    order_id = fields.String(load_default=None, allow_none=True)
    created_at = WireTime(required=True)
    read_at = WireTime(required=True, allow_none=True)


NoticePageSchema = page_of(NoticeSchema, "NoticePage")


def _is_address(text: str) -> None:
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname or len(text) > 1_000 or not text.isascii():
        raise ValidationError("field.url_malformed")


class SubscriptionKeysSchema(Schema):
    """RFC 8291: the browser's public key (65 bytes, uncompressed P-256) and its authentication secret (16 bytes)."""

    p256dh = Binary(required=True, size=65)
    auth = Binary(required=True, size=16)


class SubscriptionCreateSchema(Schema):
    """What `PushManager.subscribe` gave the browser."""

    endpoint = fields.String(required=True, validate=_is_address)
    keys = fields.Nested(SubscriptionKeysSchema, required=True)
    lang = choice_field(("vi", "en"), load_default="vi")


class SubscriptionSchema(Schema):
    id = id_field("sub", required=True)
    created_at = WireTime(required=True)
