"""The exchange's rows of the matrix: machines alone, each for its own agency."""

from typing import Any

from tests.support.api import Phone
from tests.support.dossiers import REQUEST
from tests.support.exchange import a_record
from tests.support.route_row import Row
from tests.support.world import World

_MACHINES: dict[str, Any] = {"answers": {"machine": 200}, "elsewhere": {"machine": 200}}


def _pushed(_world: World, phone: Phone) -> Any:
    """Another agency's software is answered too: that the record is refused. The page of results says so."""
    return {"records": [a_record(procedure_code=REQUEST, receiving_agency="H17.08")]}


def _acknowledged(world: World, _phone: Phone) -> Any:
    return {"items": [{"dossier_id": world.ids["dossier_id"], "revision": 1, "exchange_id": "EG-MATRIX"}]}


EXCHANGE_ROWS: tuple[Row, ...] = (
    Row("POST /api/v1/exchange/dossiers:push", **_MACHINES, body=_pushed),
    Row("GET /api/v1/exchange/dossiers", **_MACHINES),
    Row(
        "GET /api/v1/exchange/dossiers/{dossier_id}/files/{component}",
        {"machine": 200},
        {"machine": 404},
        path=lambda world, _phone: f"/exchange/dossiers/{world.ids['dossier_id']}/files/declaration",
    ),
    Row(
        "POST /api/v1/exchange/dossiers:acknowledge",
        **_MACHINES,
        body=_acknowledged,
        sees=True,
        why="each receipt is answered under the id that was sent; another agency's is refused as unknown",
    ),
)
