"""What the citizen does with services and dossiers: the only writer of their states.

Verbs that a screen calls may raise DomainError, which the screen says; what goes on by itself never does.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from mobile.services import on_screen
from mobile.services.app_services import Services
from mobile.services.drafts import is_lasting
from mobile.services.papers import Papers
from mobile.services.room import note_room, noting_room
from mobile.services.sending import Outcome
from mobile.services.web import Json
from mobile.state.dossiers import Answer, Dossier
from mobile.state.draft import Draft
from shared_models.clock import to_wire
from shared_models.errors import DomainError, NotFound
from shared_models.procedure_terms import COMMUNE

# How old a preparation may be when its owner is about to send: fees and due dates go stale.
FRESH = timedelta(minutes=15)


class Paperwork:
    """Drafts are kept in the order in which they changed: a write that is under way is followed by the newest one."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self.papers = Papers(services, self.change)
        self._unkept: dict[str, Draft] = {}
        self._is_keeping = False

    # --- what is on screen ---

    async def fill(self) -> None:
        """From the vault onto the screens."""
        await on_screen.fill_dossiers(self._s)

    async def fill_catalogue(self) -> None:
        state = self._s.catalogue_state
        cards, state.fetched_at = await self._s.catalogue.load()
        state.cards = tuple(cards)

    async def refresh_catalogue(self) -> None:
        """The list of procedures, as it is now; a failure stands in the state."""
        state = self._s.catalogue_state
        if state.is_fetching:
            return
        state.is_fetching = True
        try:
            await self._s.catalogue.refresh()
            state.error = None
        except DomainError as error:
            state.error = error.code
        finally:
            state.is_fetching = False
        await self.fill_catalogue()

    async def refresh(self) -> None:
        """Send what waits, then bring the list of dossiers up to date; a failure stands in the state."""
        await self.send()
        try:
            with noting_room(self._s.app_state, "dossiers"):
                await self._s.dossiers.refresh()
            self._s.dossiers_state.error = None
        except DomainError as error:
            self._s.dossiers_state.error = error.code
        await self.fill()

    # --- drafts ---

    async def begin(self, code: str) -> str:
        """A draft of a procedure, filled with what the city knows; the one that is open already, if there is one."""
        for draft in self._s.dossiers_state.drafts:
            if draft.procedure["code"] == code and draft.state == "open":
                return draft.id
        procedure = await self._s.catalogue.procedure(code)
        form = await self._s.catalogue.form(procedure["form"]) if procedure.get("form") else None
        draft = self._s.drafts.begin(procedure, form, only_receiver(procedure))
        draft = await self._s.drafts.keep(await self._prepared(await self._at_home(draft)))
        await self._show_drafts()
        return draft.id

    async def _at_home(self, draft: Draft) -> Draft:
        """Where communes receive it: the one where its owner lives, until they choose another."""
        home = ((self._s.wallet_state.profile or {}).get("commune") or {}).get("code")
        if home is None or not communes_receive(draft.procedure):
            return draft
        try:
            return await self.at_commune(draft, home)
        except DomainError:
            return draft

    async def name_communes(self) -> None:
        """So that an answer says the commune's name; without the list it says its code."""
        if self._s.catalogue_state.communes:
            return
        try:
            self._s.catalogue_state.communes = await self._s.catalogue.commune_names()
        except DomainError as error:
            note_room(self._s.app_state, "draft", error.code)

    async def at_commune(self, draft: Draft, code: str) -> Draft:
        """Hand it in there. Raises DomainError when the list of communes cannot be had."""
        agency = await self._s.catalogue.commune_agency(code)
        return replace(draft, commune=code, agency=agency["code"] if agency else None)

    async def _prepared(self, draft: Draft) -> Draft:
        preparation = await self._preparation(draft)
        return draft.prepared(preparation, to_wire(self._s.clock.now())) if preparation else draft

    async def _preparation(self, draft: Draft) -> Json | None:
        """None without a network: the draft is filled when it is opened with one. Raises DomainError that lasts."""
        try:
            return await self._s.dossiers.prepare(draft.procedure["code"], draft.agency)
        except DomainError as error:
            if is_lasting(error):
                raise
            return None

    async def prepare_again(self, draft_id: str) -> None:
        """Fee, due date and what is known, as of now; without a network the draft stays as it was."""
        draft = self._s.dossiers_state.draft(draft_id)
        if draft is None or draft.state != "open" or self._is_fresh(draft):
            return
        preparation = await self._preparation(draft)
        present = self._s.dossiers_state.draft(draft_id)  # its owner goes on typing while the answer is on its way
        if present is not None and preparation is not None:
            await self.change(present.prepared(preparation, to_wire(self._s.clock.now())))

    def _is_fresh(self, draft: Draft) -> bool:
        if draft.prepared_at is None:
            return False
        return draft.prepared_at >= to_wire(self._s.clock.now() - FRESH)

    async def change(self, draft: Draft) -> None:
        """Show it at once and keep it. Raises DomainError `storage.full`; the newest change is kept last."""
        self._show(draft)
        self._unkept[draft.id] = draft
        if self._is_keeping:
            return
        self._is_keeping = True
        try:
            while self._unkept:
                _, newest = self._unkept.popitem()
                with noting_room(self._s.app_state, "draft"):
                    await self._s.drafts.keep(newest)
        finally:
            self._is_keeping = False

    def _show(self, draft: Draft) -> None:
        state = self._s.dossiers_state
        state.drafts = tuple(draft if old.id == draft.id else old for old in state.drafts)

    async def discard(self, draft: Draft) -> None:
        self._unkept.pop(draft.id, None)
        await self._s.drafts.discard(draft)
        await self._show_drafts()

    async def _show_drafts(self) -> None:
        self._s.dossiers_state.drafts = tuple(await self._s.drafts.all())

    async def take_new_version(self, draft: Draft) -> None:
        """Go on under what is in force now, with the answers that it still asks for. Raises DomainError."""
        procedure = await self._s.catalogue.procedure(draft.procedure["code"])
        form = await self._s.catalogue.form(procedure["form"]) if procedure.get("form") else None
        for key, file in draft.files.items():
            if key not in {item["key"] for item in procedure["components"]}:
                await self._s.drafts.forget_file(file)
        await self.change(await self._prepared(draft.rebased(procedure, form)))

    # --- sending ---

    async def answer(self, dossier_id: str) -> Outcome:
        """Send the answer now, or when there is a network."""
        answer = await self._s.drafts.answer(dossier_id)
        await self.papers.keep_answer(replace(answer, state="waiting", error=None))
        return await self._send_answer(answer)

    async def submit(self, draft: Draft) -> Outcome:
        """Send a draft now, or when there is a network. Raises DomainError `storage.full`."""
        await self.change(replace(draft, state="waiting", error=None, faults={}))
        return await self._send_draft(draft.id)

    async def recall(self, draft: Draft) -> None:
        """Take back what has not gone out yet."""
        await self.change(replace(draft, state="open", error=None))

    async def send(self) -> None:
        """Send all that waits, oldest first; a failure stays with what could not be sent."""
        for draft in reversed(self._s.dossiers_state.waiting):
            await self._quietly(self._send_draft, draft.id)
        for answer in self._s.dossiers_state.answers:
            if answer.state == "waiting":
                await self._quietly(self._send_answer, answer)

    async def _quietly(self, send: Any, what: Any) -> None:
        try:
            await send(what)
        except DomainError as error:
            note_room(self._s.app_state, "draft", error.code)

    async def _send_draft(self, draft_id: str) -> Outcome:
        return await self._told(draft_id, self._s.sending.send_draft(draft_id, self.papers.progress))

    async def _send_answer(self, answer: Answer) -> Outcome:
        return await self._told(answer.dossier_id, self._s.sending.send_answer(answer, self.papers.progress))

    async def _told(self, what: str, work: Any) -> Outcome:
        state = self._s.dossiers_state
        state.sending = (*state.sending, what)
        try:
            outcome: Outcome = await work
        finally:
            state.sending = tuple(other for other in state.sending if other != what)
            await self.fill()
        return outcome

    # --- dossiers ---

    async def fetch(self, dossier_id: str) -> Dossier:
        dossier = await self._s.dossiers.fetch(dossier_id)
        await self.fill()
        return dossier

    async def act(self, dossier_id: str, action: str, **more: Any) -> Dossier:
        dossier = await self._s.dossiers.act(dossier_id, action, **more)
        await self.fill()
        return dossier

    def draft(self, draft_id: str) -> Draft:
        """Raises NotFound."""
        draft = self._s.dossiers_state.draft(draft_id)
        if draft is None:
            raise NotFound("draft.gone")
        return draft


def only_receiver(procedure: Json) -> str | None:
    """The agency that receives, where there is one; None where its owner has a choice."""
    receiving = procedure["receiving"]
    return str(receiving[0]) if len(receiving) == 1 and receiving[0] != COMMUNE else None


def communes_receive(procedure: Json) -> bool:
    return COMMUNE in procedure["receiving"]
