"""The catalogue's server as an administrator's app meets it: published versions, drafts, the calendar and forms."""

import copy
import json
from datetime import date
from functools import cache
from typing import Any

from backend.catalogue.services.simulating import Simulating, Trial
from scripts.sandbox.seed_data import FOLDER
from shared_models.access import Actor, Role, Scope
from shared_models.errors import Invalid
from shared_models.procedure import ProcedureVersion
from shared_models.schemas.catalogue import SimulationBodySchema, SimulationSchema
from shared_models.working_time import OfficeHours, UnknownYear, WorkingCalendar
from tests.support.phone import MemoryServer
from tests.support.phone_data import Phone, signed_in
from tests.support.phone_rules import RuleServer
from tests.support.phone_screens import enter, opened

ADMINISTRATOR = {
    "id": "stf_9",
    "role": "administrator",
    "name": "Ngô Thị Bảo Trâm",
    "agency": {"code": "H17", "name": "UBND thành phố Đà Nẵng"},
    "scopes": ["catalogue:edit"],
}
FOOD = "1.013855"
DRAFT = f"{FOOD}@2026-12-01"
AGENCIES = {"H17.08": "Ban Quản lý An toàn thực phẩm", "H17.05": "Sở Xây dựng", "H17.30.05": "UBND phường Hải Châu"}
SAVED_AT = "2026-11-21T02:00:00Z"
BASE = "/api/v1"
EDITOR = Actor("stf_9", Role.ADMINISTRATOR, "Ngô Thị Bảo Trâm", frozenset({Scope.CATALOGUE_EDIT}))


@cache
def _text(path: str) -> str:
    return (FOLDER / path).read_text("utf-8")


def published(code: str = FOOD) -> dict[str, Any]:
    """A seeded procedure as `GET /procedures/<code>` gives it."""
    version: dict[str, Any] = json.loads(_text(f"procedures/{code}.json"))[-1]
    return {**version, "agencies": AGENCIES, "replacement": None, "upcoming": None}


def a_form(name: str = "food_safety-1") -> dict[str, Any]:
    form: dict[str, Any] = json.loads(_text(f"forms/{name}.json"))
    return form


def calendar_of(year: int) -> dict[str, Any]:
    """The seeded calendar of a year, as `GET /calendar/<year>` gives it."""
    data = json.loads(_text("calendar.json"))
    hours = [{"agency": code, **row} for code, row in data["office_hours"].items()]
    days = [row for row in data["days"] if row["day"].startswith(str(year))]
    return {"year": year, "office_hours": hours, "days": days}


def seeded_calendar() -> WorkingCalendar:
    data = json.loads(_text("calendar.json"))
    days = {date.fromisoformat(row["day"]): bool(row["works"]) for row in data["days"]}
    return WorkingCalendar(OfficeHours.from_json(data["office_hours"]["default"]["sessions"]), days)


