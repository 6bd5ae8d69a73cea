"""The dossiers' rows of the matrix: a citizen's own, and an officer's whose agency has to do with them."""

import hashlib
from collections.abc import Callable
from typing import Any

from tests.support.api import Phone
from tests.support.dossiers import REQUEST_VALUES, a_pdf, a_request
from tests.support.ids import an_id
from tests.support.route_row import Row
from tests.support.world import World

_OWN: dict[str, Any] = {"answers": {"citizen": 200}, "elsewhere": {"citizen": 404}}
_DESK: dict[str, Any] = {"answers": {"officer": 200}, "elsewhere": {"officer": 404}}
_UPLOADERS = {"citizen": 201, "officer": 201}


def _new_upload(_world: World, _phone: Phone) -> Any:
    content = a_pdf()
    sha256 = hashlib.sha256(content).hexdigest()
    return {"id": an_id("upl"), "name": "giay.pdf", "size": len(content), "sha256": sha256}


def _filed(_world: World, phone: Phone) -> Any:
    """A dossier of the caller's own words and files; of those who have none, one that no check looks into."""
    if phone.user.get("role") != "citizen":
        return a_request(None)
    named = {"applicant_name": phone.user["name"], "applicant_id": "048085900001"}
    return a_request(phone, values=REQUEST_VALUES | named)


def _counter(_world: World, phone: Phone) -> Any:
    """Another agency's officer may help too: the dossier goes to the one that receives it."""
    owner = {"personal_id": "048192900002", "full_name": "Trần Thị Thu Trang"}
    may_upload = phone.user.get("role") == "officer"
    return a_request(phone if may_upload else None, owner=owner, channel="direct")


def _acted(_world: World, _phone: Phone) -> Any:
    return {"id": an_id("act"), "action": "withdraw", "reason": "Nộp nhầm"}


def _assigned(world: World, _phone: Phone) -> Any:
    version = world.phones["officer"].get(f"/desk/dossiers/{world.ids['dossier_id']}").get_json()["version"]
    return {"id": an_id("act"), "version": version, "action": "assign", "to": world.ids["staff_id"]}


def _file_of(side: str) -> Callable[[World, Phone], str]:
    return lambda world, _phone: f"{side}/dossiers/{world.ids['dossier_id']}/files/declaration"


def _slip_of(side: str) -> Callable[[World, Phone], str]:
    return lambda world, _phone: f"{side}/dossiers/{world.ids['dossier_id']}/slips/01.pdf"


def _result_of(side: str) -> Callable[[World, Phone], str]:
    return lambda world, _phone: f"{side}/dossiers/{world.ids['decided_id']}/result.pdf"


DOSSIER_ROWS: tuple[Row, ...] = (
    Row(
        "POST /api/v1/dossiers/preparations",
        {"citizen": 200},
        {"citizen": 200},
        body=lambda _w, _p: {"procedure_code": "1.001193"},
    ),
    Row("POST /api/v1/uploads", _UPLOADERS, _UPLOADERS, body=_new_upload),
    Row(
        "GET /api/v1/uploads/{upload_id}",
        {"citizen": 200, "officer": 404},
        {"citizen": 404, "officer": 404},
    ),
    Row(
        "PATCH /api/v1/uploads/{upload_id}",
        {"citizen": 200, "officer": 404},
        {"citizen": 404, "officer": 404},
        path=lambda world, _phone: f"/uploads/{world.ids['upload_id']}?offset=0",
    ),
    Row("POST /api/v1/dossiers", {"citizen": 201}, {"citizen": 201}, body=_filed),
    Row("GET /api/v1/dossiers", {"citizen": 200}, {"citizen": 200}),
    Row("GET /api/v1/dossiers/{dossier_id}", **_OWN),
    Row("POST /api/v1/dossiers/{dossier_id}/actions", **_OWN, body=_acted, spoils=True),
    Row("GET /api/v1/dossiers/{dossier_id}/files/{component}", **_OWN, path=_file_of("")),
    Row("GET /api/v1/dossiers/{dossier_id}/slips/{number}.pdf", **_OWN, path=_slip_of("")),
    Row("GET /api/v1/dossiers/{dossier_id}/result.pdf", **_OWN, path=_result_of("")),
    Row("POST /api/v1/dossier-lookups", public=200, body=lambda world, _phone: {"code": world.ids["dossier_code"]}),
    Row("GET /api/v1/desk/dossiers", {"officer": 200}, {"officer": 200}),
    Row(
        "POST /api/v1/desk/dossiers",
        {"officer": 201},
        {"officer": 201},
        body=_counter,
        sees=True,
        why="an officer of any agency may help a citizen who is present to file with another one (phi địa giới)",
    ),
    Row(
        "POST /api/v1/desk/dossiers/preparations",
        {"officer": 200},
        {"officer": 200},
        body=lambda _w, _p: {
            "procedure_code": "1.001193",
            "receiving_agency": "H17.30.05",
            "owner": {"personal_id": "048192900002", "full_name": "Trần Thị Thu Trang"},
        },
        sees=True,
        why="who is present may ask for help at any counter (phi địa giới); it is in their access log",
    ),
    Row(
        "GET /api/v1/desk/dossiers/search",
        {"officer": 200},
        {"officer": 200},
        path=lambda _w, _p: "/desk/dossiers/search?name=tran thi thu trang",
    ),
    Row("GET /api/v1/desk/dossiers/{dossier_id}", **_DESK),
    Row("GET /api/v1/desk/dossiers/{dossier_id}/files/{component}", **_DESK, path=_file_of("/desk")),
    Row("GET /api/v1/desk/dossiers/{dossier_id}/slips/{number}.pdf", **_DESK, path=_slip_of("/desk")),
    Row("GET /api/v1/desk/dossiers/{dossier_id}/result.pdf", **_DESK, path=_result_of("/desk")),
    Row("POST /api/v1/desk/dossiers/{dossier_id}/actions", **_DESK, body=_assigned),
    Row("GET /api/v1/desk/colleagues", {"officer": 200}, {"officer": 200}),
    Row("GET /api/v1/desk/agencies", {"officer": 200}, {"officer": 200}),
    Row("GET /api/v1/catalogue/form-shares", {"administrator": 200}, {"administrator": 200}),
)
