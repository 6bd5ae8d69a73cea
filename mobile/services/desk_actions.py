"""What an officer does to a dossier: each action once, whatever happens to its answer. Memory only.

An action's id is made when it is sent first. As long as it is not known whether it arrived, the same content goes out
again under the same id and the same version, and the server does it once (docs/dossiers.md, section 4).
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from mobile.services.api_client import BASE, ApiClient, RandomBytes
from mobile.services.catalogue import Catalogue
from mobile.services.desk import Desk
from mobile.services.session import Session
from mobile.services.web import Json
from mobile.state.desk_case import Case
from mobile.state.dossiers import Dossier
from shared_models.errors import DomainError, NotFound, Unauthenticated, Upstream
from shared_models.ids import RANDOM_BYTES, new_id


@dataclass(frozen=True, slots=True)
class DeskPorts:
    """What the desk's work on one dossier reaches for."""

    api: ApiClient
    desk: Desk
    catalogue: Catalogue
    session: Session
    random_bytes: RandomBytes


class DeskActions:
    """`typed` holds the words of forms that are not sent yet, by `(dossier, action)`; memory only."""

    def __init__(self, ports: DeskPorts) -> None:
        self._ports = ports
        self._terms: dict[str, Json] = {}
        self._unanswered: dict[tuple[str, str], Json] = {}
        self._agencies: list[Json] = []
        self.typed: dict[tuple[str, str], Json] = {}

    def forget(self) -> None:
        """Nothing of anybody stays behind a closed door."""
        self._unanswered.clear()
        self.typed.clear()

    async def read(self, dossier_id: str) -> Case:
        """A dossier with the terms it was received under; its owner can read that it was opened. Raises DomainError."""
        return await self._case(await self._ports.desk.dossier(dossier_id))

    async def do(self, case: Case, action: str, fields: Json) -> Case:
        """As `send`, for somebody who reads the dossier: what it has become."""
        answer = await self.send(case.id, case.dossier.version, action, fields)
        self.typed.pop((case.id, action), None)
        return await self._case(answer)

    async def send(self, dossier_id: str, version: int, action: str, fields: Json) -> Json:
        """Do it on the version that was seen; the dossier as the server has it then.

        Raises:
            Upstream: it is not known whether it arrived; the same again is safe.
            Stale: ``dossier.changed``. Other DomainErrors: it was not done, and why.
        """
        key = (dossier_id, action)
        ask = self._unanswered.get(key)
        if ask is None or ask["version"] != version or ask["fields"] != fields:
            new = new_id("act", self._ports.random_bytes(RANDOM_BYTES))
            ask = {"id": new, "version": version, "fields": fields}
        self._unanswered[key] = ask
        body = {"id": ask["id"], "version": version, "action": action, **fields}
        try:
            answer = await self._ports.desk.act(dossier_id, body)
        except Upstream:
            raise
        except DomainError:
            del self._unanswered[key]
            raise
        del self._unanswered[key]
        return answer

    async def agencies(self) -> list[Json]:
        """`{code, name}` of those whose opinion can be asked: public, so asked for once. Raises DomainError."""
        if not self._agencies:
            answer = await self._ports.api.call("GET", "/desk/agencies")
            self._agencies = answer["items"]
        return self._agencies

    async def _case(self, data: Json) -> Case:
        dossier, officer = Dossier.from_json(data), self._ports.session.user
        if officer is None:
            raise Unauthenticated("session.none")
        terms = await self._terms_of(data["procedure"])
        form = await self._form(data.get("form_id"))
        return Case(dossier, terms, form, officer)

    async def _terms_of(self, procedure: Json) -> Json:
        """The version that the dossier pins. Without it the dossier can still be read, only less is said about it."""
        version = procedure["version"]
        if version not in self._terms:
            day = date.fromisoformat(version.rpartition("@")[2]).isoformat()
            path = f"{BASE}/procedures/{quote(procedure['code'])}?on={day}"
            try:
                self._terms[version] = await self._ports.api.public(path)
            except (Upstream, NotFound):
                return {}
        return self._terms[version]

    async def communes(self) -> dict[str, str]:
        """Names by code, so that an answer says where; empty when the list cannot be had."""
        try:
            places = await self._ports.catalogue.communes()
        except (Upstream, NotFound):
            return {}
        return {place["code"]: f"{place['kind']} {place['name']}" for place in places}

    async def _form(self, form_id: str | None) -> Json | None:
        if form_id is None:
            return None
        try:
            return await self._ports.catalogue.form(form_id)
        except (Upstream, NotFound):
            return None
