"""A quick dump is the schema's own, whatever is dumped."""

from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields, post_dump

from backend.http.dumping import dump_of, quickened
from shared_models import schemas
from shared_models.schemas.wire import Binary, WireTime


class Colour(StrEnum):
    RED = "red"


class Step(IntEnum):
    ONE = 1


class InnerSchema(Schema):
    at = WireTime(allow_none=True)
    on = fields.Date(allow_none=True)
    raw = Binary(allow_none=True)


class OuterSchema(Schema):
    text = fields.String(data_key="words", allow_none=True)
    number = fields.Integer(allow_none=True)
    as_text = fields.Integer(as_string=True)
    flag = fields.Boolean(allow_none=True)
    elsewhere = fields.String(attribute="hidden")
    by_default = fields.String(dump_default="so")
    inner = fields.Nested(InnerSchema, allow_none=True)
    inners = fields.Nested(InnerSchema, many=True)
    listed = fields.List(fields.Nested(InnerSchema, allow_none=True))
    moments = fields.List(WireTime())
    names = fields.List(fields.String())
    free = fields.Dict()
    told = fields.Method("tell")

    def tell(self, obj: Any) -> str:
        return f"{len(obj)}"


MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]))
INNERS = st.fixed_dictionaries(
    {}, optional={"at": st.none() | MOMENTS, "on": st.none() | st.dates(), "raw": st.none() | st.binary(max_size=9)}
)
OUTERS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.none() | st.text(max_size=9) | st.just(Colour.RED) | st.integers(),
        "number": st.none() | st.integers() | st.just(Step.ONE) | st.booleans(),
        "as_text": st.integers(),
        "flag": st.none() | st.booleans(),
        "hidden": st.text(max_size=3),
        "by_default": st.text(max_size=3),
        "inner": st.none() | INNERS,
        "inners": st.lists(INNERS, max_size=3),
        "listed": st.lists(st.none() | INNERS, max_size=3),
        "moments": st.lists(MOMENTS, max_size=3),
        "names": st.lists(st.text(max_size=3), max_size=3),
        "free": st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
        "stray": st.integers(),
    },
)


@given(OUTERS)
def test_a_quick_dump_is_what_the_schema_gives(found: dict[str, Any]) -> None:
    dumped = dump_of(OuterSchema())(found)
    expected = OuterSchema().dump(found)
    assert dumped == expected
    assert list(dumped) == list(expected)
    assert [type(value) for value in dumped.values()] == [type(value) for value in expected.values()]


def test_what_is_no_dict_is_dumped_by_the_schema() -> None:
    found = SimpleNamespace(at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC), on=date(2026, 11, 23), raw=b"x")
    assert dump_of(InnerSchema())(found) == InnerSchema().dump(found)
    assert dump_of(InnerSchema())([{"raw": b"x"}], many=True) == [{"raw": "eA"}]


def test_hooks_are_not_passed_over() -> None:
    class Hooked(InnerSchema):
        @post_dump
        def shout(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
            return {name.upper(): value for name, value in data.items()}

    made = quickened(Hooked)
    assert made is not None
    assert made.dump({"raw": b"x"}) == {"RAW": "eA"}


def _every_schema() -> list[type[Schema]]:
    modules = [import_module(f"shared_models.schemas.{one.name}") for one in iter_modules(schemas.__path__)]
    found = {one for module in modules for one in vars(module).values() if isinstance(one, type)}
    return sorted((one for one in found if issubclass(one, Schema) and one is not Schema), key=lambda one: one.__name__)


@pytest.mark.parametrize("schema", _every_schema(), ids=lambda one: one.__name__)
def test_every_schema_of_the_wire_dumps_nothing_as_before(schema: type[Schema]) -> None:
    """None in each field: what a field makes of it is its own business, and must stay so."""
    plain = schema()
    names = [field.attribute or name for name, field in plain.dump_fields.items()]
    for found in ({}, dict.fromkeys(names)):
        try:
            expected: Any = plain.dump(found)
        except (TypeError, AttributeError, ValueError) as fault:
            with pytest.raises(type(fault)):
                dump_of(schema())(found)
            continue
        assert dump_of(schema())(found) == expected
