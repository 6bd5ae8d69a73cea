"""What an inspector has recorded, on its way to the server: each exactly once, whatever happens in between.

A record keeps the id it got on the phone, so sending it twice is harmless (`already_stored`): nothing has to be
written before sending, and after a crash in the middle the same records go up again. One tab sends at a time.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mobile.services.api_client import ApiClient, RandomBytes
from mobile.services.web import FULL, Json, Web
from mobile.state.records import QueueItem
from shared_models.clock import Clock, to_wire
from shared_models.errors import DomainError
from shared_models.ids import RANDOM_BYTES, new_id
from shared_models.inspection import BATCH_LIMIT

QUEUE, HISTORY, DRAFT = "queue/", "history/", "draft/"
HISTORY_DAYS = 30
# Retries of our own: 5 s doubled, five minutes at most, and up to a quarter more so that phones do not march in step.
FIRST_WAIT_S, LONGEST_WAIT_S, JITTER = 5.0, 300.0, 0.25


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run came to; `error` is the code that stopped it, None when it went through."""

    stored: int
    refused: int
    error: str | None = None


class Queue:
    """Vault keys `queue/<id>`, `history/<id>` and `draft/<scan id>`."""

    def __init__(self, web: Web, api: ApiClient, clock: Clock, random_bytes: RandomBytes) -> None:
        self._web = web
        self._api = api
        self._clock = clock
        self._random = random_bytes
        self.failures = 0

    async def items(self) -> list[QueueItem]:
        """What is not with the server yet, oldest first."""
        return _sorted([QueueItem.from_json(value) for _, value in await self._web.vault_list(QUEUE)])

    async def history(self) -> list[QueueItem]:
        """What was sent from this phone lately, newest first."""
        return _sorted([QueueItem.from_json(value) for _, value in await self._web.vault_list(HISTORY)])[::-1]

    async def add_inspection(self, draft: Json, verdict: Json) -> str:
        """Put a finished record (its id was made with the draft) into the queue; doing it twice makes one record."""
        record = {key: value for key, value in draft.items() if key != "facts"}
        key = f"{QUEUE}{record['id']}"
        sent = await self._web.vault_get(f"{HISTORY}{record['id']}")
        if sent is None and await self._web.vault_get(key) is None:
            entry = {"record": record, "verdict": verdict, "state": "waiting", "tries": 0, "last_error": None}
            await self._web.vault_put(key, entry)
        await self._web.vault_remove(f"{DRAFT}{record['scan_id']}")
        return str(record["id"])

    async def draft(self, scan_id: str) -> Json:
        """The record under way for a scan: the one that was begun, or a new one with its final id."""
        stored = await self._web.vault_get(f"{DRAFT}{scan_id}")
        if stored is not None:
            return stored
        draft: Json = {
            "kind": "inspection",
            "id": new_id("ins", self._random(RANDOM_BYTES)),
            "scan_id": scan_id,
            "recorded_at": to_wire(self._clock.now()),
            "result": None,
            "checklist": [],
            "note": "",
            "place": None,
        }
        try:
            await self.keep_draft(draft)
        except DomainError as error:
            if error.code != FULL:
                raise  # a full phone still shows the form, which says so at the first word
        return draft

    async def keep_draft(self, draft: Json) -> None:
        await self._web.vault_put(f"{DRAFT}{draft['scan_id']}", draft)

    async def scan_of(self, scan_id: str) -> Json | None:
        """The stored scan (record and verdict), wherever it is by now."""
        for prefix in (QUEUE, HISTORY):
            found = await self._web.vault_get(f"{prefix}{scan_id}")
            if found is not None:
                return found
        return None

    async def send(self) -> Sent:
        """Send everything that waits, in batches. Never raises DomainError: the outcome is in the answer."""
        stored = refused = 0
        async with self._web.lock("sync"):
            while True:
                batch = await self._next_batch()
                if not batch:
                    self.failures = 0
                    return Sent(stored, refused)
                try:
                    answer = await self._api.call(
                        "POST", "/inspections:batch", {"records": [item["record"] for item in batch]}, repeatable=True
                    )
                except DomainError as error:
                    self.failures += 1
                    await self._note_failure(batch, error.code)
                    return Sent(stored, refused, error.code)
                try:
                    done, turned_down = await self._settle(batch, answer["results"])
                except DomainError as error:
                    # No room to note that they are stored: they stay, and go up again, which stores nothing twice.
                    self.failures += 1
                    return Sent(stored, refused, error.code)
                stored, refused = stored + done, refused + turned_down
                if not done and not turned_down:
                    # An answer that names none of our records would make this loop run for ever.
                    return Sent(stored, refused, "queue.answer_incomplete")

    async def retry_refused(self, record_id: str) -> None:
        """Let a refused record go up once more (after whatever stood in its way is out of it)."""
        entry = await self._web.vault_get(f"{QUEUE}{record_id}")
        if entry is not None:
            await self._web.vault_put(f"{QUEUE}{record_id}", {**entry, "state": "waiting", "last_error": None})

    def wait_s(self, share: float) -> float:
        """Seconds until the next try by itself; `share` is a random number from 0 to 1."""
        base = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(self.failures, 10))
        return base * (1 + JITTER * share)

    async def _next_batch(self) -> list[Json]:
        waiting = [value for _, value in await self._web.vault_list(QUEUE) if value["state"] in {"waiting", "sending"}]
        # A scan is always older than the inspection that names it, so it goes up before it or beside it.
        waiting.sort(key=lambda entry: (_moment(entry["record"]), entry["record"]["kind"] != "scan"))
        return waiting[:BATCH_LIMIT]

    async def _note_failure(self, batch: list[Json], code: str) -> None:
        for entry in batch:
            tries = int(entry.get("tries") or 0) + 1
            fresh = {**entry, "state": "waiting", "tries": tries, "last_error": code}
            with suppress(DomainError):  # the record itself is safe; only the count of its tries is not
                await self._web.vault_put(f"{QUEUE}{entry['record']['id']}", fresh)

    async def _settle(self, batch: list[Json], results: list[dict[str, Any]]) -> tuple[int, int]:
        by_id = {entry["record"]["id"]: entry for entry in batch}
        stored = refused = 0
        for result in results:
            entry = by_id.get(result["id"])
            if entry is None:
                continue
            key = f"{QUEUE}{result['id']}"
            if result["state"] == "refused":
                refused += 1
                code = result.get("code") or "queue.refused"
                await self._web.vault_put(key, {**entry, "state": "refused", "last_error": code})
            else:
                stored += 1
                sent = {**entry, "state": "sent", "last_error": None, "sent_at": to_wire(self._clock.now())}
                # History first: a crash between the two lines leaves a record in both places, never in none.
                await self._web.vault_put(f"{HISTORY}{result['id']}", sent)
                await self._web.vault_remove(key)
        return stored, refused

    async def forget_old(self) -> None:
        """Keep a month of history on the phone; the server has all of it."""
        oldest = to_wire(self._clock.now() - timedelta(days=HISTORY_DAYS))
        for key, value in await self._web.vault_list(HISTORY):
            if value.get("sent_at", oldest) < oldest:
                await self._web.vault_remove(key)


def _moment(record: Json) -> str:
    return str(record.get("scanned_at") or record.get("recorded_at"))


def _sorted(items: list[QueueItem]) -> list[QueueItem]:
    def rank(item: QueueItem) -> tuple[datetime, bool]:
        return item.at, item.kind != "scan"

    return sorted(items, key=rank)
