"""What decisions grant and how they read on paper, for every procedure that the demonstration has."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from backend.dossiers.printed.results import Decided, Grant, check_given, grant_of, letter_of, templates
from backend.infra.printing.letter import draw_letter
from shared_models.credential.types import BY_KEY
from shared_models.errors import Invalid
from shared_models.form import FormDefinition
from shared_models.procedure import ProcedureVersion
from shared_models.result import HolderKind

SEED = Path(__file__).parents[3] / "scripts" / "seed_data"
PROCEDURES = {
    version["id"]: ProcedureVersion.from_json(version)
    for file in sorted((SEED / "procedures").glob("*.json"))
    for version in json.loads(file.read_text("utf-8"))
}
FORMS = {
    form.id: form
    for file in sorted((SEED / "forms").glob("*.json"))
    for form in [FormDefinition.from_json(json.loads(file.read_text("utf-8")))]
}
TODAY = date(2026, 11, 22)
RESTAURANT = {
    "business_name": "QUÁN MÌ QUẢNG BÀ MUA",
    "business_address": "44 Lê Đình Dương",
    "business_commune": "20242",
    "activity": "Mì Quảng, bánh tráng",
    "activity_kind": "catering",
}


def commune(code: str) -> str:
    return {"20242": "phường Hải Châu"}[code]


def decided(code: str, values: dict[str, Any], **proposal: Any) -> Decided:
    procedure = next(version for key, version in PROCEDURES.items() if key.startswith(f"{code}@"))
    dossier = {
        "_id": "dos_" + "0" * 26,
        "code": "H17.08-261122-0001",
        "reference": "TN-1",
        "owner_name": "Trần Thị Thu Trang",
        "competent_agency": {"code": "H17.08", "name": "Ban Quản lý An toàn thực phẩm"},
        "values": values,
        "proposal": {"decision": "approve", "text": "Đủ điều kiện.", "result": {}, **proposal},
    }
    return Decided(dossier, procedure, FORMS.get(procedure.form or ""), TODAY)


def words_of(one: Decided, grant: Grant) -> str:
    document = pypdfium2.PdfDocument(draw_letter(letter_of(one, grant, "Võ Văn Sáu", commune, None)))
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


@pytest.mark.parametrize("version", PROCEDURES.values(), ids=PROCEDURES)
def test_every_procedure_has_a_template_that_its_form_can_fill(version: ProcedureVersion) -> None:
    template = templates()[version.result.template]
    asked = FORMS[version.form].fields if version.form else {}
    assert set(template["rows"]) & set(asked), "nothing of the form would stand on the result"
    licence = template.get("licence")
    assert (licence is not None) == (version.result.licence_type is not None)
    if licence and version.result.licence_type in BY_KEY:
        named = {licence[name] for name in ("holder_name", "activity", "address", "commune") if name in licence}
        assert named <= set(asked)


def test_a_certificate_says_what_the_form_said() -> None:
    one = decided("2.000591", RESTAURANT)
    grant = grant_of(one)
    assert (grant.type, grant.number, grant.holder_kind) == (
        "food_safety",
        "H17.08-261122-0001/KQ",
        HolderKind.ORGANISATION,
    )
    assert (grant.holder_name, grant.activity) == (RESTAURANT["business_name"], RESTAURANT["activity"])
    assert grant.place == {"address": "44 Lê Đình Dương", "commune_code": "20242", "lat": None, "lon": None}
    assert (grant.valid_from, grant.valid_until) == (TODAY, date(2029, 11, 21))
    words = words_of(one, grant)
    for said in (
        "QUÁN MÌ QUẢNG BÀ MUA",
        "phường Hải Châu",
        "Dịch vụ ăn uống",
        "22/11/2026",
        "21/11/2029",
        "Võ Văn Sáu",
    ):
        assert said in words, said


def test_the_officers_words_go_before_the_forms() -> None:
    given = {"number": "9/2026/ATTP", "activity": "Mì Quảng", "valid_from": "2026-12-01", "valid_until": "2027-11-30"}
    grant = grant_of(decided("2.000591", RESTAURANT, result=given))
    assert (grant.number, grant.activity) == ("9/2026/ATTP", "Mì Quảng")
    assert (grant.valid_from, grant.valid_until) == (date(2026, 12, 1), date(2027, 11, 30))
    assert grant_of(decided("2.000591", RESTAURANT, result={"valid_until": None})).valid_until is None


def test_a_birth_certificate_grants_no_licence() -> None:
    child = {
        "child_name": "Lê Minh Khôi",
        "child_birth_date": "2026-11-18",
        "child_gender": "male",
        "child_hospital": "",
    }
    one = decided("1.001193", child)
    grant = grant_of(one)
    assert (grant.type, grant.valid_until, grant.place) == ("birth_certificate", None, None)
    words = words_of(one, grant)
    assert "GIẤY KHAI SINH" in words
    assert "Lê Minh Khôi" in words
    assert "18/11/2026" in words
    assert "Nam" in words
    assert "Đến hết ngày" not in words


def test_a_refusal_is_a_document_too_and_grants_nothing() -> None:
    one = decided("2.000591", RESTAURANT, decision="refuse", text="Bếp chưa tách khu sống và khu chín.")
    grant = grant_of(one)
    assert (grant.type, grant.place, grant.valid_until) == ("refusal", None, None)
    words = words_of(one, grant)
    assert "VĂN BẢN TỪ CHỐI" in words
    assert "Bếp chưa tách khu sống và khu chín." in words


def test_what_neither_form_nor_officer_said_is_asked_for() -> None:
    with pytest.raises(Invalid) as refused:
        grant_of(decided("2.000591", {"business_name": "QUÁN"}))
    assert refused.value.fields == {
        "result.address": ["result.answer_missing"],
        "result.commune": ["result.answer_missing"],
    }


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"colour": "red"}, {"result.colour": ["field.unknown"]}),
        ({"number": ""}, {"result.number": ["field.malformed"]}),
        ({"number": 7}, {"result.number": ["field.malformed"]}),
        ({"activity": "x" * 201}, {"result.activity": ["field.malformed"]}),
        ({"valid_from": "soon"}, {"result.valid_from": ["field.malformed"]}),
        ({"valid_from": None}, {"result.valid_from": ["field.malformed"]}),
        ({"valid_until": 5}, {"result.valid_until": ["field.malformed"]}),
    ],
)
def test_an_officer_cannot_give_what_no_result_could_say(given: dict[str, Any], fault: dict[str, list[str]]) -> None:
    with pytest.raises(Invalid) as refused:
        check_given(given)
    assert refused.value.fields == fault
