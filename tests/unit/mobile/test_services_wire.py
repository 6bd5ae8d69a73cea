"""What the phone sends and what its tests pretend to get, held to the schemas of the server."""

from typing import Any

import pytest

from shared_models.schemas.catalogue import FormDefinitionSchema, ProcedureCardSchema, ProcedureDetailSchema
from shared_models.schemas.dossiers import CitizenActionSchema, DossierCardSchema, DossierSchema
from shared_models.schemas.filing import DossierCreateSchema, PreparationSchema, UploadCreateSchema
from tests.support.phone_data import CITIZEN, Phone, signed_in
from tests.support.phone_files import FilePicker
from tests.support.phone_screens import run
from tests.support.phone_services import BIRTH, FOOD, as_card, card, detail, dossier, form, preparation, supplement

AGENCY = "H17.30.05"
PAST = {"stars": 5, "comment": None, "at": "2026-11-21T02:30:00Z"}
OTHERS: list[tuple[Any, dict[str, Any]]] = [
    (ProcedureCardSchema, card(BIRTH)),
    (ProcedureDetailSchema, detail(FOOD)),
    (ProcedureDetailSchema, detail("1.013420")),
    (FormDefinitionSchema, form("birth_registration@1")),
    (PreparationSchema, preparation()),
    (DossierCardSchema, as_card(dossier(1))),
    (DossierSchema, dossier(1)),
    (DossierSchema, dossier(1) | supplement("workers_health")),
    (DossierSchema, dossier(1, status=10, rating=PAST)),
]


def _with_ids(data: dict[str, Any]) -> dict[str, Any]:
    """The short ids of the tests in the form that the server insists on."""
    return {**data, "id": f"dos_{'0' * 26}"} if str(data.get("id", "")).startswith("dos_") else data


@pytest.mark.parametrize(("schema", "data"), OTHERS)
def test_what_the_tests_pretend_to_get_is_what_the_server_tells(schema, data):
    assert schema().validate(_with_ids(data)) == {}


def test_what_the_phone_sends_is_what_the_server_takes():
    async def story() -> None:
        phone = Phone()
        await signed_in(phone, CITIZEN)
        drafts = phone.services.drafts
        draft = drafts.begin(detail(FOOD), form(detail(FOOD)["form"]), AGENCY)
        draft = draft.prepared(preparation(FOOD), "2026-11-21T02:30:00Z")
        FilePicker(phone.web)
        file = await drafts.pick(draft.procedure["components"][0], photo=False)
        assert file is not None
        draft = draft.with_file(draft.procedure["components"][0]["key"], file)
        body = type(draft).from_json(draft.to_json() | {"phone": "0905123456"}).request()
        assert DossierCreateSchema().validate(body) == {}
        assert {len(item) for item in body["components"]} == {2}, "a key, and a file or what is held"
        upload = {"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}
        assert UploadCreateSchema().validate(upload) == {}
        action = phone.services.dossiers.new_action()
        for more in (
            {"action": "withdraw"},
            {"action": "rate", "stars": 5, "comment": "Nhanh"},
            {"action": "answer_supplement", "components": [{"key": "drawing", "upload_id": file.id}]},
        ):
            assert CitizenActionSchema().validate({"id": action, **more}) == {}

    run(story)
