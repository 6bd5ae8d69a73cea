"""The files that a draft or an answer needs: chosen, kept, and sent as soon as there is a network."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from mobile.services.app_services import Services
from mobile.services.room import noting_room
from mobile.services.web import Json
from mobile.state.dossiers import Answer
from mobile.state.draft import Draft, PickedFile
from shared_models.errors import DomainError


class Papers:
    """`change` shows a draft and keeps it (`Paperwork.change`)."""

    def __init__(self, services: Services, change: Callable[[Draft], Awaitable[None]]) -> None:
        self._s = services
        self._change = change

    async def attach(self, draft_id: str, component: Json, *, photo: bool) -> None:
        """Choose a file for a component and begin to send it. Raises DomainError `file.*`, `storage.full`."""
        file = await self._s.drafts.pick(component, photo=photo)
        draft = self._s.dossiers_state.draft(draft_id)
        if file is None or draft is None:
            return
        await self.detach(draft_id, component["key"])
        draft = self._s.dossiers_state.draft(draft_id) or draft
        await self._change(draft.with_file(component["key"], file))
        sent = await self._try_file(file)
        present = self._s.dossiers_state.draft(draft_id)
        # Another file may have taken its place meanwhile.
        if present is not None and present.files.get(component["key"]) == file and sent != file:
            await self._change(present.with_file(component["key"], sent))

    async def detach(self, draft_id: str, key: str) -> None:
        draft = self._s.dossiers_state.draft(draft_id)
        if draft is not None and key in draft.files:
            await self._change(draft.with_file(key, None))
            await self._s.drafts.forget_file(draft.files[key])

    async def _try_file(self, file: PickedFile) -> PickedFile:
        """Send it now if that can be; a cut line leaves it for later."""
        try:
            return await self._s.sending.send_file(file, self.progress)
        except DomainError:
            return file

    def progress(self, file_id: str, count: int) -> None:
        state = self._s.dossiers_state
        state.sent_bytes = {**state.sent_bytes, file_id: count}

    # --- answers to supplements ---

    async def attach_answer(self, dossier_id: str, component: Json, *, photo: bool) -> None:
        """The same for a paper that the agency asks for."""
        file = await self._s.drafts.pick(component, photo=photo)
        if file is None:
            return
        answer = await self._s.drafts.answer(dossier_id)
        old = answer.files.get(component["key"])
        await self.keep_answer(replace(answer, files={**answer.files, component["key"]: file}, error=None))
        if old is not None:
            await self._s.drafts.forget_file(old)
        sent = await self._try_file(file)
        present = await self._s.drafts.answer(dossier_id)
        if present.files.get(component["key"]) == file and sent != file:
            await self.keep_answer(replace(present, files={**present.files, component["key"]: sent}))

    async def detach_answer(self, dossier_id: str, key: str) -> None:
        answer = await self._s.drafts.answer(dossier_id)
        file = answer.files.get(key)
        if file is not None:
            kept = {name: other for name, other in answer.files.items() if name != key}
            await self.keep_answer(replace(answer, files=kept))
            await self._s.drafts.forget_file(file)

    async def keep_answer(self, answer: Answer) -> None:
        with noting_room(self._s.app_state, "draft"):
            await self._s.drafts.keep_answer(answer)
        self._s.dossiers_state.answers = tuple(await self._s.drafts.answers())
