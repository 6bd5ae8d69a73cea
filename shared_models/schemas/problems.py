"""The one shape of every error answer (RFC 9457 problem details with our code)."""

from marshmallow import Schema, fields


class ProblemSchema(Schema):
    """``code`` and the codes in ``errors`` are keys of the message catalogues; ``params`` the values they name."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    request_id = fields.String(required=True)
