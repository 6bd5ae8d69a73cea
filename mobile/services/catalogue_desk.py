"""The administrators' side of the API: drafts, the simulator, the calendar and forms. Every verb raises DomainError."""

from typing import Any
from urllib.parse import quote, urlencode

from mobile.services.api_client import BASE, ApiClient
from mobile.services.web import Json

PAGE = 200
# The server's pages end long before that; a cursor that never ends must not keep the app busy for ever.
MOST_PAGES = 40


class CatalogueDesk:
    def __init__(self, api: ApiClient) -> None:
        self._api = api

    async def versions(self) -> list[Json]:
        """Every version and draft, by code and date."""
        rows: list[Json] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            query = {"limit": str(PAGE), **({"cursor": cursor} if cursor else {})}
            answer = await self._api.call("GET", f"/catalogue/procedures?{urlencode(query)}")
            rows += answer["items"]
            cursor = answer.get("next_cursor")
            if cursor is None:
                break
        return rows

    async def terms(self) -> Json:
        return await self._read("/catalogue/terms")

    async def published(self, code: str, day: str) -> Json:
        """The version in force on a day. Raises NotFound `procedure.unknown`."""
        answer: Json = await self._api.public(f"{BASE}/procedures/{quote(code)}?{urlencode({'on': day})}")
        return answer

    async def changes(self, since: str | None = None) -> Json:
        """`{since, counts, items}` of what took effect; a year back by default."""
        query = f"?{urlencode({'since': since})}" if since else ""
        answer: Json = await self._api.public(f"{BASE}/procedures/changes{query}")
        return answer

    async def draft(self, version_id: str) -> Json:
        """`{procedure, draft_version, saved_at, saved_by, saved_by_name}`."""
        return await self._read(_draft(version_id))

    async def save(self, procedure: Json, draft_version: int) -> Json:
        """The same. Raises Stale `catalogue.draft_changed`, Invalid with `procedure.<path>`."""
        body = {"procedure": procedure, "draft_version": draft_version}
        answer: Json = await self._api.call("PUT", _draft(procedure["id"]), body, repeatable=True)
        return answer

    async def publish(self, version_id: str, draft_version: int) -> None:
        path = f"{_draft(version_id)}/publish"
        await self._api.call("POST", path, {"draft_version": draft_version}, repeatable=True)

    async def discard(self, version_id: str) -> None:
        await self._api.call("DELETE", _draft(version_id))

    async def simulate(self, trial: Json) -> Json:
        """`{due_at, steps: [{at, what}]}`."""
        answer: Json = await self._api.call("POST", "/catalogue/simulations", trial, repeatable=True)
        return answer

    async def year(self, year: int) -> Json:
        """`{year, office_hours, days}`. Raises NotFound `calendar.unknown_year`."""
        answer: Json = await self._api.public(f"{BASE}/calendar/{year}")
        return answer

    async def put_day(self, day: str, row: Json) -> None:
        await self._api.call("PUT", f"/catalogue/calendar/{day}", row, repeatable=True)

    async def remove_day(self, day: str) -> None:
        await self._api.call("DELETE", f"/catalogue/calendar/{day}")

    async def put_hours(self, agency: str, row: Json) -> None:
        await self._api.call("PUT", f"/catalogue/office-hours/{quote(agency)}", row, repeatable=True)

    async def remove_hours(self, agency: str) -> None:
        await self._api.call("DELETE", f"/catalogue/office-hours/{quote(agency)}")

    async def forms(self) -> list[Json]:
        answer = await self._read("/catalogue/forms")
        items: list[Json] = answer["items"]
        return items

    async def form(self, form_id: str) -> Json:
        """`{form, draft_version, published_at, saved_at, saved_by, saved_by_name}`."""
        return await self._read(_form(form_id))

    async def save_form(self, form: Json, draft_version: int) -> Json:
        """The same. Raises Stale, Conflict `catalogue.form_published`, Invalid with `form.<path>`."""
        body = {"form": form, "draft_version": draft_version}
        answer: Json = await self._api.call("PUT", _form(form["id"]), body, repeatable=True)
        return answer

    async def discard_form(self, form_id: str) -> None:
        await self._api.call("DELETE", _form(form_id))

    async def fee_rules(self) -> Json:
        """`{items: [{rule, version, standing, saved_at, saved_by}], procedures}`."""
        answer: Json = await self._read("/catalogue/fee-rules")
        return answer

    async def fee_rule(self, rule_id: str) -> Json:
        """One of them with its `history`. Raises NotFound `fee_rule.unknown`."""
        answer: Json = await self._read(_rule(rule_id))
        return answer

    async def save_fee_rule(self, rule: Json, version: int) -> Json:
        """The same. Raises Stale `catalogue.fee_rule_changed`, Invalid with `rule.<path>`."""
        body = {"rule": rule, "version": version}
        answer: Json = await self._api.call("PUT", _rule(rule["id"]), body, repeatable=True)
        return answer

    async def _read(self, path: str) -> Any:
        return await self._api.call("GET", path)


def _draft(version_id: str) -> str:
    return f"/catalogue/drafts/{quote(version_id, safe='@')}"


def _rule(rule_id: str) -> str:
    return f"/catalogue/fee-rules/{quote(rule_id, safe='')}"


def _form(form_id: str) -> str:
    return f"/catalogue/forms/{quote(form_id, safe='@')}"
