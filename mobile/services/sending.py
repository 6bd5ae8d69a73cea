"""What its owner has sent and the phone has not: dossiers and answers, each once, whatever happens in between.

Ids are made on the phone, so that a second try is harmless; nothing is forgotten here before the server has it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mobile.services.dossiers import Dossiers
from mobile.services.drafts import Drafts, is_lasting
from mobile.services.uploads import Uploads
from mobile.services.web import Web
from mobile.state.answers import group_of
from mobile.state.dossiers import Answer
from mobile.state.draft import PAPERS, REVIEW, WAY, Draft, PickedFile
from shared_models.errors import DomainError, Invalid

Progress = Callable[[str, int], None]
FILE_REFUSED = "draft.file_refused"
FEE_CHANGED = "dossier.fee_changed"
WAY_FIELDS = ("contact", "return_way", "return_address")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`is_sent`: the server has it. Else `error` says why, and `is_waiting` that the phone tries again by itself."""

    is_sent: bool
    is_waiting: bool = False
    error: str | None = None


class Sending:
    """One tab at a time sends, under the lock `dossiers`."""

    def __init__(self, web: Web, drafts: Drafts, uploads: Uploads, dossiers: Dossiers) -> None:
        self._web = web
        self._drafts = drafts
        self._uploads = uploads
        self._dossiers = dossiers

    async def send_draft(self, draft_id: str, progress: Progress) -> Outcome:
        """Send a draft that waits. Never raises DomainError but `storage.full`: the outcome is in the draft."""
        async with self._web.lock("dossiers"):
            draft = await self._drafts.load(draft_id)
            if draft is None or draft.state != "waiting":
                return Outcome(is_sent=draft is None)  # another tab has sent it, or its owner has taken it back
            try:
                draft = await self._upload(draft, progress)
                if any(file.state == "refused" for file in draft.files.values()):
                    return await self._give_back(draft, FILE_REFUSED, PAPERS)
                await self._dossiers.submit(draft.request())
            except Invalid as error:
                return await self._give_back(with_faults(draft, error), error.code, step_of(draft, error))
            except DomainError as error:
                if error.code == FEE_CHANGED:
                    # What it costs is asked anew before its owner sees it again.
                    draft = replace(draft, prepared_at=None)
                if is_lasting(error):
                    return await self._give_back(draft, error.code, REVIEW)
                await self._drafts.keep(replace(draft, error=error.code))
                return Outcome(is_sent=False, is_waiting=True, error=error.code)
            await self._drafts.discard(draft)
            return Outcome(is_sent=True)

    async def _upload(self, draft: Draft, progress: Progress) -> Draft:
        for key, file in draft.files.items():
            sent = await self.send_file(file, progress)
            if sent != file:
                draft = await self._drafts.keep(draft.with_file(key, sent))
        return draft

    async def send_file(self, file: PickedFile, progress: Progress) -> PickedFile:
        """One file, told about by its upload's id. Raises DomainError when the line is cut."""
        return await self._uploads.send(file, lambda count: progress(file.id, count))

    async def _give_back(self, draft: Draft, code: str, step: str) -> Outcome:
        await self._drafts.keep(replace(draft, state="open", error=code, step=step))
        return Outcome(is_sent=False, error=code)

    async def send_answer(self, answer: Answer, progress: Progress) -> Outcome:
        """The same for an answer to a supplement."""
        async with self._web.lock("dossiers"):
            answer = await self._drafts.answer(answer.dossier_id)
            if answer.state != "waiting":
                return Outcome(is_sent=False)
            try:
                for key, file in answer.files.items():
                    answer = replace(answer, files={**answer.files, key: await self.send_file(file, progress)})
                    await self._drafts.keep_answer(answer)
                if any(file.state == "refused" for file in answer.files.values()):
                    return await self._give_answer_back(answer, FILE_REFUSED)
                sent = [{"key": key, "upload_id": file.id} for key, file in answer.files.items()]
                await self._dossiers.act(answer.dossier_id, "answer_supplement", answer.id, components=sent)
            except DomainError as error:
                if is_lasting(error):
                    return await self._give_answer_back(answer, error.code)
                await self._drafts.keep_answer(replace(answer, error=error.code))
                return Outcome(is_sent=False, is_waiting=True, error=error.code)
            await self._drafts.discard_answer(answer)
            return Outcome(is_sent=True)

    async def _give_answer_back(self, answer: Answer, code: str) -> Outcome:
        await self._drafts.keep_answer(replace(answer, state="open", error=code))
        return Outcome(is_sent=False, error=code)


def with_faults(draft: Draft, error: Invalid) -> Draft:
    """The server's faults, by the names of the form's fields where they are about answers."""
    return replace(draft, faults={name.removeprefix("values."): codes for name, codes in error.fields.items()})


def step_of(draft: Draft, error: Invalid) -> str:
    """The step that has the first fault."""
    names = list(error.fields)
    for name in names:
        if name.startswith("values.") and (group := group_of(draft.form, name)):
            return f"group:{group}"
    if any(name.startswith("components") for name in names):
        return PAPERS
    return WAY if any(name.startswith(WAY_FIELDS) for name in names) else REVIEW
