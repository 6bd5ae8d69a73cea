"""The catalogue's rows of the matrix: public to read, an administrator's to edit, of whichever agency."""

from typing import Any

from scripts.sandbox.seed_data import load
from tests.support.api import Phone
from tests.support.catalogue import DRAFT_ID, FORM_DRAFT, a_form, a_procedure
from tests.support.route_row import Row
from tests.support.world import World

_CITY = "the catalogue is the city's: every administrator edits all of it, and what is in it is nobody's"
_EDITORS: dict[str, Any] = {"answers": {"administrator": 200}, "elsewhere": {"administrator": 200}}
_TAKEN = "2027-11-24"


def _own(world: World, phone: Phone, there: str) -> str:
    """What is there for the first administrator; whoever else deletes finds nothing under another name."""
    return there if phone is world.phones["administrator"] else "1.000001@2030-01-01"


def _hours_of(world: World, phone: Phone) -> str:
    return "H17.08" if phone is world.phones["administrator"] else "H17.30.05"


CATALOGUE_ROWS: tuple[Row, ...] = (
    Row("GET /api/v1/procedures", public=200, path=lambda _w, _p: "/procedures?q=khai sinh"),
    Row("GET /api/v1/procedures/{code}", public=200, path=lambda _w, _p: "/procedures/1.001193"),
    Row("GET /api/v1/procedures/changes", public=200),
    Row("GET /api/v1/forms/{form_id}", public=200, path=lambda _w, _p: "/forms/birth_registration@1"),
    Row("GET /api/v1/calendar/{year}", public=200, path=lambda _w, _p: "/calendar/2026"),
    Row("GET /api/v1/catalogue/procedures", **_EDITORS),
    Row("GET /api/v1/catalogue/drafts/{version_id}", **_EDITORS, path=lambda _w, _p: f"/catalogue/drafts/{DRAFT_ID}"),
    Row(
        "PUT /api/v1/catalogue/drafts/{version_id}",
        **_EDITORS,
        path=lambda _w, _p: f"/catalogue/drafts/{DRAFT_ID}",
        body=lambda _w, _p: {"procedure": a_procedure(effective_from="2026-12-01"), "draft_version": 0},
        why=_CITY,
    ),
    Row(
        "POST /api/v1/catalogue/drafts/{version_id}/publish",
        **_EDITORS,
        path=lambda _w, _p: f"/catalogue/drafts/{DRAFT_ID}/publish",
        body=lambda _w, _p: {"draft_version": 1},
        spoils=True,
        why=_CITY,
    ),
    Row(
        "DELETE /api/v1/catalogue/drafts/{version_id}",
        {"administrator": 204},
        {"administrator": 404},
        path=lambda world, phone: f"/catalogue/drafts/{_own(world, phone, DRAFT_ID)}",
        spoils=True,
    ),
    Row(
        "POST /api/v1/catalogue/simulations",
        **_EDITORS,
        body=lambda _w, _p: {
            "rule": {"unit": "working_day", "amount": 3},
            "policy": "reset",
            "received_at": "2026-11-20T02:00:00Z",
        },
    ),
    Row(
        "PUT /api/v1/catalogue/calendar/{day}",
        **_EDITORS,
        path=lambda _w, _p: "/catalogue/calendar/2027-06-01",
        body=lambda _w, _p: {
            "works": False,
            "name": {"vi": "Nghỉ", "en": "Off"},
            "legal_basis": "Thông báo 1",
            "needs_review": True,
        },
        why=_CITY,
    ),
    Row(
        "DELETE /api/v1/catalogue/calendar/{day}",
        {"administrator": 204},
        {"administrator": 404},
        path=lambda world, phone: f"/catalogue/calendar/{_own(world, phone, _TAKEN)}",
        spoils=True,
    ),
    Row(
        "PUT /api/v1/catalogue/office-hours/{agency}",
        **_EDITORS,
        path=lambda _w, _p: "/catalogue/office-hours/H17.05",
        body=lambda _w, _p: {"sessions": [["07:00", "11:00"], ["13:00", "17:00"]], "needs_review": False},
        why=_CITY,
    ),
    Row(
        "DELETE /api/v1/catalogue/office-hours/{agency}",
        {"administrator": 204},
        {"administrator": 404},
        path=lambda world, phone: f"/catalogue/office-hours/{_hours_of(world, phone)}",
        spoils=True,
    ),
    Row("GET /api/v1/catalogue/fee-rules", **_EDITORS),
    Row(
        "GET /api/v1/catalogue/fee-rules/{rule_id}",
        **_EDITORS,
        path=lambda _w, _p: "/catalogue/fee-rules/law_97_2015_children",
    ),
    Row(
        "PUT /api/v1/catalogue/fee-rules/{rule_id}",
        **_EDITORS,
        path=lambda _w, _p: "/catalogue/fee-rules/law_97_2015_children",
        body=lambda _w, _p: {
            "rule": next(rule for rule in load("fee_rules") if rule["id"] == "law_97_2015_children"),
            "version": 1,
        },
        why=_CITY,
    ),
    Row("GET /api/v1/catalogue/terms", **_EDITORS),
    Row("GET /api/v1/catalogue/forms", **_EDITORS),
    Row("GET /api/v1/catalogue/forms/{form_id}", **_EDITORS, path=lambda _w, _p: f"/catalogue/forms/{FORM_DRAFT}"),
    Row(
        "PUT /api/v1/catalogue/forms/{form_id}",
        **_EDITORS,
        path=lambda _w, _p: "/catalogue/forms/birth_registration@3",
        body=lambda _w, _p: {"form": a_form("birth_registration@3"), "draft_version": 0},
        why=_CITY,
    ),
    Row(
        "DELETE /api/v1/catalogue/forms/{form_id}",
        {"administrator": 204},
        {"administrator": 404},
        path=lambda world, phone: f"/catalogue/forms/{_own(world, phone, FORM_DRAFT)}",
        spoils=True,
    ),
)
