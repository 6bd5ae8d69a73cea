"""The outbox of an inspector: every record exactly once, whatever happens on the way."""

import asyncio
from typing import Any

import pytest

from mobile.services.queue import FIRST_WAIT_S, LONGEST_WAIT_S
from shared_models.errors import DomainError
from shared_models.inspection import BATCH_LIMIT
from tests.support.phone import MemoryServer, MemoryWeb
from tests.support.phone_data import Phone, a_scan
from tests.support.phone_inspector import BATCH, inspectors_phone


class Store:
    """The server's side of the batch: keeps each id once, and what was in it."""

    def __init__(self, server: MemoryServer) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.batches: list[int] = []
        self.refuses: dict[str, str] = {}
        server.on("POST", BATCH, self.take)

    def take(self, body: Any, _query: Any) -> tuple[int, Any]:
        self.batches.append(len(body["records"]))
        results = []
        for record in body["records"]:
            if record["id"] in self.refuses:
                results.append({"id": record["id"], "state": "refused", "code": self.refuses[record["id"]]})
                continue
            known = record["id"] in self.kept
            assert not known or self.kept[record["id"]] == record, "the same id with other content"
            self.kept[record["id"]] = record
            results.append({"id": record["id"], "state": "already_stored" if known else "stored"})
        return 200, {"results": results, "server_time": "2026-11-21T02:30:00Z"}


async def a_phone(*scans: dict[str, Any]) -> tuple[Phone, Store]:
    phone = await inspectors_phone(*scans)
    return phone, Store(phone.server)


def test_send_moves_records_to_history_once_the_server_has_them():
    async def story() -> None:
        phone, store = await a_phone(a_scan(1), a_scan(2))
        sent = await phone.services.queue.send()
        assert (sent.stored, sent.refused, sent.error) == (2, 0, None)
        assert await phone.services.queue.items() == []
        assert {item.id for item in await phone.services.queue.history()} == {"scn_1", "scn_2"}
        assert set(store.kept) == {"scn_1", "scn_2"}

    asyncio.run(story())


def test_send_keeps_everything_when_there_is_no_network():
    async def story() -> None:
        phone, store = await a_phone(a_scan(1))
        phone.server.is_down = True
        sent = await phone.services.queue.send()
        (item,) = await phone.services.queue.items()
        assert sent.error == "network.unreachable"
        assert (item.state, item.tries, item.last_error) == ("waiting", 1, "network.unreachable")
        phone.server.is_down = False
        assert (await phone.services.queue.send()).stored == 1
        assert list(store.kept) == ["scn_1"]

    asyncio.run(story())


def test_a_lost_answer_is_sent_again_and_stored_once():
    async def story() -> None:
        phone, store = await a_phone(a_scan(1))
        await phone.services.session.access_token()
        phone.server.loses_answers = 1
        sent = await phone.services.queue.send()
        assert sent.stored == 1
        assert store.batches == [1, 1]
        assert list(store.kept) == ["scn_1"]
        proofs = [request.headers["DPoP"] for request in phone.server.asked("POST", BATCH)]
        assert len(set(proofs)) == 2

    asyncio.run(story())


def test_a_crash_after_sending_leaves_the_records_for_the_next_start():
    async def story() -> None:
        phone, store = await a_phone(a_scan(1, state="sending"))
        store.kept["scn_1"] = a_scan(1)["record"]
        sent = await phone.services.queue.send()
        assert (sent.stored, store.batches) == (1, [1])
        assert len(store.kept) == 1

    asyncio.run(story())


def test_two_tabs_send_each_record_once():
    async def story() -> None:
        phone, store = await a_phone(*(a_scan(number) for number in range(1, 9)))
        other = Phone(MemoryWeb(phone.clock, phone.web.disk), phone.server)
        other.web.is_open = True
        await asyncio.gather(phone.services.queue.send(), other.services.queue.send())
        assert store.batches == [8]
        assert len(store.kept) == 8

    asyncio.run(story())


def test_one_refused_record_does_not_hold_the_others():
    async def story() -> None:
        phone, store = await a_phone(a_scan(1), a_scan(2), a_scan(3))
        store.refuses["scn_2"] = "scan.id_reused"
        sent = await phone.services.queue.send()
        (item,) = await phone.services.queue.items()
        assert (sent.stored, sent.refused) == (2, 1)
        assert (item.id, item.state, item.last_error) == ("scn_2", "refused", "scan.id_reused")
        await phone.services.queue.send()
        assert len(store.batches) == 1, "a refused record does not go up again by itself"
        store.refuses.clear()
        await phone.services.queue.retry_refused("scn_2")
        assert (await phone.services.queue.send()).stored == 1

    asyncio.run(story())


