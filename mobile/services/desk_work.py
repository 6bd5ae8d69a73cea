"""What an officer does with the queue: the only writer of `DeskState`.

What goes on by itself leaves its failure in the state; verbs that a button calls may raise DomainError.
"""

from mobile.services.app_services import Services
from mobile.services.web import Json
from mobile.state.desk import DeskRow, views_of
from shared_models.errors import DomainError


class DeskWork:
    def __init__(self, services: Services) -> None:
        self._s = services
        self._asked = 0

    async def start(self) -> None:
        """Open the first view of somebody's duties, or bring the open one up to date."""
        views = views_of(self._s.app_state.user)
        if views:
            await self.show(self._s.desk_state.view or views[0])

    async def show(self, view: str) -> None:
        """A view from its first page; of two that are asked for at once the later one counts."""
        state = self._s.desk_state
        if view != state.view:
            state.view, state.rows, state.cursor, state.at = view, (), None, None
            state.fetched_at = None
        state.is_fetching = True
        self._asked += 1
        mine = self._asked
        try:
            items, cursor = await self._s.desk.queue(view)
        except DomainError as error:
            if mine == self._asked:
                self._failed(error)
            return
        if mine == self._asked and state.view == view:
            state.rows, state.cursor = tuple(DeskRow.from_json(item) for item in items), cursor
            state.fetched_at, state.error, state.is_fetching = self._s.clock.now(), None, False

    async def more(self) -> None:
        """The next page under what is there; nothing twice when the list has moved meanwhile."""
        state = self._s.desk_state
        if state.cursor is None or state.is_fetching:
            return
        view, mine = state.view, self._asked
        state.is_fetching = True
        try:
            items, cursor = await self._s.desk.queue(view, state.cursor)
        except DomainError as error:
            if mine == self._asked:
                self._failed(error)
            return
        if mine == self._asked and state.view == view:
            known = {row.id for row in state.rows}
            state.rows += tuple(row for row in map(DeskRow.from_json, items) if row.id not in known)
            state.cursor, state.error, state.is_fetching = cursor, None, False

    async def read(self, dossier_id: str) -> Json:
        """A whole dossier. Raises DomainError."""
        return await self._s.desk.dossier(dossier_id)

    def _failed(self, error: DomainError) -> None:
        state = self._s.desk_state
        state.error, state.is_fetching = error.code, False
        if error.code == "network.unreachable":
            self._s.app_state.is_online = False
        if error.code in {"session.ended", "session.none"}:
            self._s.app_state.session_ended = True
