"""What the desk sends and what its tests pretend to get, held to the schemas of the server."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mobile.state.desk import VIEWS
from shared_models.ids import new_id
from shared_models.schemas import desk as schemas
from tests.support.phone_desk import DESK, a_desk, an_officer, desk_card, desk_dossier, to_receive
from tests.support.phone_screens import run

DOS, PER, STF = (new_id(prefix, bytes(range(17))) for prefix in ("dos", "per", "stf"))


def with_ids(data: dict[str, Any]) -> dict[str, Any]:
    """The short ids of the tests in the form that the server insists on."""
    owner = data["owner"]
    return {**data, "id": DOS, "owner": {**owner, "id": PER} if isinstance(owner, dict) else owner}


@pytest.mark.parametrize(
    "card",
    [desk_card(1), desk_card(2, assigned_to="Lê Thị Mai", proposed=True), to_receive(3)],
    ids=["running", "proposed", "new"],
)
def test_a_line_of_the_tests_is_one_of_the_server_s(card: dict[str, Any]):
    assert schemas.DeskCardSchema().validate(with_ids(card)) == {}


def test_a_whole_dossier_of_the_tests_is_one_of_the_server_s():
    assert schemas.DeskDossierSchema().validate(with_ids(desk_dossier(1))) == {}


def test_every_view_of_the_screen_is_one_of_the_server_s():
    assert set(VIEWS) <= set(schemas.VIEWS)


def test_what_the_desk_asks_for_is_what_the_server_takes():
    async def story() -> None:
        lines = {"unit": [{**desk_card(number), "id": DOS[:-1] + str(number)} for number in range(1, 4)]}
        phone, screen = await a_desk(lines, user=an_officer("process", id=STF), serve=lambda server: None)
        phone.server.on("GET", f"{DESK}/dossiers/search", (200, {"items": []}))
        await screen.click("desk.view.unit")
        await phone.app.desk.search(name="Trần Thảo")
        await phone.app.desk.search(code="H17.08-261120-0001")
        first = lines["unit"][0]["id"]
        phone.server.on("POST", f"{DESK}/dossiers/{first}/actions", (200, {}))
        assert await phone.app.desk.take(first) == (1, 0)
        [taken] = phone.server.asked("POST", f"{DESK}/dossiers/{first}/actions")
        body = json.loads(taken.body or "{}")
        assert schemas.DeskActionSchema().validate(body) == {}
        assert set(body) - {"id", "version", "action"} == {"to"} == set(schemas.DESK_ACTIONS["assign"][0])
        for path, schema in (
            (f"{DESK}/dossiers", schemas.QueueQuerySchema),
            (f"{DESK}/dossiers/search", schemas.DeskSearchQuerySchema),
        ):
            queries = [parse_qs(urlsplit(request.path).query) for request in phone.server.asked("GET", path)]
            assert queries
            for query in queries:
                assert schema().validate({name: values[0] for name, values in query.items()}) == {}

    run(story)
