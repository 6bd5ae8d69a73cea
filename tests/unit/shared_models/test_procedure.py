"""A procedure as data: what it may say, what its parts owe one another, and what it costs."""

from datetime import date
from typing import Any

import pytest

from shared_models.errors import Invalid
from shared_models.procedure import ProcedureVersion, in_force, version_id
from tests.support.catalogue import a_procedure


def faults(data: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        ProcedureVersion.from_json(data)
    assert refused.value.code == "catalogue.procedure_invalid"
    return refused.value.fields


@pytest.mark.parametrize("code", ["1.001193", "1.013855", "2.000986", "2.000535", "DEMO-GT-01"])
def test_json_comes_back_as_it_was(code: str) -> None:
    data = a_procedure(code)
    version = ProcedureVersion.from_json(data)
    assert version.to_json() == data
    assert ProcedureVersion.from_json(version.to_json()) == version
    assert version.id == version_id(code, version.effective_from)


def component(**changes: Any) -> list[dict[str, Any]]:
    return [a_procedure()["components"][0] | changes]


def line(key: str, amount: int, **more: Any) -> dict[str, Any]:
    return {"key": key, "name": {"vi": "Phí", "en": "Fee"}, "amount": amount} | more


def fees(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"fees": {"direct": list(lines), "online": list(lines)}, "pay_at": "reception"}


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"id": "1.001193@2020-01-01"}, "id", "catalogue.id_not_of_version"),
        ({"kind": "secret"}, "kind", "field.not_a_choice"),
        ({"name": {"vi": "Tên"}}, "name.en", "field.required"),
        ({"name": {"vi": "", "en": "x"}}, "name.vi", "field.length"),
        ({"competent": "Sở Y tế"}, "competent", "field.malformed"),
        ({"receiving": []}, "receiving", "field.length"),
        ({"level": "information"}, "level_reason", "field.required"),
        ({"level_reason": {"vi": "x", "en": "x"}}, "level_reason", "catalogue.reason_without_need"),
        ({"legacy_level": 5}, "legacy_level", "field.out_of_range"),
        ({"legacy_level": True}, "legacy_level", "field.malformed"),
        (
            {"deadlines": {way: {"unit": "instant", "amount": 1} for way in ("direct", "online")}},
            "deadlines.direct.amount",
            "catalogue.amount_does_not_fit",
        ),
        (
            {"deadlines": {way: {"unit": "working_hour", "amount": 0.5} for way in ("direct", "online")}},
            "deadlines.online.amount",
            "catalogue.amount_does_not_fit",
        ),
        (
            {"supplement": {"policy": "reset", "answer_within_days": 30, "max_notices": 2}},
            "supplement.max_notices",
            "field.out_of_range",
        ),
        (
            {"interlinked": [{"agency": "commune", "part": {"vi": "x", "en": "x"}, "lead": False}]},
            "interlinked",
            "catalogue.one_agency_leads",
        ),
        ({"pay_at": "reception"}, "pay_at", "catalogue.pay_at_does_not_fit"),
        (fees(line("a", 1)) | {"pay_at": "none"}, "pay_at", "catalogue.pay_at_does_not_fit"),
        (fees(line("a", -1)), "fees.direct.0.amount", "field.out_of_range"),
        (fees(line("a", 1), line("a", 2)), "fees.direct.1.key", "catalogue.key_twice"),
        ({"components": component() + component()}, "components.1.key", "catalogue.key_twice"),
        ({"components": component(accepts=["exe"])}, "components.0.accepts.0", "field.not_a_choice"),
        ({"components": component(max_bytes=10**9)}, "components.0.max_bytes", "field.out_of_range"),
        (
            {"components": component(held_by=[{"source": "registry", "key": "weather"}])},
            "components.0.held_by.0.key",
            "catalogue.source_unknown",
        ),
        (
            {"components": component(held_by=[{"source": "registry", "key": "health"}])},
            "components.0.held_by.0.key",
            "catalogue.source_unknown",
        ),
        (
            {"components": component(held_by=[{"source": "registry", "key": "health.weather"}])},
            "components.0.held_by.0.key",
            "catalogue.source_unknown",
        ),
        (
            {"components": component(held_by=[{"source": "registry", "key": "land.birth"}])},
            "components.0.held_by.0.key",
            "catalogue.source_unknown",
        ),
        (
            {"components": component(held_by=[{"source": "licence", "key": "fishing"}])},
            "components.0.held_by.0.key",
            "catalogue.source_unknown",
        ),
        (
            {"components": component(held_by=[{"source": "person", "key": "shoe_size"}])},
            "components.0.held_by.0.key",
            "catalogue.source_unknown",
        ),
        ({"replaced_by": "1.001193", "standing": "abolished"}, "replaced_by", "catalogue.replaced_by_itself"),
        ({"needs_review": ["components.birth_certificate.colour"]}, "needs_review.0", "catalogue.path_unknown"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, Any], path: str, code: str) -> None:
    assert faults(a_procedure(**changes)).get(path) == [code]


