"""An officer at one dossier: which form is open, what is typed in it, and what came of sending it.

The only writer of its `CaseState`. Whatever goes wrong stands there as a code; what was typed is never lost by it.
"""

from dataclasses import replace
from typing import Any

from mobile.services.app_services import Services
from mobile.services.desk_papers import Kind
from mobile.services.desk_work import DeskWork
from mobile.state.desk_case import Case, CaseState, Doing, change_between
from mobile.state.desk_forms import HARMS, body, faults, is_quick, offered
from shared_models.errors import DomainError, Invalid, Stale, Upstream

LOOK_OVER = "case.look_over"


class CaseWork:
    """One for each page that is drawn. `opened` by hand: the dossier is read when somebody has asked for it."""

    def __init__(self, services: Services, desk: DeskWork, dossier_id: str) -> None:
        self._s = services
        self._desk = desk
        self.dossier_id = dossier_id
        self.state = CaseState()

    async def load(self) -> None:
        """Read it, or read it again."""
        state = self.state
        state.error, state.change = "", None
        try:
            case = await self._s.desk_actions.read(self.dossier_id)
        except DomainError as error:
            state.error = error.code
            return
        if not self._s.catalogue_state.communes:
            self._s.catalogue_state.communes = await self._s.desk_actions.communes()
        state.case = case

    async def choose(self, action: str) -> None:
        """Open the form of an action with what was typed in it before; one without questions is done at once."""
        state = self.state
        if state.case is None or (state.doing is not None and state.doing.is_sending):
            return
        state.change = None
        state.doing = Doing(action, self._s.desk_actions.typed.get((self.dossier_id, action), {}))
        if is_quick(action):
            await self.carry_out()

    def leave(self) -> None:
        """Close the form; its words stay until the desk is locked."""
        if self.state.doing is None or not self.state.doing.is_sending:
            self.state.doing = self.state.change = None

    def answer(self, name: str, value: Any) -> None:
        doing = self.state.doing
        if doing is None or doing.is_sending:
            return
        typed = {**doing.typed, name: value}
        codes = {key: found for key, found in doing.codes.items() if key.partition(".")[0] != name}
        self._s.desk_actions.typed[self.dossier_id, doing.action] = typed
        self.state.doing = Doing(doing.action, typed, codes)

    def is_ready(self) -> bool:
        """Whether all is answered; what is not is named."""
        case, doing = self.state.case, self.state.doing
        if case is None or doing is None or doing.is_sending:
            return False
        wrong = faults(doing.action, doing.typed, case)
        if wrong:
            codes = {name: [code] for name, code in wrong.items()}
            self.state.doing = Doing(doing.action, doing.typed, codes, LOOK_OVER)
        return not wrong

    @property
    def harms(self) -> bool:
        """Whether what is being done is asked about a second time."""
        return self.state.doing is not None and self.state.doing.action in HARMS

    def can(self, action: str) -> bool:
        """Whether a key may begin it now."""
        case = self.state.case
        return case is not None and self.state.doing is None and action in offered(case.may)

    async def carry_out(self) -> None:
        """Send what is typed. A lost answer leaves all as it is, so that the same can be sent again."""
        state, case, doing = self.state, self.state.case, self.state.doing
        if case is None or doing is None or doing.is_sending:
            return
        state.doing = replace(doing, codes={}, problem="", is_lost=False, is_sending=True)
        try:
            done = await self._s.desk_actions.do(case, doing.action, body(doing.action, doing.typed, case))
        except Stale as error:
            await self._reread(case, Doing(doing.action, doing.typed, {}, error.code))
        except Upstream as error:
            state.doing = Doing(doing.action, doing.typed, {}, error.code, is_lost=True)
        except Invalid as error:
            state.doing = Doing(doing.action, doing.typed, dict(error.fields), error.code)
        except DomainError as error:
            state.doing = Doing(doing.action, doing.typed, {}, error.code)
        else:
            state.case, state.doing, state.change = done, None, None
            self._s.app_state.message = (f"case.done.{doing.action}", {})
            state.following = await self._desk.moved_on(self.dossier_id)

    async def _reread(self, seen: Case, doing: Doing) -> None:
        """Somebody was faster: what has changed is shown, what was typed stays, and nothing is sent by itself."""
        try:
            fresh = await self._s.desk_actions.read(self.dossier_id)
        except DomainError as error:
            self.state.doing = replace(doing, problem=error.code)
            return
        self.state.case, self.state.change = fresh, change_between(seen, fresh)
        self.state.doing = doing

    async def open_paper(self, kind: Kind, key: str, title: str, dock_px: int | None) -> None:
        """Raises DomainError when it cannot be fetched."""
        if self.state.case is not None:
            await self._s.desk_papers.show(self.state.case, kind, key, title, dock_px)

    async def next(self) -> str | None:
        """The dossier that comes next in the queue, whether or not this one has left it."""
        following = self.state.following or self._desk.step(1)
        return following if following != self.dossier_id else None