class CatalogueServer:
    """Keeps drafts, days, hours and forms as the server does; `refuse` is the next answer to a saving."""

    def __init__(self, server: MemoryServer, *codes: str) -> None:
        self.server = server
        self.versions = {version["id"]: version for version in map(published, codes or (FOOD,))}
        self.drafts: dict[str, dict[str, Any]] = {}
        self.published: list[str] = []
        self.refuse: tuple[int, Any] | None = None
        self.forms: dict[str, Any] = {"food_safety@1": {"form": a_form(), "draft_version": 0, "published_at": SAVED_AT}}
        self.trials: list[Any] = []
        self.simulating = Simulating(AGENCIES.__getitem__, lambda _agency: seeded_calendar())
        self.days: dict[str, Any] = {}
        self.hours: dict[str, Any] = {}
        self.rules = RuleServer(server, [version["code"] for version in self.versions.values()])
        self._serve()

    def _serve(self) -> None:
        on = self.server.on
        on("GET", f"{BASE}/catalogue/procedures", lambda _b, _q: (200, self.listed()))
        on("GET", f"{BASE}/catalogue/terms", lambda _b, _q: (200, self.terms()))
        on("GET", f"{BASE}/procedures/changes", (200, changes()))
        for version in self.versions.values():
            self._serve_code(version)
        for year in (2025, 2026, 2027):
            on("GET", f"{BASE}/calendar/{year}", lambda _b, _q, year=year: (200, self.year(year)))
        on("GET", f"{BASE}/calendar/2028", (404, {"code": "calendar.unknown_year", "params": {"year": 2028}}))
        on("POST", f"{BASE}/catalogue/simulations", self.simulate)
        on("GET", f"{BASE}/catalogue/forms", lambda _b, _q: (200, {"items": self.form_rows()}))
        on("GET", f"{BASE}/notices", (200, {"items": [], "next_cursor": None}))
        for form_id in ("food_safety@1", "food_safety@2"):
            self._serve_form(form_id)

    def _serve_code(self, version: dict[str, Any]) -> None:
        on, code = self.server.on, version["code"]
        on("GET", f"{BASE}/procedures/{code}", (200, version))
        for day in ("2026-12-01", "2027-01-01", "2026-11-22"):
            self.serve_drafts(code, day)

    def serve_drafts(self, code: str, day: str) -> None:
        on, draft_id = self.server.on, f"{code}@{day}"
        path = f"{BASE}/catalogue/drafts/{draft_id}"
        on("GET", path, lambda _b, _q: self.read(draft_id))
        on("PUT", path, lambda body, _q: self.save(draft_id, body))
        on("DELETE", path, lambda _b, _q: (204, self.drafts.pop(draft_id) and None))
        on("POST", f"{path}/publish", lambda _b, _q: self.publish(draft_id))

    def _serve_form(self, form_id: str) -> None:
        path = f"{BASE}/catalogue/forms/{form_id}"
        self.server.on("GET", path, lambda _b, _q: self.read_form(form_id))
        self.server.on("PUT", path, lambda body, _q: self.save_form(form_id, body))

    def serve_day(self, day: str) -> None:
        path = f"{BASE}/catalogue/calendar/{day}"

        def put(body: Any, _query: Any) -> tuple[int, Any]:
            if not body["legal_basis"]:
                return 422, {"code": "request.invalid", "errors": {"legal_basis": ["field.length"]}}
            self.days[day] = {"day": day, **body}
            return 200, self.days[day]

        self.server.on("PUT", path, put)
        self.server.on("DELETE", path, lambda _b, _q: (204, self.days.update({day: None})))

    def serve_hours(self, agency: str) -> None:
        def put(body: Any, _query: Any) -> tuple[int, Any]:
            self.hours[agency] = {"agency": agency, **body}
            return 200, self.hours[agency]

        self.server.on("PUT", f"{BASE}/catalogue/office-hours/{agency}", put)

    def begin(self, draft_id: str = DRAFT, **members: Any) -> dict[str, Any]:
        """A draft that stands on the server."""
        code, _, day = draft_id.partition("@")
        beside = ("agencies", "replacement", "upcoming")
        own = {name: value for name, value in published(code).items() if name not in beside}
        procedure = {**own, "id": draft_id, "effective_from": day, "state": "draft", **members}
        self.drafts[draft_id] = self._kept(procedure, 1, "Ngô Thị Bảo Trâm")
        return procedure

    def changed_by_another(self, draft_id: str = DRAFT, **members: Any) -> None:
        held = self.drafts[draft_id]
        procedure = {**held["procedure"], **members}
        self.drafts[draft_id] = self._kept(procedure, held["draft_version"] + 1, "Lê Văn Quý")

    def _kept(self, procedure: dict[str, Any], version: int, name: str) -> dict[str, Any]:
        kept = {"procedure": procedure, "draft_version": version, "saved_at": SAVED_AT, "saved_by": "stf_9"}
        return copy.deepcopy({**kept, "saved_by_name": name})

    def read(self, draft_id: str) -> tuple[int, Any]:
        if draft_id not in self.drafts:
            return 404, {"code": "catalogue.draft_unknown"}
        return 200, self.drafts[draft_id]

    def save(self, draft_id: str, body: Any) -> tuple[int, Any]:
        if self.refuse is not None:
            answer, self.refuse = self.refuse, None
            return answer
        try:
            ProcedureVersion.from_json({**body["procedure"], "state": "draft"})
        except Invalid as fault:
            return 422, {
                "code": fault.code,
                "errors": {f"procedure.{path}": codes for path, codes in fault.fields.items()},
            }
        held = self.drafts.get(draft_id, {"draft_version": 0})
        if held["draft_version"] != body["draft_version"]:
            return 412, {"code": "catalogue.draft_changed"}
        self.drafts[draft_id] = self._kept(body["procedure"], body["draft_version"] + 1, "Ngô Thị Bảo Trâm")
        return 200, self.drafts[draft_id]

    def publish(self, draft_id: str) -> tuple[int, Any]:
        procedure = {**self.drafts.pop(draft_id)["procedure"], "state": "published"}
        self.published.append(draft_id)
        version = {**published(procedure["code"]), **procedure}
        self.versions[draft_id] = version
        self.server.on("GET", f"{BASE}/procedures/{procedure['code']}", (200, version))
        return 200, version

    def listed(self) -> dict[str, Any]:
        rows = [_row(version, "published", 0) for version in self.versions.values()]
        rows += [_row(held["procedure"], "draft", held["draft_version"]) for held in self.drafts.values()]
        return {"items": sorted(rows, key=lambda row: str(row["id"])), "next_cursor": None}

    def terms(self) -> dict[str, Any]:
        versions = list(self.versions.values())
        return {
            "agencies": [{"code": code, "name": name} for code, name in AGENCIES.items()],
            "procedures": [{"code": one["code"], "name": one["name"]} for one in versions],
            "fields": [
                {"key": key, "name": name}
                for key, name in {o["field"]["key"]: o["field"]["name"] for o in versions}.items()
            ],
            "forms": [{"id": key, "title": held["form"]["title"]} for key, held in self.forms.items()],
            "templates": ["document", "food_safety"],
        }

    def year(self, year: int) -> dict[str, Any]:
        found = calendar_of(year)
        rows = {row["day"]: row for row in found["days"]}
        rows |= {day: row for day, row in self.days.items() if day.startswith(str(year))}
        days = [rows[day] for day in sorted(rows) if rows[day] is not None]
        return {**found, "days": days, "office_hours": [*found["office_hours"], *self.hours.values()]}

    def simulate(self, body: Any, _query: Any) -> tuple[int, Any]:
        """By the server's own simulator, with the seeded calendar."""
        self.trials.append(body)
        loaded = SimulationBodySchema().load(body)
        try:
            found = self.simulating.simulate(EDITOR, Trial.from_wire(loaded))
        except UnknownYear as unknown:
            return 409, {"code": unknown.code, "params": unknown.params}
        answer: dict[str, Any] = SimulationSchema().dump(found)
        return 200, answer

    def form_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "id": key,
                "title": held["form"]["title"],
                "fields": len(held["form"]["schema"]["properties"]),
                "published_at": held["published_at"],
                "draft_version": held["draft_version"],
                "saved_at": None,
                "used_by": [f"{FOOD}@2025-07-01"] if held["published_at"] else [],
            }
            for key, held in self.forms.items()
        ]

    def read_form(self, form_id: str) -> tuple[int, Any]:
        if form_id not in self.forms:
            return 404, {"code": "form.unknown"}
        who = {"saved_at": None, "saved_by": None, "saved_by_name": None}
        return 200, {**self.forms[form_id], **who}

    def save_form(self, form_id: str, body: Any) -> tuple[int, Any]:
        version = body["draft_version"] + 1
        self.forms[form_id] = {"form": body["form"], "draft_version": version, "published_at": None}
        return self.read_form(form_id)


