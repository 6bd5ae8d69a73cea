"""Dumping an answer as its schema says, at a fraction of what the schema itself takes for it.

A list of twenty dossiers has seven hundred fields, and marshmallow looks each one up, asks for defaults and calls three
methods. Here a schema is read once; what comes out is what `Schema.dump` gives, and whatever is not plain goes to it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from marshmallow import Schema, fields, missing
from marshmallow.decorators import POST_DUMP, PRE_DUMP

from shared_models.clock import to_wire
from shared_models.schemas.wire import WireTime

Dump = Callable[[Any], Any]
_NOWHERE: Final = object()
"""A key that no object has: for fields that take their value from elsewhere."""

_Row = tuple[str, str, object, fields.Field[Any], Dump | None, type | None]
"""The key that is written, the attribute, where it lies, its field, what converts it (None: the field), and which type
of value needs no converting."""

_AS_THEY_ARE: Final[Mapping[type[fields.Field[Any]], type]] = {
    fields.String: str,
    fields.Integer: int,
    fields.Boolean: bool,
}
"""Fields whose values of exactly this type are written as they are."""


def quickened(schema: Schema | type[Schema] | None) -> Schema | None:
    """An instance of the schema whose ``dump`` is quick."""
    if schema is None:
        return None
    made = schema() if isinstance(schema, type) else schema
    setattr(made, "dump", dump_of(made))  # noqa: B010 - the method of this instance alone
    return made


def dump_of(schema: Schema) -> Dump:
    """`Schema.dump` of plain dicts, and of anything else the schema's own."""
    slow = schema.dump
    hooks = schema._hooks  # noqa: SLF001 - says whether anybody has a hand in what is dumped
    if hooks[PRE_DUMP] or hooks[POST_DUMP] or schema.many:
        return slow
    rows: list[_Row] = []

    def dump(obj: Any, **options: Any) -> Any:
        if type(obj) is not dict or options:
            return slow(obj, **options)
        if not rows:
            rows.extend(_row(name, field) for name, field in schema.dump_fields.items())
        found = {}
        for key, name, place, field, convert, plain in rows:
            value = obj.get(place, missing)
            if type(value) is not plain:
                if value is missing or convert is None:
                    value = field.serialize(name, obj, accessor=schema.get_attribute)
                    if value is missing:
                        continue
                elif value is not None:
                    value = convert(value)
            found[key] = value
        return found

    return dump


def _row(name: str, field: fields.Field[Any]) -> _Row:
    key = field.data_key if field.data_key is not None else name
    if field.attribute is not None or "." in name:
        return key, name, _NOWHERE, field, None, None
    plain = None if getattr(field, "as_string", False) else _AS_THEY_ARE.get(type(field))
    return key, name, name, field, _converter(field), plain


def _converter(field: fields.Field[Any]) -> Dump | None:
    if type(field) is WireTime:
        return to_wire
    if type(field) is fields.Nested and not field.schema.many:
        inner = dump_of(field.schema)
        return (lambda rows: [inner(row) for row in rows]) if field.many else inner
    if type(field) is fields.List:
        each = _converter(field.inner)
        return None if each is None else lambda rows: [None if row is None else each(row) for row in rows]
    return None
