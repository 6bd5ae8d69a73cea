"""What an administrator does with the catalogue: the only writer of `EditingState`.

Drafts are saved by themselves a moment after the last change. What the server refuses stays open here with its faults;
what somebody else has saved meanwhile is shown, never overwritten.
"""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from mobile.services.app_services import Services
from mobile.services.keeping_calendar import CalendarKeeping
from mobile.services.web import Json
from mobile.state.editing import EditedVersion, OpenDraft, Phase, Terms
from mobile.state.editor_rules import new_version, settled
from mobile.state.paths import value_at
from shared_models.clock import city_date
from shared_models.errors import DomainError, Invalid, NotFound, Stale

AUTOSAVE_S = 1.0


class Editing:
    def __init__(self, services: Services) -> None:
        self._s = services
        self._turns: dict[str, int] = {}
        self._saving: dict[str, asyncio.Lock] = {}
        self.calendar = CalendarKeeping(services)

    def today(self) -> date:
        return city_date(self._s.api.now())

    async def refresh(self) -> None:
        """The list of versions, and how many changes of each kind; a failure stays in the state."""
        state = self._s.editing_state
        state.is_fetching = True
        try:
            rows = await self._s.catalogue_desk.versions()
            state.versions = tuple(EditedVersion.from_json(row) for row in rows)
            state.changes = await self._s.catalogue_desk.changes()
            state.is_loaded, state.error = True, None
        except DomainError as error:
            state.error = error.code
            if error.code in {"session.ended", "session.none"}:
                self._s.app_state.session_ended = True
        finally:
            state.is_fetching = False

    async def know_terms(self) -> Terms:
        """What a draft may name, as of now."""
        terms = Terms.from_json(await self._s.catalogue_desk.terms())
        self._s.editing_state.terms = terms
        return terms

    async def read(self, version_id: str) -> Json:
        """A published version as everybody sees it. Raises NotFound when it is not that of its day."""
        code, _, day = version_id.partition("@")
        version = await self._s.catalogue_desk.published(code, day)
        if version["id"] != version_id:
            raise NotFound("procedure.unknown")
        return version

    async def begin(self, version_id: str, day: date) -> str:
        """A draft for a day from a published version; the id of the one that is there if it was begun before."""
        version = new_version(await self.read(version_id), day)
        try:
            return (await self.open(version["id"])).id
        except NotFound:
            await self._s.catalogue_desk.save(version, 0)
            await self.open(version["id"])
            await self.refresh()
            return str(version["id"])

    async def begin_new(self, procedure: Json) -> str:
        """A draft of a procedure that was not there. Raises Invalid with `procedure.<path>`."""
        await self._s.catalogue_desk.save(procedure, 0)
        await self.refresh()
        return (await self.open(procedure["id"])).id

    async def open(self, version_id: str, *, fresh: bool = False) -> OpenDraft:
        """The draft, with what is in force before it; one that is open and not kept yet stays as it is."""
        held = self._held(version_id)
        if held is not None and not (fresh and held.is_kept):
            return held
        answer = await self._s.catalogue_desk.draft(version_id)
        base = await self._base(answer["procedure"])
        held = self._held(version_id)
        if held is not None and (not held.is_kept or held.draft_version >= answer["draft_version"]):
            return held
        draft = _opened(answer, base, self._turn(version_id))
        self._put(draft)
        if self._s.editing_state.terms is None:
            await self.know_terms()
        await self.know_form(draft.procedure["form"])
        return draft

    async def _base(self, procedure: Json) -> Json | None:
        before = date.fromisoformat(procedure["effective_from"]) - timedelta(days=1)
        try:
            return await self._s.catalogue_desk.published(procedure["code"], before.isoformat())
        except NotFound:
            return None

    async def know_form(self, form_id: str | None) -> None:
        """The form whose answers fees may depend on; without it they can only be kept as they are."""
        state = self._s.editing_state
        if not form_id or form_id in state.forms:
            return
        try:
            answer = await self._s.catalogue_desk.form(form_id)
        except DomainError:
            return
        state.forms = {**state.forms, form_id: answer["form"]}

    # --- changing ---

    def _held(self, version_id: str) -> OpenDraft | None:
        return self._s.editing_state.drafts.get(version_id)

    def draft(self, version_id: str) -> OpenDraft:
        return self._s.editing_state.drafts[version_id]

    def change(self, version_id: str, procedure: Json, *, anew: bool = False) -> None:
        """Keep what was typed; `settle` saves it.

        `anew`: rows have moved, so that fields must be filled from what they stand for now.
        """
        draft = self.draft(version_id)
        changed = settled(procedure)
        faults = {path: codes for path, codes in draft.faults.items() if _same(draft.procedure, changed, path)}
        phase: Phase = "clash" if draft.phase == "clash" else "changed"
        turn = self._turn(version_id) if anew else draft.turn
        faults = {} if anew else faults
        edits = draft.edits + 1
        self._put(replace(draft, procedure=changed, phase=phase, faults=faults, turn=turn, edits=edits))

    async def settle(self, version_id: str) -> None:
        """Save when nothing more has been typed for a moment."""
        draft = self._held(version_id)
        if draft is None or draft.phase != "changed":
            return
        await self._s.sleep(AUTOSAVE_S)
        now = self._held(version_id)
        if now is not None and now.edits == draft.edits:
            await self.save(version_id)

    async def save(self, version_id: str) -> None:
        """Send what has changed, one saving after the other; what comes of it stands in the draft's phase.

        A second saving before the first is answered would be of the same `draft_version`: refused as somebody else's.
        """
        async with self._saving.setdefault(version_id, asyncio.Lock()):
            draft = self._held(version_id)
            while draft is not None and draft.phase in {"changed", "refused", "failed"}:
                self._put(replace(draft, phase="saving", error=None))
                try:
                    answer = await self._s.catalogue_desk.save(draft.procedure, draft.draft_version)
                except DomainError as error:
                    await self._unsaved(version_id, error)
                    return
                self._saved(draft, answer)
                draft = self._held(version_id)

    def _saved(self, sent: OpenDraft, answer: Json) -> None:
        now = self._held(sent.id)
        if now is None:
            return  # locked or thrown away meanwhile
        self._put(
            replace(
                now,
                draft_version=answer["draft_version"],
                saved_at=answer["saved_at"],
                saved_by=answer["saved_by_name"] or "",
                phase="saved" if now.procedure == sent.procedure else "changed",
                faults={},
            )
        )

    async def _unsaved(self, version_id: str, error: DomainError) -> None:
        theirs = await self._theirs(version_id) if isinstance(error, Stale) else None
        draft = self._held(version_id)
        if draft is None:
            return
        if theirs is not None:
            self._put(replace(draft, phase="clash", theirs=theirs, error=error.code))
        elif isinstance(error, Invalid):
            faults = {path.removeprefix("procedure."): codes for path, codes in error.fields.items()}
            self._put(replace(draft, phase="refused", faults=faults, error=error.code))
        else:
            self._put(replace(draft, phase="failed", error=error.code))

    async def _theirs(self, version_id: str) -> Json | None:
        try:
            return await self._s.catalogue_desk.draft(version_id)
        except DomainError:
            return None

    async def take_theirs(self, version_id: str) -> None:
        """Go on with what the other has saved."""
        draft = self.draft(version_id)
        if draft.theirs is not None:
            self._put(_opened(draft.theirs, draft.base, self._turn(version_id)))

    async def publish(self, version_id: str) -> None:
        """For good. What is not saved yet is saved first; raises DomainError with what stands in the way."""
        await self.save(version_id)
        draft = self.draft(version_id)
        if not draft.is_kept:
            raise DomainError(draft.error or "catalogue.draft_changed")
        await self._s.catalogue_desk.publish(version_id, draft.draft_version)
        await self._over(version_id)

    async def discard(self, version_id: str) -> None:
        await self._s.catalogue_desk.discard(version_id)
        await self._over(version_id)

    async def _over(self, version_id: str) -> None:
        state = self._s.editing_state
        state.drafts = {key: draft for key, draft in state.drafts.items() if key != version_id}
        state.terms = None
        await self.refresh()

    def _put(self, draft: OpenDraft) -> None:
        state = self._s.editing_state
        state.drafts = {**state.drafts, draft.id: draft}

    def _turn(self, version_id: str) -> int:
        self._turns[version_id] = self._turns.get(version_id, 0) + 1
        return self._turns[version_id]


def _opened(answer: Json, base: Json | None, turn: int) -> OpenDraft:
    return OpenDraft(
        procedure=answer["procedure"],
        draft_version=answer["draft_version"],
        saved_at=answer["saved_at"],
        saved_by=answer["saved_by_name"] or "",
        base=base,
        turn=turn,
    )


def _same(before: Json, after: Json, path: str) -> bool:
    """Whether what a fault names is still what it was."""
    return bool(value_at(before, path) == value_at(after, path))