def test_a_result_is_a_licence_or_a_document() -> None:
    result = a_procedure()["result"]
    assert faults(a_procedure(result=result | {"kind": "licence"})) == {
        "result.licence_type": ["catalogue.licence_type_does_not_fit"]
    }
    assert "result.licence_type" in faults(a_procedure(result=result | {"licence_type": "road_works"}))
    assert "result.licence_type" in faults(a_procedure(result=result | {"kind": "licence", "licence_type": "fishing"}))


@pytest.mark.parametrize("member", sorted(set(a_procedure()) - {"replaced_cases"}))
def test_every_member_is_needed(member: str) -> None:
    data = a_procedure()
    del data[member]
    assert faults(data)[member] == ["field.required"]


@pytest.mark.parametrize("data", [None, [], "1.001193", 7])
def test_something_else_is_refused(data: Any) -> None:
    assert faults(data) == {"_": ["field.malformed"]}


def test_needs_review_names_members_by_key_or_place() -> None:
    paths = ["fees", "deadlines.online", "components.birth_certificate.held_by", "components.1", "name.vi"]
    assert ProcedureVersion.from_json(a_procedure(needs_review=paths)).needs_review == tuple(paths)


def test_fees_hang_on_answers_and_multiply_by_them() -> None:
    version = ProcedureVersion.from_json(a_procedure("1.013855"))
    assert version.least_fee("online") == (700_000, True)
    assert [amount for _, amount in version.fee_lines("online", {"daily_servings": "from_200"})] == [1_000_000]
    assert version.fee_lines("online", {}) == ()
    copies = ProcedureVersion.from_json(a_procedure("2.000635"))
    assert [amount for _, amount in copies.fee_lines("direct", {"copies": 3})] == [24_000]
    assert [amount for _, amount in copies.fee_lines("direct", {})] == [8_000]
    assert copies.least_fee("direct") == (8_000, True)
    driving = ProcedureVersion.from_json(a_procedure("3.000347"))
    assert (driving.least_fee("direct"), driving.least_fee("online")) == ((135_000, False), (115_000, False))


def test_a_condition_does_not_take_one_for_true() -> None:
    data = a_procedure(**fees(line("a", 5, when={"field": "x", "is": [True]})))
    version = ProcedureVersion.from_json(data)
    assert version.fee_lines("online", {"x": 1}) == ()
    assert len(version.fee_lines("online", {"x": True})) == 1
    chosen = ProcedureVersion.from_json(a_procedure(**fees(line("a", 5, when={"field": "x", "is": ["b"]}))))
    assert len(chosen.fee_lines("online", {"x": ["a", "b"]})) == 1


def test_the_version_of_a_day_is_the_latest_that_had_begun() -> None:
    days = ("2026-01-01", "2026-07-01", "2027-01-01")
    versions = [ProcedureVersion.from_json(a_procedure(effective_from=day)) for day in days]
    draft = ProcedureVersion.from_json(a_procedure(effective_from="2026-08-01", state="draft"))
    for order in (versions, versions[::-1]):
        line_of = [*order, draft]
        assert in_force(line_of, date(2025, 12, 31)) is None
        assert in_force(line_of, date(2026, 6, 30)) == versions[0]
        assert in_force(line_of, date(2026, 7, 1)) == versions[1]
        assert in_force(line_of, date(2026, 12, 31)) == versions[1]
        assert in_force(line_of, date(2027, 1, 1)) == versions[2]
