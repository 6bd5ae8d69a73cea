"""Drafts of dossiers in the vault: they are there after a restart and without a network."""

from base64 import urlsafe_b64decode
from dataclasses import asdict, replace

from mobile.services.api_client import RandomBytes
from mobile.services.web import Json, Web
from mobile.state.dossiers import Answer
from mobile.state.draft import Draft, PickedFile
from shared_models.clock import Clock, to_wire
from shared_models.errors import DomainError, NotFound
from shared_models.ids import RANDOM_BYTES, new_id

DRAFT, ANSWER, PIECE = "draft/dossier/", "draft/answer/", "piece/"


class Drafts:
    """Vault keys `draft/dossier/<dos_id>`, `draft/answer/<dos_id>` and the files' `piece/<upl_id>/<nnnn>`."""

    def __init__(self, web: Web, clock: Clock, random_bytes: RandomBytes) -> None:
        self._web = web
        self._clock = clock
        self._random = random_bytes

    def begin(self, procedure: Json, form: Json | None, agency: str | None) -> Draft:
        """A new draft with the id that its dossier will have; nothing is written yet."""
        ways = (procedure.get("result") or {}).get("ways") or []
        return Draft(
            id=new_id("dos", self._random(RANDOM_BYTES)),
            procedure=procedure,
            form=form,
            agency=agency,
            way=ways[0] if ways else "counter",
            changed_at=to_wire(self._clock.now()),
        )

    async def all(self) -> list[Draft]:
        """Changed last first."""
        drafts = [Draft.from_json(value) for _, value in await self._web.vault_list(DRAFT)]
        return sorted(drafts, key=lambda draft: draft.changed_at, reverse=True)

    async def load(self, draft_id: str) -> Draft | None:
        stored = await self._web.vault_get(f"{DRAFT}{draft_id}")
        return Draft.from_json(stored) if stored else None

    async def keep(self, draft: Draft) -> Draft:
        """Write it with the present time; returns what was written. Raises DomainError `storage.full`."""
        fresh = replace(draft, changed_at=to_wire(self._clock.now()))
        await self._web.vault_put(f"{DRAFT}{draft.id}", fresh.to_json())
        return fresh

    async def discard(self, draft: Draft) -> None:
        await self._web.vault_remove(f"{DRAFT}{draft.id}")
        for file in draft.files.values():
            await self.forget_file(file)

    # --- answers to supplements ---

    async def answers(self) -> list[Answer]:
        return [answer_from(value) for _, value in await self._web.vault_list(ANSWER)]

    async def answer(self, dossier_id: str) -> Answer:
        """The one that was begun, or a new one with the id of its action; nothing is written yet."""
        stored = await self._web.vault_get(f"{ANSWER}{dossier_id}")
        if stored is not None:
            return answer_from(stored)
        return Answer(id=new_id("act", self._random(RANDOM_BYTES)), dossier_id=dossier_id)

    async def keep_answer(self, answer: Answer) -> None:
        await self._web.vault_put(f"{ANSWER}{answer.dossier_id}", asdict(answer))

    async def discard_answer(self, answer: Answer) -> None:
        await self._web.vault_remove(f"{ANSWER}{answer.dossier_id}")
        for file in answer.files.values():
            await self.forget_file(file)

    # --- files ---

    async def pick(self, component: Json, *, photo: bool) -> PickedFile | None:
        """Let the user choose or photograph a file; None when none was chosen. Raises DomainError `file.*`."""
        file_id = new_id("upl", self._random(RANDOM_BYTES))
        wish = {
            "id": file_id,
            "accepts": component.get("accepts") or ["pdf", "jpeg", "png"],
            "max_bytes": component.get("max_bytes") or 10_000_000,
            "photo": photo,
        }
        found = await self._web.call("file.pick", wish)
        if not found:
            return None
        return picked(file_id, found)

    async def piece(self, file: PickedFile, number: int) -> bytes:
        """One piece of a file. Raises NotFound `file.lost`."""
        stored = await self._web.vault_get(f"{PIECE}{file.id}/{number:04d}")
        if stored is None:
            raise NotFound("file.lost")
        return urlsafe_b64decode(stored["b64"] + "=" * (-len(stored["b64"]) % 4))

    async def forget_file(self, file: PickedFile) -> None:
        for number in range(file.pieces):
            await self._web.vault_remove(f"{PIECE}{file.id}/{number:04d}")


def answer_from(data: Json) -> Answer:
    files = {key: PickedFile(**value) for key, value in data["files"].items()}
    return Answer(**{**data, "files": files})


def picked(file_id: str, found: Json) -> PickedFile:
    """What the page says of a file that was chosen (`file.pick`)."""
    told = {name: found[name] for name in ("name", "size", "sha256", "pieces", "piece_bytes")}
    return PickedFile(id=file_id, **told)


def is_lasting(error: DomainError) -> bool:
    """Whether trying again by itself cannot help: the owner has to do something."""
    return not getattr(error, "transient", False) and error.code not in {"session.none", "session.ended"}
