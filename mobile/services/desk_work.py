"""What an officer does with the queue and the search: the only writer of `DeskState`.

What goes on by itself leaves its failure in the state; verbs that a button calls may raise DomainError.
"""

from datetime import timedelta

from mobile.services import on_screen
from mobile.services.app_services import Services
from mobile.services.web import Json
from mobile.state.desk import DESK_FROM, DeskRow, first_view, views_of
from shared_models.errors import Conflict, DomainError, Forbidden, Stale
from shared_models.ids import RANDOM_BYTES, new_id

PAGE, MOST = 30, 100
FRESH = timedelta(seconds=45)


class DeskWork:
    def __init__(self, services: Services) -> None:
        self._s = services

    @property
    def has_room(self) -> bool:
        """Whether a list, a dossier and a paper stand beside each other; larger text needs more room for each."""
        state = self._s.app_state
        return state.width >= DESK_FROM * (100 + state.settings.text_size) / 200

    # --- the queue ---

    async def start(self) -> None:
        """Open the first view of somebody's duties, or bring the open one up to date."""
        state = self._s.desk_state
        view = state.view or first_view(self._s.app_state.user)
        if view:
            await self.show(view)

    async def refresh(self) -> None:
        """The open view as it is now; nothing before one was opened."""
        if on_screen.is_officer(self._s) and self._s.desk_state.view:
            await self.show(self._s.desk_state.view)

    async def catch_up(self) -> None:
        """The same by itself, when the list is not fresh; called with every round of the app."""
        fetched_at = self._s.desk_state.fetched_at
        if fetched_at is not None and self._s.clock.now() - fetched_at >= FRESH:
            await self.refresh()

    async def show(self, view: str) -> None:
        """A view from its first line to as far as it was read."""
        state = self._s.desk_state
        if view not in views_of(self._s.app_state.user):
            return
        if view != state.view:
            state.view, state.rows, state.cursor, state.at, state.chosen = view, (), None, None, None
            state.fetched_at = None
        await self._fetch(min(MOST, max(PAGE, len(state.rows))))

    async def more(self) -> None:
        """The next page under what is there."""
        state = self._s.desk_state
        if state.cursor is not None and not state.is_fetching:
            await self._fetch(PAGE, state.cursor)

    async def _fetch(self, limit: int, cursor: str | None = None) -> None:
        """The open view from its first line, or what follows from `cursor` on; nothing twice if it has moved since."""
        state = self._s.desk_state
        state.is_fetching = True
        mine = state.question = object()
        try:
            items, following = await self._s.desk.queue(state.view, limit, cursor)
            found = [DeskRow.from_json(item) for item in items]
        except DomainError as error:
            if state.question is mine:
                self._failed(error)
            return
        if state.question is mine:
            before = state.rows if cursor else ()
            known = {row.id for row in before}
            self._laid_out((*before, *(row for row in found if row.id not in known)), following)

    def _laid_out(self, rows: tuple[DeskRow, ...], cursor: str | None) -> None:
        state = self._s.desk_state
        state.rows, state.cursor = rows, cursor
        state.counts = {**state.counts, state.view: (len(rows), cursor is not None)}
        state.fetched_at, state.error, state.is_fetching = self._s.clock.now(), None, False
        self._s.app_state.is_online = True
        ids = {row.id for row in rows}
        if state.at not in ids:
            state.at = None
        if state.chosen is not None:
            state.chosen = tuple(chosen for chosen in state.chosen if chosen in ids)

    def _failed(self, error: DomainError) -> None:
        state = self._s.desk_state
        state.error, state.is_fetching = error.code, False
        self._note(error)

    def _note(self, error: DomainError) -> None:
        if error.code == "network.unreachable":
            self._s.app_state.is_online = False
        if error.code in {"session.ended", "session.none"}:
            self._s.app_state.session_ended = True

    # --- one dossier ---

    def step(self, step: int) -> str | None:
        """Move the keys' place by lines; nothing is opened, because every opening stands in its owner's log."""
        state = self._s.desk_state
        state.at = state.beside(state.at or state.selected, step)
        return state.at

    def select(self, dossier_id: str | None) -> None:
        """Open a dossier beside the list."""
        state = self._s.desk_state
        state.selected = dossier_id
        state.opened += 1
        if state.row(dossier_id):
            state.at = dossier_id

    async def moved_on(self, dossier_id: str) -> str | None:
        """After an action: the list as it is now, and the dossier that came after this one before (None at the end)."""
        state = self._s.desk_state
        following = state.beside(dossier_id, 1) if state.row(dossier_id) else None
        await self.refresh()
        return following if following != dossier_id and state.row(following) else None

    # --- taking ---

    def tick(self, dossier_id: str | None = None) -> None:
        """Begin to tick lines, or tick one or take its tick away."""
        state = self._s.desk_state
        chosen = state.chosen or ()
        if dossier_id is None:
            state.chosen = ()
        elif dossier_id in chosen:
            state.chosen = tuple(one for one in chosen if one != dossier_id)
        else:
            state.chosen = (*chosen, dossier_id)

    def stop_ticking(self) -> None:
        self._s.desk_state.chosen = None

    async def take(self, *dossier_ids: str) -> tuple[int, int]:
        """Take these upon oneself; returns how many it did and how many somebody else had changed meanwhile.

        Raises DomainError when the city cannot be reached; those that were taken until then stay taken.
        """
        state, user = self._s.desk_state, self._s.app_state.user
        taken = missed = 0
        try:
            for row in [row for row in map(state.row, dossier_ids) if row is not None and user is not None]:
                try:
                    await self._s.desk.act(row.id, self._taking(row, user.id if user else ""))
                    taken += 1
                except (Conflict, Forbidden, Stale):
                    missed += 1
        finally:
            state.chosen = None
            await self.refresh()
        return taken, missed

    def _taking(self, row: DeskRow, user_id: str) -> Json:
        action_id = new_id("act", self._s.random_bytes(RANDOM_BYTES))
        return {"id": action_id, "version": row.dossier.version, "action": "assign", "to": user_id}

    # --- searching ---

    async def search(self, **by: str) -> None:
        """By `code` or by `name`; what is found and what went wrong stand in the state."""
        state = self._s.desk_state
        state.is_searching, state.search_error = True, None
        mine = state.search_question = object()
        try:
            found = tuple(DeskRow.from_json(item) for item in await self._s.desk.search(**by))
        except DomainError as error:
            if state.search_question is mine:
                state.search_error, state.is_searching, state.found = error.code, False, None
                self._note(error)
            return
        if state.search_question is mine:
            state.found, state.is_searching = found, False
            self._s.app_state.is_online = True
