"""What administrators have before them: every version of every procedure, published or not."""

from typing import Any, Final

from backend.catalogue.documents import FORMS, VERSIONS
from backend.catalogue.ports import CataloguePorts
from backend.catalogue.services.reading import Readings
from backend.http.paging import decode_cursor, encode_cursor
from backend.infra.mongo import Document
from shared_models.access import Actor, Scope
from shared_models.clock import city_date
from shared_models.procedure_terms import VersionState

_SHOWN: Final = {
    **dict.fromkeys(("code", "effective_from", "state", "draft_version", "saved_at"), 1),
    **dict.fromkeys(("procedure.name", "procedure.standing", "procedure.needs_review"), 1),
}


_TERMS: Final = {f"procedure.{member}": 1 for member in ("code", "name", "field")}


class Editing:
    def __init__(self, ports: CataloguePorts, readings: Readings) -> None:
        self._ports: Final = ports
        self._readings: Final = readings

    def versions(self, actor: Actor, cursor: str | None, limit: int) -> dict[str, Any]:
        """One page by code and date.

        Raises:
            Invalid: ``request.invalid`` naming ``cursor``.
        """
        actor.require(Scope.CATALOGUE_EDIT)
        after = decode_cursor(cursor, str, str) or ("", "")
        rows = [row for state in VersionState for row in self._page(state, after, limit)]
        rows.sort(key=_place)
        reading, today = self._readings.newest(), city_date(self._ports.clock.now())
        page = rows[:limit]
        current = {row["code"]: reading.current(row["code"], today) for row in page}
        in_force = {one.procedure["id"] for one in current.values() if one is not None}
        return {
            "items": [_shown(row, row["_id"] in in_force) for row in page],
            "next_cursor": encode_cursor(*_place(page[-1])) if len(rows) > limit else None,
        }

    def terms(self, actor: Actor) -> dict[str, Any]:
        """What a draft may name: ``{agencies, procedures, fields, forms, templates}``, each by its code or key."""
        actor.require(Scope.CATALOGUE_EDIT)
        database = self._ports.database
        names: dict[str, Any] = {}
        fields: dict[str, Any] = {}
        rows = database.collection(VERSIONS).find({"state": VersionState.PUBLISHED.value}, _TERMS)
        for row in sorted(rows, key=lambda one: str(one["_id"])):
            procedure = row["procedure"]
            names[procedure["code"]] = procedure["name"]
            fields[procedure["field"]["key"]] = procedure["field"]["name"]
        return {
            "agencies": [{"code": row["_id"], "name": row["name"]} for row in self._ports.identity.people.agencies()],
            "procedures": [{"code": code, "name": name} for code, name in names.items()],
            "fields": [{"key": key, "name": fields[key]} for key in sorted(fields)],
            "forms": [
                {"id": row["_id"], "title": row["form"]["title"]}
                for row in database.collection(FORMS).find({}, {"form.title": 1}).sort("_id", 1)
            ],
            "templates": sorted(self._ports.templates),
        }

    def _page(self, state: VersionState, after: tuple[str, str], limit: int) -> list[Document]:
        """One more than fits, of one state; the cursor's own procedure may have versions before and after it."""
        versions = self._ports.database.collection(VERSIONS)
        same = versions.find({"state": state.value, "code": after[0], "effective_from": {"$gt": after[1]}}, _SHOWN)
        later = versions.find({"state": state.value, "code": {"$gt": after[0]}}, _SHOWN)
        later = later.sort([("code", 1), ("effective_from", 1)]).limit(limit + 1)
        return [*same, *later][: limit + 1]


def _place(row: Document) -> tuple[str, str]:
    return row["code"], row["effective_from"]


def _shown(row: Document, in_force: bool) -> dict[str, Any]:
    return {
        "id": row["_id"],
        **{name: row[name] for name in ("code", "effective_from", "state", "draft_version", "saved_at")},
        **{name: row["procedure"][name] for name in ("standing", "name", "needs_review")},
        "in_force": in_force,
    }