def test_batches_hold_five_hundred_at_most_and_the_oldest_go_first():
    async def story() -> None:
        scans = [a_scan(number, minutes_ago=2000 - number) for number in range(1, BATCH_LIMIT + 3)]
        phone, store = await a_phone(*scans)
        sent = await phone.services.queue.send()
        assert sent.stored == BATCH_LIMIT + 2
        assert store.batches == [BATCH_LIMIT, 2]
        assert next(iter(store.kept)) == "scn_1"

    asyncio.run(story())


def test_an_answer_that_names_none_of_the_records_ends_the_run():
    async def story() -> None:
        phone, _ = await a_phone(a_scan(1))
        phone.server.on("POST", BATCH, (200, {"results": [], "server_time": "2026-11-21T02:30:00Z"}))
        assert (await phone.services.queue.send()).error == "queue.answer_incomplete"
        assert len(await phone.services.queue.items()) == 1

    asyncio.run(story())


def test_a_record_goes_up_after_the_scan_it_names():
    async def story() -> None:
        phone, store = await a_phone(a_scan(1, minutes_ago=0))
        draft = {**await phone.services.queue.draft("scn_1"), "result": "in_order"}
        await phone.services.queue.add_inspection(draft, {})
        await phone.services.queue.send()
        assert [record["kind"] for record in store.kept.values()] == ["scan", "inspection"]

    asyncio.run(story())


def test_a_draft_keeps_its_id_and_its_words_over_a_crash():
    async def story() -> None:
        phone, _ = await a_phone(a_scan(1))
        draft = await phone.services.queue.draft("scn_1")
        await phone.services.queue.keep_draft({**draft, "note": "Thiếu rào chắn"})
        again = Phone(phone.web, phone.server)
        found = await again.services.queue.draft("scn_1")
        assert (found["id"], found["note"]) == (draft["id"], "Thiếu rào chắn")

    asyncio.run(story())


def test_saving_twice_makes_one_record_even_after_it_was_sent():
    async def story() -> None:
        phone, store = await a_phone(a_scan(1))
        draft = {**await phone.services.queue.draft("scn_1"), "result": "violation"}
        first = await phone.services.queue.add_inspection(draft, {})
        assert await phone.services.queue.add_inspection(draft, {}) == first
        await phone.services.queue.send()
        await phone.services.queue.add_inspection(draft, {})
        assert await phone.services.queue.items() == []
        assert len(store.kept) == 2

    asyncio.run(story())


def test_a_full_disk_says_so_and_keeps_the_draft():
    async def story() -> None:
        phone, _ = await a_phone(a_scan(1))
        draft = {**await phone.services.queue.draft("scn_1"), "result": "in_order"}
        phone.web.full = True
        with pytest.raises(DomainError) as caught:
            await phone.services.queue.add_inspection(draft, {})
        assert caught.value.code == "storage.full"
        assert await phone.web.vault_get("draft/scn_1") is not None

    asyncio.run(story())


def test_waits_grow_to_five_minutes_and_no_further():
    async def story() -> None:
        phone, _ = await a_phone()
        queue = phone.services.queue
        waits = []
        for queue.failures in range(12):
            waits.append(queue.wait_s(0))
        assert waits[0] == FIRST_WAIT_S
        assert waits == sorted(waits)
        assert waits[-1] == LONGEST_WAIT_S
        assert queue.wait_s(1) == LONGEST_WAIT_S * 1.25

    asyncio.run(story())


def test_history_is_kept_for_a_month():
    async def story() -> None:
        phone, _ = await a_phone()
        await phone.web.vault_put("history/scn_1", {**a_scan(1, state="sent"), "sent_at": "2026-10-01T00:00:00Z"})
        await phone.web.vault_put("history/scn_2", {**a_scan(2, state="sent"), "sent_at": "2026-11-20T00:00:00Z"})
        await phone.services.queue.forget_old()
        assert [item.id for item in await phone.services.queue.history()] == ["scn_2"]

    asyncio.run(story())