def _row(procedure: dict[str, Any], state: str, draft_version: int) -> dict[str, Any]:
    members = ("id", "code", "effective_from", "standing", "name", "needs_review")
    own = {name: procedure[name] for name in members}
    in_force = state == "published" and procedure["effective_from"] <= "2026-11-21"
    return {**own, "state": state, "in_force": in_force, "draft_version": draft_version, "saved_at": SAVED_AT}


def changes() -> dict[str, Any]:
    """The log of a year: one was shortened, and it is told in full."""
    members = [
        {
            "member": "deadlines",
            "before": {way: {"unit": "working_day", "amount": 20} for way in ("direct", "online")},
            "after": {way: {"unit": "working_day", "amount": 15} for way in ("direct", "online")},
        }
    ]
    item = {
        "id": f"{FOOD}@2025-07-01:shortened",
        "at": SAVED_AT,
        "effective_from": "2026-07-01",
        "code": FOOD,
        "kind": "shortened",
        "from_version": None,
        "to_version": published()["id"],
        "summary": {"name": published()["name"], "replaced_by": None, "members": members},
    }
    counts = {"added": 41, "merged": 1, "abolished": 6, "shortened": 1, "cheaper": 1, "changed": 3}
    return {"since": "2025-11-22", "counts": counts, "items": [item]}


async def an_administrator(route: str = "/", *codes: str, width: int = 390) -> tuple[Phone, Any, CatalogueServer]:
    """Signed in and unlocked, at an address."""
    phone = Phone()
    server = CatalogueServer(phone.server, *codes)
    await signed_in(phone, ADMINISTRATOR)
    await phone.web.vault_lock()
    screen = await opened(phone, route, width)
    await enter(screen, "482915")
    return phone, screen, server
